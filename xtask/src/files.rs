//! Words and things that do not belong into the repository's files.

use std::process::Command;

/// A text that must not stand in a tracked file, and why.
const BANNED: &[(&str, &str)] = &[
    (concat!("todo", "!("), "a stub"),
    (concat!("unimplemented", "!("), "a stub"),
    (concat!("dbg", "!("), "a debugging aid"),
    (concat!("#[", "ignore]"), "a test that does not run and does not say why"),
    (concat!("/", "work/"), "a path of one machine"),
    (concat!("/", "tmp/bash"), "a path of one machine"),
];

/// Files we did not write, kept as they are.
fn is_vendored(path: &str) -> bool {
    path.contains("/vendor/") || path == "Cargo.lock"
}

/// Names every banned word with its file and line, and every file that is not text.
pub(crate) fn faults() -> anyhow::Result<Vec<String>> {
    let output = Command::new("git").args(["ls-files", "-z"]).output()?;
    anyhow::ensure!(output.status.success(), "git ls-files failed: run this inside the repository");
    let mut faults = Vec::new();
    for path in
        String::from_utf8(output.stdout)?.split('\0').filter(|path| !path.is_empty() && !is_vendored(path))
    {
        // A file that was removed but not yet committed is gone.
        let Ok(bytes) = std::fs::read(path) else { continue };
        let Ok(text) = String::from_utf8(bytes) else { continue };
        faults.extend(in_text(path, &text));
    }
    Ok(faults)
}

fn in_text(path: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for (word, why) in BANNED.iter().filter(|(word, _)| line.contains(word)) {
            faults.push(format!("{path}:{}: {word} is {why}", number + 1));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stub_is_named_with_its_line() {
        let text = format!("fn a() {{}}\nfn b() {{ {} }}\n", concat!("todo", "!()"));
        assert_eq!(in_text("a.rs", &text).len(), 1);
        assert!(in_text("a.rs", &text)[0].starts_with("a.rs:2:"));
    }
}
