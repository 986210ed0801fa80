//! Templates, texts, and whole pages in both languages.

use jiff::SignedDuration;
use kakari_identity::record;
use kakari_identity::testing::{Answer, World};
use kakari_kernel::{Role, Severity, Sign, Todo};
use kakari_store::Unaudited;
use kakari_ui::{SliceAssets, check};

use crate::router;

/// A slice with a sign, as watch and care have.
const SIGNS: SliceAssets = SliceAssets {
    name: "sample",
    templates: &[],
    ja: "sign-sample-silent = 「{ $sensor }」から{ $hours }時間届いていません",
    en: "sign-sample-silent = Nothing came from { $sensor } for { $hours } hours",
    dir: None,
};

#[test]
fn texts_and_templates_are_complete() {
    assert_eq!(check::problems(kakari_identity::ASSETS), Vec::<String>::new());
}

#[test]
fn every_act_written_by_this_crate_has_a_sentence() {
    let ja: String = kakari_identity::ASSETS.iter().map(|slice| slice.ja).collect();
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let mut acts = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(source)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                for mark in
                    ["act: \"", "entry(&signed, \"", "entry(&client, \"", "            \"organisation."]
                {
                    for piece in text.split(mark).skip(1) {
                        let act = piece.split('"').next().unwrap();
                        let prefix = if mark.ends_with("organisation.") { "organisation." } else { "" };
                        acts.push(format!("{prefix}{act}"));
                    }
                }
            }
        }
    }
    assert!(acts.len() > 20, "{acts:?}");
    for act in acts {
        let key = format!("act-{} =", act.replace(['.', '_'], "-"));
        assert!(ja.contains(&key), "{key}");
    }
}

async fn with_a_sign(world: &World) {
    let mut tx = world.app.db.begin().await.unwrap();
    let since = tx.at() - SignedDuration::from_hours(26);
    let sign = Sign {
        kind: "sample-silent",
        subject: "utm".into(),
        severity: Severity::Warning,
        points: 40,
        since,
        args: serde_json::json!({ "sensor": "<UTM>", "hours": 26 }).as_object().unwrap().clone(),
        link: format!("/c/{}/sensors/utm", world.ours.client),
        todo: Some(Todo { minutes: 20, due: tx.at() }),
    };
    record::raise(&mut tx, &world.ours.scope(world.ours.client), &sign).await.unwrap();
    tx.commit_unaudited(Unaudited::Derived).await.unwrap();
}

/// Every page that a role sees, in both languages.
#[tokio::test]
async fn whole_pages_are_as_they_were_looked_at() {
    let world = World::new(&[SIGNS]).await;
    with_a_sign(&world).await;
    let router = router(&world);
    let (head, home) = (world.ours.client, world.ours.provider.as_org());
    let owner = world.sign_in(&world.ours, Role::Owner).await;
    let advisor = world.sign_in(&world.ours, Role::Advisor).await;
    let admin = world.sign_in(&world.ours, Role::Admin).await;
    let stranger = world.stranger();
    let person = world.ours.person(Role::Executive);
    let pages = [
        ("sign_in", &stranger, "/sign-in".to_owned()),
        ("confirm", &owner, "/sign-in/confirm".to_owned()),
        ("clients", &advisor, "/clients".to_owned()),
        ("clients_none", &advisor, "/clients?q=zzz".to_owned()),
        ("new_client", &advisor, "/clients/new".to_owned()),
        ("record_staff", &advisor, format!("/c/{head}")),
        ("record_owner", &owner, format!("/c/{head}")),
        ("edit", &advisor, format!("/c/{head}/edit")),
        ("relations", &advisor, format!("/c/{head}/relations?q=%E8%A6%8B%E6%9C%AC")),
        ("people", &owner, format!("/c/{head}/people")),
        ("invite", &admin, format!("/c/{home}/people/new")),
        ("person", &advisor, format!("/c/{head}/people/{person}")),
        ("tokens", &admin, format!("/c/{home}/tokens")),
        ("audit_one", &advisor, format!("/c/{head}/audit?verify=1")),
        ("settings", &admin, "/settings".to_owned()),
        ("me", &owner, "/me".to_owned()),
        ("password", &owner, "/me/password".to_owned()),
    ];
    for lang in ["ja", "en"] {
        for (name, visit, path) in &pages {
            let sign = if path.contains('?') { '&' } else { '?' };
            let page = visit.get(&router, &format!("{path}{sign}lang={lang}")).await;
            assert_eq!(page.status, 200, "{name}: {}", page.body);
            well_formed(name, &page);
            insta::assert_snapshot!(format!("{name}_{lang}"), page.main());
        }
    }
}

fn well_formed(name: &str, page: &Answer) {
    assert!(!page.body.contains('⟦'), "{name} lacks a text: {}", page.body);
    assert!(page.body.len() < 60_000, "{name} is {} bytes", page.body.len());
    assert_eq!(check::forbidden(&page.body), Vec::<String>::new(), "{name}");
    assert!(!page.body.contains("<UTM>"), "{name} prints what came from outside");
}

#[tokio::test]
async fn an_owner_sees_no_points_no_tokens_and_no_audit() {
    let world = World::new(&[SIGNS]).await;
    with_a_sign(&world).await;
    let router = router(&world);
    let owner = world.sign_in(&world.ours, Role::Owner).await;
    let page = owner.get(&router, &format!("/c/{}", world.ours.client)).await;
    for staff_only in ["tokens", "audit", "sensors/utm", "relations", "/edit"] {
        assert!(!page.body.contains(staff_only), "{staff_only}");
    }
}
