//! The pages: all clients, or one.

use axum::extract::{Query, State};
use axum::response::IntoResponse as _;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use kakari_kernel::{OrgId, OrgScope, Reach, Result};
use kakari_store::audit;
use kakari_ui::{Listing, PageContext};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::sentence::sentence;
use super::store::{self, Filter, Line};
use crate::web::{Client, Staff, WebResult};
use crate::{App, Permission};

const COLUMNS: &[&str] = &["-at"];
const PER_PAGE: u32 = 100;
/// Entries read at once while a chain is checked.
const CHECK_PAGE: i64 = 5_000;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    client: String,
    act: String,
    person: String,
    from: String,
    to: String,
    verify: String,
}

pub(super) async fn show_all(State(app): State<App>, staff: Staff, Query(asked): Query<Asked>) -> WebResult {
    staff.signed.must(Permission::ViewAudit)?;
    show(&app, &staff.page, &staff.scope, "/audit", &asked).await
}

pub(super) async fn show_one(
    State(app): State<App>,
    client: Client,
    Query(asked): Query<Asked>,
) -> WebResult {
    client.signed.must(Permission::ViewAudit)?;
    let asked = Asked { client: String::new(), ..asked };
    let page = PageContext { dense: true, ..client.page };
    show(&app, &page, &client.scope, &format!("/c/{}/audit", client.org.id), &asked).await
}

async fn show(app: &App, page: &PageContext, scope: &OrgScope, here: &str, asked: &Asked) -> WebResult {
    let listing = Listing::read(&page.path, COLUMNS, PER_PAGE);
    let filter = Filter {
        client: short(&asked.client),
        act: short(&asked.act),
        person: short(&asked.person),
        from: midnight(page, &asked.from, 0),
        to: midnight(page, &asked.to, 1),
    };
    let mut conn = app.db.read().await?;
    let (lines, total) = store::page(&mut conn, scope, &filter, &listing).await?;
    let acts = store::acts(&mut conn, scope).await?;
    let head = audit::head(&mut conn, scope).await?.filter(|_| scope.client().is_some());
    drop(conn);
    let faults = if asked.verify.is_empty() { None } else { Some(check(app, scope).await?) };
    let one = scope.client().is_some();
    let data = json!({
        "rows": lines.iter().map(|line| row(app, page, line)).collect::<Vec<_>>(),
        "list": listing.links(total), "total": total, "here": here, "one": one,
        "asked": { "client": filter.client, "act": filter.act, "person": filter.person,
                   "from": asked.from, "to": asked.to },
        "acts": acts, "faults": faults,
        "head": head.map(|head| json!({ "seq": head.seq.to_string(), "hash": head.hash })),
    });
    Ok(app.ui.render(page, "audit/audit.html", data)?.into_response())
}

fn row(app: &App, page: &PageContext, line: &Line) -> Json {
    let entry = &line.entry;
    let role = match entry.actor_role.as_str() {
        "" => String::new(),
        role => app.ui.text(page.lang, &format!("role-{}", role.replace('_', "-")), &[]),
    };
    json!({
        "at": entry.at_ms, "seq": entry.seq.to_string(), "org": line.org_name,
        "org_href": format!("/c/{}", entry.org_id), "person": entry.actor_name, "role": role,
        "from": entry.came_from, "tool": key_of_tool(&entry.tool), "act": entry.act,
        "sentence": sentence(&app.ui, page.lang, entry), "detail": entry.detail,
        "hash": entry.hash.chars().take(12).collect::<String>(),
    })
}

fn key_of_tool(tool: &str) -> String {
    format!("audit-tool-{tool}")
}

/// Reads every chain of the scope from its beginning and names each fault.
async fn check(app: &App, scope: &OrgScope) -> Result<Vec<String>> {
    let mut conn = app.db.read().await?;
    let mut faults = Vec::new();
    for org in store::chains(&mut conn, scope).await? {
        faults.extend(check_one(app, &OrgScope::grant(scope.provider(), Reach::Client(org)), org).await?);
    }
    Ok(faults)
}

async fn check_one(app: &App, scope: &OrgScope, org: OrgId) -> Result<Vec<String>> {
    let mut conn = app.db.read().await?;
    // The head first: entries written meanwhile come after it and are not missed.
    let known = audit::head(&mut conn, scope).await?;
    let mut follower = audit::Follower::default();
    let mut faults = Vec::new();
    let mut met = false;
    loop {
        let page = store::chain(&mut conn, scope, follower.head().seq, CHECK_PAGE).await?;
        if page.is_empty() {
            break;
        }
        for entry in page {
            faults.extend(follower.take(&entry)?);
            met |= known.as_ref().is_some_and(|head| *head == follower.head());
        }
    }
    if !met && let Some(head) = known {
        faults.push(format!("chain {org}: entry {} of its head is not there", head.seq));
    }
    Ok(faults)
}

fn short(text: &str) -> String {
    text.trim().chars().take(80).collect()
}

/// The moment at which a day begins in the reader's zone, or so many days later.
fn midnight(page: &PageContext, day: &str, later: i32) -> Option<Timestamp> {
    let day: Date = day.parse().ok()?;
    let day = day.checked_add(later.days()).ok()?;
    day.to_zoned(page.zone.clone()).ok().map(|zoned| zoned.timestamp())
}
