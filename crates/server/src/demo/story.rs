//! What happens at the clients in five weeks.

use anyhow::Context as _;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use kakari_identity::init::{self, NewClient};
use kakari_kernel::{
    Actor, Clock as _, OrgId, OrgScope, PersonId, ProviderId, Reach, Role, SeededRng, SystemClock,
};
use kakari_watch::{ingest, sensors};

use super::clients::{self, Company};
use super::clock::StoryClock;
use super::logs::{Attack, Writer};
use super::people::{Visitor, send, value_of};
use crate::compose::Program;

/// Hours before now at which each client's box delivers.
const DELIVERIES_H: &[i64] = &[35 * 24, 28 * 24, 21 * 24, 14 * 24, 7 * 24, 72, 48, 26, 1];
/// Ordinary lines of each delivery.
const LINES: u32 = 8;
/// Every so many clients has no box yet, so that nothing is known of it.
const WITHOUT_BOX: usize = 21;
/// Clients whose box fell silent a day ago.
const SILENT: &[usize] = &[9, 30, 61];
/// Which client is attacked how, and how many hours ago.
const ATTACKS: &[(usize, Attack, i64)] = &[
    (3, Attack::Guessing, 14 * 24),
    (12, Attack::Virus, 7 * 24),
    (0, Attack::Virus, 48),
    (5, Attack::Callback, 26),
    (17, Attack::PowerShell, 26),
    (24, Attack::LogCleared, 1),
    (2, Attack::PowerShell, 1),
    (40, Attack::Guessing, 1),
];
/// Incidents that are older than this were handled.
const HANDLED_BEFORE_H: i64 = 6 * 24;
const QUESTIONS: &[(usize, &str)] = &[
    (
        0,
        "請求書のメールが変です。いつもの取引先ですが、振込先が変わったと書いてあります。開いても大丈夫ですか。",
    ),
    (7, "新しいパソコンを買いました。何を入れればよいですか。"),
];

/// One client of the story.
struct Client {
    id: OrgId,
    name: String,
    token: Option<String>,
    writer_host: String,
}

/// Tells the story and ends at the present. Gives a link for each persona.
pub(super) async fn tell(
    program: &Program,
    clock: &StoryClock,
    count: u16,
) -> anyhow::Result<Vec<(&'static str, String)>> {
    let now = SystemClock.now();
    let ago = |hours: i64| now.saturating_sub(SignedDuration::from_hours(hours)).unwrap_or(now);
    let rng = SeededRng::new(105);
    let (router, _) = program.router();
    let base_url = program.app.settings.base_url.clone();

    clock.at(ago(36 * 24));
    let cast = Cast::hire(program, &clients::invent(usize::from(count), &rng)).await?;

    for hours in DELIVERIES_H.iter().copied() {
        let at = ago(hours);
        clock.at(at);
        for (place, client) in cast.clients.iter().enumerate() {
            if hours < 24 && SILENT.contains(&place) {
                continue;
            }
            let writer = Writer {
                rng: &rng,
                zone: program.app.settings.zone.clone(),
                host: client.writer_host.clone(),
            };
            let mut lines = writer.ordinary(at, LINES);
            for (_, attack, _) in ATTACKS.iter().filter(|(of, _, when)| *of == place && *when == hours) {
                lines.extend(
                    writer.attack(*attack, at.saturating_sub(SignedDuration::from_mins(50)).unwrap_or(at)),
                );
            }
            deliver(&router, client, &lines).await?;
        }
        ingest::drain(&program.watch).await?;
        kakari_watch::tick(&program.watch, at).await?;
        if hours == DELIVERIES_H[5] {
            handle_old_incidents(&router, &base_url, &cast, clock, ago(HANDLED_BEFORE_H)).await?;
        }
    }
    for (minutes, (place, text)) in [95, 20].into_iter().zip(QUESTIONS) {
        clock.at(now.saturating_sub(SignedDuration::from_mins(minutes)).unwrap_or(now));
        let Some(client) = cast.clients.get(*place) else { continue };
        let owner = cast.owners.iter().find(|(of, _)| *of == client.id).context("an owner")?.1;
        let link = cast.link(program, client.id, owner).await?;
        let mut visitor = Visitor::sign_in(&router, &base_url, &link).await?;
        let ask = format!("/c/{}/ask", client.id);
        let page = visitor.get(&ask).await?;
        visitor.post(&page, &ask, &[("body", text)]).await?;
    }
    clock.real();
    kakari_watch::tick(&program.watch, SystemClock.now()).await?;
    kakari_care::tick(&program.app).await?;
    cast.links(program).await
}

/// Sends lines in at the door, with the box's token.
async fn deliver(router: &Router, client: &Client, lines: &[String]) -> anyhow::Result<()> {
    let Some(token) = &client.token else { return Ok(()) };
    let request = Request::post("/ingest/v1/events")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "text/plain")
        .body(Body::from(lines.join("\n") + "\n"))?;
    let response = send(router, request).await?;
    anyhow::ensure!(response.status().is_success(), "the door said {} to {}", response.status(), client.name);
    Ok(())
}

