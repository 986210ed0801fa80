checkup-page-title = 健康診断
checkup-page-reasons = 判定の理由
checkup-page-to-do = していただくこと
checkup-page-checked = 調べたこと
checkup-page-not-checked = 調べられなかったこと
checkup-page-minutes = 約{ $n }分

checkup-letter-a = A
checkup-letter-b = B
checkup-letter-c = C
checkup-letter-d = D
checkup-letter-unknown = 不明

checkup-grade-a = 調べた範囲では、気になる点は見つかりませんでした。
checkup-grade-b = 大きな危険はありません。近いうちに直したい点があります。
checkup-grade-c = 今週のうちに手を打ちたい点があります。
checkup-grade-d = すぐに対応が必要です。
checkup-grade-unknown = 読めるものが少なく、良い悪いを判定できません。「問題なし」という意味ではありません。

checkup-page-comma = 、
checkup-grade-gaps = ただし、{ $list }は調べられませんでした。

checkup-what-os = 基本ソフト
checkup-what-packages = 入っているソフト
checkup-what-exposures = 知られている弱点
checkup-what-sign-ins = サインインの記録
checkup-what-ports = 外に開いている口
checkup-what-users = 利用者
checkup-what-passwords = パスワードのない利用者
checkup-what-ssh = SSHの設定

checkup-seen-os = 基本ソフト：{ $name }
checkup-seen-packages = 入っているソフト：{ $n }個
checkup-seen-exposures = 知られている弱点：{ $n }件
checkup-seen-sign-ins = サインインの記録：{ $lines }行（失敗 { $failed }、成功 { $succeeded }）
checkup-seen-ports = 外に開いている口：{ $n }個 { $list }
checkup-seen-users = サインインできる利用者：{ $n }人
checkup-seen-ssh = SSHの設定

checkup-os-ended-sentence = { $os } は { $date } で更新が終わっています。新しい弱点はもう直されません。
checkup-os-ended-todo = 基本ソフトを新しくする
checkup-os-ended-howto =
    大事なデータのバックアップを取ります。
    新しい版への移し替えを、機械を納めた会社か担当者に頼みます。
    それまでは、この機械をインターネットから直接つながらないようにします。
checkup-os-ends-sentence = { $os } の更新は { $date } で終わります。
checkup-os-ends-todo = 基本ソフトを新しくする予定を立てる
checkup-os-ends-howto =
    { $date } より前の日を決めます。
    移し替えを、機械を納めた会社か担当者に頼みます。
checkup-updates-stale-sentence = ソフトの更新が{ $days }日間行われていません。
checkup-updates-stale-todo = ソフトを更新する
checkup-updates-stale-howto =
    管理者で次を実行します： apt update && apt upgrade （RPM系では dnf upgrade）
    自動更新（unattended-upgrades や dnf-automatic）が動いているか確かめます。
checkup-exposed-now-sentence = すぐに直すべき弱点が{ $n }件あります。
checkup-exposed-now-todo = { $package } を更新する
checkup-exposed-now-howto =
    管理者で { $package } を新しい版に更新します。
    終わったら、もう一度この診断を行います。
checkup-exposed-soon-sentence = 期限を決めて直したい弱点が{ $n }件あります。
checkup-exposed-soon-todo = { $package } を更新する
checkup-exposed-soon-howto =
    管理者で { $package } を新しい版に更新します。
    終わったら、もう一度この診断を行います。
checkup-exposed-watch-sentence = 次の更新のときに直ればよい弱点が{ $n }件あります。
checkup-exposed-watch-todo = 次の更新を待つ
checkup-exposed-watch-howto = いつもの更新で直ります。
checkup-guessed-sentence = { $from } から{ $n }回以上失敗した後に、サインインされています。
checkup-guessed-todo = 見覚えのないサインインを調べる
checkup-guessed-howto =
    { $from } に心当たりがあるか、使う人に聞きます。
    心当たりがなければ、機械をネットワークから切り離し、電源は切らずに担当者へ電話します。
checkup-guessing-sentence = { $from } からサインインが{ $n }回失敗しています。パスワードを試されています。
checkup-guessing-todo = 外からのサインインを絞る
checkup-guessing-howto =
    外からSSHを使わないなら、ルーターで22番の口を閉じます。
    使うなら、鍵だけで入れるようにして PasswordAuthentication no にします。
checkup-port-open-sentence = { $port }番の口（{ $service }）が外に開いています。
checkup-port-open-todo = { $port }番の口を閉じる
checkup-port-open-howto =
    使っていなければ、その機能を止めます。
    使っていれば、社内の決まった機械だけからつながるように防火壁で絞ります。
checkup-second-root-sentence = { $name } が管理者（root）と同じ力を持っています。
checkup-second-root-todo = { $name } を調べる
checkup-second-root-howto =
    作った覚えがあるか、管理する人に聞きます。
    覚えがなければ、消さずにそのまま担当者へ電話します。
checkup-no-password-sentence = { $name } はパスワードなしで入れます。
checkup-no-password-todo = { $name } にパスワードを付ける
checkup-no-password-howto =
    管理者で passwd { $name } を実行します。
    使っていない利用者なら passwd -l { $name } で止めます。
checkup-ssh-empty-sentence = SSHが、パスワードのない利用者を通す設定です。
checkup-ssh-empty-todo = パスワードなしのSSHを止める
checkup-ssh-empty-howto =
    sshd_config で PermitEmptyPasswords no にします。
    systemctl reload ssh を実行します。
checkup-ssh-root-sentence = SSHで、管理者（root）がパスワードだけで入れます。
checkup-ssh-root-todo = rootのSSHサインインを止める
checkup-ssh-root-howto =
    sshd_config で PermitRootLogin no にします。
    systemctl reload ssh を実行します。
checkup-ssh-password-sentence = SSHがパスワードで入れる設定です。鍵のほうが安全です。
checkup-ssh-password-todo = SSHを鍵だけにする
checkup-ssh-password-howto =
    使う人の鍵を登録してから、PasswordAuthentication no にします。
