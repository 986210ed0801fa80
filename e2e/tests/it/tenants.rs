//! The tenant walk: everybody tries every route with somebody else's ids.

use std::collections::{BTreeMap, BTreeSet};

use kakari_e2e::command::{finish, run};
use kakari_e2e::http::{Answer, Visitor};
use kakari_e2e::office::{Administrator, Office, enter};
use kakari_e2e::{command, database, html, office};
use serde_json::Value;

use crate::doors::wait_until_read;

/// Stands in everything of the client that nobody else may see: names, mail addresses, hosts.
const MARK: &str = "otsukawa";

/// Every page and form of the program, beside the JSON API, which describes itself. A test compares the
/// addresses with the code.
const ROUTES: &[(&str, &str)] = &[
    ("GET", "/"),
    ("GET", "/audit"),
    ("GET", "/audit/export"),
    ("GET", "/c/{org}"),
    ("GET", "/c/{org}/alerts"),
    ("GET", "/c/{org}/alerts/{id}"),
    ("GET", "/c/{org}/ask"),
    ("POST", "/c/{org}/ask"),
    ("GET", "/c/{org}/assets"),
    ("GET", "/c/{org}/assets.csv"),
    ("GET", "/c/{org}/assets/import"),
    ("POST", "/c/{org}/assets/import"),
    ("GET", "/c/{org}/assets/import/{id}"),
    ("POST", "/c/{org}/assets/import/{id}"),
    ("GET", "/c/{org}/assets/{id}"),
    ("POST", "/c/{org}/assets/{id}"),
    ("GET", "/c/{org}/audit"),
    ("GET", "/c/{org}/audit/export"),
    ("GET", "/c/{org}/consultations/{id}"),
    ("POST", "/c/{org}/consultations/{id}"),
    ("GET", "/c/{org}/edit"),
    ("POST", "/c/{org}/edit"),
    ("GET", "/c/{org}/events"),
    ("GET", "/c/{org}/events/{id}"),
    ("GET", "/c/{org}/home"),
    ("GET", "/c/{org}/incidents"),
    ("GET", "/c/{org}/incidents/{id}"),
    ("POST", "/c/{org}/incidents/{id}/move"),
    ("POST", "/c/{org}/incidents/{id}/note"),
    ("POST", "/c/{org}/incidents/{id}/pause"),
    ("POST", "/c/{org}/incidents/{id}/resume"),
    ("POST", "/c/{org}/incidents/{id}/take"),
    ("GET", "/c/{org}/people"),
    ("GET", "/c/{org}/people/new"),
    ("POST", "/c/{org}/people/new"),
    ("GET", "/c/{org}/people/{person}"),
    ("POST", "/c/{org}/people/{person}"),
    ("POST", "/c/{org}/people/{person}/disable"),
    ("POST", "/c/{org}/people/{person}/drop-totp"),
    ("POST", "/c/{org}/people/{person}/enable"),
    ("POST", "/c/{org}/people/{person}/link"),
    ("GET", "/c/{org}/relations"),
    ("POST", "/c/{org}/relations/{act}"),
    ("GET", "/c/{org}/reports"),
    ("GET", "/c/{org}/reports/{month}"),
    ("GET", "/c/{org}/sensors"),
    ("POST", "/c/{org}/sensors"),
    ("GET", "/c/{org}/sensors/{id}"),
    ("POST", "/c/{org}/sensors/{id}"),
    ("POST", "/c/{org}/sensors/{id}/retire"),
    ("POST", "/c/{org}/sensors/{id}/retry"),
    ("POST", "/c/{org}/sensors/{id}/token"),
    ("POST", "/c/{org}/snooze"),
    ("GET", "/c/{org}/todo/{kind}/{subject}"),
    ("POST", "/c/{org}/todo/{kind}/{subject}"),
    ("GET", "/c/{org}/tokens"),
    ("POST", "/c/{org}/tokens"),
    ("POST", "/c/{org}/tokens/{token}/revoke"),
    ("GET", "/clients"),
    ("GET", "/clients/new"),
    ("POST", "/clients/new"),
    ("GET", "/group"),
    ("GET", "/programme"),
    ("GET", "/queue"),
    ("GET", "/round"),
    ("GET", "/rules"),
    ("GET", "/rules/show"),
    ("GET", "/settings"),
    ("POST", "/settings/jobs/{job}/retry"),
];

