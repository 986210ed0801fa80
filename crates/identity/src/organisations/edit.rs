//! Adding a client and changing what is known about it.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::Timestamp;
use kakari_kernel::{OrgId, OrgScope, PersonId, ProviderId, Reach, Result, Role};
use kakari_store::{Conn, Entry};
use kakari_ui::{Form, PageContext};
use serde_json::json;

use super::model::{INDUSTRIES, Kind, Organisation, industry_key};
use super::store;
use crate::web::{Client, Posted, Staff, WebResult};
use crate::{App, Permission, people};

pub(super) async fn show_new(State(app): State<App>, staff: Staff) -> WebResult {
    staff.signed.must(Permission::EditRecord)?;
    page(&app, &staff.page, staff.signed.provider, &Form::empty(), None).await
}

pub(super) async fn add(State(app): State<App>, staff: Staff, Posted(mut form): Posted) -> WebResult {
    staff.signed.must(Permission::EditRecord)?;
    let provider = staff.signed.provider;
    let advisors = advisors(&mut app.db.read().await?, provider).await?;
    let Some(facts) = read(&mut form, &advisors) else {
        return page(&app, &staff.page, provider, &form, None).await;
    };
    let mut tx = app.db.begin().await?;
    let id = OrgId(app.ids.id());
    let org = facts.into_organisation(id, Kind::Client, None, tx.at());
    let scope = OrgScope::grant(provider, Reach::Client(id));
    store::add(&mut tx, &scope, &org).await?;
    let entry = Entry {
        actor: staff.signed.actor,
        act: "organisation.add",
        subject: format!("organisation:{id}"),
        detail: json!({ "name": org.name }),
    };
    tx.commit(&scope, entry).await?;
    Ok(Redirect::to(&format!("/c/{id}")).into_response())
}

pub(super) async fn show(State(app): State<App>, client: Client) -> WebResult {
    may_edit(&client)?;
    let org = &client.org;
    let form = Form::filled([
        ("name", org.name.clone()),
        ("industry", org.industry.clone()),
        ("staff", org.staff.to_string()),
        ("prefecture", org.prefecture.clone()),
        ("phone", org.phone.clone()),
        ("advisor", org.advisor.map_or(String::new(), |advisor| advisor.to_string())),
    ]);
    page(&app, &client.page, client.signed.provider, &form, Some(org)).await
}

pub(super) async fn save(State(app): State<App>, client: Client, Posted(mut form): Posted) -> WebResult {
    may_edit(&client)?;
    let provider = client.signed.provider;
    let mut tx = app.db.begin().await?;
    let advisors = advisors(&mut tx, provider).await?;
    let Some(facts) = read(&mut form, &advisors) else {
        drop(tx);
        return page(&app, &client.page, provider, &form, Some(&client.org)).await;
    };
    let before = &client.org;
    let org = facts.into_organisation(before.id, before.kind, before.group, before.created_at);
    store::change(&mut tx, &client.scope, &org).await?;
    let known = |org: &Organisation| {
        json!({ "name": org.name, "industry": org.industry, "staff": org.staff, "prefecture": org.prefecture,
                "phone": org.phone, "advisor": org.advisor })
    };
    let entry = Entry {
        actor: client.signed.actor.clone(),
        act: "organisation.change",
        subject: format!("organisation:{}", org.id),
        detail: json!({ "name": org.name, "from": known(before), "to": known(&org) }),
    };
    tx.commit(&client.scope, entry).await?;
    Ok(Redirect::to(&format!("/c/{}", org.id)).into_response())
}

/// Staff keep the facts about a company, because grades and statistics rest on them.
pub(super) fn may_edit(client: &Client) -> Result<()> {
    client.signed.must(Permission::ViewFleet)?;
    client.signed.must(Permission::EditRecord)
}

/// The people of the provider who look after clients.
async fn advisors(conn: &mut Conn, provider: ProviderId) -> Result<Vec<(PersonId, String)>> {
    let scope = OrgScope::grant(provider, Reach::Client(provider.as_org()));
    let people = people::list_of(conn, &scope).await?;
    let looks_after = |role| matches!(role, Role::Advisor | Role::Operator | Role::Admin);
    Ok(people
        .into_iter()
        .filter(|person| looks_after(person.role) && !person.disabled)
        .map(|person| (person.id, person.name))
        .collect())
}

/// What the form says about an organisation.
struct Facts {
    name: String,
    industry: String,
    staff: u32,
    prefecture: String,
    phone: String,
    advisor: Option<PersonId>,
}

impl Facts {
    fn into_organisation(
        self,
        id: OrgId,
        kind: Kind,
        group: Option<OrgId>,
        created_at: Timestamp,
    ) -> Organisation {
        let Self { name, industry, staff, prefecture, phone, advisor } = self;
        Organisation { id, kind, group, name, industry, staff, prefecture, phone, advisor, created_at }
    }
}

fn read(form: &mut Form, advisors: &[(PersonId, String)]) -> Option<Facts> {
    let name = form.text("name", 1..=120);
    let industry = form.choice("industry", &INDUSTRIES.map(|industry| (industry, industry)));
    let staff = form.number("staff", 0..=1_000_000);
    let prefecture = form.text("prefecture", 0..=20);
    let phone = form.text("phone", 0..=30);
    let ids: Vec<(String, Option<PersonId>)> = std::iter::once((String::new(), None))
        .chain(advisors.iter().map(|(id, _)| (id.to_string(), Some(*id))))
        .collect();
    let choices: Vec<(&str, Option<PersonId>)> = ids.iter().map(|(text, id)| (text.as_str(), *id)).collect();
    let advisor = form.choice("advisor", &choices);
    Some(Facts {
        name: name?,
        industry: industry?.to_owned(),
        staff: u32::try_from(staff?).ok()?,
        prefecture: prefecture?,
        phone: phone?,
        advisor: advisor?,
    })
}

async fn page(
    app: &App,
    page: &PageContext,
    provider: ProviderId,
    form: &Form,
    org: Option<&Organisation>,
) -> WebResult {
    let advisors = advisors(&mut app.db.read().await?, provider).await?;
    let data = json!({
        "form": form, "advisors": advisors, "new": org.is_none(),
        "industries": INDUSTRIES.map(|industry| [industry.to_owned(), industry_key(industry)]),
        "back": org.map_or_else(|| "/clients".to_owned(), |org| format!("/c/{}", org.id)),
    });
    let html = app.ui.render(page, "organisations/edit.html", data)?;
    let response: Response = (form.status(), html).into_response();
    Ok(response)
}
