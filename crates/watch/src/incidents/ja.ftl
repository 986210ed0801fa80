# 対応待ち
incidents-queue = 対応待ち
incidents-queue-caption = 対応が終わっていない案件
incidents-as-of = { $time } 現在
incidents-whose = 担当で絞る
incidents-whose-all = すべて
incidents-whose-unassigned = 未割当
incidents-whose-mine = 自分の
incidents-new = 新着 { $n }件を表示
incidents-queue-empty = 対応待ちはありません
incidents-queue-empty-text = 新しい案件が見つかると、ここに表示されます。
incidents-take = 引き受ける
incidents-take-over = 担当を代わる
incidents-nobody = 担当者なし

# 案件
incidents-title = インシデント
incidents-caption = これまでの案件
incidents-number = 案件 { $number }
incidents-due = 残り
incidents-due-at = 期限
incidents-severity = 重さ
incidents-client = 顧問先
incidents-what = 内容
incidents-state = 段階
incidents-opened = 見つけた日時
incidents-assignee = 担当
incidents-host = 機器
incidents-kind = 種類
incidents-first = 最初の記録
incidents-last = 最後の記録
incidents-counts = 件数
incidents-counts-value = アラート { $alerts }件、イベント { $events }件
incidents-alerts-count = アラート { $n }件
incidents-unknown = 不明
incidents-do = あなたがすること
incidents-none = 対応が必要なことは見つかっていません
incidents-none-text = 届いた記録は自動で確認しています。
incidents-no-data = まだ記録が届いていません
incidents-no-data-text = 記録が届かないと、危険があるかどうかを確認できません。
incidents-todo-nothing = することはありません。
incidents-todo-answer = 担当者からの質問に答えてください。
incidents-todo-wait = 担当者が対応しています。連絡をお待ちください。

incidents-severity-critical = 最高
incidents-severity-high = 高
incidents-severity-medium = 中
incidents-severity-low = 低
incidents-level = 重さ
incidents-level-critical = 最高
incidents-level-high = 高
incidents-level-medium = 中
incidents-level-low = 低
incidents-level-informational = 参考

incidents-state-observed = 受付
incidents-state-triaged = 調査
incidents-state-declared = 対応中
incidents-state-contained = 広がりを止めた
incidents-state-eradicated = 原因を除いた
incidents-state-recovered = 復旧した
incidents-state-closed = 完了
incidents-function-detect = 検知
incidents-function-respond = 対応
incidents-function-recover = 復旧
incidents-function-identify = 識別

incidents-tactic-reconnaissance = 攻撃前の下調べ
incidents-tactic-resource-development = 攻撃の準備
incidents-tactic-initial-access = 外部からの侵入の動き
incidents-tactic-execution = 不審なプログラムの実行
incidents-tactic-persistence = 居座ろうとする動き
incidents-tactic-privilege-escalation = 管理者の権限を得ようとする動き
incidents-tactic-defense-evasion = 守りをすり抜けようとする動き
incidents-tactic-credential-access = パスワードを盗もうとする動き
incidents-tactic-discovery = 社内の様子を探る動き
incidents-tactic-lateral-movement = ほかの機器へ広がる動き
incidents-tactic-collection = データを集める動き
incidents-tactic-command-and-control = 外部の不審な相手との通信
incidents-tactic-exfiltration = データを持ち出す動き
incidents-tactic-impact = データを壊す動き
incidents-tactic-silence = 記録が届かない
incidents-tactic-other = ふだんと違う動き

# 案件の画面
incidents-what-we-know = わかっていること
incidents-next = 次にすること
incidents-move-to = 次の段階
incidents-move = 進める
incidents-move-observed = 受付に戻す
incidents-move-triaged = 調査を始める
incidents-move-declared = インシデントとして対応する
incidents-move-contained = 広がりを止めた
incidents-move-eradicated = 原因を除いた
incidents-move-recovered = 復旧した
incidents-move-closed = 完了する
incidents-reason = 理由
incidents-reason-hint = 完了するときは、次に生かすことを書いてください。
incidents-verdict = 判定
incidents-verdict-hint = 完了するときだけ選びます。
incidents-verdict-none = まだ決めない
incidents-verdict-real = 実際の攻撃や障害だった
incidents-verdict-harmless = 問題のない動きだった
incidents-verdict-false_positive = ルールの誤りだった
incidents-lesson = 次に生かすこと
incidents-lesson-none = なし
incidents-pause-open = 時計を止める
incidents-pause-why = 止める理由（顧問先に表示されます）
incidents-pause = 止める
incidents-resume = 時計を動かす
incidents-note = メモ
incidents-note-add = メモを残す
incidents-alerts = アラート
incidents-alert = アラート
incidents-key = 手がかり
incidents-events = イベント
incidents-story = 経過
incidents-who = 誰が
incidents-when = いつ
incidents-where = どこから
incidents-with = 何で
incidents-did = 何を
incidents-how = どうした
incidents-tool-web = 画面
incidents-tool-api = API
incidents-tool-cli = コマンド
incidents-tool-job = 自動
incidents-tool-ingest = 受信
incidents-act-opened = 案件を開いた（{ $severity }）
incidents-act-raised = 重さを上げた（{ $severity }）
incidents-act-taken = 引き受けた
incidents-act-moved = 段階を進めた（{ $state }）
incidents-act-paused = 時計を止めた
incidents-act-resumed = 時計を動かした
incidents-act-noted = メモを残した
incidents-act-returned = 記録がまた届いた
incidents-conflict = ほかの人が先に変更しました
incidents-conflict-text = あなたの変更はまだ保存されていません。今の内容を確認して、必要ならもう一度操作してください。
incidents-conflict-line = { $when } { $who }：{ $what }