/// Routes without a tenant: before sign-in, about oneself, of the machine; and the stream of news, which never
/// ends and holds a number.
const OPEN: &[&str] = &[
    "/healthz",
    "/readyz",
    "/metrics",
    "/queue/events",
    "/rules/reload",
    "/sign-in",
    "/sign-in/",
    "/sign-out",
    "/me",
    "/me/",
];

/// Before the client's id in the JSON API.
const API: &str = "/api/v1/orgs/";

/// The walk's way through one route.
#[derive(Debug, Clone)]
struct Route {
    method: String,
    pattern: String,
}

/// The client that the others try to reach, with an address for each pattern.
struct Target {
    org: String,
    /// Pattern to a path that exists.
    paths: BTreeMap<String, String>,
}

/// Somebody who tries.
struct Trier {
    name: &'static str,
    visitor: Visitor,
    /// An organisation of their own, for addresses that mix both; empty for nobody's.
    own: String,
    csrf: String,
}

#[test]
fn every_route_of_the_code_is_in_the_table() {
    let crates = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates");
    let mut missing = BTreeSet::new();
    for slice in ["identity", "watch", "care", "server"] {
        for file in rust_files(format!("{crates}/{slice}/src").as_ref()) {
            let code = std::fs::read_to_string(file).unwrap();
            let routes = code.split(".route(\"").skip(1).filter_map(|rest| rest.split_once('"'));
            for (path, _) in routes {
                let is_open =
                    OPEN.iter().any(|open| path == *open || (open.ends_with('/') && path.starts_with(open)));
                if !is_open && ROUTES.iter().all(|(_, known)| *known != path) {
                    missing.insert(path.to_owned());
                }
            }
        }
    }
    assert!(missing.is_empty(), "add to ROUTES or OPEN: {missing:?}");
}

fn rust_files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            files.extend(rust_files(&entry.path()));
        } else if entry.path().extension().is_some_and(|extension| extension == "rs") {
            files.push(entry.path());
        }
    }
    files
}

#[test]
fn nobody_reaches_another_tenant_by_any_route() {
    let mut office = Office::found();
    let (ours, theirs) = (office.admin.add_client("甲野金属"), office.admin.add_client("乙川食品 OTSUKAWA"));
    fill(&mut office.admin, &ours, "KOUNO");
    let mut owner = fill(&mut office.admin, &theirs, "OTSUKAWA");
    let preview = office.admin.bring_ledger(&theirs, "PC名,メーカー\nOTSUKAWA-PC3,見本\n");
    let mut seen = crawl(&mut [&mut *office.admin.clone(), &mut owner], &theirs);
    // What no link leads to: a preview after an upload, a form's address that holds an act.
    seen.insert(preview.split('?').next().unwrap_or_default().to_owned());
    seen.insert(format!("/c/{theirs}/relations/add-supplier"));
    let routes = all_routes();
    let target = Target { paths: addresses(&routes, &theirs, &seen), org: theirs.clone() };
    positive_control(&mut office.admin.clone(), &target, &routes);

    let mut triers = triers(&mut office, &ours);
    let before = acts_on(&office, &theirs);
    let mut tries = 0;
    for trier in &mut triers {
        for route in &routes {
            tries += walk(trier, route, &target);
        }
    }
    assert_eq!(acts_on(&office, &theirs), before, "somebody changed what is not theirs");
    // What was sent may have put their name onto one's own pages.
    let own_pages: Vec<Route> = routes.iter().filter(|route| route.method == "GET").cloned().collect();
    for trier in &mut triers {
        for route in &own_pages {
            tries += walk(trier, route, &target);
        }
    }
    println!("tenant walk: {tries} tries, 0 leaks");
    assert!(tries > 500, "{tries}");
}

