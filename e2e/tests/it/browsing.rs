//! The pages in a real browser: on a phone and on a desk, in both languages, for every persona.

use std::collections::BTreeMap;
use std::time::Duration;

use kakari_e2e::browser::{Tab, WIDTHS, browser};
use kakari_e2e::demo::{Demo, PERSONAS, demo};
use kakari_e2e::html;
use kakari_e2e::http::Visitor;
use kakari_e2e::office::{ADMIN, Office, attack};

use crate::doors::wait_until_read;

const LANGUAGES: [&str; 2] = ["ja", "en"];
/// What a page may weigh on its way to a telephone.
const PAGE_BYTES_MAX: usize = 60_000;

#[test]
fn the_driver_sees_what_is_wrong_with_a_page() {
    let Some(mut browser) = browser() else { return };
    let mut tab = browser.tab(390);
    let page = "<title>x</title><meta name=viewport content='width=device-width'>\
                <meta http-equiv=Content-Security-Policy content=\"img-src 'none'\">\
                <img src='http://127.0.0.1:9/'><table width=600><td>\u{27e6}key\u{27e7}</table>\
                <script>console.error('oh'); nothing.here</script>";
    tab.open(&format!("data:text/html;charset=utf-8,{page}"));
    let faults = tab.faults().join("\n");
    let expected = [
        "scrolls sideways",
        "no translation: \u{27e6}key",
        "axe image-alt",
        "console:",
        "exception:",
        "security policy:",
    ];
    for part in expected {
        assert!(faults.contains(part), "{part} is not in:\n{faults}");
    }
}

/// Opens a page in a language and collects what is wrong with it.
fn look(tab: &mut Tab<'_>, demo: &Demo, path: &str, lang: &str, faults: &mut Vec<String>) {
    let mark = if path.contains('?') { '&' } else { '?' };
    tab.open(&format!("http://{}{path}{mark}lang={lang}", demo.server.address()));
    let language = tab.eval("document.documentElement.lang");
    let mut found = tab.faults();
    if language != lang {
        found.push(format!("its language is {language}"));
    }
    faults.extend(found.into_iter().map(|fault| format!("{path} {lang} {} px: {fault}", tab.width())));
}

