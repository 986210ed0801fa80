home-title = ホーム
home-as-of = { $date }現在
home-standing = 今の状態
home-tasks = { $n ->
    [0] 今月すること
   *[other] 今月すること（{ $n }つ）
  }
home-tasks-none = 今すぐしていただくことはありません。
home-tasks-ours = 私たちが対応しています。していただくことが出たら、ここに出てお知らせします。
home-tasks-unknown = 記録が届くようになると、ここに「すること」が出ます。
home-task-note = 約{ $minutes }分・{ $due }まで
home-why = どうして必要ですか
home-why-more = 元の記録を見る
home-how = やり方を見る
home-done = やりました
home-help = 手伝ってもらう
home-help-body = 「{ $task }」を手伝ってください。
home-answered-done = 確認中
home-answered-help = お手伝いします
home-answered-done-long = ありがとうございます。直ったことを確認できると、この項目は消えます。
home-answered-help-long = 担当者がお手伝いします。返事をお待ちください。
home-seen = 今月わかったこと
home-report = { $month }のレポートを開く
home-ask = 聞いてみる

act-todo-answer = 「すること」に答えました
