//! The record's page: for staff the カルテ, for the owner 「会社の情報」.

use std::fmt;
use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::IntoResponse as _;
use kakari_kernel::{OrgId, Result, Role};
use kakari_ui::PageContext;
use serde_json::{Value as Json, json};

use super::{OpenSign, Panel, RecordPanel, store};
use crate::organisations::{self, Kind};
use crate::people::{self, Person};
use crate::web::{Client, WebResult};
use crate::{App, Permission};

/// What the other slices show on every record, in their order.
#[derive(Clone)]
pub(crate) struct Panels(Arc<[Arc<dyn RecordPanel>]>);

impl Panels {
    pub(crate) fn new(mut panels: Vec<Arc<dyn RecordPanel>>) -> Self {
        panels.sort_by_key(|panel| panel.order());
        Self(panels.into())
    }
}

impl fmt::Debug for Panels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} panels", self.0.len())
    }
}

pub(super) async fn show(
    State(app): State<App>,
    client: Client,
    Extension(panels): Extension<Panels>,
) -> WebResult {
    let signed = &client.signed;
    let org = &client.org;
    let mut conn = app.db.read().await?;
    let staff = signed.role.is_staff();
    // An owner's home tells the signs in the owner's words, three at most.
    let signs = if staff { store::open(&mut conn, &client.scope).await? } else { Vec::new() };
    let people = people::list_of(&mut conn, &client.scope).await?;
    let advisor = organisations::advisor_name(&mut conn, &client.scope).await?;
    let relations = organisations::relations(&mut conn, &client.scope).await?;
    drop(conn);
    let data = json!({
        "staff": staff, "provider": org.kind == Kind::Provider,
        "org": org, "industry": organisations::industry_key(&org.industry), "advisor": advisor,
        // Who else the provider looks after is nobody's business but the provider's and the group's own.
        "relations": if staff { Some(relations) } else { None },
        "signs": signs.iter().map(|sign| sign_row(&app, &client.page, sign)).collect::<Vec<_>>(),
        "panels": panels_of(&panels, &client).await?,
        "contacts": people.iter().filter(|person| !person.disabled).map(contact).collect::<Vec<_>>(),
        "links": links(signed.role, org.id, org.kind, |permission| signed.may(permission)),
    });
    Ok(app.ui.render(&client.page, "record/record.html", data)?.into_response())
}

async fn panels_of(panels: &Panels, client: &Client) -> Result<Vec<Panel>> {
    let mut shown = Vec::new();
    for panel in panels.0.iter() {
        let mut one = panel.panel(&client.scope, &client.page).await?;
        if !client.signed.may(panel.needs()) {
            one.href.clear();
        }
        shown.push(one);
    }
    Ok(shown)
}

fn sign_row(app: &App, page: &PageContext, sign: &OpenSign) -> Json {
    json!({
        "sentence": sign.sentence(&app.ui, page.lang), "points": sign.points, "since": sign.since,
        "severity": sign.severity.as_str(), "link": sign.link,
    })
}

fn contact(person: &Person) -> Json {
    json!({
        "name": person.name, "role": format!("role-{}", person.role.as_str().replace('_', "-")),
        "email": person.email, "phone": person.phone,
    })
}

/// The pages of this client that the reader may open: address and the key of its text.
fn links(
    role: Role,
    org: OrgId,
    kind: Kind,
    may: impl Fn(Permission) -> bool,
) -> Vec<(String, &'static str)> {
    let staff = role.is_staff();
    let client = kind == Kind::Client;
    let people = may(Permission::ManagePeople) && (client || may(Permission::Administer));
    [
        (staff && client && may(Permission::EditRecord), "edit", "record-edit"),
        (staff && client && may(Permission::EditRecord), "relations", "record-relations"),
        (people, "people", "record-people"),
        (may(Permission::Administer), "tokens", "record-tokens"),
        (may(Permission::ViewAudit), "audit", "record-audit"),
    ]
    .into_iter()
    .filter(|(open, ..)| *open)
    .map(|(_, page, key)| (format!("/c/{org}/{page}"), key))
    .collect()
}
