//! Programs that come with a token: the same tenancy as people, without cookies and forms.

use std::collections::HashMap;

use axum::extract::{FromRef, FromRequestParts, Path};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use kakari_kernel::{Actor, Error, OrgId, OrgScope, Reach, Result, Tool};
use serde::Serialize;

use super::error::WebError;
use super::hash_secret;
use super::visitor::peer;
use crate::organisations::{self, Organisation};
use crate::tokens::{self, Token};
use crate::{App, Permission};

/// What a token allows. Each kind holds the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    Read,
    Write,
    Admin,
}

impl Access {
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Admin];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|access| access.as_str() == name)
    }

    /// The least access that covers what a person needs a permission for.
    fn for_permission(permission: Permission) -> Self {
        match permission {
            Permission::View | Permission::ViewFleet | Permission::ViewGroup | Permission::ViewProgramme => {
                Self::Read
            }
            Permission::Handle | Permission::EditRecord | Permission::Answer => Self::Write,
            Permission::ViewAudit | Permission::ManagePeople | Permission::Administer => Self::Admin,
        }
    }
}

/// A program with the organisation named `{org}` in the path in its scope.
#[derive(Debug, Clone)]
pub struct ApiClient {
    pub scope: OrgScope,
    pub actor: Actor,
    pub org: Organisation,
    access: Access,
}

/// A program with all clients of the provider, or the one client of its token, in its scope.
#[derive(Debug, Clone)]
pub struct ApiFleet {
    pub scope: OrgScope,
    pub actor: Actor,
    access: Access,
}

impl ApiClient {
    /// # Errors
    /// `Forbidden` when the token may not.
    pub fn must(&self, permission: Permission) -> Result<()> {
        must(self.access, permission)
    }
}

impl ApiFleet {
    /// # Errors
    /// `Forbidden` when the token may not.
    pub fn must(&self, permission: Permission) -> Result<()> {
        must(self.access, permission)
    }
}

fn must(access: Access, permission: Permission) -> Result<()> {
    let needed = Access::for_permission(permission);
    if access >= needed {
        Ok(())
    } else {
        Err(Error::Forbidden(format!("this needs a token with {} access", needed.as_str())))
    }
}

impl<S> FromRequestParts<S> for ApiFleet
where
    S: Send + Sync,
    App: FromRef<S>,
{
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let app = App::from_ref(state);
        let token = token(&app, parts).await?;
        Ok(Self {
            scope: OrgScope::grant(token.provider, reach(&token)),
            actor: actor(&app, parts, &token),
            access: token.access,
        })
    }
}

impl<S> FromRequestParts<S> for ApiClient
where
    S: Send + Sync,
    App: FromRef<S>,
{
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let app = App::from_ref(state);
        let token = token(&app, parts).await?;
        let Path(path) = Path::<HashMap<String, String>>::from_request_parts(parts, state)
            .await
            .map_err(|_| Error::NotFound)?;
        let org: OrgId = path.get("org").ok_or(Error::NotFound)?.parse()?;
        if !token.is_fleet() && token.org != org {
            return Err(Error::NotFound.into());
        }
        let scope = OrgScope::grant(token.provider, Reach::Client(org));
        let org = organisations::get(&mut app.db.read().await?, &scope).await?;
        Ok(Self { scope, actor: actor(&app, parts, &token), org, access: token.access })
    }
}

fn reach(token: &Token) -> Reach {
    if token.is_fleet() { Reach::Fleet } else { Reach::Client(token.org) }
}

fn actor(app: &App, parts: &Parts, token: &Token) -> Actor {
    Actor {
        id: format!("token:{}", token.id),
        name: token.name.clone(),
        role: None,
        from: peer(app, parts),
        tool: Tool::Api,
    }
}

async fn token(app: &App, parts: &Parts) -> Result<Token> {
    let header = parts.headers.get(AUTHORIZATION).and_then(|header| header.to_str().ok());
    let secret = header.and_then(|header| header.split_once(' '));
    let (_, secret) =
        secret.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).ok_or(Error::Unauthenticated)?;
    tokens::of_secret(app, &hash_secret(secret.trim())).await?.ok_or(Error::Unauthenticated)
}
