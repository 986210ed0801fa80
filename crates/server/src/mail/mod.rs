//! Mail out: messages to people, handed to the provider's mail server.
//!
//! Always holds: a message is handed over, or the caller gets `Unavailable` and tries again later; a server
//! that hangs costs [`LONGEST`] and no more. Over a network nothing is sent without TLS and a certificate
//! that the public authorities vouch for.

#[cfg(test)]
pub(crate) mod postbox;

use std::net::IpAddr;
use std::time::Duration;

use async_trait::async_trait;
use kakari_kernel::ports::{Message, Notifier};
use kakari_kernel::{Error, IdMaker, Result};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use url::Url;

/// From the connection to the server's receipt. Well below the lease of a job, so that no two workers send
/// the same mail.
const LONGEST: Duration = Duration::from_secs(30);
/// A message that was handed over is sent, whether the server says goodbye or not.
const GOODBYE: Duration = Duration::from_secs(2);
/// Submission over TLS and submission with STARTTLS (RFC 8314, RFC 6409).
const TLS_PORT: u16 = 465;
const PORT: u16 = 587;

/// How a connection is kept from being read on its way.
#[derive(Clone)]
enum Cover {
    /// From the first byte.
    Tls(TlsParameters),
    /// After STARTTLS; a server that does not offer it gets nothing.
    StartTls(TlsParameters),
    /// None, on this machine alone: nothing leaves it, and local servers have certificates of their own making.
    Loopback,
}

/// The mail server and the sender, as they were set.
#[derive(Clone)]
pub(crate) struct MailServer {
    host: String,
    port: u16,
    cover: Cover,
    credentials: Option<Credentials>,
    from: Mailbox,
}

impl MailServer {
    /// Reads the settings. Does not connect.
    ///
    /// # Errors
    /// The key of the setting that is wrong, and what would be right.
    pub(crate) fn new(
        server: &str,
        user: &str,
        password: &str,
        from: &str,
    ) -> Result<Self, (&'static str, String)> {
        let wrong = |why: &str| ("mail.server", format!("«{server}» cannot be used: {why}"));
        let url =
            Url::parse(server).map_err(|_| wrong("write smtps://mail.example:465 or smtp://localhost:25"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err((
                "mail.server",
                "user and password have settings of their own: mail.user and mail.password".into(),
            ));
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("end it after the port"));
        }
        let host = url
            .host_str()
            .map(|host| host.trim_matches(['[', ']']).to_owned())
            .filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| wrong("name a host, as smtps://mail.example:465"))?;
        let tls = || TlsParameters::new(host.clone()).map_err(|error| wrong(&error.to_string()));
        let (cover, port) = match url.scheme() {
            "smtps" => (Cover::Tls(tls()?), TLS_PORT),
            "smtp" if is_loopback(&host) => (Cover::Loopback, PORT),
            "smtp" => (Cover::StartTls(tls()?), PORT),
            _ => return Err(wrong("begin with smtps:// or smtp://")),
        };
        let credentials = match (user, password) {
            ("", "") => None,
            ("", _) => return Err(("mail.user", "there is a mail.password and no user to it".into())),
            (_, "") => return Err(("mail.password", "there is a mail.user and no password to it".into())),
            (user, password) => Some(Credentials::new(user.to_owned(), password.to_owned())),
        };
        let from: Mailbox = match from {
            "" => {
                return Err((
                    "mail.from",
                    "give the sender's address, as Kakari <noreply@mail.example>".into(),
                ));
            }
            from => from.parse().map_err(|_| {
                ("mail.from", format!("«{from}» is no address: write Kakari <noreply@mail.example>"))
            })?,
        };
        Ok(Self { host, port: url.port().unwrap_or(port), cover, credentials, from })
    }

    /// Connects and signs in, without sending anything.
    ///
    /// # Errors
    /// What the server or the network said, or that there was no answer within `longest`.
    pub(crate) async fn check(&self, longest: Duration) -> Result<()> {
        let mut connection = within(longest, self.connect()).await?;
        say_goodbye(&mut connection).await;
        Ok(())
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, smtp::Error> {
        // A name that belongs to the sender; the machine's own may not be known to anybody.
        let hello = ClientId::Domain(self.from.email.domain().to_owned());
        let (at_once, later) = match &self.cover {
            Cover::Tls(tls) => (Some(tls.clone()), None),
            Cover::StartTls(tls) => (None, Some(tls.clone())),
            Cover::Loopback => (None, None),
        };
        let address = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(address, None, &hello, at_once, None).await?;
        if let Some(tls) = later {
            connection.starttls(tls, &hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }
}

/// Sends through a mail server; without one, says so.
pub(crate) struct Mailer {
    server: Option<MailServer>,
    ids: IdMaker,
    longest: Duration,
}

impl Mailer {
    pub(crate) fn new(server: Option<MailServer>, ids: IdMaker) -> Self {
        Self { server, ids, longest: LONGEST }
    }
}

#[async_trait]
impl Notifier for Mailer {
    /// # Errors
    /// `Invalid` for an address that cannot be one; `Unavailable` for everything else.
    async fn send(&self, message: &Message) -> Result<()> {
        let Some(server) = &self.server else {
            return Err(Error::Unavailable("no mail server is set: give mail.server and mail.from".into()));
        };
        let mail = compose(&server.from, message, &self.ids)?;
        let hand_over = async {
            let mut connection = server.connect().await?;
            connection.send(mail.envelope(), &mail.formatted()).await?;
            Ok(connection)
        };
        let mut connection = within(self.longest, hand_over).await?;
        say_goodbye(&mut connection).await;
        Ok(())
    }
}

/// The mail as it travels. The header says that no person wrote it, so that nobody's absence answers it
/// (RFC 3834).
fn compose(from: &Mailbox, message: &Message, ids: &IdMaker) -> Result<lettre::Message> {
    let to: Mailbox = message
        .to
        .parse()
        .map_err(|_| Error::invalid("to", "this is no mail address that a server would take"))?;
    let automatic =
        HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into());
    let mut mail = lettre::Message::builder()
        .from(from.clone())
        .to(to)
        .subject(&message.subject)
        .message_id(Some(format!("<{}@{}>", ids.id(), from.email.domain())))
        .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(message.body.clone()))
        .map_err(Error::internal)?;
    mail.headers_mut().insert_raw(automatic);
    Ok(mail)
}

