//! HTTP/1.1 over plain sockets: one connection for each request, cookies, forms, bodies of any size and kind.
//!
//! Written out, because the tests send what no proper client would.

use std::collections::BTreeMap;
use std::io::{BufReader, Read, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

use crate::html;

/// No answer of a server that is well takes longer.
const LONGEST: Duration = Duration::from_secs(60);

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The answer, if it has this status.
    ///
    /// # Panics
    /// With the body, if it has another.
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }
}

/// A visitor with a cookie jar.
#[derive(Debug, Clone)]
pub struct Visitor {
    address: SocketAddr,
    cookies: BTreeMap<String, String>,
    bearer: Option<String>,
}

impl Visitor {
    pub fn to(address: SocketAddr) -> Self {
        Self { address, cookies: BTreeMap::new(), bearer: None }
    }

    /// A program with a token.
    pub fn with_token(address: SocketAddr, token: &str) -> Self {
        Self { bearer: Some(token.to_owned()), ..Self::to(address) }
    }

    /// Whom the visitor visits.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Somebody else, who is not signed in.
    #[must_use]
    pub fn stranger(&self) -> Self {
        Self::to(self.address)
    }

    /// The same visitor at a server that has moved.
    #[must_use]
    pub fn moved_to(&self, address: SocketAddr) -> Self {
        Self { address, ..self.clone() }
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, &[], b"")
    }

    /// The page at the end of all redirects.
    pub fn follow(&mut self, path: &str) -> Answer {
        let mut answer = self.get(path);
        for _ in 0..5 {
            let Some(next) = answer.header("location").map(str::to_owned) else { return answer };
            answer = self.get(&next);
        }
        panic!("{path} redirects in a circle")
    }

    /// Sends a form as it is.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send("POST", path, &[("content-type", "application/x-www-form-urlencoded")], body.as_bytes())
    }

    /// Opens the page with a form, fills the form in and sends it, as a person does: the hidden fields go
    /// along.
    pub fn submit(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let form = self.get(page).expect(200).text();
        let hidden = html::hidden_fields(&form);
        let mut all: Vec<(&str, &str)> = hidden
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|(name, _)| fields.iter().all(|(given, _)| given != name))
            .collect();
        all.extend_from_slice(fields);
        self.post(action, &all)
    }

    /// The same for a form with a file.
    pub fn submit_file(&mut self, page: &str, fields: &[(&str, &str)], file: (&str, &[u8])) -> Answer {
        const BOUNDARY: &str = "e2e-boundary-e2e";
        let hidden = html::hidden_fields(&self.get(page).expect(200).text());
        let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let mut body = Vec::new();
        for (name, value) in hidden.chain(fields.iter().copied()) {
            let part =
                format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        let (name, bytes) = file;
        let head = format!("content-disposition: form-data; name=\"file\"; filename=\"{name}\"");
        body.extend(
            format!("--{BOUNDARY}\r\n{head}\r\ncontent-type: application/octet-stream\r\n\r\n").into_bytes(),
        );
        body.extend(bytes);
        body.extend(format!("\r\n--{BOUNDARY}--\r\n").into_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send("POST", page, &[("content-type", &kind)], &body)
    }

    /// Sends any request.
    ///
    /// # Panics
    /// When the server does not answer.
    pub fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.try_send(method, path, headers, body)
            .unwrap_or_else(|error| panic!("{method} {path}: no answer: {error}"))
    }

    /// Sends any request.
    ///
    /// # Errors
    /// When the connection fails or breaks off.
    pub fn try_send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> std::io::Result<Answer> {
        let mut head = format!("{method} {} HTTP/1.1\r\n", self.local(path));
        let mut add = |name: &str, value: &str| head.push_str(&format!("{name}: {value}\r\n"));
        add("host", &self.address.to_string());
        add("connection", "close");
        if method != "GET" {
            add("content-length", &body.len().to_string());
        }
        if let Some(token) = &self.bearer {
            add("authorization", &format!("Bearer {token}"));
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            add("cookie", &pairs.join("; "));
        }
        for (name, value) in headers {
            add(name, value);
        }
        head.push_str("\r\n");
        let stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(LONGEST))?;
        stream.set_write_timeout(Some(LONGEST))?;
        let mut writing = stream.try_clone()?;
        let answer = std::thread::scope(|scope| {
            // A server may answer before it has read everything, and close: the answer is what counts.
            scope.spawn(move || {
                writing.write_all(head.as_bytes()).and_then(|()| writing.write_all(body)).is_ok()
            });
            read_answer(&stream)
        })?;
        self.keep_cookies(&answer);
        Ok(answer)
    }

    /// The session's cookies, for the browser.
    pub fn cookies(&self) -> &BTreeMap<String, String> {
        &self.cookies
    }

    /// Whole addresses of this server become paths.
    fn local<'p>(&self, path: &'p str) -> &'p str {
        let rest = path.strip_prefix(&format!("http://{}", self.address)).unwrap_or(path);
        if rest.is_empty() { "/" } else { rest }
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        for (_, value) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let Some((name, value)) = value.split(';').next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

fn read_answer(stream: &TcpStream) -> std::io::Result<Answer> {
    let mut reader = BufReader::new(stream);
    let (status, headers) = read_head(&mut reader)?;
    let named = |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let mut body = Vec::new();
    if named("transfer-encoding") == Some("chunked") {
        read_chunks(&mut reader, &mut body)?;
    } else if let Some(length) = named("content-length").and_then(|length| length.parse().ok()) {
        body = vec![0; length];
        reader.read_exact(&mut body)?;
    } else {
        reader.read_to_end(&mut body)?;
    }
    Ok(Answer { status, headers, body })
}

fn read_head(reader: &mut impl std::io::BufRead) -> std::io::Result<(u16, Vec<(String, String)>)> {
    let status = line(reader)?.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(broken)?;
    let mut headers = Vec::new();
    loop {
        let line = line(reader)?;
        if line.is_empty() {
            return Ok((status, headers));
        }
        let (name, value) = line.split_once(':').ok_or_else(broken)?;
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
}

fn read_chunks(reader: &mut impl std::io::BufRead, body: &mut Vec<u8>) -> std::io::Result<()> {
    loop {
        let size = u64::from_str_radix(line(reader)?.trim(), 16).map_err(|_| broken())?;
        reader.by_ref().take(size).read_to_end(body)?;
        line(reader)?;
        if size == 0 {
            return Ok(());
        }
    }
}

fn line(reader: &mut impl std::io::BufRead) -> std::io::Result<String> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    if !line.ends_with('\n') {
        return Err(broken());
    }
    Ok(line.trim_end().to_owned())
}

fn broken() -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::UnexpectedEof, "the answer broke off")
}
