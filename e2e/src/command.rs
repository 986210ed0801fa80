//! The binary `kakari`, as a stranger calls it.

use std::ffi::OsStr;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The folder of the workspace.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// No command of a test takes longer; one that does hangs.
const LONGEST: Duration = Duration::from_secs(120);

/// The binary under test: the one that `KAKARI_BIN` names, from the root of the workspace on, else what cargo
/// builds from this tree.
pub fn kakari() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| match std::env::var_os("KAKARI_BIN") {
        Some(path) => Path::new(ROOT).join(path),
        None => build(),
    })
}

fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--package", "kakari-server", "--bin", "kakari"])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(ROOT)
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo starts");
    assert!(built.status.success(), "the binary does not build");
    let messages = String::from_utf8(built.stdout).expect("cargo writes UTF-8");
    let executable = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .find_map(|message| message["executable"].as_str().map(PathBuf::from));
    executable.expect("cargo names the executable")
}

/// How a command ended and what it wrote.
#[derive(Debug)]
pub struct Ran {
    /// `None` when a signal ended it.
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// A call of `kakari` in a folder of its own, without settings from the tester's environment.
pub fn call<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(kakari());
    command.args(arguments).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    if let Some(home) = std::env::var_os("HOME") {
        command.env("HOME", home);
    }
    command
}

/// Calls `kakari` and waits for its end.
pub fn run<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Ran {
    finish(call(arguments), b"")
}

/// Gives a command its input and waits for its end.
///
/// # Panics
/// When it takes longer than two minutes.
pub fn finish(mut command: Command, input: &'static [u8]) -> Ran {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    // A command that does not read its input closes it: that is its right.
    std::thread::spawn(move || stdin.write_all(input).is_ok());
    let out = collect(child.stdout.take().expect("stdout is piped"));
    let err = collect(child.stderr.take().expect("stderr is piped"));
    let status = wait(&mut child, LONGEST).unwrap_or_else(|| {
        let _gone = child.kill();
        panic!("{command:?} did not end within {LONGEST:?}")
    });
    Ran { code: status.code(), out: out.join().expect("read"), err: err.join().expect("read") }
}

fn collect(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).expect("a pipe can be read");
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// The end of a child, if it comes in time.
pub(crate) fn wait(child: &mut Child, longest: Duration) -> Option<ExitStatus> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return Some(status);
        }
        if start.elapsed() > longest {
            return None;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}