# 顧問先への説明
incidents-plain-observed = 気になる動きを見つけました。内容を確認しています。
incidents-plain-triaged = 担当者が詳しく調べています。
incidents-plain-declared = 対応が必要と判断し、担当者が対応しています。
incidents-plain-contained = 広がりを止めました。原因を調べています。
incidents-plain-eradicated = 原因を取り除きました。元に戻す作業をしています。
incidents-plain-recovered = 元どおりに使えるようになりました。最後の確認をしています。
incidents-plain-closed = この件の対応は終わりました。
incidents-plain-host = 機器：{ $host }（最初の記録は { $when }）
incidents-plain-answer = 担当者が、あなたのお返事を待っています。
incidents-plain-leave = できれば「{ $host }」を使わずに、電源は入れたままにしてください。
incidents-plain-silence = 「{ $host }」の電源と配線を確認してください。
incidents-plain-call = 急ぐときやわからないときは、お電話ください。{ $phone }（{ $hours }）
incidents-plain-outcome = 結果
incidents-plain-verdict-real = 実際に問題がありました。対応は終わっています。
incidents-plain-verdict-harmless = 問題のない動きでした。
incidents-plain-verdict-false_positive = 確認の結果、問題はありませんでした。
incidents-plain-story = これまでにしたこと
incidents-plain-opened = 気になる動きを見つけました
incidents-plain-paused = あなたのお返事を待ち始めました
incidents-plain-resumed = 対応を再開しました
incidents-plain-returned = 記録がまた届くようになりました
incidents-plain-moved-triaged = 担当者が調査を始めました
incidents-plain-moved-declared = 対応が必要と判断しました
incidents-plain-moved-contained = 広がりを止めました
incidents-plain-moved-eradicated = 原因を取り除きました
incidents-plain-moved-recovered = 元どおりに使えるようにしました
incidents-plain-moved-closed = 対応を終えました

# カルテとレポート
incidents-panel-open = 対応中の案件が { $n }件あります。
incidents-panel-none = 対応中の案件はありません。
incidents-panel-no-data = 記録が届いていないため、確認できていません。
incidents-panel-fact-open = 対応中
incidents-panel-fact-waiting = 担当者なし
incidents-report-title = 見つけたことと対応
incidents-report-no-data = 記録が届かなかったため、確認できませんでした。
incidents-report-none = 届いた記録を確認し、{ $alerts }件の気になる記録がありましたが、対応が必要なものはありませんでした。
incidents-report-some = { $alerts }件の気になる記録から、{ $n }件を案件として確認しました。
incidents-report-caption = 今月の案件
incidents-report-when = 日付
incidents-report-host = 機器
incidents-report-what = 内容
incidents-report-state = 段階
incidents-report-do = あなたがすること
incidents-report-deed = 「{ $host }」の{ $what }を確認し、対応を終えました。

# 所見
sign-incident-open = { $host ->
    [none] 会社のネットワーク
   *[other] { $host }
}で、{ $tactic ->
    [reconnaissance] 攻撃前の下調べ
    [initial-access] 外部からの侵入の動き
    [execution] 不審なプログラムの実行
    [persistence] 居座ろうとする動き
    [privilege-escalation] 管理者の権限を得ようとする動き
    [defense-evasion] 守りをすり抜けようとする動き
    [credential-access] パスワードを盗もうとする動き
    [discovery] 社内の様子を探る動き
    [lateral-movement] ほかの機器へ広がる動き
    [collection] データを集める動き
    [command-and-control] 外部の不審な相手との通信
    [exfiltration] データを持ち出す動き
    [impact] データを壊す動き
   *[other] ふだんと違う動き
}が見つかり、担当者が確認しています。
sign-incident-open-todo = 担当者からの質問に答える
sign-incident-open-howto =
    インシデントの画面を開き、担当者からの質問を読みます。
    わかる範囲で、電話か相談の画面から答えます。
sign-incident-open-short = 調べている案件

act-incident-take = 案件を引き受けました
act-incident-move = 案件の段階を進めました
act-incident-pause = 案件の時計を止めました
act-incident-resume = 案件の時計を動かしました
act-incident-note = 案件にメモを残しました
