//! Every page, in both languages.

use kakari_kernel::{Role, Severity};

use crate::world::practice;

#[test]
fn texts_and_templates_are_complete() {
    assert_eq!(kakari_ui::check::problems(kakari_care::ASSETS), Vec::<String>::new());
}

#[tokio::test]
async fn every_page_reads_the_same_every_time_in_both_languages() {
    let practice = practice().await;
    let ours = &practice.world.ours;
    practice.raise(ours, ours.client, "old", "PC-1", Severity::Warning, 40).await;
    practice.raise(ours, ours.subsidiary, "no-data", "", Severity::Attention, 30).await;
    practice.advance(3);
    let client = ours.client;
    for (role, name, path) in [
        (Role::Owner, "home", format!("/c/{client}/home")),
        (Role::Owner, "todo", format!("/c/{client}/todo/old/PC-1")),
        (Role::Owner, "ask", format!("/c/{client}/ask")),
        (Role::Owner, "months", format!("/c/{client}/reports")),
        (Role::Owner, "report", format!("/c/{client}/reports/2026-04")),
        (Role::Advisor, "round", "/round".into()),
        (Role::Executive, "group", "/group".into()),
        (Role::Programme, "programme", "/programme".into()),
    ] {
        let visit = practice.world.sign_in(ours, role).await;
        for lang in ["ja", "en"] {
            let page = practice.page(&visit, &format!("{path}?lang={lang}")).await;
            insta::assert_snapshot!(format!("{name}_{lang}"), page);
        }
    }
}

#[tokio::test]
async fn a_month_that_has_not_come_or_is_none_is_not_found() {
    let practice = practice().await;
    let ours = &practice.world.ours;
    let owner = practice.world.sign_in(ours, Role::Owner).await;
    for month in ["2026-05", "2026-13", "x", "99999-01"] {
        let path = format!("/c/{}/reports/{month}", ours.client);
        assert_eq!(owner.get(&practice.router, &path).await.status, 404, "{month}");
    }
}

#[tokio::test]
async fn the_programme_office_reads_no_company_by_name() {
    let practice = practice().await;
    let ours = &practice.world.ours;
    practice.raise(ours, ours.client, "old", "PC-1", Severity::Danger, 40).await;
    let office = practice.world.sign_in(ours, Role::Programme).await;
    let advisor = practice.world.sign_in(ours, Role::Advisor).await;
    let round = practice.page(&advisor, "/round").await;
    let name = round
        .split("<th scope=\"row\">")
        .nth(1)
        .unwrap()
        .split('>')
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    let page = practice.page(&office, "/programme").await;
    assert!(!name.is_empty() && !page.contains(&name) && !page.contains("PC-1"), "{name}: {page}");
    for path in ["/round", "/group"] {
        assert_eq!(office.get(&practice.router, path).await.status, 403, "{path}");
    }
}