#[test]
fn the_first_page_of_each_persona_has_no_faults_in_any_language_at_any_width() {
    let Some(mut browser) = browser() else { return };
    let demo = demo();
    let mut faults = Vec::new();
    for persona in PERSONAS {
        for width in WIDTHS {
            let (visitor, first) = demo.sign_in(persona);
            let mut tab = browser.tab(width);
            tab.come_as(&visitor);
            for lang in LANGUAGES {
                look(&mut tab, &demo, &first, lang, &mut faults);
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_page_that_a_link_leads_to_has_no_faults() {
    let Some(mut browser) = browser() else { return };
    let demo = demo();
    let mut faults = Vec::new();
    let mut seen = 0;
    for persona in PERSONAS {
        let (mut visitor, first) = demo.sign_in(persona);
        let pages = one_of_each_kind(persona, &mut visitor, &first, &mut faults);
        // Narrow in Japanese and wide in English: each side of both is seen once.
        for (width, lang) in WIDTHS.into_iter().zip(LANGUAGES) {
            let mut tab = browser.tab(width);
            tab.come_as(&visitor);
            for page in &pages {
                look(&mut tab, &demo, page, lang, &mut faults);
                seen += 1;
            }
        }
    }
    println!("{seen} page views");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// One address of each kind of page that can be reached by links. A link to a closed door is a fault.
fn one_of_each_kind(
    persona: &str,
    visitor: &mut Visitor,
    first: &str,
    faults: &mut Vec<String>,
) -> Vec<String> {
    let mut kinds: BTreeMap<String, String> = BTreeMap::new();
    let mut open = vec![("the start".to_owned(), first.to_owned())];
    while let Some((from, path)) = open.pop() {
        let kind = path
            .split('/')
            .map(|part| if part.len() > 20 { "…" } else { part })
            .collect::<Vec<_>>()
            .join("/");
        let is_page = path.starts_with('/') && !path.contains(['?', '#', '.']) && !path.ends_with("/export");
        if !is_page || kinds.contains_key(&kind) {
            continue;
        }
        let page = visitor.get(&path);
        if page.status == 200 {
            open.extend(html::links(&page.text()).into_iter().map(|link| (path.clone(), link)));
            kinds.insert(kind, path);
        } else if page.status != 303 {
            faults.push(format!("{persona}: {from} leads to {path}, which answers {}", page.status));
        }
    }
    kinds.into_values().collect()
}

#[test]
fn the_pages_that_people_open_every_day_are_light() {
    let demo = demo();
    for (persona, page) in [("owner", None), ("advisor", Some("/round")), ("operator", Some("/queue"))] {
        let (mut visitor, first) = demo.sign_in(persona);
        let page = page.unwrap_or(&first);
        let size = visitor.get(page).expect(200).body.len();
        println!("{page}: {size} bytes");
        assert!(size < PAGE_BYTES_MAX, "{page}: {size} bytes");
    }
}

#[test]
fn a_monthly_report_is_a_few_sheets_of_paper() {
    let Some(mut browser) = browser() else { return };
    let demo = demo();
    let (mut owner, home) = demo.sign_in("owner");
    let reports = home.replace("/home", "/reports");
    let list = owner.get(&reports).expect(200).text();
    let report = html::links(&list)
        .into_iter()
        .find(|link| link.starts_with(&format!("{reports}/")))
        .expect("a report");
    let mut tab = browser.tab(1280);
    tab.come_as(&owner);
    for lang in LANGUAGES {
        tab.open(&format!("http://{}{report}?lang={lang}", demo.server.address()));
        let sheets = tab.printed_sheets();
        assert!((1..=4).contains(&sheets), "{lang}: {sheets} sheets");
    }
}

#[test]
fn a_wrong_password_is_said_beside_its_field_and_the_right_one_lets_in() {
    let Some(mut browser) = browser() else { return };
    let mut office = Office::found();
    let address = office.server().address();
    for (width, lang) in WIDTHS.into_iter().zip(LANGUAGES) {
        let mut tab = browser.tab(width);
        tab.open(&format!("http://{address}/sign-in?lang={lang}"));
        assert_eq!(tab.faults(), Vec::<String>::new());
        tab.type_into("#f-email", ADMIN.0);
        tab.type_into("#f-password", "not this one at all");
        tab.click_through("form button");
        let summary = "document.activeElement.closest('[role=alert]') !== null && document.activeElement.innerText.length > 0";
        assert_eq!(tab.eval(summary), true, "the summary of errors has the focus");
        assert_eq!(tab.eval("document.querySelector('#f-password').getAttribute('aria-invalid')"), "true");
        assert_eq!(tab.eval("document.querySelector('#f-email').value"), ADMIN.0);
        assert_eq!(tab.eval("document.querySelector('#f-password').value"), "");
        let mut faults = tab.faults();
        // The browser itself notes on its console that the page came with the status 422.
        faults.retain(|fault| !(fault.starts_with("log:") && fault.contains("422")));
        assert_eq!(faults, Vec::<String>::new());
        tab.type_into("#f-password", ADMIN.1);
        tab.click_through("form button");
        assert_eq!(tab.eval("location.pathname"), "/round");
    }
}

#[test]
fn the_queue_tells_of_a_new_incident_without_moving_a_row() {
    let Some(mut browser) = browser() else { return };
    let mut office = Office::found();
    let client = office.admin.add_client("肥後木工所");
    let sensor = office.admin.add_sensor(&client, "http");
    office.admin.deliver(&sensor, &[attack("HIGO-PC")]);
    wait_until_read(&office.admin);
    let provider = office.admin.provider();
    let operator = office.admin.add_person(&provider, "operator", "佐藤", "operator@provider.example");
    let mut tab = browser.tab(1280);
    tab.come_as(&operator);
    tab.open(&format!("http://{}/queue?lang=ja", operator.address()));
    let rows = "document.querySelector('tbody').innerHTML + document.querySelector('tbody').getBoundingClientRect().y";
    let before = tab.eval(rows);
    assert_eq!(tab.eval("document.querySelector('.live').hidden"), true);

    office.admin.deliver(&sensor, &[attack("HIGO-SERVER")]);
    assert!(tab.becomes("!document.querySelector('.live').hidden", Duration::from_secs(20)), "no news");
    assert_eq!(tab.eval(rows), before, "the rows moved");
    assert_eq!(tab.faults(), Vec::<String>::new());
    tab.click_through(".live-new");
    assert_eq!(tab.eval("document.querySelector('tbody').innerText.includes('HIGO-SERVER')"), true);
}

#[test]
fn a_ledger_is_shown_as_it_was_understood_before_anything_is_stored() {
    let Some(mut browser) = browser() else { return };
    let mut office = Office::found();
    let client = office.admin.add_client("肥後木工所");
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("台帳.csv");
    let text = "PC管理台帳\n\nPC名,メーカー,利用者,購入日,台数\nHIGO-PC1,見本電機,田中,令和６年４月１日,１台\nHIGO-PC2,見本電機,佐藤,2024/13/45,1\n";
    std::fs::write(&ledger, text).unwrap();
    for (width, lang) in WIDTHS.into_iter().zip(LANGUAGES) {
        let mut tab = browser.tab(width);
        tab.come_as(&office.admin);
        tab.open(&format!("http://{}/c/{client}/assets/import?lang={lang}", office.admin.address()));
        assert_eq!(tab.faults(), Vec::<String>::new());
        tab.choose_file("input[type=file]", &ledger);
        tab.click_through("main form button");
        assert_eq!(tab.eval("document.querySelector('main').innerText.includes('HIGO-PC1')"), true);
        assert_eq!(tab.faults(), Vec::<String>::new());
    }
    let assets = office.admin.get(&format!("/c/{client}/assets")).expect(200).text();
    assert!(!assets.contains("HIGO-PC1"), "nothing is stored before somebody agreed");
}
