//! From a request to who asks and within which scope.

use axum::extract::{FromRef, FromRequestParts, Path};
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};
use axum::http::request::Parts;
use jiff::Timestamp;
use kakari_kernel::{Actor, Error, Id, OrgId, OrgScope, PersonId, ProviderId, Reach, Result, Role, Tool};
use kakari_ui::{Brand, HelpLine, Lang, LanguageHints, NavItem, PageContext};

use super::error::WebError;
use super::visitor::{peer, session_cookie_name};
use super::{hash_secret, keyed};
use crate::organisations::{self, Organisation};
use crate::{App, Permission, sign_in};

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Signed {
    pub person: PersonId,
    pub name: String,
    pub role: Role,
    pub provider: ProviderId,
    /// The organisation the person belongs to; the provider for staff.
    pub home: OrgId,
    pub actor: Actor,
    /// The token that this session's forms carry.
    pub csrf: String,
    pub(crate) lang: String,
    pub(crate) session: Id,
    stepped_up_until: Timestamp,
}

impl Signed {
    /// # Errors
    /// `Forbidden` when the role may not.
    pub fn must(&self, permission: Permission) -> Result<()> {
        if permission.granted_to(self.role) {
            Ok(())
        } else {
            Err(Error::Forbidden(format!("{permission:?} is not for {}", self.role.as_str())))
        }
    }

    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        permission.granted_to(self.role)
    }

    /// Whether the person proved within the last quarter of an hour who they are.
    #[must_use]
    pub fn is_stepped_up(&self, now: Timestamp) -> bool {
        now < self.stepped_up_until
    }

    /// The scope of the organisation the person belongs to: for their own profile and its audit entries.
    pub(crate) fn home_scope(&self) -> OrgScope {
        OrgScope::grant(self.provider, Reach::Client(self.home))
    }
}

/// Somebody who proved within the last quarter of an hour who they are: for acts that a forgotten open
/// browser must not allow. Anybody else is sent to prove it and comes back.
#[derive(Debug, Clone)]
pub struct StepUp(pub Signed);

impl<S> FromRequestParts<S> for StepUp
where
    S: Send + Sync,
    App: FromRef<S>,
{
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let app = App::from_ref(state);
        let signed = Signed::from_request_parts(parts, state).await?;
        if signed.is_stepped_up(app.clock.now()) { Ok(Self(signed)) } else { Err(Error::StepUp.into()) }
    }
}

/// Staff of the provider, with all its clients in scope.
#[derive(Debug, Clone)]
pub struct Staff {
    pub signed: Signed,
    pub scope: OrgScope,
    pub page: PageContext,
}

/// One organisation's record, named `{org}` in the path, open to whoever may see it.
#[derive(Debug, Clone)]
pub struct Client {
    pub signed: Signed,
    pub scope: OrgScope,
    pub org: Organisation,
    pub page: PageContext,
}

/// The companies of the executive's own group.
#[derive(Debug, Clone)]
pub struct Group {
    pub signed: Signed,
    pub scope: OrgScope,
    pub page: PageContext,
}

impl<S> FromRequestParts<S> for Signed
where
    S: Send + Sync,
    App: FromRef<S>,
{
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        // Several extractors of one handler ask; the database answers once.
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let signed = signed(&App::from_ref(state), parts).await?;
        parts.extensions.insert(signed.clone());
        Ok(signed)
    }
}

impl<S> FromRequestParts<S> for Staff
where
    S: Send + Sync,
    App: FromRef<S>,
{
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let app = App::from_ref(state);
        let signed = Signed::from_request_parts(parts, state).await?;
        signed.must(Permission::ViewFleet)?;
        let scope = OrgScope::grant(signed.provider, Reach::Fleet);
        let page = PageContext { dense: true, ..page_of(&app, parts, Some(&signed)) };
        Ok(Self { signed, scope, page })
    }
}

impl<S> FromRequestParts<S> for Group
where
    S: Send + Sync,
    App: FromRef<S>,
{
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let app = App::from_ref(state);
        let signed = Signed::from_request_parts(parts, state).await?;
        signed.must(Permission::ViewGroup)?;
        let scope = OrgScope::grant(signed.provider, Reach::Group(signed.home));
        let page = page_of(&app, parts, Some(&signed));
        Ok(Self { signed, scope, page })
    }
}

impl<S> FromRequestParts<S> for Client
where
    S: Send + Sync,
    App: FromRef<S>,
{
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let app = App::from_ref(state);
        let signed = Signed::from_request_parts(parts, state).await?;
        signed.must(Permission::View)?;
        let Path(path) = Path::<std::collections::HashMap<String, String>>::from_request_parts(parts, state)
            .await
            .map_err(|_| Error::NotFound)?;
        let org: OrgId = path.get("org").ok_or(Error::NotFound)?.parse()?;
        let scope = OrgScope::grant(signed.provider, Reach::Client(org));
        let mut conn = app.db.read().await?;
        let org = organisations::get(&mut conn, &scope).await?;
        let reaches = match signed.role {
            Role::Owner => org.id == signed.home,
            Role::Executive => org.id == signed.home || org.group == Some(signed.home),
            role => role.is_staff(),
        };
        if !reaches {
            return Err(Error::NotFound.into());
        }
        let page = PageContext {
            client: Some(kakari_ui::Client {
                name: org.name.clone(),
                href: format!("/c/{}", org.id),
                is_reader: signed.role == Role::Owner,
            }),
            ..page_of(&app, parts, Some(&signed))
        };
        Ok(Self { signed, scope, org, page })
    }
}

