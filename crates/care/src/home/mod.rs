//! The owner's home: how we stand, what to do this month, what was seen, one box to ask.
//!
//! Always holds: at most three things to do, each with minutes and a date; "no data" is its own state.
//! What an owner answers is kept beside the sign it answers; the sign itself stays until its cause is gone.

mod show;
mod store;
mod todo;

use axum::Router;
use axum::routing::get;
use jiff::Timestamp;
use kakari_identity::record::OpenSign;
use kakari_ui::{Lang, SliceAssets, Ui};
use serde::Serialize;

use crate::Care;

pub(crate) use store::{Answer, answers};

pub const ASSETS: SliceAssets = kakari_ui::slice_assets!("home", ["home.html", "todo.html"]);

/// An owner can keep three things in mind.
pub(crate) const TASKS_MAX: usize = 3;

pub(crate) fn routes() -> Router<Care> {
    Router::new()
        .route("/c/{org}/home", get(show::show))
        .route("/c/{org}/todo/{kind}/{subject}", get(todo::show).post(todo::post))
}

/// One thing for the owner to do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Task {
    pub(crate) title: String,
    pub(crate) why: String,
    pub(crate) minutes: u32,
    pub(crate) due: Timestamp,
    pub(crate) href: String,
    /// The owner says it is done; the sign is still open until that is seen.
    pub(crate) answered: Option<Answer>,
}

/// The at most three things to do: unanswered ones first, then the weightiest.
pub(crate) fn tasks(ui: &Ui, lang: Lang, open: &[OpenSign], answers: &[(OpenSignKey, Answer)]) -> Vec<Task> {
    let mut tasks: Vec<(bool, u32, Task)> = open
        .iter()
        .filter_map(|sign| {
            let todo = sign.todo.as_ref()?;
            let answered = answers.iter().find(|(key, _)| key.is_of(sign)).map(|(_, answer)| *answer);
            let task = Task {
                title: sign.task(ui, lang),
                why: sign.sentence(ui, lang),
                minutes: todo.minutes,
                due: todo.due,
                href: format!("/c/{}/todo/{}/{}", sign.org, sign.kind, path_segment(&sign.subject)),
                answered,
            };
            Some((answered.is_some(), sign.points, task))
        })
        .collect();
    tasks.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)).then(a.2.due.cmp(&b.2.due)));
    tasks.into_iter().map(|(_, _, task)| task).take(TASKS_MAX).collect()
}

/// What names an open sign within its client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OpenSignKey {
    kind: String,
    subject: String,
    since: Timestamp,
}

impl OpenSignKey {
    pub(crate) fn of(sign: &OpenSign) -> Self {
        Self { kind: sign.kind.clone(), subject: sign.subject.clone(), since: sign.since }
    }

    fn is_of(&self, sign: &OpenSign) -> bool {
        self.kind == sign.kind && self.subject == sign.subject && self.since == sign.since
    }
}

/// A subject may be a host's name and hold anything; an empty one is written as `-`.
fn path_segment(subject: &str) -> String {
    if subject.is_empty() {
        return "-".to_owned();
    }
    form_urlencoded::byte_serialize(subject.as_bytes()).collect::<String>().replace('+', "%20")
}
