//! Every act of the audit chain has a sentence in both languages.

use std::collections::BTreeSet;
use std::path::Path;

use crate::scopes::files_with;

/// Names every act that the audit view could only show raw.
pub(crate) fn faults() -> anyhow::Result<Vec<String>> {
    let mut acts = BTreeSet::new();
    for path in files_with(Path::new("crates"), "rs")? {
        let text = std::fs::read_to_string(&path)?;
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        if !path.to_string_lossy().contains("/tests/") && !path.to_string_lossy().contains("/store/") {
            acts.extend(acts_of(code).map(str::to_owned));
        }
    }
    let mut faults = Vec::new();
    for lang in ["ja", "en"] {
        let mut texts = String::new();
        for path in files_with(Path::new("crates"), "ftl")? {
            if path.file_stem().is_some_and(|stem| stem == lang) {
                texts.push('\n');
                texts.push_str(&std::fs::read_to_string(&path)?);
            }
        }
        for act in &acts {
            let key = format!("act-{}", act.replace(['.', '_'], "-"));
            if !texts.contains(&format!("\n{key} =")) {
                faults.push(format!("the act {act} has no message {key} in {lang}"));
            }
        }
    }
    Ok(faults)
}

/// The names in `act: "…"`.
fn acts_of(code: &str) -> impl Iterator<Item = &str> {
    code.split("act: \"").skip(1).filter_map(|rest| rest.split('"').next()).filter(|act| act.contains('.'))
}

#[cfg(test)]
mod tests {
    #[test]
    fn acts_are_found_where_entries_are_made() {
        let code = "Entry { act: \"round.snooze\", x } Entry { act: \"plain\" } Entry { act: \"a.b_c\" }";
        assert_eq!(super::acts_of(code).collect::<Vec<_>>(), ["round.snooze", "a.b_c"]);
    }
}
