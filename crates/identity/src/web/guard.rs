//! What is looked at before any handler: forms from other sites, and the language somebody asks for.

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use kakari_kernel::Error;
use kakari_ui::Lang;

use super::error::WebError;
use super::signed;
use crate::{App, people};

/// Middleware: refuses a request that would change something and that another site made the browser send,
/// whatever the encoding of its body. The second layer beside the form's token, and the only one of the forms
/// before sign-in.
///
/// Browsers say where a request comes from in `Sec-Fetch-Site`, older ones in `Origin`. A request with neither
/// is no browser's, so it carries no cookie that somebody else could misuse.
pub async fn refuse_cross_site(State(app): State<App>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_our_own(&app, &request) {
        return next.run(request).await;
    }
    WebError::from(Error::Forbidden("the request came from another site".into())).into_response()
}

fn is_our_own(app: &App, request: &Request) -> bool {
    let headers = request.headers();
    if let Some(site) = headers.get("sec-fetch-site") {
        return matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let host = headers.get(header::HOST).map_or(&[][..], HeaderValue::as_bytes);
    let bare =
        origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host.as_bytes());
    origin.as_bytes() == app.settings.base_url.as_bytes() || (bare.is_some() && bare == Some(host))
}

/// Middleware: keeps the language of `?lang=` in the cookie and, for somebody who is signed in, in the
/// profile. Without it the choice would be lost at the next click.
pub async fn keep_language(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(lang) = asked_language(request.uri().query()) else { return next.run(request).await };
    let (parts, body) = request.into_parts();
    if let Err(error) = keep_in_profile(&app, &parts, lang).await {
        tracing::warn!(%error, "the language was not kept in the profile");
    }
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let secure = if app.settings.secure_cookies { "; Secure" } else { "" };
    let cookie = format!("{}={lang}; Path=/; Max-Age=31536000; SameSite=Lax{secure}", Lang::COOKIE);
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn asked_language(query: Option<&str>) -> Option<Lang> {
    form_urlencoded::parse(query?.as_bytes())
        .find(|(key, _)| key == "lang")
        .and_then(|(_, code)| Lang::from_code(&code))
}

async fn keep_in_profile(app: &App, parts: &Parts, lang: Lang) -> Result<(), Error> {
    match signed::signed(app, parts).await {
        Ok(signed) if signed.lang != lang.code() => people::set_language(app, &signed, lang.code()).await,
        Ok(_) | Err(Error::Unauthenticated) => Ok(()),
        Err(error) => Err(error),
    }
}