/// Events with an incident, a person, a token, a question: something behind every kind of address. Gives the
/// owner.
fn fill(admin: &mut Administrator, org: &str, mark: &str) -> Visitor {
    let sensor = admin.add_sensor(org, "http");
    admin.deliver(&sensor, &[office::attack(&format!("{mark}-PC")), format!("{mark} no more than a line")]);
    admin.add_token(org, "read");
    let mut owner = admin.add_person(
        org,
        "owner",
        &format!("{mark} 代表"),
        &format!("{mark}@client.example").to_lowercase(),
    );
    let ledger = format!("PC名,メーカー,利用者\n{mark}-PC1,見本,{mark}\n{mark}-PC2,見本,{mark}\n");
    let preview = admin.bring_ledger(org, &ledger);
    let commit = preview.split('?').next().unwrap_or_default().to_owned();
    admin.submit(&preview, &commit, &[]).expect(303);
    let ask = format!("/c/{org}/ask");
    owner.submit(&ask, &ask, &[("body", &format!("{mark}: このメールは安全ですか。"))]).expect(303);
    wait_until_read(admin);
    // An incident that waits for the owner is a thing to do.
    let list = admin.get(&format!("/c/{org}/incidents")).expect(200).text();
    let incident =
        html::links(&list).into_iter().find(|link| link.contains("/incidents/0")).expect("an incident");
    admin.submit(&incident, &format!("{incident}/take"), &[]).expect(303);
    admin
        .submit(&incident, &format!("{incident}/pause"), &[("reason", "お客さまの返事を待っています。")])
        .expect(303);
    owner
}

/// The table and what the JSON API says of itself. The door for events names no tenant: its token does.
fn all_routes() -> Vec<Route> {
    let described: Value = serde_json::from_str(&run(["openapi"]).out).unwrap();
    let mut routes: Vec<Route> = ROUTES
        .iter()
        .map(|(method, pattern)| Route { method: (*method).to_owned(), pattern: (*pattern).to_owned() })
        .collect();
    for (pattern, methods) in described["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys().filter(|_| !pattern.starts_with("/ingest/")) {
            routes.push(Route { method: method.to_uppercase(), pattern: pattern.clone() });
        }
    }
    routes
}

/// Every address that links and forms of a client's pages lead to.
fn crawl(insiders: &mut [&mut Visitor], org: &str) -> BTreeSet<String> {
    let start = format!("/c/{org}");
    let first = [
        "",
        "/home",
        "/people",
        "/tokens",
        "/sensors",
        "/relations",
        "/reports",
        "/alerts",
        "/events",
        "/assets",
    ];
    let mut seen = BTreeSet::new();
    for insider in insiders {
        let mut open: Vec<String> = first.iter().map(|page| format!("{start}{page}")).collect();
        let mut read = BTreeSet::new();
        while let Some(path) = open.pop() {
            if path.contains('?') || !read.insert(path.clone()) {
                continue;
            }
            seen.insert(path.clone());
            let answer = insider.get(&path);
            if answer.status == 200 {
                let page = answer.text();
                let found = html::links(&page).into_iter().chain(html::actions(&page));
                open.extend(found.filter(|link| link.starts_with(&format!("{start}/"))));
            }
        }
    }
    seen
}

/// For each route with a client in it an address that leads to something of this client.
fn addresses(routes: &[Route], org: &str, seen: &BTreeSet<String>) -> BTreeMap<String, String> {
    let with_org = routes.iter().filter(|route| route.pattern.contains("{org}"));
    with_org
        .map(|route| {
            // The API names the same things as the pages do.
            let page = route.pattern.replace(API, "/c/");
            let path = instance(&page, org, seen)
                .unwrap_or_else(|| panic!("nothing was found behind {}:\n{seen:#?}", route.pattern));
            let path = if page == route.pattern { path } else { path.replacen("/c/", API, 1) };
            (route.pattern.clone(), path)
        })
        .collect()
}

/// A path of this pattern. What follows the last variable part is only a word, so it need not have been seen.
fn instance(pattern: &str, org: &str, seen: &BTreeSet<String>) -> Option<String> {
    let own = pattern.replace("{org}", org);
    let Some(end) = own.rfind('}') else { return Some(own) };
    let (variable, after) = own.split_at(end + 1);
    let parts: Vec<&str> = variable.split('/').collect();
    let fits = |path: &str| {
        let path: Vec<&str> = path.split('/').collect();
        let same = |(part, here): (&&str, &&str)| {
            part == here || (part.starts_with('{') && !["new", "import"].contains(here))
        };
        path.len() >= parts.len() && parts.iter().zip(&path).all(same)
    };
    let found = seen.iter().find(|path| fits(path))?;
    let kept: Vec<&str> = found.split('/').take(parts.len()).collect();
    Some(kept.join("/") + after)
}

