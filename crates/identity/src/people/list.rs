//! The people of one organisation.

use axum::extract::State;
use axum::response::IntoResponse as _;
use serde_json::json;

use super::model::{may_change, may_manage};
use super::store;
use crate::App;
use crate::web::{Client, WebResult};

pub(super) async fn show(State(app): State<App>, client: Client) -> WebResult {
    may_manage(&client.signed, &client.org)?;
    let people = store::list_of(&mut app.db.read().await?, &client.scope).await?;
    let rows: Vec<_> = people
        .iter()
        .map(|person| {
            let editable = may_change(&client.signed, &client.org, person).is_ok();
            json!({
                "person": person, "role": person.role.as_str().replace('_', "-"),
                "href": editable.then(|| format!("/c/{}/people/{}", client.org.id, person.id)),
            })
        })
        .collect();
    let data = json!({ "rows": rows, "new": format!("/c/{}/people/new", client.org.id) });
    Ok(app.ui.render(&client.page, "people/list.html", data)?.into_response())
}
