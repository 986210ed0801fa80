//! Windows: a fully patched machine has no findings, told by its build or by its newest cumulative update alone.

use kakari_exposure::decision::{Circumstances, Policy};
use kakari_exposure::report::Knowledge;
use kakari_exposure::{Feeds, inventory};

/// Three months of one line; each update replaces the one before.
const MONTHS: [(&str, &str, &str); 3] = [
    ("CVE-2024-1", "5033372", "10.0.19045.3803"),
    ("CVE-2024-2", "5034122", "10.0.19045.3930"),
    ("CVE-2024-3", "5034763", "10.0.19045.4046"),
];

fn knowledge() -> Knowledge {
    let mut feeds = Feeds::default();
    for (month, (cve, kb, build)) in MONTHS.iter().enumerate() {
        let text = format!(
            r#"{{"DocumentTitle":{{"Value":"month {month}"}},"DocumentTracking":{{"CurrentReleaseDate":"2024-0{}-13T08:00:00"}},"ProductTree":{{}},
            "Vulnerability":[{{"CVE":"{cve}","Remediations":[{{"Description":{{"Value":"{kb}"}},"FixedBuild":"{build}"}}]}}]}}"#,
            month + 1
        );
        assert!(feeds.add("msrc", &format!("2024-{month}.json"), text.as_bytes()).unwrap());
    }
    Knowledge::new(feeds, Policy::default())
}

fn found(file: &str, text: &str) -> Vec<String> {
    let inventory = inventory::read(file, text.as_bytes()).unwrap();
    knowledge().lines(&inventory, Circumstances::default()).into_iter().map(|line| line.advisory).collect()
}

#[test]
fn a_patched_build_has_no_findings_and_an_older_one_those_after_it() {
    assert_eq!(found("ver.txt", "Microsoft Windows [Version 10.0.19045.4046]\n"), Vec::<String>::new());
    assert_eq!(found("ver.txt", "Microsoft Windows [Version 10.0.19045.3930]\n"), ["CVE-2024-3"]);
    assert_eq!(found("ver.txt", "Microsoft Windows [Version 10.0.19045.2006]\n").len(), 3);
}

#[test]
fn the_newest_cumulative_update_stands_for_all_before_it() {
    assert_eq!(found("kb.csv", "HotFixID,InstalledOn\nKB5034763,2024/02/14\n"), Vec::<String>::new());
    assert_eq!(
        found("kb.csv", "HotFixID,InstalledOn\nKB5033372,2023/12/13\nKB5034122,2024/01/10\n"),
        ["CVE-2024-3"]
    );
}

#[test]
fn a_build_without_its_revision_is_not_called_patched() {
    let knowledge = knowledge();
    let text = "CSName,OSVersion,x\nPC,10.0.19045,y\n";
    let inventory = inventory::read("os.csv", text.as_bytes()).unwrap();
    let lines = knowledge.lines(&inventory, Circumstances::default());
    let last = knowledge.last_line(&[inventory], &lines);
    assert!(last.not_checked.iter().any(|gap| gap.reason.contains("UBR")), "{:?}", last.not_checked);
}
