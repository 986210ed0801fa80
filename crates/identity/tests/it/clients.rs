//! The list of clients, and changing what is known about them.

use kakari_identity::init::{self, NewClient};
use kakari_identity::testing::World;
use kakari_kernel::{Actor, Role};

use crate::world;

#[tokio::test]
async fn a_page_of_two_thousand_clients_stays_small_and_pages_in_sql() {
    let (world, router) = world().await;
    for n in 0..2_000 {
        let new = NewClient {
            name: format!("株式会社見本建設工業{n:04}"),
            industry: "construction".into(),
            staff: n % 120,
            ..NewClient::default()
        };
        init::add_client(&world.app, &Actor::cli("test"), world.ours.provider, &new).await.unwrap();
    }
    let advisor = world.sign_in(&world.ours, Role::Advisor).await;
    let first = advisor.get(&router, "/clients").await;
    assert_eq!(first.status, 200);
    println!("clients: {} bytes for one page of 2,003 clients", first.body.len());
    assert!(first.body.len() <= 60_000, "{} bytes", first.body.len());
    let last = advisor.get(&router, "/clients?sort=name&page=41").await;
    assert!(last.body.contains("2,003") && last.body.matches("<th scope=\"row\">").count() == 3);
}

async fn names(world: &World, path: &str) -> Vec<String> {
    let router = crate::router(world);
    let advisor = world.sign_in(&world.ours, Role::Advisor).await;
    let page = advisor.get(&router, path).await;
    page.body
        .split("<th scope=\"row\">")
        .skip(1)
        .map(|cell| cell.split(['<', '>']).nth(2).unwrap_or_default().to_owned())
        .collect()
}

#[tokio::test]
async fn clients_are_found_however_their_name_is_written() {
    let (world, _) = world().await;
    let new = NewClient {
        name: "株式会社ＡＢＣ_100%".into(),
        industry: "retail".into(),
        staff: 3,
        ..NewClient::default()
    };
    init::add_client(&world.app, &Actor::cli("test"), world.ours.provider, &new).await.unwrap();
    for query in
        ["abc", "%E3%88%B1ABC", "ABC_", "0%25", "q=&size=5", "industry=retail", "state=none&industry=retail"]
    {
        let path =
            if query.contains('=') { format!("/clients?{query}") } else { format!("/clients?q={query}") };
        assert_eq!(names(&world, &path).await, ["株式会社ＡＢＣ_100%"], "{query}");
    }
    for query in ["q=%25%25", "q=a_c", "state=danger", "q=%E3%82%88%E3%81%9D"] {
        assert!(names(&world, &format!("/clients?{query}")).await.is_empty(), "{query}");
    }
}

#[tokio::test]
async fn an_advisor_adds_and_changes_a_client_and_each_is_audited() {
    let (world, router) = world().await;
    let advisor = world.sign_in(&world.ours, Role::Advisor).await;
    let me = world.ours.person(Role::Advisor).to_string();
    let fields = [
        ("name", "新しい会社"),
        ("industry", "medical"),
        ("staff", "１２"),
        ("prefecture", "熊本県"),
        ("phone", ""),
        ("advisor", &me),
    ];
    let made = advisor.post(&router, "/clients/new", &fields).await;
    assert_eq!(made.status, 303, "{}", made.body);
    let record = made.location().to_owned();
    assert!(advisor.get(&router, &record).await.body.contains("見本 advisor"));
    let changed = fields.map(|(name, value)| (name, if name == "name" { "変えた会社" } else { value }));
    assert_eq!(advisor.post(&router, &format!("{record}/edit"), &changed).await.location(), record);
    let audit = advisor.get(&router, &format!("{record}/audit")).await;
    assert!(audit.body.contains("「変えた会社」の情報を変更しました"), "{}", audit.body);
}

#[tokio::test]
async fn a_wrong_form_says_everything_that_is_wrong_and_changes_nothing() {
    let (world, router) = world().await;
    let advisor = world.sign_in(&world.ours, Role::Advisor).await;
    let someone = world.theirs.person(Role::Advisor).to_string();
    let fields = [("name", ""), ("industry", "piracy"), ("staff", "many"), ("advisor", someone.as_str())];
    let page = advisor.post(&router, "/clients/new", &fields).await;
    assert_eq!(page.status, 422);
    for field in ["#f-name", "#f-industry", "#f-staff", "#f-advisor"] {
        assert!(page.body.contains(field), "{field}");
    }
}

#[tokio::test]
async fn groups_have_one_level_and_suppliers_come_and_go() {
    let (world, router) = world().await;
    let advisor = world.sign_in(&world.ours, Role::Advisor).await;
    let ours = &world.ours;
    let change = async |org: kakari_kernel::OrgId, act: &str, other: kakari_kernel::OrgId| {
        let path = format!("/c/{org}/relations/{act}");
        advisor.post(&router, &path, &[("other", &other.to_string())]).await.status
    };
    // A member cannot become a head, a head cannot become a member.
    assert_eq!(change(ours.other, "join-group", ours.subsidiary).await, 409);
    assert_eq!(change(ours.client, "join-group", ours.other).await, 409);
    assert_eq!(change(ours.other, "join-group", ours.client).await, 303);
    assert_eq!(change(ours.other, "leave-group", ours.client).await, 303);
    assert_eq!(change(ours.other, "leave-group", ours.client).await, 404);
    assert_eq!(change(ours.other, "add-supplier", ours.client).await, 303);
    assert_eq!(change(ours.other, "drop-supplier", ours.client).await, 303);
    assert_eq!(change(ours.other, "drop-supplier", ours.client).await, 404);
    assert_eq!(change(ours.other, "add-supplier", ours.other).await, 404);
    assert_eq!(change(ours.other, "add-supplier", world.theirs.client).await, 404);
    assert_eq!(change(ours.other, "explode", ours.client).await, 404);
}

#[tokio::test]
async fn who_only_reads_changes_nothing() {
    let (world, router) = world().await;
    let reader = world.sign_in(&world.ours, Role::ReadOnly).await;
    assert_eq!(reader.get(&router, "/clients").await.status, 200);
    assert_eq!(reader.get(&router, "/clients/new").await.status, 403);
    assert_eq!(
        reader.post(&router, &format!("/c/{}/edit", world.ours.client), &[("name", "x")]).await.status,
        403
    );
}
