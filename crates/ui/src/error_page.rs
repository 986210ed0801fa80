//! The pages for what did not work.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kakari_kernel::Error;
use minijinja::context;

use crate::page::PageContext;
use crate::render::Ui;

/// A page that says in plain words what happened and what to do, for 400, 403, 404, 429, 500 and 503; any
/// other status gets the words of its class.
pub fn problem_page(ui: &Ui, page: &PageContext, status: StatusCode) -> Response {
    let kind = match status.as_u16() {
        code @ (400 | 403 | 404 | 429 | 500 | 503) => code,
        400..=499 => 400,
        _ => 500,
    };
    let data = context! { kind, status => status.as_u16() };
    match ui.render(page, "ui/problem.html", data) {
        Ok(html) => (status, html).into_response(),
        Err(error) => error.into_response(),
    }
}

/// The status for a failure that crossed a border. Sign-in answers [`Error::Unauthenticated`] and
/// [`Error::StepUp`] with its own pages before this is asked.
pub fn status_of(error: &Error) -> StatusCode {
    match error {
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::Forbidden(_) | Error::StepUp => StatusCode::FORBIDDEN,
        Error::Unauthenticated => StatusCode::UNAUTHORIZED,
        Error::Invalid { .. } => StatusCode::BAD_REQUEST,
        Error::Conflict(_) => StatusCode::CONFLICT,
        Error::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
