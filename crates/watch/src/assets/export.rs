//! `/c/{org}/assets.csv`: the machines as a table that Excel opens: UTF-8 with its mark, no cell that Excel
//! would take for a formula.

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use axum::routing::get;
use kakari_identity::web::{Client, WebResult};
use kakari_kernel::Error;
use utoipa_axum::router::OpenApiRouter;

use super::ledger::Field;
use super::store::{self, Asset};
use crate::Watch;

pub(super) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new().route("/c/{org}/assets.csv", get(export))
}

async fn export(State(watch): State<Watch>, client: Client) -> WebResult {
    let mut conn = watch.app.db.read().await?;
    let assets = store::all(&mut conn, &client.scope).await?;
    drop(conn);
    let text = |key: &str| watch.app.ui.text(client.page.lang, key, &[]);
    let mut titles: Vec<String> =
        Field::ALL.iter().map(|field| text(&format!("assets-field-{}", field.as_str()))).collect();
    titles.push(text("assets-importance"));
    let body = table(&titles, &assets).map_err(Error::internal)?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"assets.csv\""),
    ];
    Ok((headers, body).into_response())
}

fn table(titles: &[String], assets: &[Asset]) -> Result<Vec<u8>, csv::Error> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(b"\xef\xbb\xbf".to_vec());
    writer.write_record(titles.iter().map(|title| guarded(title)))?;
    for asset in assets {
        let mut cells: Vec<String> = Field::ALL
            .iter()
            .map(|field| match field {
                Field::Quantity => asset.quantity.to_string(),
                field => guarded(asset.value(*field)),
            })
            .collect();
        cells.push(if asset.importance == 0 { String::new() } else { asset.importance.to_string() });
        writer.write_record(&cells)?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// A cell that begins like a formula gets an apostrophe in front, as Excel itself writes texts.
fn guarded(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_excel_would_compute_are_guarded() {
        for cell in ["=1+1", "+81", "-1", "@SUM(A1)"] {
            assert_eq!(guarded(cell), format!("'{cell}"));
        }
        assert_eq!(guarded("PC-1"), "PC-1");
        let bytes = table(&["名前".to_owned()], &[]).unwrap();
        assert_eq!(bytes, "\u{feff}名前\r\n".as_bytes());
    }
}
