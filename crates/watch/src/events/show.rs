//! `/c/{org}/events/{id}`: one event: as it was sent, as it was understood, and what came of it.

use axum::extract::{Path, State};
use axum::response::IntoResponse as _;
use axum::routing::get;
use kakari_identity::Permission;
use kakari_identity::web::{Client, WebResult};
use serde_json::{Value as Json, json};
use utoipa_axum::router::OpenApiRouter;

use crate::{Watch, detections};

/// Letters of a raw record that a page shows; the API gives it whole.
const RAW_CHARS: usize = 20_000;
const FIELDS_SHOWN: usize = 500;
const VALUE_CHARS: usize = 2_000;
const DEPTH_MAX: usize = 32;

pub(super) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new().route("/c/{org}/events/{id}", get(show))
}

async fn show(
    State(watch): State<Watch>,
    client: Client,
    Path((_, id)): Path<(String, String)>,
) -> WebResult {
    client.signed.must(Permission::ViewFleet)?;
    let event = watch.events.get(&client.scope, &id).await?;
    let mut conn = watch.app.db.read().await?;
    let alerts = detections::of_event(&mut conn, &client.scope, &id).await?;
    drop(conn);
    let raw = event.ocsf.get("raw_data").and_then(Json::as_str).unwrap_or_default();
    let shown = shorten(raw, RAW_CHARS);
    let mut fields = Vec::new();
    flatten(&event.ocsf, String::new(), 0, &mut fields);
    let data = json!({
        "event": super::shorten(&event),
        "raw": shown,
        "is_cut": shown.len() < raw.len(),
        "raw_bytes": raw.len(),
        "fields": fields,
        "alerts": alerts,
        "org": client.org.id,
    });
    let page = kakari_ui::PageContext { dense: true, ..client.page };
    Ok(watch.app.ui.render(&page, "events/event.html", data)?.into_response())
}

fn shorten(text: &str, chars: usize) -> String {
    text.chars().take(chars).collect()
}

/// The OCSF object as paths and values, in its own order, without the raw record.
fn flatten(value: &Json, path: String, depth: usize, fields: &mut Vec<(String, String)>) {
    if fields.len() >= FIELDS_SHOWN || path == "raw_data" {
        return;
    }
    match value {
        Json::Object(members) if depth < DEPTH_MAX => {
            for (name, value) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(value, path, depth + 1, fields);
            }
        }
        Json::String(text) => fields.push((path, shorten(text, VALUE_CHARS))),
        other => fields.push((path, shorten(&other.to_string(), VALUE_CHARS))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_become_paths_and_depth_and_length_are_bounded() {
        let mut fields = Vec::new();
        let event = json!({"time": 1, "device": {"hostname": "<b>pc</b>"}, "raw_data": "x", "ports": [1, 2]});
        flatten(&event, String::new(), 0, &mut fields);
        let text = |path: &str, value: &str| (path.to_owned(), value.to_owned());
        assert_eq!(fields, [text("time", "1"), text("device.hostname", "<b>pc</b>"), text("ports", "[1,2]")]);
        let mut deep = json!("end");
        for _ in 0..1_000 {
            deep = json!({ "a": deep });
        }
        let mut fields = Vec::new();
        flatten(&deep, String::new(), 0, &mut fields);
        assert_eq!(fields.len(), 1);
        assert!(fields[0].1.chars().count() <= VALUE_CHARS);
    }
}
