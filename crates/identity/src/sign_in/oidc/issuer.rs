//! The identity provider, as it was set.

use std::fmt;

use openidconnect::url::{Host, Origin};
use openidconnect::{ClientId, ClientSecret, IssuerUrl};

/// An identity provider whose word is taken for who staff are.
#[derive(Clone)]
pub struct Issuer {
    /// As staff call it; on the button.
    pub(super) name: String,
    pub(super) url: IssuerUrl,
    pub(super) client_id: ClientId,
    pub(super) client_secret: ClientSecret,
}

impl Issuer {
    /// # Errors
    /// The key of the setting that is wrong, and what would be right.
    pub fn new(
        name: &str,
        url: &str,
        client_id: &str,
        client_secret: &str,
    ) -> Result<Self, (&'static str, String)> {
        for (key, value) in
            [("oidc.name", name), ("oidc.client_id", client_id), ("oidc.client_secret", client_secret)]
        {
            if value.is_empty() {
                return Err((key, "is needed beside oidc.issuer".into()));
            }
        }
        let right = "write the issuer's address, as https://login.example/realms/office";
        let wrong = || ("oidc.issuer", format!("«{url}» cannot be used: {right}"));
        let url = IssuerUrl::new(url.to_owned()).map_err(|_| wrong())?;
        let at = url.url();
        let here = match at.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            _ => false,
        };
        let covered = at.scheme() == "https" || (at.scheme() == "http" && here);
        if !covered || !at.username().is_empty() || at.query().is_some() || at.fragment().is_some() {
            return Err(wrong());
        }
        Ok(Self {
            name: name.to_owned(),
            client_id: ClientId::new(client_id.to_owned()),
            client_secret: ClientSecret::new(client_secret.to_owned()),
            url,
        })
    }

    /// The only address that is contacted.
    pub(super) fn origin(&self) -> Origin {
        self.url.url().origin()
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer").field("url", &self.url).finish_non_exhaustive()
    }
}
