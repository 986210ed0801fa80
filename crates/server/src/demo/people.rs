//! People of the story: each signs in by a link and sends forms, like anybody with a browser.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context as _;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

/// Somebody with a browser.
pub(super) struct Visitor {
    router: Router,
    base_url: String,
    cookies: Vec<String>,
}

impl Visitor {
    /// Opens a sign-in link.
    pub(super) async fn sign_in(router: &Router, base_url: &str, link: &str) -> anyhow::Result<Self> {
        let mut visitor = Self { router: router.clone(), base_url: base_url.to_owned(), cookies: Vec::new() };
        let path = link.strip_prefix(base_url).context("a link of our own")?;
        visitor.get(path).await?;
        anyhow::ensure!(!visitor.cookies.is_empty(), "the sign-in link did not sign in");
        Ok(visitor)
    }

    /// The page at `path`.
    pub(super) async fn get(&mut self, path: &str) -> anyhow::Result<String> {
        let request = Request::get(path).body(Body::empty())?;
        let (status, page) = self.send(request).await?;
        anyhow::ensure!(status.is_success() || status.is_redirection(), "GET {path}: {status}");
        Ok(page)
    }

    /// Fills the form for `action` that stands on `page` and sends it.
    pub(super) async fn post(
        &mut self,
        page: &str,
        action: &str,
        fields: &[(&str, &str)],
    ) -> anyhow::Result<()> {
        let csrf = value_of(page, "csrf").with_context(|| format!("no form on the page before {action}"))?;
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("csrf", csrf).extend_pairs(fields);
        let request = Request::post(action)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, &self.base_url)
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body.finish()))?;
        let (status, _) = self.send(request).await?;
        anyhow::ensure!(status.is_redirection(), "POST {action}: {status}");
        Ok(())
    }

    async fn send(&mut self, mut request: Request<Body>) -> anyhow::Result<(StatusCode, String)> {
        let host = self.base_url.trim_start_matches("http://");
        request.headers_mut().insert(header::HOST, host.parse()?);
        if !self.cookies.is_empty() {
            request.headers_mut().insert(header::COOKIE, self.cookies.join("; ").parse()?);
        }
        let response = send(&self.router, request).await?;
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str()?.split(';').next().unwrap_or_default();
            let name = pair.split('=').next().unwrap_or_default();
            self.cookies.retain(|kept| !kept.starts_with(&format!("{name}=")));
            self.cookies.push(pair.to_owned());
        }
        let status = response.status();
        let body = response
            .into_body()
            .collect()
            .await
            .map_err(|error| anyhow::anyhow!("the answer broke off: {error}"))?;
        Ok((status, String::from_utf8_lossy(&body.to_bytes()).into_owned()))
    }
}

/// Hands a request to the program as if it had come over loopback.
pub(super) async fn send(router: &Router, mut request: Request<Body>) -> anyhow::Result<Response<Body>> {
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from((Ipv4Addr::LOCALHOST, 50_000))));
    Ok(router.clone().oneshot(request).await.unwrap_or_else(|never| match never {}))
}

/// The value of the first field of this name.
pub(super) fn value_of<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\""))?;
    rest.split('"').next()
}
