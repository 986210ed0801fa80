//! Chromium, driven through a pipe by messages of its debugging protocol: no driver in between.

mod tab;
mod wire;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use command_fds::{CommandFdExt as _, FdMapping};
use serde_json::json;
use tempfile::TempDir;

use crate::keeper::Keeper;

pub use tab::Tab;
use wire::Wire;

/// A phone and a desk, in CSS pixels.
pub const WIDTHS: [u32; 2] = [390, 1280];

/// A running Chromium with a profile of its own.
#[derive(Debug)]
pub struct Browser {
    wire: Wire,
    process: Child,
    _profile: TempDir,
    _keeper: Keeper,
}

/// The one browser of this test process, for one test at a time; `None`, and a word on the output, where
/// there is no Chromium.
///
/// # Panics
/// When there is none although `CI` is set.
pub fn browser() -> Option<MutexGuard<'static, Browser>> {
    static BROWSER: OnceLock<Option<Mutex<Browser>>> = OnceLock::new();
    let browser = BROWSER.get_or_init(|| find().map(|program| Mutex::new(Browser::launch(&program))));
    if browser.is_none() {
        assert!(
            std::env::var_os("CI").is_none(),
            "the browser suite must run in CI, and there is no chromium"
        );
        println!("skipped: no chromium");
    }
    // A test that failed with the browser in its hands left nothing that the next one would meet.
    browser.as_ref().map(|browser| browser.lock().unwrap_or_else(PoisonError::into_inner))
}

/// The program that `KAKARI_CHROMIUM` names, else one of the usual names.
fn find() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("KAKARI_CHROMIUM") {
        return Some(path.into());
    }
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let candidates =
        names.iter().flat_map(|name| std::env::split_paths(&path).map(move |folder| folder.join(name)));
    candidates.into_iter().find(|candidate| candidate.is_file())
}

impl Browser {
    fn launch(program: &Path) -> Self {
        let profile = tempfile::tempdir().expect("a temporary folder");
        let (from_us, to_browser) = std::io::pipe().expect("a pipe");
        let (from_browser, to_us) = std::io::pipe().expect("a pipe");
        let mut command = Command::new(program);
        command
            .args([
                "--headless=new",
                "--remote-debugging-pipe",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
            ])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--disable-dev-shm-usage", "--hide-scrollbars", "--lang=ja"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .fd_mappings(vec![
                FdMapping { parent_fd: from_us.into(), child_fd: 3 },
                FdMapping { parent_fd: to_us.into(), child_fd: 4 },
            ])
            .expect("two different descriptors");
        let process = command.spawn().expect("chromium starts");
        // The command holds the browser's ends of the pipes; while it lives, their end is never seen.
        drop(command);
        let keeper = Keeper::of(process.id(), Some(profile.path()));
        Self { wire: Wire::new(to_browser, from_browser), process, _profile: profile, _keeper: keeper }
    }

    /// An empty page of this width, without anybody's cookies.
    pub fn tab(&mut self, width: u32) -> Tab<'_> {
        let context = self.wire.call(None, "Target.createBrowserContext", &json!({}));
        let context = context["browserContextId"].as_str().expect("a context").to_owned();
        let target = json!({ "url": "about:blank", "browserContextId": context });
        let target = self.wire.call(None, "Target.createTarget", &target)["targetId"].clone();
        let attached =
            self.wire.call(None, "Target.attachToTarget", &json!({ "targetId": target, "flatten": true }));
        let session = attached["sessionId"].as_str().expect("a session").to_owned();
        Tab::new(&mut self.wire, context, session, width)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _waited = self.process.wait();
    }
}
