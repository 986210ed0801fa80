//! Anybody, signed in or not: what the pages before the door need.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRef, FromRequest, FromRequestParts, Request};
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use kakari_kernel::Error;
use kakari_ui::{Form, PageContext};

use super::error::WebError;
use super::signed::{self, Signed};
use crate::App;

/// Who asks, as far as it can be told.
pub(crate) struct Visitor {
    pub(crate) signed: Option<Signed>,
    pub(crate) page: PageContext,
    /// The address the request came from.
    pub(crate) from: String,
    /// The browser, as it calls itself; cut to a length that fits a table.
    pub(crate) agent: String,
    /// The cookie of the session it has now, whether valid or not.
    pub(crate) cookie: Option<String>,
}

impl<S> FromRequestParts<S> for Visitor
where
    S: Send + Sync,
    App: FromRef<S>,
{
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let app = App::from_ref(state);
        let signed = match signed::signed(&app, parts).await {
            Ok(signed) => Some(signed),
            Err(Error::Unauthenticated) => None,
            Err(error) => return Err(error.into()),
        };
        let agent = parts.headers.get(USER_AGENT).and_then(|header| header.to_str().ok()).unwrap_or_default();
        Ok(Self {
            page: signed::page_of(&app, parts, signed.as_ref()),
            signed,
            from: peer(&app, parts),
            agent: agent.chars().take(200).collect(),
            cookie: signed::cookie(parts, session_cookie_name(&app)),
        })
    }
}

pub(crate) fn session_cookie_name(app: &App) -> &'static str {
    // The prefix makes browsers refuse the cookie without TLS, with a domain, or below a path.
    if app.settings.secure_cookies { "__Host-kakari_session" } else { "kakari_session" }
}

/// The address that a request came from: the connection's, or what a trusted proxy says about it.
pub(crate) fn peer(app: &App, parts: &Parts) -> String {
    let Some(ConnectInfo(connected)) = parts.extensions.get::<ConnectInfo<SocketAddr>>() else {
        return String::new();
    };
    let trusted = |ip: &IpAddr| app.settings.trusted_proxies.contains(ip);
    let mut from = connected.ip().to_canonical();
    if trusted(&from) {
        let forwarded =
            parts.headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let hops: Vec<IpAddr> =
            forwarded.flat_map(|value| value.split(',')).map_while(|hop| hop.trim().parse().ok()).collect();
        // Each proxy appends the address it saw: the last one that is not ours is the visitor's.
        if let Some(hop) = hops.into_iter().rev().find(|hop| !trusted(hop)) {
            from = hop.to_canonical();
        }
    }
    from.to_string()
}

/// A form that anybody may send. What keeps other sites from sending it is
/// [`refuse_cross_site`](super::refuse_cross_site).
pub(crate) struct OpenForm(pub(crate) Form);

impl<S: Send + Sync> FromRequest<S> for OpenForm {
    type Rejection = WebError;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let form = Form::from_request(request, state)
            .await
            .map_err(|rejection| Error::invalid("form", rejection.to_string()))?;
        Ok(Self(form))
    }
}

/// A path of ours to go back to; anything else, such as `//elsewhere.example`, becomes `/`.
pub(crate) fn local_path(text: &str) -> String {
    let local = text.starts_with('/')
        && !text.starts_with("//")
        && text.len() <= 2_000
        && text.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    if local { text.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn only_a_path_of_ours_is_gone_back_to() {
        for (text, expect) in [
            ("/c/01j/home?tab=a", "/c/01j/home?tab=a"),
            ("", "/"),
            ("//elsewhere.example", "/"),
            ("/\\elsewhere.example", "/"),
            ("https://elsewhere.example/", "/"),
            ("/a\r\nset-cookie: x", "/"),
            ("javascript:alert(1)", "/"),
        ] {
            assert_eq!(local_path(text), expect, "{text}");
        }
    }
}
