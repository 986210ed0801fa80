//! A sign in a sentence.

use kakari_ui::{Lang, TextArg, Ui};
use serde_json::{Map, Value as Json};

use super::OpenSign;

impl OpenSign {
    /// What is the matter, in one sentence: the message `sign-<kind>`.
    #[must_use]
    pub fn sentence(&self, ui: &Ui, lang: Lang) -> String {
        text(ui, lang, &format!("sign-{}", self.kind), &self.args)
    }

    /// What the owner does about it, in a few words: `sign-<kind>-todo`.
    #[must_use]
    pub fn task(&self, ui: &Ui, lang: Lang) -> String {
        text(ui, lang, &format!("sign-{}-todo", self.kind), &self.args)
    }

    /// How, step by step, one step a line: `sign-<kind>-howto`.
    #[must_use]
    pub fn steps(&self, ui: &Ui, lang: Lang) -> Vec<String> {
        let text = text(ui, lang, &format!("sign-{}-howto", self.kind), &self.args);
        text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    }
}

/// Fills a message with flat values: texts stay texts, numbers choose plurals.
fn text(ui: &Ui, lang: Lang, key: &str, args: &Map<String, Json>) -> String {
    let args: Vec<(&str, TextArg<'_>)> = args
        .iter()
        .map(|(name, value)| {
            let value = match value {
                Json::String(text) => TextArg::from(text.as_str()),
                Json::Number(number) => TextArg::from(number.as_f64().unwrap_or_default()),
                other => TextArg::from(other.to_string()),
            };
            (name.as_str(), value)
        })
        .collect();
    ui.text(lang, key, &args)
}
