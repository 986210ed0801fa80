//! One demo for all tests that only read.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::ops::Deref;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::command::call;
use crate::http::Visitor;
use crate::server::{Server, spawn};

/// The personas, by the words that `kakari demo` prints.
pub const PERSONAS: [&str; 6] = ["owner", "advisor", "operator", "executive", "programme", "admin"];
/// Enough for every state that the story shows, and quickly told by an unoptimised binary.
const CLIENTS: &str = "24";

/// A running demo.
#[derive(Debug)]
pub struct Demo {
    pub server: Server,
    /// From the start of the process to the first answer.
    pub ready_after: Duration,
    links: BTreeMap<String, String>,
}

/// A test's hold on the shared demo. At its end the demo's log must be free of errors.
#[derive(Debug)]
pub struct Held(&'static Demo);

/// The shared demo, started by whoever asks first. It ends with the test process.
pub fn demo() -> Held {
    static DEMO: OnceLock<Demo> = OnceLock::new();
    Held(DEMO.get_or_init(|| Demo::start(&["--clients", CLIENTS])))
}

impl Demo {
    /// Starts `kakari demo` in a fresh folder, on a free port.
    pub fn start(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder").keep();
        let begun = Instant::now();
        let mut command = call(["demo", "--listen", "127.0.0.1:0", "--dir"]);
        command.arg(&folder).args(arguments);
        let mut child = spawn(command);
        let mut printed =
            BufReader::new(child.stdout.take().expect("stdout is piped")).lines().map_while(Result::ok);
        let first = printed.next().unwrap_or_default();
        let address = first.split_whitespace().find_map(|word| word.strip_prefix("http://")?.parse().ok());
        let links: BTreeMap<String, String> = printed
            .by_ref()
            .take(PERSONAS.len())
            .filter_map(|line| {
                line.split_once(' ').map(|(who, link)| (who.to_owned(), link.trim().to_owned()))
            })
            .collect();
        // Whoever writes into a closed pipe ends.
        std::thread::spawn(move || printed.for_each(drop));
        let server = Server::adopt(child, address.expect("the demo prints its address"), &folder);
        Self { server, ready_after: begun.elapsed(), links }
    }

    /// The sign-in link of a persona.
    pub fn link(&self, persona: &str) -> &str {
        self.links
            .get(persona)
            .unwrap_or_else(|| panic!("a link for {persona} among {:?}", self.links.keys()))
    }

    /// A persona, signed in, and the page that it comes for.
    pub fn sign_in(&self, persona: &str) -> (Visitor, String) {
        let mut visitor = self.server.visitor();
        let mut next = self.link(persona).to_owned();
        while let Some(location) = visitor.get(&next).header("location") {
            location.clone_into(&mut next);
        }
        (visitor, next)
    }
}

impl Deref for Held {
    type Target = Demo;
    fn deref(&self) -> &Demo {
        self.0
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.0.server.assert_no_errors();
        }
    }
}
