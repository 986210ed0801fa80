//! Ends what a test process started, also when that process is itself ended without a word.

use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A shell that waits until its input closes, which happens when this value or the whole test process goes,
/// and then kills the process it was given and removes its folder. Fixtures shared by many tests live in
/// statics, which are never dropped: without this they would outlive the tests.
#[derive(Debug)]
pub(crate) struct Keeper(Child);

impl Keeper {
    pub(crate) fn of(process: u32, folder: Option<&Path>) -> Self {
        let script = r#"read -r _; kill -KILL "$1" 2>/dev/null; [ -n "$2" ] && sleep 0.2 && rm -rf "$2""#;
        let keeper = Command::new("sh")
            .args(["-c", script, "keeper", &process.to_string()])
            .arg(folder.unwrap_or(Path::new("")))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("sh starts");
        Self(keeper)
    }
}

impl Drop for Keeper {
    /// Called once the process has ended: its id may belong to somebody else now, so the shell goes first.
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _waited = self.0.wait();
    }
}
