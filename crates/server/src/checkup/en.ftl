checkup-page-title = Check-up
checkup-page-reasons = Reasons
checkup-page-to-do = What to do
checkup-page-checked = What was looked at
checkup-page-not-checked = What could not be looked at
checkup-page-minutes = about { $n } min

checkup-letter-a = A
checkup-letter-b = B
checkup-letter-c = C
checkup-letter-d = D
checkup-letter-unknown = unknown

checkup-grade-a = Nothing of concern was found in what was looked at.
checkup-grade-b = There is no great danger. Some things should be put right soon.
checkup-grade-c = Some things should be dealt with this week.
checkup-grade-d = Something needs to be done at once.
checkup-grade-unknown = Too little could be read to tell. This does not mean that all is well.

checkup-page-comma = {", "}
checkup-grade-gaps = {" "}Not looked at: { $list }.

checkup-what-os = operating system
checkup-what-packages = installed software
checkup-what-exposures = known weaknesses
checkup-what-sign-ins = sign-in logs
checkup-what-ports = ports open to others
checkup-what-users = accounts
checkup-what-passwords = accounts without a password
checkup-what-ssh = SSH settings

checkup-seen-os = Operating system: { $name }
checkup-seen-packages = Installed packages: { $n }
checkup-seen-exposures = Known weaknesses: { $n }
checkup-seen-sign-ins = Sign-in logs: { $lines } lines ({ $failed } failed, { $succeeded } succeeded)
checkup-seen-ports = Ports open to others: { $n } { $list }
checkup-seen-users = Accounts that can sign in: { $n }
checkup-seen-ssh = SSH settings

checkup-os-ended-sentence = Updates for { $os } ended on { $date }. New weaknesses are no longer mended.
checkup-os-ended-todo = Replace the operating system
checkup-os-ended-howto =
    Back up the data that matters.
    Ask your supplier or your advisor to move the machine to a newer release.
    Until then keep it from being reached from the internet.
checkup-os-ends-sentence = Updates for { $os } end on { $date }.
checkup-os-ends-todo = Plan a newer operating system
checkup-os-ends-howto =
    Choose a day before { $date }.
    Ask your supplier or your advisor to move the machine.
checkup-updates-stale-sentence = No software was updated for { $days } days.
checkup-updates-stale-todo = Update the software
checkup-updates-stale-howto =
    As administrator run: apt update && apt upgrade (dnf upgrade where RPM is used)
    Check that automatic updates (unattended-upgrades or dnf-automatic) are on.
checkup-exposed-now-sentence = { $n } weaknesses should be mended at once.
checkup-exposed-now-todo = Update { $package }
checkup-exposed-now-howto =
    As administrator update { $package } to its newest version.
    Then run this check-up again.
checkup-exposed-soon-sentence = { $n } weaknesses should be mended by a set date.
checkup-exposed-soon-todo = Update { $package }
checkup-exposed-soon-howto =
    As administrator update { $package } to its newest version.
    Then run this check-up again.
checkup-exposed-watch-sentence = { $n } weaknesses can wait for the next update.
checkup-exposed-watch-todo = Wait for the next update
checkup-exposed-watch-howto = The usual updates mend them.
checkup-guessed-sentence = After { $n } or more failures, somebody signed in from { $from }.
checkup-guessed-todo = Look into a sign-in nobody may know of
checkup-guessed-howto =
    Ask those who use the machine whether they know { $from }.
    If nobody does, take the machine off the network, leave it switched on, and call your advisor.
checkup-guessing-sentence = { $n } sign-ins from { $from } failed. Somebody is guessing passwords.
checkup-guessing-todo = Narrow sign-in from outside
checkup-guessing-howto =
    If nobody uses SSH from outside, close port 22 at the router.
    If somebody does, allow keys only and set PasswordAuthentication no.
checkup-port-open-sentence = Port { $port } ({ $service }) is open to others.
checkup-port-open-todo = Close port { $port }
checkup-port-open-howto =
    If it is not used, stop the service.
    If it is used, let the firewall allow only the machines that need it.
checkup-second-root-sentence = { $name } has the same power as root.
checkup-second-root-todo = Look into { $name }
checkup-second-root-howto =
    Ask whoever looks after the machine whether they made it.
    If nobody did, do not remove it and call your advisor.
checkup-no-password-sentence = { $name } gets in without a password.
checkup-no-password-todo = Give { $name } a password
checkup-no-password-howto =
    As administrator run passwd { $name }.
    If nobody uses the account, lock it with passwd -l { $name }.
checkup-ssh-empty-sentence = SSH lets accounts without a password in.
checkup-ssh-empty-todo = Stop SSH without a password
checkup-ssh-empty-howto =
    Set PermitEmptyPasswords no in sshd_config.
    Run systemctl reload ssh.
checkup-ssh-root-sentence = SSH lets root in with a password alone.
checkup-ssh-root-todo = Stop root's SSH sign-in
checkup-ssh-root-howto =
    Set PermitRootLogin no in sshd_config.
    Run systemctl reload ssh.
checkup-ssh-password-sentence = SSH accepts passwords. Keys are safer.
checkup-ssh-password-todo = Use keys only for SSH
checkup-ssh-password-howto =
    Register the keys of those who use it, then set PasswordAuthentication no.
