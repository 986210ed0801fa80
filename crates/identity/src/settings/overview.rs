//! The provider's settings, its tokens and people, and the jobs that were given up.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect};
use kakari_kernel::{Error, Id, OrgScope, Reach};
use kakari_store::{Entry, queue};
use serde_json::json;

use crate::web::{Posted, Staff, StepUp, WebResult};
use crate::{App, Permission};

pub(super) async fn show(State(app): State<App>, staff: Staff) -> WebResult {
    staff.signed.must(Permission::Administer)?;
    let mut conn = app.db.read().await?;
    let dead = queue::dead(&mut conn, &staff.scope).await?;
    let jobs: Vec<_> = dead
        .iter()
        .map(|job| {
            json!({
                "kind": job.kind, "error": job.last_error, "at": job.run_at,
                "org_href": job.scope.client().map(|org| format!("/c/{org}")),
                "retry": format!("/settings/jobs/{}/retry", job.id),
            })
        })
        .collect();
    let settings = &app.settings;
    let home = staff.signed.home;
    let data = json!({
        "jobs": jobs, "people": format!("/c/{home}/people"), "tokens": format!("/c/{home}/tokens"),
        "provider": settings.provider_name, "service": settings.service_name, "phone": settings.phone,
        "hours": settings.hours.words(), "base_url": settings.base_url, "mail": settings.mail,
        "secure": settings.secure_cookies, "demo": settings.demo,
    });
    Ok(app.ui.render(&staff.page, "settings/overview.html", data)?.into_response())
}

pub(super) async fn retry(
    State(app): State<App>,
    staff: Staff,
    _fresh: StepUp,
    Path(path): Path<HashMap<String, String>>,
    _form: Posted,
) -> WebResult {
    staff.signed.must(Permission::Administer)?;
    let id: Id = path.get("job").ok_or(Error::NotFound)?.parse()?;
    let mut tx = app.db.begin().await?;
    let dead = queue::dead(&mut tx, &staff.scope).await?;
    let job = dead.into_iter().find(|job| job.id == id).ok_or(Error::NotFound)?;
    // The entry belongs to the organisation that the job works for.
    let org = job.scope.client().ok_or(Error::NotFound)?;
    let scope = OrgScope::grant(staff.signed.provider, Reach::Client(org));
    queue::retry(&mut tx, &scope, id).await?;
    let entry = Entry {
        actor: staff.signed.actor,
        act: "job.retry",
        subject: format!("job:{id}"),
        detail: json!({ "kind": job.kind }),
    };
    tx.commit(&scope, entry).await?;
    Ok(Redirect::to("/settings").into_response())
}
