//! Our own mails, with the verdict that a careful person would give. All of them are invented.
//!
//! `held-out` was written before the engine and is never tuned against: its score is reported, not enforced.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use kakari_mailcheck::{Knowledge, Level, Verdict, check};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

pub(crate) fn knowledge() -> Knowledge {
    toml::from_str(&std::fs::read_to_string(folder().join("knowledge.toml")).unwrap()).unwrap()
}

struct Row {
    file: String,
    kind: String,
    expected: String,
    verdict: Verdict,
}

fn rows(group: &str) -> Vec<Row> {
    let knowledge = knowledge();
    let list = std::fs::read_to_string(folder().join(format!("{group}.tsv"))).unwrap();
    list.lines()
        .skip(1)
        .map(|line| {
            let mut cells = line.split('\t').map(str::to_owned);
            let (file, kind, expected) =
                (cells.next().unwrap(), cells.next().unwrap(), cells.next().unwrap());
            let verdict = check(&std::fs::read(folder().join(&file)).unwrap(), &knowledge).unwrap();
            Row { file, kind, expected, verdict }
        })
        .collect()
}

fn table(rows: &[Row]) -> String {
    let mut out =
        String::from("| mail | kind | expected | verdict | points | reasons |\n|---|---|---|---|---:|---|\n");
    for Row { file, kind, expected, verdict } in rows {
        let word = verdict.verdict.word();
        let shown = if word == expected { word.to_owned() } else { format!("**{word}**") };
        let ids: Vec<&str> = verdict.signals.iter().map(|signal| signal.id).collect();
        writeln!(out, "| {file} | {kind} | {expected} | {shown} | {} | {} |", verdict.score, ids.join(", "))
            .unwrap();
    }
    out
}

fn score(rows: &[Row]) -> String {
    let right = rows.iter().filter(|row| row.verdict.verdict.word() == row.expected).count();
    let bad = |row: &&Row| matches!(row.expected.as_str(), "dangerous" | "careful");
    let missed = rows.iter().filter(bad).filter(|row| row.verdict.verdict == Level::Safe).count();
    let alarmed =
        rows.iter().filter(|row| !bad(row)).filter(|row| row.verdict.verdict >= Level::Careful).count();
    format!(
        "{right} of {} as expected; {missed} of {} bad mails without a warning; {alarmed} of {} harmless or open mails called careful or dangerous.",
        rows.len(),
        rows.iter().filter(bad).count(),
        rows.iter().filter(|row| !bad(row)).count()
    )
}

#[test]
fn every_mail_gets_the_verdict_that_a_careful_person_would_give() {
    let rows = rows("tuned");
    assert!(rows.len() >= 40, "{}", rows.len());
    let wrong: Vec<&Row> = rows.iter().filter(|row| row.verdict.verdict.word() != row.expected).collect();
    for row in &wrong {
        println!(
            "{}: expected {}, got {} ({})",
            row.file,
            row.expected,
            row.verdict.verdict.word(),
            row.verdict.score
        );
        for signal in &row.verdict.signals {
            println!("   {:>4} {} [{}] at {}", signal.weight, signal.id, signal.seen, signal.place);
        }
    }
    assert!(wrong.is_empty());
}

/// `KAKARI_UPDATE=1` writes the table anew.
#[test]
fn the_table_of_verdicts_is_current() {
    let (tuned, held_out) = (rows("tuned"), rows("held-out"));
    let page = format!(
        "# Verdicts over our own mails\n\nWritten by the test `the_table_of_verdicts_is_current`. All mails, people and companies are invented; brands appear only as phishing imitates them or as their true domains write.\n\n## Held out: written before the engine, never tuned against\n\n{}\n\n{}\n## Tuned\n\n{}\n\n{}",
        score(&held_out),
        table(&held_out),
        score(&tuned),
        table(&tuned)
    );
    let path = folder().join("TABLE.md");
    if std::env::var_os("KAKARI_UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), page, "run with KAKARI_UPDATE=1");
}

#[test]
fn mails_about_money_always_carry_the_advice_to_telephone() {
    for row in rows("tuned").iter().chain(&rows("held-out")) {
        let money = row.kind.contains("invoice") || row.kind.contains("boss");
        if money && row.verdict.signals.iter().all(|signal| !signal.id.starts_with("file.")) {
            assert!(row.verdict.advice.ja[1].contains("電話番号"), "{}", row.file);
            assert!(row.verdict.advice.en[1].contains("ring"), "{}", row.file);
        }
    }
}

#[test]
fn no_sentence_for_an_owner_says_safe() {
    for row in rows("tuned").iter().chain(&rows("held-out")) {
        let Verdict { advice, label, .. } = &row.verdict;
        let said =
            format!("{}{}{}{}", advice.ja.concat(), advice.en.concat(), label.ja, label.en).to_lowercase();
        assert!(!said.contains("安全") && !said.contains("safe"), "{}", row.file);
    }
}