/// Who the session's cookie stands for.
///
/// # Errors
/// `Unauthenticated` when there is none, or it is over.
pub(crate) async fn signed(app: &App, parts: &Parts) -> Result<Signed> {
    let cookie = cookie(parts, session_cookie_name(app)).ok_or(Error::Unauthenticated)?;
    let hash = hash_secret(&cookie);
    let session = sign_in::live_session(app, &hash).await?.ok_or(Error::Unauthenticated)?;
    Ok(Signed {
        actor: Actor {
            id: format!("person:{}", session.person),
            name: session.name.clone(),
            role: Some(session.role),
            from: peer(app, parts),
            tool: Tool::Web,
        },
        person: session.person,
        name: session.name,
        role: session.role,
        provider: session.provider,
        home: session.home,
        csrf: keyed(app, "csrf", &hash),
        lang: session.lang,
        session: session.id,
        stepped_up_until: session.stepped_up_until,
    })
}

/// The header that gives a browser its session; an empty value takes it away.
pub(crate) fn session_cookie(app: &App, value: &str) -> String {
    let name = session_cookie_name(app);
    let secure = if app.settings.secure_cookies { "; Secure" } else { "" };
    let age = if value.is_empty() { "; Max-Age=0" } else { "" };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")
}

pub(crate) fn cookie(parts: &Parts, name: &str) -> Option<String> {
    parts
        .headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// The page for a request whose handler failed: whoever it is, as far as it can be told.
pub(crate) async fn page_for(app: &App, parts: &Parts) -> PageContext {
    let signed = signed(app, parts).await.ok();
    page_of(app, parts, signed.as_ref())
}

pub(crate) fn page_of(app: &App, parts: &Parts, signed: Option<&Signed>) -> PageContext {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let query = parts.uri.query().and_then(|query| {
        form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == "lang")
            .map(|(_, value)| value.into_owned())
    });
    let kept = cookie(parts, Lang::COOKIE);
    let (lang, _) = Lang::choose(&LanguageHints {
        query: query.as_deref(),
        profile: signed.map(|signed| signed.lang.as_str()).filter(|lang| !lang.is_empty()),
        cookie: kept.as_deref(),
        accept_language: parts.headers.get(ACCEPT_LANGUAGE).and_then(|header| header.to_str().ok()),
        provider: Lang::Ja,
    });
    let brand =
        Brand { name: app.settings.service_name.clone(), provider: app.settings.provider_name.clone() };
    let mut page = PageContext::new(lang, app.clock.now(), brand);
    page.zone = app.settings.zone.clone();
    page.path = path.to_owned();
    if let Some(signed) = signed {
        page.csrf = Some(signed.csrf.clone());
        page.person = Some(kakari_ui::Person {
            name: signed.name.clone(),
            role: app.ui.text(lang, &format!("role-{}", signed.role.as_str().replace('_', "-")), &[]),
            profile_href: "/me".into(),
            sign_out_href: "/sign-out".into(),
        });
        page.nav = navigation(signed);
        if signed.role == Role::Owner {
            page.help = Some(HelpLine {
                phone: app.settings.phone.clone(),
                form_href: format!("/c/{}/ask", signed.home),
                hours: app.settings.hours,
            });
        }
    }
    page
}

/// The main navigation of each role: few things, the one they come for first.
fn navigation(signed: &Signed) -> Vec<NavItem> {
    let home = signed.home;
    let items: &[(&str, String)] = &match signed.role {
        Role::Owner => vec![
            ("nav-home", format!("/c/{home}/home")),
            ("nav-reports", format!("/c/{home}/reports")),
            ("nav-company", format!("/c/{home}")),
        ],
        Role::Executive => vec![("nav-group", "/group".into())],
        Role::Programme => vec![("nav-programme", "/programme".into())],
        Role::Advisor => vec![
            ("nav-round", "/round".into()),
            ("nav-queue", "/queue".into()),
            ("nav-clients", "/clients".into()),
        ],
        Role::Operator => vec![
            ("nav-queue", "/queue".into()),
            ("nav-round", "/round".into()),
            ("nav-clients", "/clients".into()),
        ],
        Role::ReadOnly => vec![
            ("nav-round", "/round".into()),
            ("nav-queue", "/queue".into()),
            ("nav-clients", "/clients".into()),
        ],
        Role::Admin => vec![
            ("nav-round", "/round".into()),
            ("nav-queue", "/queue".into()),
            ("nav-clients", "/clients".into()),
            ("nav-programme", "/programme".into()),
            ("nav-settings", "/settings".into()),
        ],
    };
    items.iter().map(|(key, href)| NavItem { key: (*key).into(), href: href.clone(), count: None }).collect()
}
