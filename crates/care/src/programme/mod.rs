//! The programme office's page: figures over many clients, never one company by name.
//!
//! Always holds: a cell with fewer than five clients is hidden, and a second one with it where the first
//! could be computed from the totals.

mod cells;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use kakari_identity::organisations;
use kakari_identity::web::{Programme, WebResult};
use kakari_ui::SliceAssets;
use serde_json::json;

use crate::Care;
use crate::grade::{Grade, standings};

pub const ASSETS: SliceAssets = kakari_ui::slice_assets!("programme", ["programme.html"]);

pub(crate) fn routes() -> Router<Care> {
    Router::new().route("/programme", get(show))
}

/// The sizes by which the pilot counted its companies: most people in each band.
const SIZES: [(u32, &str); 5] = [(5, "5"), (10, "10"), (20, "20"), (50, "50"), (u32::MAX, "more")];

async fn show(State(care): State<Care>, programme: Programme) -> WebResult<Response> {
    let mut conn = care.app.db.read().await?;
    let clients = standings(&mut conn, &programme.scope).await?;
    drop(conn);
    let mut industries: Vec<&str> = clients.iter().map(|client| client.industry.as_str()).collect();
    industries.sort_unstable();
    industries.dedup();
    let band = |staff: u32| SIZES.iter().position(|(most, _)| staff <= *most).unwrap_or(0);
    let by_size: Vec<Vec<u64>> = industries
        .iter()
        .map(|industry| {
            let mut row = vec![0; SIZES.len()];
            for client in clients.iter().filter(|client| client.industry == *industry) {
                row[band(client.staff)] += 1;
            }
            row
        })
        .collect();
    let grades: Vec<Vec<u64>> = vec![
        Grade::ALL
            .iter()
            .map(|grade| clients.iter().filter(|client| client.grade == *grade).count() as u64)
            .collect(),
    ];
    let data = json!({
        "clients": clients.len(),
        "industries": industries.iter().map(|key| care.app.ui.text(programme.page.lang, &organisations::industry_key(key), &[])).collect::<Vec<_>>(),
        "sizes": SIZES.map(|(_, key)| key),
        "table": if by_size.is_empty() { Vec::new() } else { cells::with_totals(&by_size) },
        "grades": Grade::ALL.map(Grade::badge),
        "grade_cells": cells::with_totals(&grades)[0],
        "smallest": cells::SMALLEST,
    });
    Ok(crate::rendered(care.app.ui.render(&programme.page, "programme/programme.html", data))?
        .into_response())
}