/// The operator works through what is older than a few days, as the desk does.
async fn handle_old_incidents(
    router: &Router,
    base_url: &str,
    cast: &Cast,
    clock: &StoryClock,
    before: Timestamp,
) -> anyhow::Result<()> {
    let mut operator = Visitor::sign_in(router, base_url, &cast.operator_link).await?;
    let old = ATTACKS.iter().filter(|(_, _, hours)| {
        SystemClock.now().saturating_sub(SignedDuration::from_hours(*hours)).is_ok_and(|at| at < before)
    });
    for (place, _, _) in old {
        let Some(client) = cast.clients.get(*place) else { continue };
        let list = operator.get(&format!("/c/{}/incidents", client.id)).await?;
        let start = format!("/c/{}/incidents/", client.id);
        let Some(id) =
            list.split(start.as_str()).nth(1).map(|rest| rest.chars().take(26).collect::<String>())
        else {
            continue;
        };
        let address = format!("{start}{id}");
        for (act, fields) in [
            ("take", &[][..]),
            ("move", &[("to", "triaged"), ("reason", "記録を確認しました。")]),
            ("move", &[("to", "declared"), ("reason", "お客さまに電話で知らせました。")]),
            ("move", &[("to", "contained"), ("reason", "外からの入口を閉じました。")]),
            ("move", &[("to", "eradicated"), ("reason", "不審なファイルがないことを確認しました。")]),
            ("move", &[("to", "recovered"), ("reason", "ふだんの仕事に戻っていることを確認しました。")]),
            (
                "move",
                &[("to", "closed"), ("reason", "外からの入口は使うときだけ開ける。"), ("verdict", "real")],
            ),
        ] {
            let page = operator.get(&address).await?;
            let version = value_of(&page, "version").context("the incident's version")?.to_owned();
            let mut sent = vec![("version", version.as_str())];
            sent.extend_from_slice(fields);
            operator.post(&page, &format!("{address}/{act}"), &sent).await?;
            let later = clock.now().saturating_add(SignedDuration::from_mins(25));
            clock.at(later.unwrap_or(before));
        }
    }
    Ok(())
}

/// The provider's people and the clients.
struct Cast {
    provider: ProviderId,
    admin: PersonId,
    advisor: PersonId,
    operator: PersonId,
    operator_link: String,
    executive: (OrgId, PersonId),
    programme: PersonId,
    clients: Vec<Client>,
    owners: Vec<(OrgId, PersonId)>,
}

impl Cast {
    async fn hire(program: &Program, companies: &[Company]) -> anyhow::Result<Self> {
        let app = &program.app;
        let actor = Actor::cli("demo");
        let founded = init::found(app, &actor, clients::PROVIDER, "管理 花子", "admin@demo.example").await?;
        let provider = founded.provider;
        let home = provider.as_org();
        let staff =
            async |role, name, email| init::add_person(app, &actor, provider, home, role, name, email).await;
        let advisor = staff(Role::Advisor, "田中 一郎", "advisor@demo.example").await?;
        let operator = staff(Role::Operator, "佐藤 次郎", "operator@demo.example").await?;
        let programme = staff(Role::Programme, "事業 三郎", "programme@demo.example").await?;
        let operator_link = init::demo_link(app, &actor, provider, home, operator).await?;

        let (mut found, mut owners): (Vec<Client>, Vec<(OrgId, PersonId)>) = (Vec::new(), Vec::new());
        let mut head = None;
        for (place, company) in companies.iter().enumerate() {
            let group = head.filter(|_| place <= 1 + clients::SUBSIDIARIES);
            let new = NewClient {
                name: company.name.clone(),
                industry: company.industry.to_owned(),
                staff: company.staff,
                prefecture: company.prefecture.to_owned(),
                phone: format!("096-000-{:04}", place + 1),
                group,
                advisor: Some(advisor),
            };
            let id = init::add_client(app, &actor, provider, &new).await?;
            if company.name == clients::GROUP {
                head = Some(id);
            }
            let scope = OrgScope::grant(provider, Reach::Client(id));
            let owner = init::add_person(
                app,
                &actor,
                provider,
                id,
                Role::Owner,
                "代表 太郎",
                &format!("owner{place}@demo.example"),
            )
            .await?;
            owners.push((id, owner));
            let token = if place % WITHOUT_BOX == WITHOUT_BOX - 1 {
                None
            } else {
                Some(box_of(program, &scope, &actor).await?)
            };
            found.push(Client {
                id,
                name: company.name.clone(),
                token,
                writer_host: format!("KK{:03}", place + 1),
            });
        }
        let head = head.context("the group's head")?;
        let executive = init::add_person(
            app,
            &actor,
            provider,
            head,
            Role::Executive,
            "役員 四郎",
            "executive@demo.example",
        )
        .await?;
        Ok(Self {
            provider,
            admin: founded.admin,
            advisor,
            operator,
            operator_link,
            executive: (head, executive),
            programme,
            clients: found,
            owners,
        })
    }

    async fn link(&self, program: &Program, org: OrgId, person: PersonId) -> anyhow::Result<String> {
        Ok(init::demo_link(&program.app, &Actor::cli("demo"), self.provider, org, person).await?)
    }

    async fn links(&self, program: &Program) -> anyhow::Result<Vec<(&'static str, String)>> {
        let home = self.provider.as_org();
        let (carpentry, owner) = self.owners.first().copied().context("the first client")?;
        let mut links = Vec::new();
        for (persona, org, person) in [
            ("owner", carpentry, owner),
            ("advisor", home, self.advisor),
            ("operator", home, self.operator),
            ("executive", self.executive.0, self.executive.1),
            ("programme", home, self.programme),
            ("admin", home, self.admin),
        ] {
            links.push((persona, self.link(program, org, person).await?));
        }
        Ok(links)
    }
}

/// A firewall with log forwarding, as an administrator registers it.
async fn box_of(program: &Program, scope: &OrgScope, actor: &Actor) -> anyhow::Result<String> {
    let zone: &TimeZone = &program.app.settings.zone;
    let new = sensors::NewSensor {
        name: "事務所のUTMとパソコン".into(),
        kind: sensors::Kind::Http,
        zone: zone.iana_name().unwrap_or("Asia/Tokyo").to_owned(),
        device: String::new(),
    };
    let (_, token) = sensors::add(&program.watch, scope, actor, new).await?;
    token.context("a sensor over HTTP has a token")
}