/// The provider's own administrator sees the client's name on every page that this walk finds closed: the
/// addresses are right.
fn positive_control(admin: &mut Visitor, target: &Target, routes: &[Route]) {
    let pages = routes.iter().filter(|route| route.method == "GET" && route.pattern.starts_with("/c/"));
    for route in pages {
        let answer = admin.get(&target.paths[&route.pattern]);
        let seen = answer.text().to_lowercase().contains(MARK);
        assert!(
            answer.status == 200 && (seen || route.pattern.contains("/export")),
            "{}: {}",
            route.pattern,
            answer.status
        );
    }
}

fn triers(office: &mut Office, ours: &str) -> Vec<Trier> {
    let (email, second) = ("fuyumi@other.example", "fuyuko@other.example");
    let link = office::init(office.data(), "よその見守り", email);
    let mut other_admin = Administrator(office.admin.stranger());
    enter(&mut other_admin, &link);
    let settings = other_admin.get("/settings").expect(200).text();
    let other = html::links(&settings)
        .iter()
        .find_map(|link| link.strip_suffix("/people")?.strip_prefix("/c/").map(str::to_owned));
    let other = other.expect("the other provider's own organisation");
    let client = other_admin.add_client("丙山運輸");
    fill(&mut other_admin, &client, "HEIYAMA");
    let fleet_token = other_admin.add_token(&other, "admin");
    let other_advisor = other_admin.add_person(&other, "advisor", "冬美", second);

    let owner = office.admin.add_person(ours, "owner", "甲野", "second@kouno.example");
    let executive = office.admin.add_person(ours, "executive", "甲野 役員", "third@kouno.example");
    let provider = office.admin.provider();
    let programme = office.admin.add_person(&provider, "programme", "事業", "programme@provider.example");
    let our_token = office.admin.add_token(ours, "admin");
    let address = office.server().address();
    let person = |name, mut visitor: Visitor, own: &str| Trier {
        name,
        csrf: csrf_of(&mut visitor),
        visitor,
        own: own.to_owned(),
    };
    let program = |name, token: &str, own: &str| Trier {
        name,
        visitor: Visitor::with_token(address, token),
        own: own.to_owned(),
        csrf: String::new(),
    };
    vec![
        person("owner of another client", owner, ours),
        person("executive of another client", executive, ours),
        person("programme office", programme, ""),
        person("administrator of another provider", other_admin.0, &client),
        person("advisor of another provider", other_advisor, &client),
        program("token of another client", &our_token, ours),
        program("token of another provider", &fleet_token, &client),
        Trier { name: "nobody", visitor: Visitor::to(address), own: String::new(), csrf: String::new() },
    ]
}

fn csrf_of(visitor: &mut Visitor) -> String {
    let page = visitor.get("/me").expect(200).text();
    let hidden = html::hidden_fields(&page);
    hidden.into_iter().find(|(name, _)| name == "csrf").expect("a form's token").1
}

/// One request of the walk.
struct Try<'t> {
    path: String,
    fields: Vec<(&'t str, &'t str)>,
    /// The trier's own page may answer; it only must not show or change anything of the target.
    is_own: bool,
}

