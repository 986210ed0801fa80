sample-title = 会社の情報
sample-name = 会社名
sample-hint = { $n }文字まで
sample-people = 人数
sample-save = 保存する
