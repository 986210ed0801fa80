//! Syslog over UDP and TCP. A listener is bound to one sensor: all that arrives is that sensor's.
//!
//! Datagrams and messages gather in a bounded buffer and go onto the spool together, at the latest after
//! [`GATHER`]. When the buffer is full, TCP senders wait; datagrams cannot wait and are counted as dropped.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kakari_kernel::{Error, Id, OrgScope, Result};
use kakari_normalize::limits::MAX_RECORD_BYTES;
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::{Notify, Semaphore};

use super::deliver::{Delivery, accept};
use super::framing::push_frame;
use super::store::Format;
use crate::watch::{Listener, Transport};
use crate::{Watch, sensors};

/// How long the first record of a batch waits for company.
const GATHER: Duration = Duration::from_millis(250);
/// A batch of this size does not wait.
const BATCH_BYTES: usize = 1 << 20;
const BUFFER_BYTES_MAX: usize = 16 << 20;
const CONNECTIONS_MAX: usize = 512;
/// A sender that says nothing for so long is taken for gone.
const QUIET_MAX: Duration = Duration::from_hours(1);

/// Listens until [`Watch::stop`].
///
/// # Errors
/// `Unavailable` when the address cannot be listened on, `NotFound` when there is no such sensor.
pub(crate) async fn listen(watch: Watch, listener: Listener) -> Result<()> {
    let sensor = sensors::by_id(&watch, listener.sensor).await?;
    let in_use = |error: std::io::Error| {
        Error::Unavailable(format!(
            "cannot listen for syslog on {}: {error}; is another program there, may we use this port?",
            listener.address
        ))
    };
    let intake = Arc::new(Intake::default());
    let gathering = gather(&watch, sensor.scope, sensor.id, &intake);
    match listener.transport {
        Transport::Udp => {
            let socket = UdpSocket::bind(listener.address).await.map_err(in_use)?;
            tokio::select! {
                () = datagrams(&socket, &intake) => {}
                () = gathering => {}
            }
        }
        Transport::Tcp => {
            let socket = TcpListener::bind(listener.address).await.map_err(in_use)?;
            tokio::select! {
                () = connections(&watch, &socket, &intake) => {}
                () = gathering => {}
            }
        }
    }
    Ok(())
}

/// Records that wait to go onto the spool together.
#[derive(Debug, Default)]
struct Intake {
    gathered: Mutex<Gathered>,
    filled: Notify,
}

#[derive(Debug, Default)]
struct Gathered {
    frames: Vec<u8>,
    records: u64,
    dropped: u64,
}

impl Intake {
    /// False when there is no room.
    fn push(&self, record: &[u8], is_piece: bool) -> bool {
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        if gathered.frames.len() + record.len() > BUFFER_BYTES_MAX {
            return false;
        }
        push_frame(&mut gathered.frames, record, is_piece);
        gathered.records += 1;
        let is_first = gathered.records == 1;
        let is_full = gathered.frames.len() >= BATCH_BYTES;
        drop(gathered);
        if is_first || is_full {
            self.filled.notify_one();
        }
        true
    }

    /// Waits for room instead of dropping.
    async fn push_or_wait(&self, record: &[u8], is_piece: bool) {
        while !self.push(record, is_piece) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn drop_one(&self) {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner).dropped += 1;
    }

