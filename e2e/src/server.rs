//! A running server of one installation.

use std::io::{BufRead as _, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::command::{call, kakari, wait};
use crate::http::Visitor;
use crate::keeper::Keeper;

/// From the start to the first answer of `/readyz`, with an unoptimised binary on a busy machine.
const READY_WITHIN: Duration = Duration::from_secs(90);
/// The server gives open requests ten seconds at stopping.
const STOPPED_WITHIN: Duration = Duration::from_secs(20);

/// A process `kakari serve` or `kakari demo`. Ends with this value; lines of the level ERROR in its log fail
/// the test unless it was told to expect them.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: SocketAddr,
    log: Log,
    expects_errors: bool,
    _keeper: Keeper,
}

type Log = Arc<Mutex<Vec<String>>>;

impl Server {
    /// Serves the installation in this folder on a free port.
    pub fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    /// The same with settings, by the names of their environment variables.
    pub fn start_with(data: &Path, settings: &[(&str, &str)]) -> Self {
        let address = free_address();
        let mut command = call(["serve"]);
        command.envs(settings_of(data, address)).envs(settings.iter().copied());
        Self::of(spawn(command), address, None)
    }

    /// The same while no file can grow beyond this many KiB, as on a disk that is nearly full.
    pub fn start_on_full_disk(data: &Path, file_kib: u64) -> Self {
        let address = free_address();
        let mut command = Command::new("sh");
        // The signal that would end the process is ignored, so that a write fails as on a full disk.
        let script = r#"ulimit -f "$1" && trap '' XFSZ && exec "$2" serve"#;
        // The shell counts in blocks of 512 bytes.
        command.args(["-c", script, "sh", &(file_kib * 2).to_string()]).arg(kakari());
        command.envs(settings_of(data, address));
        let mut server = Self::of(spawn(command), address, None);
        server.expects_errors = true;
        server
    }

    /// A process that was started by other words and listens at `address`. Its folder goes with it.
    pub(crate) fn adopt(child: Child, address: SocketAddr, folder: &Path) -> Self {
        Self::of(child, address, Some(folder))
    }

    fn of(mut child: Child, address: SocketAddr, folder: Option<&Path>) -> Self {
        let log = keep_lines(child.stderr.take().expect("stderr is piped"));
        let keeper = Keeper::of(child.id(), folder);
        let mut server = Self { child, address, log, expects_errors: false, _keeper: keeper };
        server.wait_until_ready();
        server
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Somebody who is not signed in.
    pub fn visitor(&self) -> Visitor {
        Visitor::to(self.address)
    }

    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The most memory the process ever had, in MiB.
    pub fn peak_memory_mib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("Linux");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("VmHWM");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
    }

    pub fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Ends the process at once, as a power cut does.
    pub fn kill(mut self) {
        self.child.kill().expect("the process runs");
        self.child.wait().expect("the process ended");
    }

    /// Asks the process to stop and gives its log.
    ///
    /// # Panics
    /// When it does not stop in good order.
    pub fn stop(mut self) -> Vec<String> {
        let code = self.terminate().expect("it stops within 20 seconds");
        assert_eq!(code, Some(0), "{}", self.log().join("\n"));
        self.log()
    }

    /// Fails when the log holds a line of the level ERROR or a panic.
    pub fn assert_no_errors(&self) {
        let bad = |line: &&String| line.contains(" ERROR ") || line.contains("panicked at");
        let errors: Vec<String> = self.log().iter().filter(bad).cloned().collect();
        assert!(self.expects_errors || errors.is_empty(), "the server logged:\n{}", errors.join("\n"));
    }

    fn terminate(&mut self) -> Option<Option<i32>> {
        let _told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        wait(&mut self.child, STOPPED_WITHIN).map(|status| status.code())
    }

    fn wait_until_ready(&mut self) {
        let start = Instant::now();
        loop {
            if let Ok(answer) = self.visitor().try_send("GET", "/readyz", &[], b"")
                && answer.status == 200
            {
                return;
            }
            assert!(self.is_alive(), "the server ended:\n{}", self.log().join("\n"));
            assert!(start.elapsed() < READY_WITHIN, "the server is not ready:\n{}", self.log().join("\n"));
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.is_alive() && self.terminate().is_none() {
            let _gone = self.child.kill();
            let _waited = self.child.wait();
        }
        if !std::thread::panicking() {
            self.assert_no_errors();
        }
    }
}

/// The settings of an installation that listens here, by the names of their environment variables.
pub fn settings_of(data: &Path, address: SocketAddr) -> [(&'static str, String); 3] {
    [
        ("KAKARI_SERVER_DATA_DIR", data.display().to_string()),
        ("KAKARI_SERVER_LISTEN", address.to_string()),
        ("KAKARI_SERVER_BASE_URL", format!("http://{address}")),
    ]
}

/// An address on loopback that nobody listens at now.
pub fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("loopback is there")
}

/// A fresh folder for an installation.
pub fn fresh_folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    (folder, data)
}

pub(crate) fn spawn(mut command: Command) -> Child {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts")
}

fn keep_lines(from: impl Read + Send + 'static) -> Log {
    let log = Log::default();
    let writer = Arc::clone(&log);
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            writer.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    });
    log
}