async fn within<T>(longest: Duration, talk: impl Future<Output = Result<T, smtp::Error>>) -> Result<T> {
    match tokio::time::timeout(longest, talk).await {
        Ok(done) => {
            done.map_err(|error| Error::Unavailable(format!("the mail server: {}", with_causes(&error))))
        }
        Err(_) => {
            Err(Error::Unavailable(format!("the mail server did not answer within {} s", longest.as_secs())))
        }
    }
}

async fn say_goodbye(connection: &mut AsyncSmtpConnection) {
    let _said = tokio::time::timeout(GOODBYE, connection.quit()).await;
}

/// The library's first line only says that something failed; the causes say what.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        let line = deeper.to_string();
        if !text.contains(&line) {
            text = format!("{text}: {line}");
        }
        cause = deeper.source();
    }
    text
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kakari_kernel::{SystemClock, SystemRng};
    use mail_parser::MessageParser;

    use super::postbox::{Postbox, SILENCE};
    use super::*;

    fn server(address: &str) -> MailServer {
        MailServer::new(&format!("smtp://{address}"), "", "", "かかり <noreply@mail.example>").unwrap()
    }

    fn mailer(server: MailServer) -> Mailer {
        let ids = IdMaker::new(Arc::new(SystemClock), Arc::new(SystemRng));
        Mailer { server: Some(server), ids, longest: Duration::from_millis(400) }
    }

    fn message(to: &str) -> Message {
        let body = "山田 様\n\n.\n.. 下のリンクを開いてください。\nhttps://kakari.example/x\n";
        Message {
            to: to.into(),
            subject: "かかり：ご利用の案内とサインイン用のリンクのお知らせ".into(),
            body: body.into(),
        }
    }

    #[tokio::test]
    async fn a_message_arrives_as_it_was_written() {
        let postbox = Postbox::open(&[]).await;
        let sent = message("yamada@example.jp");
        mailer(server(&postbox.address)).send(&sent).await.unwrap();
        let mails = postbox.mails();
        let mail = MessageParser::default().parse(&mails[0]).unwrap();
        assert_eq!(mail.subject(), Some(sent.subject.as_str()));
        assert_eq!(mail.body_text(0).unwrap().replace("\r\n", "\n"), sent.body);
        assert_eq!(mail.to().unwrap().first().unwrap().address(), Some("yamada@example.jp"));
        assert_eq!(mail.from().unwrap().first().unwrap().name(), Some("かかり"));
        assert!(mail.message_id().unwrap().ends_with("@mail.example") && mail.date().is_some());
        assert_eq!(mail.header_raw("Auto-Submitted").unwrap().trim(), "auto-generated");
        assert_eq!(mails.len(), 1);
    }

    #[tokio::test]
    async fn a_server_that_hangs_anywhere_costs_a_bounded_time_and_the_mail_is_tried_again() {
        for at in ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "."] {
            let postbox = Postbox::open(&[(at, SILENCE)]).await;
            let begun = std::time::Instant::now();
            let error =
                mailer(server(&postbox.address)).send(&message("yamada@example.jp")).await.unwrap_err();
            assert!(
                matches!(&error, Error::Unavailable(why) if why.contains("did not answer")),
                "{at}: {error}"
            );
            assert!(begun.elapsed() < Duration::from_secs(5), "{at}");
        }
    }

    #[tokio::test]
    async fn a_server_that_refuses_is_quoted_and_the_mail_is_tried_again() {
        for (at, answer) in [
            ("CONNECT", "554 5.7.1 not from you"),
            ("MAIL", "451 4.3.0 later"),
            ("RCPT", "550 5.1.1 no such user"),
            ("DATA", "452 4.3.1 the disk is full"),
            (".", "554 5.7.1 looks like spam"),
        ] {
            let postbox = Postbox::open(&[(at, answer)]).await;
            let error =
                mailer(server(&postbox.address)).send(&message("yamada@example.jp")).await.unwrap_err();
            let words = answer.split_once(' ').unwrap().1;
            assert!(matches!(&error, Error::Unavailable(why) if why.contains(words)), "{at}: {error}");
            assert!(postbox.mails().is_empty());
        }
    }

    #[tokio::test]
    async fn nobody_listening_and_no_server_set_are_unavailable() {
        let postbox = Postbox::open(&[]).await;
        let address = postbox.address.clone();
        postbox.close().await;
        let error = mailer(server(&address)).send(&message("yamada@example.jp")).await.unwrap_err();
        assert!(matches!(&error, Error::Unavailable(why) if why.contains("refused")), "{error}");
        let none = Mailer { server: None, ..mailer(server(&address)) };
        let error = none.send(&message("yamada@example.jp")).await.unwrap_err();
        assert!(matches!(&error, Error::Unavailable(why) if why.contains("mail.server")), "{error}");
    }

    #[tokio::test]
    async fn an_address_that_is_none_is_refused_before_a_server_hears_of_it() {
        let postbox = Postbox::open(&[]).await;
        for to in ["nobody", "a@b@c", "x@example.jp\r\nRCPT TO:<y@example.jp>", ""] {
            let error = mailer(server(&postbox.address)).send(&message(to)).await.unwrap_err();
            assert!(matches!(&error, Error::Invalid { field, .. } if field == "to"), "{to}: {error}");
        }
        assert_eq!(postbox.visits(), 0);
    }

    #[tokio::test]
    async fn a_subject_with_line_ends_adds_no_header() {
        let postbox = Postbox::open(&[]).await;
        let evil =
            Message { subject: "x\r\nBcc: y@example.jp\r\n\r\nz".into(), ..message("yamada@example.jp") };
        mailer(server(&postbox.address)).send(&evil).await.unwrap();
        let mails = postbox.mails();
        let mail = MessageParser::default().parse(&mails[0]).unwrap();
        assert!(mail.bcc().is_none() && mail.subject().unwrap().contains("Bcc"));
    }

    #[tokio::test]
    async fn a_server_that_says_no_goodbye_still_has_the_mail() {
        let postbox = Postbox::open(&[("QUIT", SILENCE)]).await;
        mailer(server(&postbox.address)).send(&message("yamada@example.jp")).await.unwrap();
        assert_eq!(postbox.mails().len(), 1);
    }

    #[tokio::test]
    async fn a_server_over_a_network_that_offers_no_tls_gets_neither_password_nor_mail() {
        let postbox = Postbox::open(&[]).await;
        let far =
            MailServer::new("smtp://mail.example", "kakari", "pass word", "noreply@mail.example").unwrap();
        let (host, port) = postbox.address.rsplit_once(':').unwrap();
        let far = MailServer { host: host.into(), port: port.parse().unwrap(), ..far };
        let error = mailer(far).send(&message("yamada@example.jp")).await.unwrap_err();
        assert!(matches!(&error, Error::Unavailable(why) if why.contains("STARTTLS")), "{error}");
        assert!(postbox.mails().is_empty() && !postbox.heard("AUTH"));
    }

    #[tokio::test]
    async fn the_check_connects_and_signs_in_but_sends_nothing() {
        let address = |postbox: &Postbox| format!("smtp://{}", postbox.address);
        let with =
            |address: &str| MailServer::new(address, "kakari", "pass word", "noreply@mail.example").unwrap();
        let postbox = Postbox::open(&[]).await;
        with(&address(&postbox)).check(Duration::from_secs(5)).await.unwrap();
        assert!(postbox.heard("AUTH PLAIN") && postbox.mails().is_empty());
        let strict = Postbox::open(&[("AUTH", "535 5.7.8 wrong user or password")]).await;
        let error = with(&address(&strict)).check(Duration::from_secs(5)).await.unwrap_err().to_string();
        assert!(error.contains("wrong user or password") && !error.contains("pass word"), "{error}");
    }

    #[test]
    fn a_setting_that_cannot_be_used_is_named() {
        const FROM: &str = "noreply@mail.example";
        for (server, user, password, from, key) in [
            ("mail.example", "", "", FROM, "mail.server"),
            ("https://mail.example", "", "", FROM, "mail.server"),
            ("smtps://", "", "", FROM, "mail.server"),
            ("smtps://u:p@mail.example", "", "", FROM, "mail.server"),
            ("smtps://mail.example/?tls=none", "", "", FROM, "mail.server"),
            ("smtps://mail.example:99999", "", "", FROM, "mail.server"),
            ("smtps://mail.example", "u", "", FROM, "mail.password"),
            ("smtps://mail.example", "", "p", FROM, "mail.user"),
            ("smtps://mail.example", "", "", "", "mail.from"),
            ("smtps://mail.example", "", "", "nobody", "mail.from"),
        ] {
            let refused = MailServer::new(server, user, password, from).err().map(|(key, _)| key);
            assert_eq!(refused, Some(key), "{server} {user} {from}");
        }
    }

    #[test]
    fn only_this_machine_is_reached_without_tls() {
        for (server, port, cover) in [
            ("smtps://mail.example", 465, "tls"),
            ("smtps://127.0.0.1:4465", 4465, "tls"),
            ("smtp://mail.example", 587, "starttls"),
            ("smtp://10.0.0.5:25", 25, "starttls"),
            ("smtp://localhost.example:25", 25, "starttls"),
            ("smtp://localhost:25", 25, "none"),
            ("smtp://127.0.0.1:25", 25, "none"),
            ("smtp://[::1]:25", 25, "none"),
        ] {
            let read = MailServer::new(server, "", "", "noreply@mail.example").unwrap();
            let word = match read.cover {
                Cover::Tls(_) => "tls",
                Cover::StartTls(_) => "starttls",
                Cover::Loopback => "none",
            };
            assert_eq!((read.port, word), (port, cover), "{server}");
        }
    }
}
