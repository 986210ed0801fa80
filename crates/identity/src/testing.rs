//! A small world for tests: two providers with the same kinds of clients and people, a clock that stands
//! still, and requests to the real router without a socket.
//!
//! The second provider, and the second client of the first, are present in every test, so that a leak fails.
//!
//! ```ignore
//! let world = World::new(&[incidents::ASSETS]).await;
//! let router = world.router(incidents::routes(&world.app).into());
//! let advisor = world.sign_in(&world.ours, Role::Advisor).await;
//! let page = advisor.get(&router, "/queue").await;
//! assert_eq!(page.status, 200);
//! insta::assert_snapshot!(page.main());
//! ```
#![expect(clippy::expect_used, reason = "test support: a failure here is a failed test")]

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, header};
use kakari_kernel::{Actor, FixedClock, OrgId, OrgScope, PersonId, ProviderId, Reach, Role, SeededRng};
use kakari_store::Unaudited;
use kakari_store::testing::{TestDb, databases};
use kakari_ui::words::{BusinessHours, tokyo};
use kakari_ui::{SliceAssets, Ui};
use tower::ServiceExt as _;

use crate::init::{self, NewClient};
use crate::sign_in::session;
use crate::web::{self, hash_secret, keyed};
use crate::{App, Settings, people};

/// The password of everybody who has one: the administrators. See [`World::give_password`].
pub const PASSWORD: &str = "correct horse battery";
/// Where the tests' requests come from.
pub const PEER: &str = "192.0.2.7:40000";

/// A provider with its clients and one person of each role.
#[derive(Debug, Clone)]
pub struct Tenant {
    pub provider: ProviderId,
    /// The head of a group, with people of the roles owner and executive.
    pub client: OrgId,
    /// Belongs to the group of `client`; has an owner.
    pub subsidiary: OrgId,
    /// Stands alone; has an owner.
    pub other: OrgId,
    people: Vec<(Role, OrgId, PersonId)>,
}

impl Tenant {
    /// The person with this role; for owners and executives the one of [`Tenant::client`].
    #[must_use]
    pub fn person(&self, role: Role) -> PersonId {
        self.people.iter().find(|(known, ..)| *known == role).expect("one person of each role").2
    }

    /// The owner of this client.
    #[must_use]
    pub fn owner_of(&self, org: OrgId) -> PersonId {
        self.people.iter().find(|(role, home, _)| *role == Role::Owner && *home == org).expect("an owner").2
    }

    /// The scope of one client.
    #[must_use]
    pub fn scope(&self, org: OrgId) -> OrgScope {
        OrgScope::grant(self.provider, Reach::Client(org))
    }

    /// The scope of all clients.
    #[must_use]
    pub fn fleet(&self) -> OrgScope {
        OrgScope::grant(self.provider, Reach::Fleet)
    }
}

/// Two providers in one database.
#[derive(Debug)]
pub struct World {
    pub app: App,
    pub clock: Arc<FixedClock>,
    pub ours: Tenant,
    pub theirs: Tenant,
    /// Keeps the database's folder until the test ends.
    pub test_db: TestDb,
}

/// Settings that name nobody real, on a Saturday morning within the hours.
#[must_use]
pub fn settings() -> Settings {
    Settings {
        service_name: "かかり".into(),
        provider_name: "見本セキュリティ".into(),
        phone: "096-000-0000".into(),
        hours: BusinessHours::default(),
        zone: tokyo(),
        base_url: "http://kakari.test".into(),
        secure_cookies: false,
        demo: false,
        mail: true,
        trusted_proxies: Vec::new(),
        issuer: None,
    }
}

impl World {
    /// The world on SQLite, or on PostgreSQL when `TEST_POSTGRES_URL` is set, with the pages of this crate and
    /// of `slices`.
    pub async fn new(slices: &[SliceAssets]) -> Self {
        Self::with(slices, settings()).await
    }

    /// The same with other settings.
    pub async fn with(slices: &[SliceAssets], settings: Settings) -> Self {
        let db = databases().await.pop().expect("SQLite is always there");
        Self::on(db, slices, settings).await
    }

    /// The same on a given database, for suites that run on each engine.
    pub async fn on(test_db: TestDb, slices: &[SliceAssets], settings: Settings) -> Self {
        let ui = Ui::new(crate::ASSETS.iter().chain(slices).copied()).expect("templates and texts are whole");
        let clock = Arc::clone(&test_db.clock);
        let rng = Arc::new(SeededRng::new(11));
        let app = App::new(test_db.db.clone(), ui, clock.clone(), rng, settings, [7; 32]);
        let ours = tenant(&app, "見本", "ours").await;
        let theirs = tenant(&app, "よその", "theirs").await;
        Self { app, clock, ours, theirs, test_db }
    }

    /// The routes with everything that the binary puts around them.
    pub fn router(&self, routes: Router) -> Router {
        web::layers(&self.app, routes)
    }

    /// Signs the tenant's person of this role in.
    pub async fn sign_in(&self, tenant: &Tenant, role: Role) -> Visit {
        self.sign_in_as(tenant.person(role)).await
    }

    /// Signs a person in, as if they had just proved who they are.
    pub async fn sign_in_as(&self, person: PersonId) -> Visit {
        let mut tx = self.app.db.begin().await.expect("a transaction");
        let person =
            people::by_id(&mut tx, person).await.expect("the database answers").expect("the person is there");
        let cookie =
            session::open(&self.app, &mut tx, &person, "192.0.2.7", "test").await.expect("a session");
        tx.commit_unaudited(Unaudited::Session).await.expect("the session is kept");
        Visit {
            csrf: keyed(&self.app, "csrf", &hash_secret(&cookie)),
            cookie: Some(format!("kakari_session={cookie}")),
        }
    }