/// All tries of one trier on one route; gives how many they were.
fn walk(trier: &mut Trier, route: &Route, target: &Target) -> usize {
    let named: Vec<(&str, &str)> = FIELDS.iter().map(|field| (*field, target.org.as_str())).collect();
    let mut tries = Vec::new();
    match target.paths.get(&route.pattern) {
        Some(path) => {
            tries.push(Try { path: path.clone(), fields: Vec::new(), is_own: false });
            if !trier.own.is_empty() {
                // Their thing below our organisation. A month and an act are nobody's.
                let mixed = path.replacen(&target.org, &trier.own, 1);
                let names_a_thing = ["{id}", "{person}", "{token}", "{subject}"]
                    .iter()
                    .any(|part| route.pattern.contains(part));
                tries.push(Try { path: mixed.clone(), fields: Vec::new(), is_own: !names_a_thing });
                tries.push(Try { path: mixed, fields: named, is_own: true });
            }
        }
        None => {
            let path = route.pattern.replace("{job}", &target.org);
            tries.push(Try { path, fields: named, is_own: true });
        }
    }
    for Try { path, fields, is_own } in &tries {
        let answer = send(trier, &route.method, path, fields);
        let what = format!("{}: {} {path} → {}", trier.name, route.method, answer.status);
        assert!(!answer.text().to_lowercase().contains(MARK), "LEAK {what}:\n{}", answer.text());
        let is_closed = matches!(answer.status, 401 | 403 | 404) || leads_to_sign_in(&answer);
        assert!(is_closed || (*is_own && answer.status < 500), "{what}");
    }
    tries.len()
}

/// Names under which a form or a query could be believed to say whose record is meant.
const FIELDS: &[&str] = &[
    "org",
    "org_id",
    "client",
    "group",
    "head",
    "provider",
    "provider_id",
    "scope",
    "subject",
    "advisor",
    "person",
    "sensor",
    "assignee",
    "other",
    "member",
    "id",
];

/// What the forms ask for: a try that fails because its form is not filled in proves nothing.
const VALID: &[(&str, &str)] = &[
    ("access", "read"),
    ("answer", "done"),
    ("body", "x"),
    ("days", "30"),
    ("email", "x@x.example"),
    ("industry", "manufacturing"),
    ("kind", "http"),
    ("name", "x"),
    ("note", "x"),
    ("reason", "x"),
    ("role", "owner"),
    ("staff", "3"),
    ("to", "triaged"),
    ("verdict", "real"),
    ("version", "1"),
    ("what", "ledger"),
    ("zone", "Asia/Tokyo"),
];

fn send(trier: &mut Trier, method: &str, path: &str, extra: &[(&str, &str)]) -> Answer {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(extra).finish();
    if method == "GET" {
        let path = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        return trier.visitor.get(&path);
    }
    let csrf = trier.csrf.clone();
    let mut fields = vec![("csrf", csrf.as_str())];
    fields.extend_from_slice(VALID);
    fields.extend_from_slice(extra);
    if method == "POST" && !path.starts_with("/api/") {
        return trier.visitor.post(path, &fields);
    }
    let typed = |text: &str| text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from);
    let body: Value =
        VALID.iter().chain(extra).map(|(name, value)| ((*name).to_owned(), typed(value))).collect();
    trier.visitor.send(method, path, &[("content-type", "application/json")], body.to_string().as_bytes())
}

fn leads_to_sign_in(answer: &Answer) -> bool {
    answer.status == 303 && answer.header("location").is_some_and(|to| to.starts_with("/sign-in"))
}

/// How often people and programs did something to this client.
fn acts_on(office: &Office, org: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM audit WHERE org_id = '{org}' AND tool IN ('web', 'api')");
    database::count(office.data(), &sql)
}

#[test]
fn a_name_that_several_clients_have_must_be_told_apart_by_id() {
    let mut office = Office::found();
    office.admin.add_client("同名商店");
    let second = office.admin.add_client("同名商店");
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("a.log");
    std::fs::write(&log, "one line\n").unwrap();
    let ingest = |org: &str| {
        let mut command = command::call(["ingest", "--org", org, log.to_str().unwrap()]);
        command.arg("--data-dir").arg(office.data());
        finish(command, b"")
    };
    let ran = ingest("同名商店");
    assert!(ran.code == Some(2) && ran.err.contains("2 clients"), "{ran:?}");
    assert_eq!(ingest("誰も").code, Some(2));
    assert_eq!(ingest(&second).code, Some(0));
    let sql = format!("SELECT COUNT(*) FROM event WHERE org_id = '{second}'");
    assert_eq!(database::count(office.data(), &sql), 1);
    assert_eq!(database::count(office.data(), "SELECT COUNT(*) FROM event"), 1);
}
