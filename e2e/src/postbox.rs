//! A mail server on loopback that takes every mail and keeps it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;

/// The queue is looked at every second.
const ARRIVES_WITHIN: Duration = Duration::from_secs(20);

/// Listens until the test's process ends.
#[derive(Debug)]
pub struct Postbox {
    address: SocketAddr,
    mails: Arc<Mutex<Vec<String>>>,
}

impl Postbox {
    /// Opens at this address.
    ///
    /// # Panics
    /// When somebody else listens there.
    pub fn open_at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).expect("the address is free");
        let mails = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&mails);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A visitor may leave at any time.
                let _left = talk(stream, &kept);
            }
        });
        Self { address, mails }
    }

    /// The value for the setting `mail.server`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// The only mail, as a person reads it.
    ///
    /// # Panics
    /// When none came in time, or several.
    pub fn only_mail(&self) -> String {
        let start = Instant::now();
        loop {
            let mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner).clone();
            match mails.as_slice() {
                [] => assert!(start.elapsed() < ARRIVES_WITHIN, "no mail came"),
                [mail] => return text(mail),
                _ => panic!("{} mails came", mails.len()),
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn talk(mut stream: TcpStream, mails: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let lines = BufReader::new(stream.try_clone()?).lines();
    stream.write_all(b"220 postbox.test\r\n")?;
    let mut mail: Option<String> = None;
    for line in lines {
        let line = line?;
        let answer = match (&mut mail, line.as_str()) {
            (Some(_), ".") => {
                mails.lock().unwrap_or_else(PoisonError::into_inner).extend(mail.take());
                "250 taken"
            }
            (Some(text), line) => {
                text.push_str(line);
                text.push('\n');
                continue;
            }
            (None, "DATA") => {
                mail = Some(String::new());
                "354 go on"
            }
            (None, "QUIT") => "221 goodbye",
            (None, _) => "250 well",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes())?;
    }
    Ok(())
}

/// The body of a mail in Japanese: one part in base64.
fn text(mail: &str) -> String {
    let (head, body) = mail.split_once("\n\n").expect("a head and a body");
    assert!(head.to_lowercase().contains("content-transfer-encoding: base64"), "{head}");
    let bytes = base64::engine::general_purpose::STANDARD.decode(body.replace('\n', "")).expect("base64");
    String::from_utf8(bytes).expect("UTF-8")
}