    /// Somebody who is not signed in.
    #[must_use]
    pub fn stranger(&self) -> Visit {
        Visit { cookie: None, csrf: String::new() }
    }

    /// Gives a person [`PASSWORD`].
    pub async fn give_password(&self, tenant: &Tenant, person: PersonId) {
        let hash = crate::sign_in::password::hash(&self.app, PASSWORD.into()).await.expect("a hash");
        let mut tx = self.app.db.begin().await.expect("a transaction");
        let found = people::by_id(&mut tx, person).await.expect("the database answers").expect("a person");
        let scope = tenant.scope(found.home);
        people::set_password(&mut tx, &scope, person, &hash).await.expect("the password is kept");
        tx.commit_unaudited(Unaudited::Derived).await.expect("the password is kept");
    }
}

/// A browser: one person's session.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The value of the `Cookie` header.
    pub cookie: Option<String>,
    /// The token that the session's forms carry.
    pub csrf: String,
}

impl Visit {
    pub async fn get(&self, router: &Router, path: &str) -> Answer {
        self.request(router, self.builder(Method::GET, path).body(Body::empty()).expect("a request")).await
    }

    /// Sends a form with the session's token, as our own pages do.
    pub async fn post(&self, router: &Router, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("csrf", &self.csrf).extend_pairs(fields);
        let request = self
            .builder(Method::POST, path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body.finish()))
            .expect("a request");
        self.request(router, request).await
    }

    /// A request with this session's cookie on it, to be completed.
    pub fn builder(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let mut builder = Request::builder().method(method).uri(path).header(header::HOST, "kakari.test");
        if let Some(cookie) = &self.cookie {
            builder = builder.header(header::COOKIE, cookie);
        }
        builder
    }

    pub async fn request(&self, router: &Router, request: Request<Body>) -> Answer {
        request_to(router, request).await
    }
}

/// Sends a request through the router, without a socket.
pub async fn request_to(router: &Router, mut request: Request<Body>) -> Answer {
    let peer: SocketAddr = PEER.parse().expect("an address");
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = router.clone().oneshot(request).await.expect("a router always answers");
    let (head, body) = response.into_parts();
    let bytes = to_bytes(body, 64 << 20).await.expect("a whole body");
    Answer {
        status: head.status.as_u16(),
        headers: head.headers,
        body: String::from_utf8_lossy(&bytes).into_owned(),
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// Where it sends the browser; empty when it does not.
    #[must_use]
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The session's cookie that it sets, as a browser would send it back.
    #[must_use]
    pub fn session_cookie(&self) -> Option<String> {
        let mut set = self.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
        set.find(|cookie| cookie.contains("kakari_session="))
            .map(|cookie| cookie.split(';').next().unwrap_or_default().to_owned())
    }

    /// The part of a page that its slice made: title and main element, for snapshots. What stands around it
    /// belongs to the layout and is tested there.
    #[must_use]
    pub fn main(&self) -> String {
        let piece = |from: &str, to: &str| {
            let after = self.body.split_once(from).map_or("", |(_, after)| after);
            after.split_once(to).map_or("", |(piece, _)| piece).to_owned()
        };
        let main = piece("<main", "</main>");
        let lines: Vec<&str> =
            main.lines().map(str::trim_end).filter(|line| !line.trim().is_empty()).collect();
        format!("<title>{}</title>\n<main{}\n</main>", piece("<title>", "</title>"), lines.join("\n"))
    }
}

async fn tenant(app: &App, name: &str, word: &str) -> Tenant {
    let actor = Actor::cli("test");
    let founded = init::found(
        app,
        &actor,
        &format!("{name}提供者"),
        &format!("{name} 管理"),
        &format!("admin@{word}.example"),
    )
    .await
    .expect("a provider");
    let provider = founded.provider;
    let home = provider.as_org();
    let mut people = vec![(Role::Admin, home, founded.admin)];
    let client = |title: &str, group| NewClient {
        name: format!("{name}{title}"),
        industry: "manufacturing".into(),
        staff: 12,
        prefecture: "熊本県".into(),
        phone: "096-111-2222".into(),
        group,
        advisor: None,
    };
    let head = init::add_client(app, &actor, provider, &client("木工所", None)).await.expect("a client");
    let subsidiary =
        init::add_client(app, &actor, provider, &client("運輸", Some(head))).await.expect("a client");
    let other = init::add_client(app, &actor, provider, &client("水産", None)).await.expect("a client");
    let staff = [Role::Advisor, Role::Operator, Role::Programme, Role::ReadOnly].map(|role| (role, home));
    let clients =
        [(Role::Owner, head), (Role::Executive, head), (Role::Owner, subsidiary), (Role::Owner, other)];
    for (n, (role, org)) in staff.into_iter().chain(clients).enumerate() {
        let email = format!("{}{n}@{word}.example", role.as_str());
        let person =
            init::add_person(app, &actor, provider, org, role, &format!("{name} {}", role.as_str()), &email)
                .await
                .expect("a person");
        people.push((role, org, person));
    }
    Tenant { provider, client: head, subsidiary, other, people }
}

/// The code that an authenticator with this key (as the page prints it) shows at this moment.
#[must_use]
pub fn totp_code(key: &str, now: jiff::Timestamp) -> String {
    let (mut bytes, mut buffer, mut bits) = (Vec::new(), 0_u32, 0);
    for c in key.chars().filter(|c| !c.is_whitespace()) {
        let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(c).expect("a letter of base32");
        buffer = buffer << 5 | u32::try_from(value).expect("five bits");
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((buffer >> bits & 0xff) as u8);
        }
    }
    crate::sign_in::totp::code_at(&bytes, now)
}
