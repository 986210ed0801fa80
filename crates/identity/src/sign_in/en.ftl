# Sign-in
sign-in-title = Sign in
sign-in-email = Mail address
sign-in-password = Password
sign-in-password-hint = Without a password, you can receive a sign-in link by mail.
sign-in-enter = Sign in
sign-in-ask-link = Send me a link by mail
sign-in-passkey = Sign in with a passkey
sign-in-passkey-failed = The passkey could not be used. Please try again or sign in another way.
sign-in-provider = Sign in with { $name } (staff)
sign-in-help = If you need help, please call { $phone }.
sign-in-wrong = Please check the mail address and the password.
sign-in-again = To the sign-in page

# Links
sign-in-link-title = Hello { $name }
sign-in-link-text = Press the button to sign in. This link works once.
sign-in-link-invited = Press the button to begin. Then choose a password.
sign-in-over-title = This link cannot be used
sign-in-over-text = It was used already or is too old. Please begin again on the sign-in page.
sign-in-over-ask = Your advisor can make a new link for you.
sign-in-sent-title = Please check your mail
sign-in-sent-text = If { $email } is registered, a sign-in link is on its way. It works once, for 15 minutes.
sign-in-sent-missing = If it has not arrived in a few minutes, please look into the spam folder or ask your advisor.

# The provider's identity provider
sign-in-no-entry-title = You could not be signed in
sign-in-no-entry-away = The identity provider cannot be reached. Please wait a while or sign in another way.
sign-in-no-entry-refused = We could not confirm who you are. Please try again or sign in another way.

# Codes
sign-in-code-title = Enter the code
sign-in-code = Code
sign-in-code-hint = The six digits in your authenticator app. Without your phone, enter one of the recovery codes you kept.
sign-in-code-wrong = The code is wrong or was used already. Please enter a new one.

# Confirming
sign-in-confirm-title = Confirm that it is you
sign-in-confirm-text = We ask once more before an important step. It holds for 15 minutes.
sign-in-confirm-either = Enter either the password or the code.
sign-in-confirm-enter = Confirm
sign-in-confirm-wrong = Please check what you entered.
sign-in-confirm-none = You have no password yet. Please sign in again.
sign-in-confirm-back = Back

# Rules for passwords
sign-in-password-too-long = This is too long. Please choose a shorter one.
sign-in-password-easy = This password is easy to guess. Please combine several words.
sign-in-password-differs = Please type the same password twice.

# Mails
sign-in-mail-subject = { $service }: your sign-in link
sign-in-mail-body =
    Dear { $name },

    this is your sign-in link. It works once, for 15 minutes.
    { $link }

    If you did not ask for it, please delete this mail.
    { $provider }, { $phone }
sign-in-invitation-subject = { $service }: your invitation
sign-in-invitation-body =
    Dear { $name },

    you can now use { $service }. Please open this link within three days.
    { $link }

    If you have questions, please call us.
    { $provider }, { $phone }

# Audit
act-sign-in-enter = Signed in
act-sign-in-refuse = Sign-in was refused
act-sign-in-leave = Signed out
act-sign-in-ask-link = Asked for a sign-in link
act-sign-in-send-link = A sign-in link was sent
act-sign-in-make-demo-link = Made a demo link
