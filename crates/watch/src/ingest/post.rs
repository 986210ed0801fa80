//! `POST /ingest/v1/events`: events over HTTP, with a sensor's token.

use std::io::Read as _;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use flate2::read::MultiGzDecoder;
use kakari_identity::web::WebResult;
use kakari_kernel::{Error, Result};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::deliver::{Delivery, accept};
use super::framing;
use super::store::Format;
use crate::Watch;
use crate::sensors::{self, Sensor};

/// A body as it is sent.
const BODY_BYTES_MAX: usize = 16 << 20;
/// A body after gzip.
const INFLATED_BYTES_MAX: usize = 64 << 20;
/// A sender that is slower than this holds a place that others need.
const BODY_WAIT: Duration = Duration::from_secs(60);
const KEY_CHARS_MAX: usize = 200;

pub(super) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new().routes(routes!(post))
}

/// The acknowledgement: so many records are on disk.
#[derive(Debug, Serialize, ToSchema)]
struct Acknowledged {
    accepted: u64,
    /// The same Idempotency-Key was used before; nothing was counted again.
    repeated: bool,
}

/// Delivers events: one JSON object or one line of text to a line, or a JSON array.
#[utoipa::path(
    post,
    path = "/ingest/v1/events",
    tag = "ingest",
    request_body(content = String, content_type = "application/x-ndjson"),
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "Names the delivery: a retry is counted once"),
        ("Content-Encoding" = Option<String>, Header, description = "gzip or nothing"),
    ),
    responses(
        (status = 202, description = "On disk", body = Acknowledged),
        (status = 400, description = "Not readable as sent"),
        (status = 401, description = "No sensor has this token"),
        (status = 413, description = "Send it in smaller deliveries"),
        (status = 429, description = "Too fast: try again after the seconds in Retry-After"),
    ),
    security(("sensor_token" = []))
)]
async fn post(State(watch): State<Watch>, headers: HeaderMap, body: Body) -> WebResult {
    let token = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or(Error::Unauthenticated)?;
    let sensor = sensors::by_token(&watch, token).await?;
    match deliver(&watch, &sensor, &headers, body).await {
        Ok(acknowledged) => Ok((StatusCode::ACCEPTED, Json(acknowledged)).into_response()),
        Err(error) => {
            watch.figures.refused();
            // What was too fast comes again; what was refused for its content must be seen by somebody.
            if matches!(error, Error::Invalid { .. } | Error::TooLarge { .. }) {
                sensors::note_refusal(&watch, &sensor, &error.to_string()).await?;
            }
            if let Error::Invalid { .. } = error {
                let body = json!({ "error": { "code": "invalid", "message": error.to_string() } });
                // Shippers know 400 as "do not send this again"; 422 they try for ever.
                return Ok((StatusCode::BAD_REQUEST, Json(body)).into_response());
            }
            Err(error.into())
        }
    }
}

async fn deliver(watch: &Watch, sensor: &Sensor, headers: &HeaderMap, body: Body) -> Result<Acknowledged> {
    let key = delivery_key(headers)?;
    let gzip = match text_of(headers, CONTENT_ENCODING.as_str()) {
        "" | "identity" => false,
        "gzip" | "x-gzip" => true,
        other => {
            return Err(Error::invalid("content-encoding", format!("{other} is not understood: send gzip")));
        }
    };
    let is_json = text_of(headers, CONTENT_TYPE.as_str()).starts_with("application/json");
    let _place = watch.doors.enter().await?;
    let body = receive(body).await?;
    let (content, format, records) =
        tokio::task::spawn_blocking(move || unpack(body, gzip, is_json)).await.map_err(Error::internal)??;
    let delivery = Delivery { format, content: &content, records, key };
    let accepted = accept(watch, &sensor.scope, sensor.id, &delivery).await?;
    Ok(Acknowledged { accepted: accepted.records, repeated: accepted.repeated })
}

fn text_of<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).map_or("", str::trim)
}

fn delivery_key(headers: &HeaderMap) -> Result<Option<&str>> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    match value.to_str().map(str::trim) {
        Ok(key) if !key.is_empty() && key.len() <= KEY_CHARS_MAX => Ok(Some(key)),
        _ => Err(Error::invalid("idempotency-key", format!("1 to {KEY_CHARS_MAX} visible ASCII characters"))),
    }
}

async fn receive(body: Body) -> Result<Vec<u8>> {
    let late = |_| Error::invalid("body", "it did not arrive within 60 seconds: send smaller deliveries");
    let body =
        tokio::time::timeout(BODY_WAIT, axum::body::to_bytes(body, BODY_BYTES_MAX)).await.map_err(late)?;
    body.map(Vec::from).map_err(|error| {
        let text = error.to_string();
        if text.contains("length limit") {
            too_large("16 MiB")
        } else {
            Error::invalid("body", format!("it broke off: {text}"))
        }
    })
}

fn too_large(limit: &str) -> Error {
    Error::TooLarge { what: "the delivery".into(), limit: format!("{limit}: send it in smaller ones") }
}

/// The content as it is spooled, how it is cut, and how many records it holds.
fn unpack(body: Vec<u8>, gzip: bool, is_json: bool) -> Result<(Vec<u8>, Format, u64)> {
    let mut content = body;
    if gzip {
        let mut inflated = Vec::new();
        MultiGzDecoder::new(content.as_slice())
            .take(INFLATED_BYTES_MAX as u64 + 1)
            .read_to_end(&mut inflated)
            .map_err(|error| Error::invalid("body", format!("it is not readable as gzip: {error}")))?;
        if inflated.len() > INFLATED_BYTES_MAX {
            return Err(too_large("64 MiB after gzip"));
        }
        content = inflated;
    }
    let is_file = content.starts_with(b"ElfFile\0")
        || (is_json && content.trim_ascii_start().first().is_some_and(|byte| *byte == b'['));
    if is_file {
        let records = kakari_normalize::records(std::io::Cursor::new(content.clone())).count() as u64;
        return Ok((content, Format::File, records));
    }
    let records = framing::lines(&content).count() as u64;
    Ok((content, Format::Lines, records))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn lines_and_arrays_are_counted_as_records() {
        let (_, format, records) = unpack(b"{}\n\n{}\r\n".to_vec(), false, true).unwrap();
        assert_eq!((format, records), (Format::Lines, 2));
        let (_, format, records) =
            unpack(b" [{\"a\":1},\n{\"a\":2},{\"a\":3}]".to_vec(), false, true).unwrap();
        assert_eq!((format, records), (Format::File, 3));
        let (content, _, records) = unpack(gzip(b"a\nb\n"), true, false).unwrap();
        assert_eq!((content.as_slice(), records), (b"a\nb\n".as_slice(), 2));
    }

    #[test]
    fn a_gzip_bomb_is_refused_at_the_bound_and_a_cut_one_by_name() {
        let bomb = gzip(&vec![b' '; INFLATED_BYTES_MAX + 1]);
        assert!(matches!(unpack(bomb, true, false), Err(Error::TooLarge { .. })));
        let mut cut = gzip(b"one line that is long enough to be cut");
        cut.truncate(20);
        assert!(matches!(unpack(cut, true, false), Err(Error::Invalid { .. })));
        assert!(matches!(unpack(b"plain".to_vec(), true, false), Err(Error::Invalid { .. })));
    }
}
