//! An entry in a sentence.

use kakari_store::audit::Kept;
use kakari_ui::{Lang, TextArg, Ui};
use serde_json::{Map, Value as Json};

/// What was done, in the reader's language; the act's own name when no slice has a sentence for it.
pub(super) fn sentence(ui: &Ui, lang: Lang, entry: &Kept) -> String {
    let detail: Map<String, Json> = serde_json::from_str(&entry.detail).unwrap_or_default();
    let args: Vec<(&str, TextArg<'_>)> = detail
        .iter()
        .filter_map(|(name, value)| match value {
            Json::String(text) => Some((name.as_str(), TextArg::from(text.as_str()))),
            Json::Number(number) => Some((name.as_str(), TextArg::from(number.as_f64().unwrap_or_default()))),
            _ => None,
        })
        .collect();
    let text = ui.text(lang, &key(&entry.act), &args);
    if text.starts_with('⟦') { entry.act.clone() } else { text }
}

/// The key of an act's sentence: `act-person-make-link` for `person.make_link`.
fn key(act: &str) -> String {
    format!("act-{}", act.replace(['.', '_'], "-"))
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn an_act_names_its_sentence() {
        assert_eq!(key("person.make_link"), "act-person-make-link");
    }
}
