# サインイン
sign-in-title = サインイン
sign-in-email = メールアドレス
sign-in-password = パスワード
sign-in-password-hint = パスワードがない方は、メールでサインイン用のリンクを受け取れます。
sign-in-enter = サインインする
sign-in-ask-link = メールでリンクを受け取る
sign-in-passkey = パスキーでサインインする
sign-in-passkey-failed = パスキーを使えませんでした。もう一度試すか、別の方法でサインインしてください。
sign-in-provider = { $name }でサインインする（担当者用）
sign-in-help = お困りのときはお電話ください。{ $phone }
sign-in-wrong = メールアドレスかパスワードを確認してください。
sign-in-again = サインインの画面へ

# リンク
sign-in-link-title = { $name } 様、こんにちは
sign-in-link-text = 下のボタンを押すとサインインします。このリンクは一度だけ使えます。
sign-in-link-invited = 下のボタンを押すと利用を始められます。続けてパスワードを決めてください。
sign-in-over-title = このリンクは使えません
sign-in-over-text = リンクはすでに使われたか、期限が過ぎています。もう一度サインインの画面から始めてください。
sign-in-over-ask = リンクは担当者に頼むと新しく作れます。
sign-in-sent-title = メールを確認してください
sign-in-sent-text = { $email } が登録されていれば、サインイン用のリンクを送ります。リンクは15分間、一度だけ使えます。
sign-in-sent-missing = 数分待っても届かないときは、迷惑メールのフォルダーを確認するか、担当者に連絡してください。

# 社内の認証サービス
sign-in-no-entry-title = サインインできませんでした
sign-in-no-entry-away = 社内の認証サービスに接続できません。しばらく待つか、別の方法でサインインしてください。
sign-in-no-entry-refused = 本人の確認ができませんでした。もう一度試すか、別の方法でサインインしてください。

# 確認コード
sign-in-code-title = 確認コードの入力
sign-in-code = 確認コード
sign-in-code-hint = 認証アプリに表示されている6桁の数字です。スマートフォンがないときは、控えておいた復旧コードを入力してください。
sign-in-code-wrong = 確認コードが違うか、すでに使われています。新しいコードを入力してください。

# 本人の確認
sign-in-confirm-title = ご本人の確認
sign-in-confirm-text = 大切な操作の前に、もう一度確認します。15分間有効です。
sign-in-confirm-either = パスワードか確認コードの、どちらか一つを入力してください。
sign-in-confirm-enter = 確認する
sign-in-confirm-wrong = 入力した内容を確認してください。
sign-in-confirm-none = パスワードがまだありません。もう一度サインインしてください。
sign-in-confirm-back = 前の画面に戻る

# パスワードの決まり
sign-in-password-too-long = 長すぎます。もう少し短くしてください。
sign-in-password-easy = 推測されやすいパスワードです。いくつかの言葉を組み合わせてください。
sign-in-password-differs = 二つのパスワードが同じになるように入力してください。

# メール
sign-in-mail-subject = { $service }：サインイン用のリンク
sign-in-mail-body =
    { $name } 様

    サインイン用のリンクです。15分間、一度だけ使えます。
    { $link }

    お心当たりがないときは、このメールを破棄してください。
    { $provider }　{ $phone }
sign-in-invitation-subject = { $service }：ご利用の案内
sign-in-invitation-body =
    { $name } 様

    { $service }をご利用いただけるようになりました。3日以内に次のリンクを開いてください。
    { $link }

    ご不明な点はお電話ください。
    { $provider }　{ $phone }

# 監査記録
act-sign-in-enter = サインインしました
act-sign-in-refuse = サインインを断りました
act-sign-in-leave = サインアウトしました
act-sign-in-ask-link = サインイン用のリンクを求めました
act-sign-in-send-link = サインイン用のリンクを送りました
act-sign-in-make-demo-link = 体験用のリンクを作りました
