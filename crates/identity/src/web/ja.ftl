# 試行が続いたとき
web-wait-title = しばらくお待ちください
web-wait-text = 短い時間に試行が続いたため、受け付けを止めています。{ $time }（およそ{ $wait }後）から、もう一度お試しいただけます。

# メニュー
nav-home = ホーム
nav-reports = レポート
nav-company = 会社の情報
nav-group = グループ
nav-programme = 事業の状況
nav-round = 今日の巡回
nav-queue = 対応待ち
nav-clients = 顧問先
nav-settings = 設定

# 役割
role-owner = 顧問先の担当者
role-executive = グループの経営者
role-advisor = かかりつけ担当
role-operator = 監視デスク
role-admin = 管理者
role-programme = 事業事務局
role-read-only = 閲覧のみ
