tokens-title = APIトークン
tokens-fleet = すべての顧問先に使えるトークンです。ほかのプログラムからの接続に使います。
tokens-client = この顧問先だけに使えるトークンです。ほかのプログラムからの接続に使います。
tokens-name = 名前
tokens-name-hint = どのプログラムで使うかが分かる名前を付けてください。
tokens-access = できること
tokens-access-read = 読み取り
tokens-access-write = 読み取りと変更
tokens-access-admin = 監査記録と設定も含むすべて
tokens-expires = 期限
tokens-used = 最後の利用
tokens-unused = まだ使われていません
tokens-do = 操作
tokens-revoke = 無効にする
tokens-revoked = 無効
tokens-expired = 期限切れ
tokens-new = 新しいトークン
tokens-days = 使える期間
tokens-days-n = { $n }日間
tokens-make = トークンを作る
tokens-made = トークンを作りました
tokens-made-text = 「{ $name }」のトークンです。この画面にだけ表示されます。今すぐ安全な場所に控えてください。
tokens-back = 一覧に戻る

# 監査記録
act-token-create = APIトークン「{ $name }」を作りました
act-token-revoke = APIトークンを無効にしました
