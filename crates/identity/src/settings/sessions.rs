//! Ending one's sessions on other devices.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect};
use kakari_kernel::{Error, Id};

use super::me::entry;
use crate::App;
use crate::sign_in::store;
use crate::web::{Posted, Signed, WebResult};

/// Ends one session. No fresh proof: taking access away must be easy.
pub(super) async fn end(State(app): State<App>, signed: Signed, Posted(form): Posted) -> WebResult {
    let id: Id = form.raw("session").parse()?;
    let scope = signed.home_scope();
    let mut tx = app.db.begin().await?;
    if !store::end_session(&mut tx, &scope, signed.person, id).await? {
        return Err(Error::NotFound.into());
    }
    tx.commit(&scope, entry(&signed, "profile.end_session")).await?;
    Ok(Redirect::to("/me").into_response())
}

pub(super) async fn end_others(State(app): State<App>, signed: Signed, _form: Posted) -> WebResult {
    let scope = signed.home_scope();
    let mut tx = app.db.begin().await?;
    store::end_sessions(&mut tx, &scope, signed.person, Some(signed.session)).await?;
    tx.commit(&scope, entry(&signed, "profile.end_sessions")).await?;
    Ok(Redirect::to("/me").into_response())
}

/// A browser in words that its owner knows: `Chrome, Windows`. What is not recognised is shown as it came.
pub(super) fn device(agent: &str) -> String {
    // The order matters: browsers and systems call themselves by each other's names.
    let named = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let browser = named(&[
        ("Edg", "Edge"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("CriOS", "Chrome"),
        ("Safari", "Safari"),
    ]);
    let system = named(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        _ => agent.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn browsers_are_called_by_the_names_their_owners_know() {
        for (agent, expect) in [
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1",
                "Safari, iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
                "Chrome, Android",
            ),
            ("curl/8", "curl/8"),
        ] {
            assert_eq!(device(agent), expect);
        }
    }
}
