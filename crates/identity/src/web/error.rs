//! Failures as answers.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::SignedDuration;
use kakari_kernel::Error;
use kakari_ui::PageContext;
use serde_json::json;

use super::signed::page_for;
use crate::App;

/// A failure on its way out. [`error_pages`] turns it into a page or JSON.
#[derive(Debug)]
pub struct WebError(Error);

pub type WebResult<T = Response> = Result<T, WebError>;

impl<E: Into<Error>> From<E> for WebError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// Carried to the middleware, which knows the reader and the language.
#[derive(Debug, Clone)]
struct Failed {
    code: &'static str,
    text: String,
    /// When the asker may come again, for too many requests.
    retry_after_s: Option<u64>,
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let (status, code) = match &self.0 {
            Error::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            Error::Forbidden(_) => (StatusCode::FORBIDDEN, "forbidden"),
            Error::Unauthenticated => (StatusCode::UNAUTHORIZED, "unauthenticated"),
            Error::StepUp => (StatusCode::FORBIDDEN, "step_up"),
            Error::Invalid { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
            Error::Conflict(_) => (StatusCode::CONFLICT, "conflict"),
            Error::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            Error::TooMany { .. } => (StatusCode::TOO_MANY_REQUESTS, "too_many"),
            Error::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
            Error::Internal(cause) => {
                tracing::error!(%cause, "internal error");
                (StatusCode::INTERNAL_SERVER_ERROR, "internal")
            }
        };
        // The cause of a fault of ours goes to the log, not to the reader.
        let text = if code == "internal" { "internal error".to_owned() } else { self.0.to_string() };
        let mut response = status.into_response();
        let retry_after_s = match self.0 {
            Error::TooMany { retry_after_s } => Some(retry_after_s),
            _ => None,
        };
        if let Some(wait_s) = retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
        }
        response.extensions_mut().insert(Failed { code, text, retry_after_s });
        response
    }
}

/// Middleware: gives failures the form that the asker can read.
pub async fn error_pages(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let asker = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    let Some(failed) = response.extensions().get::<Failed>().cloned() else { return response };
    let status = response.status();
    let path = asker.uri.path();
    if path.starts_with("/api/") || path.starts_with("/ingest/") {
        let body = Json(json!({ "error": { "code": failed.code, "message": failed.text } }));
        let (head, _) = response.into_parts();
        let mut answer = (status, body).into_response();
        if let Some(wait) = head.headers.get(header::RETRY_AFTER) {
            answer.headers_mut().insert(header::RETRY_AFTER, wait.clone());
        }
        return answer;
    }
    match failed.code {
        "unauthenticated" => return go(&asker, &sign_in_address("/sign-in", &back_to(&asker))),
        "step_up" => return go(&asker, &sign_in_address("/sign-in/confirm", &back_to(&asker))),
        _ => {}
    }
    let page = page_for(&app, &asker).await;
    match failed.retry_after_s {
        Some(wait_s) => wait_page(&app, &page, wait_s),
        None => kakari_ui::problem_page(&app.ui, &page, status),
    }
}

/// A page that says when to come again.
fn wait_page(app: &App, page: &PageContext, wait_s: u64) -> Response {
    let wait = SignedDuration::from_secs(i64::try_from(wait_s).unwrap_or(i64::MAX));
    let until = page.now.saturating_add(wait).unwrap_or(page.now);
    let html = app.ui.render(page, "web/wait.html", json!({ "wait_s": wait_s, "until": until }));
    let retry = [(header::RETRY_AFTER, HeaderValue::from(wait_s))];
    (StatusCode::TOO_MANY_REQUESTS, retry, html).into_response()
}

/// Sends a browser elsewhere; htmx would put the new page into a piece of the old one, so it is told.
fn go(asker: &Parts, address: &str) -> Response {
    if asker.headers.contains_key("hx-request") {
        return (StatusCode::NO_CONTENT, [("hx-redirect", address)]).into_response();
    }
    Redirect::to(address).into_response()
}

/// Where to come back to: the page asked for, or the page whose form was sent.
fn back_to(asker: &Parts) -> String {
    if asker.method == Method::GET {
        return asker.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    }
    let host = asker.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let referer = asker.headers.get(header::REFERER).and_then(|referer| referer.to_str().ok());
    referer
        .and_then(|referer| referer.split_once("://"))
        .and_then(|(_, rest)| rest.strip_prefix(host))
        .filter(|path| path.starts_with('/'))
        .map_or_else(|| "/".to_owned(), str::to_owned)
}

fn sign_in_address(at: &str, back: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("back", back);
    format!("{at}?{}", query.finish())
}