    fn size(&self) -> usize {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner).frames.len()
    }

    fn take(&self) -> Gathered {
        std::mem::take(&mut *self.gathered.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Puts what was gathered onto the spool, until the watch stops; then what is left, once more.
async fn gather(watch: &Watch, scope: OrgScope, sensor: Id, intake: &Intake) {
    let stopped = watch.stopped();
    tokio::pin!(stopped);
    loop {
        let stopping = tokio::select! {
            () = intake.filled.notified() => false,
            () = &mut stopped => true,
        };
        if !stopping && intake.size() < BATCH_BYTES {
            tokio::select! {
                () = tokio::time::sleep(GATHER) => {}
                () = intake.filled.notified() => {}
            }
        }
        let gathered = intake.take();
        note_dropped(watch, &scope, sensor, gathered.dropped).await;
        if gathered.records > 0 {
            spool(watch, &scope, sensor, &gathered, stopping).await;
        }
        if stopping {
            return;
        }
    }
}

/// Tries until it is on disk. While it waits the buffer fills, which slows TCP senders down. A watch that
/// stops tries once.
async fn spool(watch: &Watch, scope: &OrgScope, sensor: Id, gathered: &Gathered, once: bool) {
    let delivery =
        Delivery { format: Format::Frames, content: &gathered.frames, records: gathered.records, key: None };
    loop {
        let wait_s = match accept(watch, scope, sensor, &delivery).await {
            Ok(_) => return,
            Err(Error::TooMany { retry_after_s }) => retry_after_s,
            Err(error) => {
                tracing::warn!(%sensor, %error, "syslog could not be spooled and is tried again");
                1
            }
        };
        if once {
            tracing::error!(%sensor, records = gathered.records, "syslog was lost at the end of the process");
            watch.figures.dropped(gathered.records);
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(wait_s)) => {}
            () = watch.stopped() => {}
        }
    }
}

async fn note_dropped(watch: &Watch, scope: &OrgScope, sensor: Id, dropped: u64) {
    if dropped == 0 {
        return;
    }
    watch.figures.dropped(dropped);
    let why = format!("{dropped} datagrams came faster than they could be kept");
    if let Err(error) = sensors::note_refusals(watch, scope, sensor, dropped, &why).await {
        tracing::warn!(%sensor, %error, dropped, "dropped datagrams could not be noted");
    }
}

async fn datagrams(socket: &UdpSocket, intake: &Intake) {
    let mut buffer = vec![0; 65_536];
    loop {
        match socket.recv(&mut buffer).await {
            Ok(0) => {}
            Ok(size) => {
                let datagram = buffer.get(..size).unwrap_or_default();
                if !intake.push(datagram, false) {
                    intake.drop_one();
                }
            }
            Err(error) => {
                tracing::warn!(%error, "a datagram could not be received");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn connections(watch: &Watch, socket: &TcpListener, intake: &Arc<Intake>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match socket.accept().await {
            Ok((stream, peer)) => {
                let (watch, intake) = (watch.clone(), Arc::clone(intake));
                tokio::spawn(async move {
                    let _place = place;
                    tokio::select! {
                        read = read_stream(stream, &intake) => if let Err(error) = read {
                            tracing::info!(%peer, %error, "a syslog connection broke off");
                        },
                        () = watch.stopped() => {}
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a syslog connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn read_stream(mut stream: TcpStream, intake: &Intake) -> std::io::Result<()> {
    let mut framer = Framer::default();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let read = match tokio::time::timeout(QUIET_MAX, stream.read(&mut buffer)).await {
            Ok(read) => read?,
            Err(_quiet) => 0,
        };
        let (mut bytes, ended) = (buffer.get(..read).unwrap_or_default(), read == 0);
        while let Some(()) = framer.take(&mut bytes) {
            if let Some((record, is_piece)) = framer.ready() {
                intake.push_or_wait(&record, is_piece).await;
            }
        }
        if ended {
            if let Some((record, is_piece)) = framer.end() {
                intake.push_or_wait(&record, is_piece).await;
            }
            return Ok(());
        }
    }
}

/// Cuts a stream into messages as RFC 6587 writes them: a message that begins with a digit is counted
/// (`LENGTH SP MESSAGE`), any other ends with its line. Each connection may mix both.
#[derive(Debug, Default)]
struct Framer {
    record: Vec<u8>,
    state: Framing,
    ready: Option<(Vec<u8>, bool)>,
    /// Pieces of the present record were handed on already.
    in_pieces: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Framing {
    /// The next byte decides.
    #[default]
    Start,
    /// Reading the digits of a length.
    Length,
    /// So many bytes of a counted message are still to come.
    Counted(u64),
    Line,
}

/// A longer number is no length but the beginning of a line, such as a date.
const LENGTH_DIGITS_MAX: usize = 9;

impl Framer {
    /// Takes bytes up to the end of a record or of `bytes`. `None` when nothing is left.
    fn take(&mut self, bytes: &mut &[u8]) -> Option<()> {
        let first = *bytes.first()?;
        match self.state {
            Framing::Start => match first {
                b'\n' | b'\r' | 0 => *bytes = bytes.get(1..).unwrap_or_default(),
                b'1'..=b'9' => self.state = Framing::Length,
                _ => self.state = Framing::Line,
            },
            Framing::Length => self.take_length(first, bytes),
            Framing::Counted(left) => {
                let room = MAX_RECORD_BYTES - self.record.len();
                let size = bytes.len().min(room).min(usize::try_from(left).unwrap_or(room));
                self.record.extend_from_slice(bytes.get(..size).unwrap_or_default());
                *bytes = bytes.get(size..).unwrap_or_default();
                match left - size as u64 {
                    0 => self.finish(),
                    left => self.state = Framing::Counted(left),
                }
            }
            Framing::Line => {
                let end = bytes.iter().position(|byte| matches!(byte, b'\n' | 0));
                let room = MAX_RECORD_BYTES - self.record.len();
                let size = end.unwrap_or(bytes.len()).min(room);
                self.record.extend_from_slice(bytes.get(..size).unwrap_or_default());
                *bytes = bytes.get(size..).unwrap_or_default();
                if end == Some(size) {
                    self.finish();
                }
            }
        }
        if self.record.len() >= MAX_RECORD_BYTES {
            self.in_pieces = true;
            self.ready = Some((std::mem::take(&mut self.record), true));
        }
        Some(())
    }

    fn take_length(&mut self, first: u8, bytes: &mut &[u8]) {
        if first.is_ascii_digit() && self.record.len() < LENGTH_DIGITS_MAX {
            self.record.push(first);
            *bytes = bytes.get(1..).unwrap_or_default();
            return;
        }
        let length = std::str::from_utf8(&self.record).ok().and_then(|digits| digits.parse().ok());
        match length {
            Some(length) if first == b' ' => {
                self.record.clear();
                *bytes = bytes.get(1..).unwrap_or_default();
                self.state = Framing::Counted(length);
            }
            _ => self.state = Framing::Line,
        }
    }

    fn finish(&mut self) {
        self.state = Framing::Start;
        let is_piece = std::mem::take(&mut self.in_pieces);
        while self.record.last().is_some_and(|byte| matches!(byte, b'\r' | b'\n')) {
            self.record.pop();
        }
        if !self.record.is_empty() {
            self.ready = Some((std::mem::take(&mut self.record), is_piece));
        }
    }

    fn ready(&mut self) -> Option<(Vec<u8>, bool)> {
        self.ready.take()
    }

    /// What was begun when the connection ended: kept as it is.
    fn end(&mut self) -> Option<(Vec<u8>, bool)> {
        self.finish();
        self.ready()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Feeds a stream in chunks of the given size.
    fn cut(stream: &[u8], chunk: usize) -> Vec<(String, bool)> {
        let mut framer = Framer::default();
        let mut records = Vec::new();
        for mut bytes in stream.chunks(chunk.max(1)) {
            while let Some(()) = framer.take(&mut bytes) {
                records.extend(framer.ready());
            }
        }
        records.extend(framer.end());
        records
            .into_iter()
            .map(|(record, piece)| (String::from_utf8_lossy(&record).into_owned(), piece))
            .collect()
    }

    fn texts(stream: &str) -> Vec<String> {
        cut(stream.as_bytes(), 3).into_iter().map(|(text, _)| text).collect()
    }

    #[test]
    fn counted_and_newline_messages_may_be_mixed() {
        assert_eq!(texts("<34>a\n5 <1>b\n<2>c\r\n"), ["<34>a", "<1>b", "<2>c"]);
        assert_eq!(texts("9 <1>two\nlin3 <1>"), ["<1>two\nli", "n3 <1>"]);
    }

    #[test]
    fn a_line_that_begins_with_a_date_is_no_length() {
        assert_eq!(texts("2026-04-18 one\n20260418093011 two\n"), ["2026-04-18 one", "20260418093011 two"]);
    }

    #[test]
    fn what_was_begun_when_the_sender_left_is_kept() {
        assert_eq!(texts("<1>whole\n<1>hal"), ["<1>whole", "<1>hal"]);
        assert_eq!(texts("50 <1>short"), ["<1>short"]);
    }

    #[test]
    fn a_message_over_the_bound_comes_in_marked_pieces() {
        for counted in [true, false] {
            let body = "x".repeat(MAX_RECORD_BYTES + 7);
            let stream =
                if counted { format!("{} {body}<1>y\n", body.len()) } else { format!("{body}\n<1>y\n") };
            let records = cut(stream.as_bytes(), 64 << 10);
            let shape: Vec<_> = records.iter().map(|(text, piece)| (text.len(), *piece)).collect();
            assert_eq!(shape, [(MAX_RECORD_BYTES, true), (7, true), (4, false)], "counted: {counted}");
        }
    }

    proptest! {
        #[test]
        fn chunks_do_not_matter_and_nothing_panics(stream in prop::collection::vec(prop_oneof![Just(b'1'), Just(b' '), Just(b'\n'), any::<u8>()], 0..200), chunk in 1_usize..20) {
            prop_assert_eq!(cut(&stream, chunk), cut(&stream, 1));
        }
    }
}
