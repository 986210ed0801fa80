//! The debugging protocol's messages: JSON, each ended by a NUL.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, PipeReader, PipeWriter, Write as _};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// No page of ours takes longer to do anything.
const LONGEST: Duration = Duration::from_secs(60);

/// Both ends of the conversation.
#[derive(Debug)]
pub(super) struct Wire {
    to_browser: PipeWriter,
    from_browser: Receiver<Value>,
    /// What happened meanwhile, in order.
    events: VecDeque<Value>,
    last_id: u64,
}

impl Wire {
    pub(super) fn new(to_browser: PipeWriter, from_browser: PipeReader) -> Self {
        let (send, receive) = channel();
        // Reading in a thread, because a pipe cannot be waited for with a limit.
        std::thread::spawn(move || {
            for message in BufReader::new(from_browser).split(0).map_while(Result::ok) {
                let message = serde_json::from_slice(&message).expect("the browser writes JSON");
                if send.send(message).is_err() {
                    return;
                }
            }
        });
        Self { to_browser, from_browser: receive, events: VecDeque::new(), last_id: 0 }
    }

    /// Calls a method, of a tab or of the browser, and gives its result.
    ///
    /// # Panics
    /// When the browser says that it failed, or nothing for a minute.
    pub(super) fn call(&mut self, session: Option<&str>, method: &str, params: &Value) -> Value {
        self.last_id += 1;
        let id = self.last_id;
        let mut message = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.to_browser.write_all(&bytes).expect("the browser listens");
        let deadline = Instant::now() + LONGEST;
        loop {
            let answer = self.receive(deadline).unwrap_or_else(|| panic!("{method} was not answered"));
            if answer["id"] == id {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
            self.events.push_back(answer);
        }
    }

    /// Waits for an event of a tab and gives its parameters; what came before it stays.
    pub(super) fn wait_for(&mut self, session: &str, method: &str) -> Value {
        let deadline = Instant::now() + LONGEST;
        let mut looked_at = 0;
        loop {
            while looked_at < self.events.len() {
                if self.events[looked_at]["sessionId"] == session
                    && self.events[looked_at]["method"] == method
                {
                    return self.events.remove(looked_at).expect("it is there")["params"].take();
                }
                looked_at += 1;
            }
            let event = self.receive(deadline).unwrap_or_else(|| panic!("{method} did not happen"));
            self.events.push_back(event);
        }
    }

    /// Takes what happened in a tab up to now; what happened in others is forgotten.
    pub(super) fn take_events(&mut self, session: &str) -> Vec<Value> {
        while let Ok(event) = self.from_browser.try_recv() {
            self.events.push_back(event);
        }
        self.events.drain(..).filter(|event| event["sessionId"] == session).collect()
    }

    fn receive(&self, deadline: Instant) -> Option<Value> {
        self.from_browser.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok()
    }
}
