//! The check-up for reading: on a terminal, and as one HTML file that needs nothing else.

use std::fmt::Write as _;

use minijinja::{AutoEscape, Environment, context};

use super::judge::Report;
use super::words::Words;

/// Plain text, for a terminal or a mail.
pub(crate) fn text(report: &Report, words: &Words) -> String {
    let mut out = String::new();
    let mut line = |text: &str| {
        let _written = writeln!(out, "{text}");
    };
    line(&format!("{}  {}", words.plain("page", "title"), report.host));
    line(&report.os);
    line("");
    line(&format!("[ {} ]  {}", words.plain("letter", report.grade), report.sentence));
    for reason in &report.reasons {
        line(&format!("  - {}  ({})", reason.sentence, reason.evidence));
    }
    if !report.to_do.is_empty() {
        line("");
        line(&words.plain("page", "to_do"));
        for (number, todo) in (1..).zip(&report.to_do) {
            line(&format!(
                "  {number}. {}  ({})",
                todo.title,
                words.say("page", "minutes", &[("n", todo.minutes.to_string())].into())
            ));
            for step in &todo.steps {
                line(&format!("     {step}"));
            }
        }
    }
    line("");
    line(&words.plain("page", "checked"));
    for checked in &report.checked {
        line(&format!("  - {}", checked.seen));
    }
    if !report.not_checked.is_empty() {
        line("");
        line(&words.plain("page", "not_checked"));
        for gap in &report.not_checked {
            line(&format!("  - {}: {}", words.plain("what", gap.what), gap.why));
        }
    }
    out
}

/// One file, styles included, to be opened or printed.
///
/// # Errors
/// Only when the template itself is broken.
pub(crate) fn html(report: &Report, words: &Words) -> Result<String, minijinja::Error> {
    let mut env = Environment::new();
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.add_template("checkup.html", include_str!("templates/checkup.html"))?;
    let plain = |of: &str, part: &str| words.plain(of, part);
    env.get_template("checkup.html")?.render(context! {
        lang => words.lang.code(),
        report,
        letter => plain("letter", report.grade),
        titles => context! {
            title => plain("page", "title"), to_do => plain("page", "to_do"), checked => plain("page", "checked"),
            not_checked => plain("page", "not_checked"), reasons => plain("page", "reasons"),
        },
        minutes => report.to_do.iter().map(|todo| words.say("page", "minutes", &[("n", todo.minutes.to_string())].into())).collect::<Vec<_>>(),
        gaps => report.not_checked.iter().map(|gap| (plain("what", gap.what), gap.why.clone())).collect::<Vec<_>>(),
    })
}
