//! Pictures of the demo's pages, for people to look at: each persona's first page on a desk and on a phone, in
//! both languages.
//!
//! `cargo run -p kakari-e2e --example pictures -- docs/img`
#![expect(clippy::expect_used, reason = "a tool that ends when it cannot do its one thing")]

use std::path::PathBuf;

use kakari_e2e::browser::{WIDTHS, browser};
use kakari_e2e::demo::{Demo, PERSONAS};
use kakari_e2e::html;

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("the folder to write to"));
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let demo = Demo::start(&[]);
    let mut browser = browser().expect("chromium");
    for persona in PERSONAS {
        let (mut visitor, first) = demo.sign_in(persona);
        let mut pages = vec![(persona.to_owned(), first.clone())];
        let page = visitor.get(&first).expect(200).text();
        // What stands first on the page: the incident, the client, the report.
        for (name, part) in [("incident", "/incidents/"), ("report", "/reports/"), ("todo", "/todo/")] {
            let link = html::links(&page).into_iter().find(|link| link.contains(part));
            pages.extend(link.map(|link| (format!("{persona}-{name}"), link)));
        }
        for (name, path) in pages {
            for (width, place) in WIDTHS.into_iter().zip(["phone", "desk"]) {
                for lang in ["ja", "en"] {
                    let mut tab = browser.tab(width);
                    tab.come_as(&visitor);
                    tab.open(&format!("http://{}{path}?lang={lang}", demo.server.address()));
                    tab.screenshot(&folder.join(format!("{name}-{place}-{lang}.png")));
                }
            }
        }
    }
}
