//! Failures as answers.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use kakari_kernel::Error;
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
        if let Error::TooMany { retry_after_s } = self.0 {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after_s));
        }
        response.extensions_mut().insert(Failed { code, text });
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
    let back = asker.uri.path_and_query().map_or("/", |path| path.as_str());
    match failed.code {
        "unauthenticated" => return Redirect::to(&sign_in_address("/sign-in", back)).into_response(),
        "step_up" => return Redirect::to(&sign_in_address("/sign-in/confirm", back)).into_response(),
        _ => {}
    }
    let page = page_for(&app, &asker).await;
    kakari_ui::problem_page(&app.ui, &page, status)
}

fn sign_in_address(at: &str, back: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("back", back);
    format!("{at}?{}", query.finish())
}
