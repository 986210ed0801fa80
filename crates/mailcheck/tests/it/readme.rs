//! The README's table is the catalogue.

use kakari_mailcheck::catalogue::ALL;

/// `KAKARI_UPDATE=1` writes the table anew.
#[test]
fn the_readme_lists_every_signal_with_its_weight_and_source() {
    const BEGIN: &str = "<!-- signals -->\n";
    const END: &str = "<!-- end -->\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (table, after) = rest.split_once(END).unwrap();
    let mut wanted = String::from("| signal | points | why that many | 意味 |\n|---|---:|---|---|\n");
    for kind in ALL {
        wanted += &format!("| `{}` | {} | {} | {} |\n", kind.id, kind.weight, kind.reason, kind.ja);
    }
    if std::env::var_os("KAKARI_UPDATE").is_some() {
        std::fs::write(path, format!("{before}{BEGIN}{wanted}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(table, wanted, "run with KAKARI_UPDATE=1");
}

#[test]
fn ids_are_unique_and_sentences_complete() {
    for (index, kind) in ALL.iter().enumerate() {
        assert!(ALL.iter().skip(index + 1).all(|other| other.id != kind.id), "{}", kind.id);
        assert!(kind.ja.ends_with('。') && kind.en.ends_with('.') && !kind.reason.is_empty(), "{}", kind.id);
    }
}
