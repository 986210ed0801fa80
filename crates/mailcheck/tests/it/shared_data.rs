//! Signals over the shared mails and phishing links, which are not part of the project. Figures are printed with
//! `cargo test -p kakari-mailcheck shared -- --nocapture`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use kakari_mailcheck::{Knowledge, Level, Verdict, catalogue, check};

fn shared(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("KAKARI_TEST_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from)
        .join(name);
    if !folder.exists() {
        eprintln!("skipped: shared data absent");
        return None;
    }
    Some(folder)
}

fn verdicts(folder: &std::path::Path, names: &[&str]) -> Vec<(PathBuf, Verdict)> {
    let mut all = Vec::new();
    for name in names {
        for entry in std::fs::read_dir(folder.join(name)).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            all.push((path, check(&bytes, &Knowledge::default()).unwrap()));
        }
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

fn count(verdicts: &[(PathBuf, Verdict)], level: Level) -> usize {
    verdicts.iter().filter(|(_, verdict)| verdict.verdict == level).count()
}

fn share(part: usize, of: usize) -> f64 {
    100.0 * part as f64 / of.max(1) as f64
}

#[test]
fn at_most_one_percent_of_old_real_mail_is_called_dangerous() {
    let Some(folder) = shared("mail/spamassassin") else { return };
    let ham = verdicts(&folder, &["easy-ham-1", "easy-ham-2", "hard-ham-1"]);
    let spam = verdicts(&folder, &["spam-1", "spam-2"]);
    println!("{:<26} {:>6} {:>6}", "signal", "ham", "spam");
    for kind in catalogue::ALL {
        let hits = |all: &[(PathBuf, Verdict)]| {
            all.iter().filter(|(_, v)| v.signals.iter().any(|s| s.id == kind.id)).count()
        };
        if hits(&ham) + hits(&spam) > 0 {
            println!("{:<26} {:>6} {:>6}", kind.id, hits(&ham), hits(&spam));
        }
    }
    for (name, all) in [("ham", &ham), ("spam", &spam)] {
        let of = |level| format!("{} {:.1} %", count(all, level), share(count(all, level), all.len()));
        println!(
            "{name} ({}): dangerous {}, careful {}, unknown {}, no problem found {}",
            all.len(),
            of(Level::Dangerous),
            of(Level::Careful),
            of(Level::Unknown),
            of(Level::Safe)
        );
    }
    for (path, verdict) in ham.iter().filter(|(_, v)| v.verdict >= Level::Careful) {
        let seen: Vec<_> = verdict.signals.iter().map(|s| format!("{} [{}]", s.id, s.seen)).collect();
        println!("ham {} {} {}: {}", verdict.verdict.word(), verdict.score, path.display(), seen.join("; "));
    }
    assert!(share(count(&ham, Level::Dangerous), ham.len()) <= 1.0);
    assert!(share(count(&spam, Level::Safe), spam.len()) <= 50.0);
}

#[test]
fn most_phishing_links_of_one_month_in_japan_are_called_careful_in_a_plain_mail() {
    let Some(file) = shared("mail/jpcert_phishing_urls_202306.csv") else { return };
    let list = std::fs::read_to_string(file).unwrap();
    let mut brands: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    let (mut all, mut careful, mut open) = (0, 0, 0);
    let mut quiet = Vec::new();
    for line in list.lines().skip(1) {
        let (Some((_, rest)), Some((_, brand))) = (line.split_once(','), line.rsplit_once(',')) else {
            continue;
        };
        let url = rest.strip_suffix(brand).unwrap_or(rest).trim_end_matches(',').trim_matches('"');
        // The most a link alone can show: no brand is named, nothing is urgent, the sender is unknown.
        let mail = format!("From: info@plain.example\nSubject: link\nMIME-Version: 1.0\n\nhere: {url}\n");
        let verdict = check(mail.as_bytes(), &Knowledge::default()).unwrap();
        let entry = brands.entry(brand).or_default();
        entry.0 += 1;
        all += 1;
        if verdict.verdict >= Level::Careful {
            entry.1 += 1;
            careful += 1;
        } else if verdict.verdict == Level::Unknown {
            entry.2 += 1;
            open += 1;
        } else {
            quiet.push(url);
        }
    }
    let mut by_size: Vec<_> = brands.into_iter().collect();
    by_size.sort_by_key(|(_, (all, _, _))| std::cmp::Reverse(*all));
    for (brand, (all, careful, open)) in by_size.iter().take(25) {
        println!(
            "{all:>6} links: careful {:>5.1} %, unknown {:>5.1} %  {brand}",
            share(*careful, *all),
            share(*open, *all)
        );
    }
    println!("{all:>6} links: careful {:.1} %, unknown {:.1} %", share(careful, all), share(open, all));
    if std::env::var_os("KAKARI_SHOW").is_some() {
        for url in &quiet {
            println!("quiet {url}");
        }
    }
    assert!(share(careful + open, all) >= 50.0);
}
