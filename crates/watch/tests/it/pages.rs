//! Every page in both languages.

use jiff::SignedDuration;
use kakari_identity::testing::Visit;
use kakari_kernel::{Month, Period, Role};
use kakari_ui::Lang;

use crate::world::{Desk, desk, started};

#[test]
fn texts_and_templates_are_complete() {
    assert_eq!(kakari_ui::check::problems(&kakari_watch::ASSETS), Vec::<String>::new());
}

/// A client with something of everything.
async fn full() -> (Desk, String) {
    let desk = desk().await;
    let (_, token) = desk.our_sensor().await;
    let lines = [
        started("PC-01", "evil.exe", "2026-04-17T00:00:00Z"),
        started("PC-01", "odd.exe", "2026-04-17T00:05:00Z"),
        "<script>alert(1)</script> what is this".to_owned(),
    ];
    desk.send(&token, &lines).await;
    let incident = desk.incidents(desk.world.ours.client).await.remove(0);
    (desk, incident)
}

async fn both(desk: &Desk, visit: &Visit, path: &str) -> String {
    let mut pages = String::new();
    for lang in ["ja", "en"] {
        let separator = if path.contains('?') { '&' } else { '?' };
        let answer = visit.get(&desk.router, &format!("{path}{separator}lang={lang}")).await;
        assert_eq!(answer.status, 200, "{path} {}", answer.body);
        for fault in ["⟦", "<script>alert", " style=", "hx-on"] {
            assert!(!answer.body.contains(fault), "{path} {lang} holds {fault}");
        }
        assert!(answer.body.len() < 60_000, "{path} has {} bytes", answer.body.len());
        pages.push_str(&answer.main().replace(&visit.csrf, "CSRF"));
        pages.push_str("\n\n");
    }
    pages
}

#[tokio::test]
async fn the_desks_pages_read_the_same_every_time() {
    let (desk, incident) = full().await;
    let org = desk.world.ours.client;
    let operator = desk.world.sign_in(&desk.world.ours, Role::Operator).await;
    insta::assert_snapshot!("queue", both(&desk, &operator, "/queue").await);
    insta::assert_snapshot!(
        "incident",
        both(&desk, &operator, &format!("/c/{org}/incidents/{incident}")).await
    );
    insta::assert_snapshot!("incidents", both(&desk, &operator, &format!("/c/{org}/incidents")).await);
    insta::assert_snapshot!("alerts", both(&desk, &operator, &format!("/c/{org}/alerts")).await);
    insta::assert_snapshot!("events", both(&desk, &operator, &format!("/c/{org}/events")).await);
    insta::assert_snapshot!(
        "unreadable",
        both(&desk, &operator, &format!("/c/{org}/events?only=unreadable")).await
    );
    insta::assert_snapshot!("rules", both(&desk, &operator, "/rules?q=evil").await);
    insta::assert_snapshot!(
        "rule",
        both(&desk, &operator, "/rules/show?id=0f3e5c1a-1111-4c3b-9f5e-000000000001").await
    );
    let link = |page: &str, below: &str| {
        let after = page.split_once(&format!("/c/{org}/{below}/")).unwrap().1;
        format!("/c/{org}/{below}/{}", after.split('"').next().unwrap())
    };
    let alerts = both(&desk, &operator, &format!("/c/{org}/alerts")).await;
    let alert = both(&desk, &operator, &link(&alerts, "alerts")).await;
    insta::assert_snapshot!("alert", alert);
    insta::assert_snapshot!("event", both(&desk, &operator, &link(&alert, "events")).await);
}

#[tokio::test]
async fn an_owner_reads_plain_words() {
    let (desk, incident) = full().await;
    let org = desk.world.ours.client;
    let owner = desk.world.sign_in(&desk.world.ours, Role::Owner).await;
    let page = both(&desk, &owner, &format!("/c/{org}/incidents/{incident}")).await;
    for jargon in ["Sigma", "CSF", "ATT&amp;CK", "Sysmon", "Evil Tool Execution", "0f3e5c1a"] {
        assert!(!page.contains(jargon), "{jargon}");
    }
    insta::assert_snapshot!("incident_owner", page);
    let list = both(&desk, &owner, &format!("/c/{org}/incidents")).await;
    assert!(!list.contains("Evil Tool Execution"));
    // Raw events, rules and sensors are the desk's.
    for page in ["events", "alerts", "sensors"] {
        assert_eq!(owner.get(&desk.router, &format!("/c/{org}/{page}")).await.status, 403, "{page}");
    }
}

#[tokio::test]
async fn sensors_show_what_comes_and_the_token_only_once() {
    let (desk, _) = full().await;
    let org = desk.world.ours.client;
    let admin = desk.world.sign_in(&desk.world.ours, Role::Admin).await;
    let page = format!("/c/{org}/sensors");
    let wrong = admin.post(&desk.router, &page, &[("name", ""), ("zone", "Mars")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("Asia/Tokyo"));
    let fields = [("name", "支社"), ("kind", "http"), ("zone", "Asia/Tokyo"), ("device", "fortigate")];
    let made = admin.post(&desk.router, &page, &fields).await;
    assert_eq!(made.status, 200);
    assert!(made.body.contains("kks_"));
    let list = both(&desk, &admin, &page).await;
    insta::assert_snapshot!("sensors", list);
    let sensor = list.split_once("/sensors/").unwrap().1.split('"').next().unwrap().to_owned();
    let shown = both(&desk, &admin, &format!("{page}/{sensor}")).await;
    assert!(!shown.contains("kks_"));
    insta::assert_snapshot!("sensor", shown);
    let new = admin.post(&desk.router, &format!("{page}/{sensor}/token"), &[]).await;
    assert!(new.body.contains("kks_"));
    let operator = desk.world.sign_in(&desk.world.ours, Role::Operator).await;
    assert_eq!(operator.post(&desk.router, &page, &fields).await.status, 403);
}

#[tokio::test]
async fn no_data_never_looks_like_all_is_well() {
    let desk = desk().await;
    let org = desk.world.ours.client;
    let operator = desk.world.sign_in(&desk.world.ours, Role::Operator).await;
    for page in ["incidents", "events", "sensors"] {
        let shown = both(&desk, &operator, &format!("/c/{org}/{page}")).await;
        assert!(shown.contains("empty-none") && !shown.contains("empty-good"), "{page}");
    }
    let month: Month = "2026-04".parse().unwrap();
    let period = month.period(&desk.world.app.settings.zone).unwrap();
    for section in kakari_watch::sections(&desk.watch) {
        assert!(section.section(&desk.ours(), period, Lang::Ja).await.unwrap().no_data);
    }
}

#[tokio::test]
async fn the_report_says_what_came_was_found_and_is_to_be_done() {
    let (desk, _) = full().await;
    desk.world.clock.advance(SignedDuration::from_hours(1));
    let month: Month = "2026-04".parse().unwrap();
    let period: Period = month.period(&desk.world.app.settings.zone).unwrap();
    let mut sections = Vec::new();
    for lang in Lang::ALL {
        for section in kakari_watch::sections(&desk.watch) {
            let section = section.section(&desk.ours(), period, lang).await.unwrap();
            assert!(!section.no_data);
            sections.push(section);
        }
    }
    insta::assert_json_snapshot!("sections", sections);
    let theirs = desk.world.theirs.scope(desk.world.theirs.client);
    for section in kakari_watch::sections(&desk.watch) {
        assert!(section.section(&theirs, period, Lang::Ja).await.unwrap().no_data);
    }
}
