# 画面の枠
skip-to-content = 本文へ進む
nav-label = メインメニュー
menu-profile = 自分の設定
menu-sign-out = サインアウト
language-label = 表示する言語
client-title = 様
breadcrumb-label = 現在の位置
help-call = 困っています：電話する
help-write = 困っています：相談を送る
help-hours = 電話は { $hours }

# 一覧
pager-label = ページの移動
pager-previous = 前へ
pager-next = 次へ
pager-place = { $total }件中 { $page } / { $pages } ページ

# 部品
task-done = 完了
chart-no-data = データなし
chart-numbers = 数字を表で見る
clock-paused = 停止中
clock-met = 期限内に完了
clock-missed = 期限超過
clock-left = 残り { $time }
clock-over = 超過 { $time }
live-lost = 接続が切れました。つなぎ直しています。
live-new = 新着があります。表示する

# 入力
form-summary = { $n }か所を確認してください
form-summary-separator = ：
form-required-mark = 必須
form-optional-mark = 任意
form-choose = 選んでください
form-required = 入力してください。
form-too-long = { $max }文字以内で入力してください。
form-too-short = { $min }文字以上で入力してください。
form-control-characters = 使えない文字が入っています。入力し直してください。
form-number = 数字で入力してください。
form-range = { $min }から{ $max }までの数字を入力してください。
form-date = 日付を「2026-04-18」の形で入力してください。
form-choice = 一つ選んでください。
form-mail = メールアドレスの形を確認してください。
form-file = ファイルを選んでください。

# 印刷
print-back = 画面に戻る
print-how = ブラウザーの印刷機能で、A4に印刷するかPDFに保存できます。

# うまくいかなかったとき
problem-home = ホームへ戻る
problem-number = 番号：{ $status }
problem-help = お急ぎのときはお電話ください。{ $phone }（{ $hours }）
problem-title-400 = 送られた内容を読み取れませんでした
problem-text-400 = 前の画面に戻り、内容を確認して、もう一度送ってください。
problem-title-403 = この画面を開く権限がありません
problem-text-403 = 必要なときは、担当者に権限の追加を依頼してください。
problem-title-404 = ページが見つかりません
problem-text-404 = アドレスが変わったか、このページを見る権限がない可能性があります。
problem-title-429 = しばらくお待ちください
problem-text-429 = 短い時間に操作が続いたため、受け付けを止めています。数分後にもう一度お試しください。
problem-title-500 = 画面を表示できませんでした
problem-text-500 = こちらの不具合です。入力した内容が保存されたかどうかを、後ほど確認してください。
problem-title-503 = ただいまご利用いただけません
problem-text-503 = 準備中です。数分後にもう一度お試しください。
