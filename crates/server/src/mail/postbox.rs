//! A small mail server on loopback, with the manners that a test asks for.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Instead of an answer.
pub(crate) const SILENCE: &str = "";

/// What to answer when a line begins so; `CONNECT` stands for the greeting, `.` for the end of a mail.
type Manners = Vec<(&'static str, &'static str)>;

#[derive(Default)]
struct Seen {
    visits: usize,
    lines: Vec<String>,
    mails: Vec<String>,
}

pub(crate) struct Postbox {
    pub(crate) address: String,
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

impl Postbox {
    /// Takes every mail, but for these manners.
    pub(crate) async fn open(manners: &[(&'static str, &'static str)]) -> Self {
        let manners = manners.to_vec();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let seen = Arc::<Mutex<Seen>>::default();
        let kept = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                kept.lock().unwrap().visits += 1;
                let (kept, manners) = (Arc::clone(&kept), manners.clone());
                // A visitor may leave at any time.
                tokio::spawn(async move { talk(stream, &manners, &kept).await.is_ok() });
            }
        });
        Self { address, seen, task }
    }

    /// What came, byte for byte.
    pub(crate) fn mails(&self) -> Vec<String> {
        self.seen.lock().unwrap().mails.clone()
    }

    pub(crate) fn visits(&self) -> usize {
        self.seen.lock().unwrap().visits
    }

    /// Whether any line began so.
    pub(crate) fn heard(&self, start: &str) -> bool {
        self.seen.lock().unwrap().lines.iter().any(|line| line.starts_with(start))
    }

    /// From now on nobody listens at the address.
    pub(crate) async fn close(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }
}

async fn talk(stream: TcpStream, manners: &Manners, seen: &Mutex<Seen>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::from("CONNECT");
    let mut mail: Option<String> = None;
    loop {
        if let Some(text) = &mut mail
            && line != "."
        {
            text.push_str(line.strip_prefix('.').unwrap_or(&line));
            text.push_str("\r\n");
        } else {
            let odd = manners.iter().find(|(start, _)| line.starts_with(start)).map(|(_, answer)| *answer);
            let answer = odd.unwrap_or(match line.split([' ', ':']).next() {
                Some("CONNECT") => "220 postbox.test",
                Some("EHLO") => "250-postbox.test\r\n250 AUTH PLAIN",
                Some("AUTH") => "235 welcome",
                Some("DATA") => "354 go on",
                Some("QUIT") => "221 goodbye",
                _ => "250 well",
            });
            if answer == SILENCE {
                std::future::pending::<()>().await;
            }
            if line == "DATA" && odd.is_none() {
                mail = Some(String::new());
            } else if let Some(whole) = mail.take().filter(|_| odd.is_none()) {
                seen.lock().unwrap().mails.push(whole);
            }
            stream.get_mut().write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        line.truncate(line.trim_end().len());
        seen.lock().unwrap().lines.push(line.clone());
    }
}
