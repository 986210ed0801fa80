//! The list of clients: search, filter, sort and page, all in SQL.

use axum::extract::{Query, State};
use axum::response::IntoResponse as _;
use kakari_kernel::Severity;
use kakari_ui::Listing;
use serde::Deserialize;
use serde_json::json;

use super::model::{INDUSTRIES, SIZES, industry_key};
use super::store::{self, Filter};
use crate::web::{Staff, WebResult};
use crate::{App, Permission};

const COLUMNS: &[&str] = &["-points", "name", "industry", "staff", "advisor", "since"];
/// Fifty lines are about 30 kB and two screens.
const PER_PAGE: u32 = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    industry: String,
    size: String,
    state: String,
}

pub(super) async fn show(State(app): State<App>, staff: Staff, Query(asked): Query<Asked>) -> WebResult {
    let listing = Listing::read(&staff.page.path, COLUMNS, PER_PAGE);
    let filter = Filter {
        name: asked.q.chars().take(80).collect(),
        industry: known_industry(&asked.industry),
        staff: SIZES
            .iter()
            .find(|(key, ..)| *key == asked.size)
            .map_or((0, u32::MAX), |(_, from, to)| (*from, *to)),
        weight: weight(&asked.state),
    };
    let (lines, total) = store::search(&mut app.db.read().await?, &staff.scope, &filter, &listing).await?;
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            json!({
                "href": format!("/c/{}", line.org.id), "name": line.org.name,
                "industry": industry_key(&line.org.industry), "staff": line.org.staff,
                "prefecture": line.org.prefecture, "advisor": line.advisor,
                "signs": line.signs, "points": line.points, "state": state(line.weight),
            })
        })
        .collect();
    let data = json!({
        "rows": rows, "list": listing.links(total), "total": total,
        "asked": { "q": filter.name, "industry": filter.industry, "size": asked.size, "state": asked.state },
        "industries": INDUSTRIES.map(|industry| [industry.to_owned(), industry_key(industry)]),
        "sizes": SIZES.map(|(key, ..)| key), "states": ["danger", "warning", "attention", "info", "none"],
        "may_add": staff.signed.may(Permission::EditRecord),
    });
    Ok(app.ui.render(&staff.page, "organisations/clients.html", data)?.into_response())
}

fn known_industry(asked: &str) -> String {
    INDUSTRIES.iter().find(|known| **known == asked).map_or(String::new(), |known| (*known).to_owned())
}

/// The weight that a state stands for: 0 for a client without a sign.
fn weight(state: &str) -> Option<i64> {
    if state == "none" {
        return Some(0);
    }
    let place = Severity::ALL.iter().position(|severity| severity.as_str() == state)?;
    i64::try_from(place + 1).ok()
}

fn state(weight: i64) -> &'static str {
    let place = usize::try_from(weight).ok().and_then(|weight| weight.checked_sub(1));
    place.and_then(|place| Severity::ALL.get(place)).map_or("none", |severity| severity.as_str())
}
