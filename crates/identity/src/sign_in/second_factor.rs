//! The second step of a sign-in: the authenticator's code, or a recovery code.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use kakari_kernel::{Error, PersonId, Result};
use kakari_store::Tx;
use kakari_ui::{Form, PageContext};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::password_form::refused;
use super::session::{self, Proof};
use super::{limits, step, totp};
use crate::App;
use crate::people::{self, Person};
use crate::web::{OpenForm, Visitor, WebResult, hash_secret};

const STEP: &str = "second_factor";

/// Ten, as on the sheets of other services: enough for years of lost telephones.
const RECOVERY_CODES: usize = 10;
/// 80 bits: nobody guesses one, so a plain hash is enough to keep.
const RECOVERY_BYTES: usize = 10;

#[derive(Serialize, Deserialize)]
struct Half {
    person: PersonId,
    back: String,
}

/// Shows the page that asks for the code; the password or the link was right.
pub(super) async fn ask(app: &App, page: &PageContext, person: &Person, back: &str) -> WebResult {
    let half = Half { person: person.id, back: back.to_owned() };
    let secret = step::remember(app, STEP, &half).await?;
    show(app, page, &secret, &Form::empty())
}

pub(super) async fn enter(
    State(app): State<App>,
    visitor: Visitor,
    OpenForm(mut form): OpenForm,
) -> WebResult {
    let secret = form.raw("step").to_owned();
    let half: Half = step::recall(&app, STEP, &secret).await?.ok_or(Error::Unauthenticated)?;
    let Some(code) = form.text("code", 1..=40) else { return show(&app, &visitor.page, &secret, &form) };
    let person = people::by_id(&mut app.db.read().await?, half.person).await?;
    let person = person.filter(|person| !person.disabled).ok_or(Error::Unauthenticated)?;
    limits::count(&app, &person.email, &visitor.from).await?;
    let mut tx = app.db.begin().await?;
    let Some(proof) = check(&app, &mut tx, &person, &code).await? else {
        drop(tx);
        refused(&app, Some(&person), &visitor.from, "code").await?;
        form.error("code", "sign-in-code-wrong");
        return show(&app, &visitor.page, &secret, &form);
    };
    step::use_up(&mut tx, &secret).await?;
    limits::succeeded(&app, &mut tx, &person.email, &visitor.from).await?;
    Ok(session::begin(&app, tx, &visitor, &person, proof, &half.back).await?)
}

/// Whether a code is right: the authenticator's of the moment, or a recovery code, which is then used up.
pub(super) async fn check(app: &App, tx: &mut Tx, person: &Person, typed: &str) -> Result<Option<Proof>> {
    let scope = session::scope(person);
    if let Some((secret, used)) = people::totp(app, tx, &scope, person.id).await?
        && let Some(newest) = totp::accept(&secret, typed, tx.at(), used)
    {
        // Two requests with one code: the second finds the step used.
        let fresh = people::use_totp_step(tx, &scope, person.id, newest).await?;
        return Ok(fresh.then_some(Proof::Code));
    }
    let recovery = hash_secret(&plain(typed));
    let used = people::use_recovery_code(tx, &scope, person.id, &recovery).await?;
    Ok(used.then_some(Proof::RecoveryCode))
}

/// New recovery codes as they are printed: `ABCD-EFGH-IJKL-MNOP`.
pub(crate) fn recovery_codes(app: &App) -> Vec<String> {
    let code = |_| {
        let mut bytes = [0; RECOVERY_BYTES];
        app.rng.fill(&mut bytes);
        let letters: Vec<char> = totp::base32(&bytes).chars().collect();
        letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
    };
    (0..RECOVERY_CODES).map(code).collect()
}

/// What is kept of a recovery code.
pub(crate) fn recovery_hash(code: &str) -> String {
    hash_secret(&plain(code))
}

/// A recovery code as people may type it: hyphens, spaces and small letters do not matter.
fn plain(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase()
}

fn show(app: &App, page: &PageContext, step: &str, form: &Form) -> WebResult {
    let html = app.ui.render(page, "sign_in/code.html", json!({ "form": form, "step": step }));
    let status = if form.is_wrong() { form.status() } else { StatusCode::OK };
    let response: Response = (status, html?).into_response();
    Ok(response)
}
