sensors-title = センサー
sensors-caption = 記録の送り元
sensors-name = 名前
sensors-name-hint = 例：本社のUTM
sensors-kind = 受け取り方
sensors-kind-http = HTTP
sensors-kind-http-hint = トークンを使って送ります。
sensors-kind-syslog = syslog
sensors-kind-syslog-hint = 設定ファイルで決めた受信口に送ります。
sensors-kind-upload = ファイル
sensors-kind-upload-hint = 人がファイルを取り込みます。届かなくなっても知らせません。
sensors-zone = 時刻の地域
sensors-zone-hint = 地域の書かれていない時刻に使います。例：Asia/Tokyo
sensors-zone-wrong = 「Asia/Tokyo」のように書いてください。
sensors-device = 機器の種類
sensors-device-auto = 内容から判断する
sensors-add = センサーを加える
sensors-state = 状態
sensors-heard = 最後に届いた記録
sensors-never = 一度も届いていません
sensors-never-text = まだ一度も記録が届いていません。設定を確認してください。
sensors-good = 届いています
sensors-good-text = 記録が届いています（最後は { $when }）
sensors-silent = 届いていません
sensors-silent-since = { $when } から記録が届いていません
sensors-retired = 停止
sensors-retired-since = { $when } に使うのをやめました
sensors-no-data = まだ何も届いていません
sensors-no-data-text = 記録が届くまで、この会社の状態は判断できません。
sensors-made = 「{ $name }」を加えました
sensors-token-once = トークンは、この画面で一度だけ表示します
sensors-token-text = 送る側の機器に設定してください。失くしたときは、新しいトークンを作れます。
sensors-to-sensor = センサーの画面へ
sensors-setup = 送る側の設定
sensors-setup-text = 使っている製品の設定を写してください。
sensors-day = 24時間のイベント
sensors-rate = 1時間あたり { $n }件
sensors-week = 7日間のイベント
sensors-unreadable = 読み取れなかった記録
sensors-unreadable-note = 7日間。理由とともに残しています。
sensors-refused = 断った受信
sensors-aside = { $n }個のまとまりを処理できず、脇に置いています
sensors-retry = もう一度処理する
sensors-examples = 読み取れなかった記録の例
sensors-received = 届いた日時
sensors-why = 理由
sensors-raw = 内容
sensors-settings = 設定
sensors-save = 保存する
sensors-token-new = 新しいトークンを作る
sensors-retire = 使うのをやめる
sensors-panel-no-data = 記録が一度も届いていません。
sensors-panel-good = すべてのセンサーから記録が届いています。
sensors-panel-silent = { $n }台のセンサーから記録が届いていません。
sensors-panel-count = センサー

# 所見
sign-sensor-silent = 「{ $name }」から24時間以上、記録が届いていません。
sign-sensor-silent-todo = 「{ $name }」の電源と配線を確認する
sign-sensor-silent-howto =
    「{ $name }」の電源ランプがついているかを見ます。
    ケーブルが抜けていないかを見ます。
    直らないときは、お電話ください。
sign-no-data = 記録が一度も届いていません。状態を判断できません。
sign-no-data-todo = 記録を送る設定をする
sign-no-data-howto =
    担当者と日時を決めて、機器の設定をします。
sign-batch-aside = 「{ $name }」から届いた記録の一部を処理できませんでした。担当者が確認します。
sign-batch-aside-todo = することはありません
sign-batch-aside-howto =
    担当者がセンサーの画面で理由を確認します。
sign-sensor-silent-short = 機器の沈黙
sign-no-data-short = 記録がない
sign-batch-aside-short = 処理できない記録

act-sensor-add = センサーを追加しました
act-sensor-change = センサーを変更しました
act-sensor-retire = センサーの使用を終えました
act-sensor-token = センサーのトークンを交換しました
act-sensor-retry = 処理できなかった記録をもう一度処理しました
