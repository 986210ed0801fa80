//! Setting an authenticator up, with recovery codes.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kakari_kernel::{Error, Result};
use kakari_store::Tx;
use kakari_ui::Form;
use qrcode::{EcLevel, QrCode};
use serde_json::json;

use super::me::entry;
use crate::App;
use crate::people::{self, Person};
use crate::sign_in::second_factor::{recovery_codes, recovery_hash};
use crate::sign_in::totp;
use crate::web::{Posted, Signed, StepUp, Visitor, WebResult, open, seal};

/// The edge that scanners need around the code, in modules (ISO/IEC 18004).
const QUIET_ZONE: usize = 4;

pub(super) async fn show(State(app): State<App>, visitor: Visitor, StepUp(signed): StepUp) -> WebResult {
    let person = people::get(&mut app.db.read().await?, &signed.home_scope(), signed.person).await?;
    let mut secret = [0; totp::SECRET_BYTES];
    app.rng.fill(&mut secret);
    page(&app, &visitor, &person, &secret, &Form::empty())
}

/// Keeps the key once a code proves that the authenticator has it. The key travels in the form, sealed: it
/// is nobody's until then.
pub(super) async fn set_up(
    State(app): State<App>,
    visitor: Visitor,
    StepUp(signed): StepUp,
    Posted(mut form): Posted,
) -> WebResult {
    let scope = signed.home_scope();
    let person = people::get(&mut app.db.read().await?, &scope, signed.person).await?;
    let secret = open(&app, &pending(&signed), form.raw("secret"))
        .map_err(|_| Error::Conflict("open the page again".into()))?;
    let typed = form.text("code", 1..=20);
    let step = typed.and_then(|typed| totp::accept(&secret, &typed, app.clock.now(), 0));
    let Some(step) = step else {
        if !form.is_wrong() {
            form.error("code", "settings-code-wrong");
        }
        return page(&app, &visitor, &person, &secret, &form);
    };
    let mut tx = app.db.begin().await?;
    people::set_totp(&app, &mut tx, &scope, signed.person, &secret, step).await?;
    let codes = replace_codes(&app, &mut tx, &signed).await?;
    tx.commit(&scope, entry(&signed, "profile.totp_on")).await?;
    show_codes(&app, &visitor, &codes)
}

pub(super) async fn new_codes(
    State(app): State<App>,
    visitor: Visitor,
    StepUp(signed): StepUp,
    _form: Posted,
) -> WebResult {
    let scope = signed.home_scope();
    let mut tx = app.db.begin().await?;
    if !people::get(&mut tx, &scope, signed.person).await?.totp {
        return Err(Error::NotFound.into());
    }
    let codes = replace_codes(&app, &mut tx, &signed).await?;
    tx.commit(&scope, entry(&signed, "profile.recovery_codes")).await?;
    show_codes(&app, &visitor, &codes)
}

pub(super) async fn remove(State(app): State<App>, StepUp(signed): StepUp, _form: Posted) -> WebResult {
    let scope = signed.home_scope();
    let mut tx = app.db.begin().await?;
    people::drop_totp(&mut tx, &scope, signed.person).await?;
    tx.commit(&scope, entry(&signed, "profile.totp_off")).await?;
    Ok(Redirect::to("/me").into_response())
}

async fn replace_codes(app: &App, tx: &mut Tx, signed: &Signed) -> Result<Vec<String>> {
    let codes = recovery_codes(app);
    let hashes: Vec<String> = codes.iter().map(|code| recovery_hash(code)).collect();
    people::add_recovery_codes(tx, &signed.home_scope(), signed.person, &hashes).await?;
    Ok(codes)
}

/// What a key that is not yet anybody's is sealed for.
fn pending(signed: &Signed) -> String {
    format!("pending {}", signed.session)
}

fn show_codes(app: &App, visitor: &Visitor, codes: &[String]) -> WebResult {
    let html = app.ui.render(&visitor.page, "settings/recovery.html", json!({ "codes": codes }));
    Ok(html?.into_response())
}

fn page(app: &App, visitor: &Visitor, person: &Person, secret: &[u8], form: &Form) -> WebResult {
    let signed = visitor.signed.as_ref().ok_or(Error::Unauthenticated)?;
    let key = totp::base32(secret);
    let address = otpauth(&app.settings.service_name, &person.email, &key);
    let spaced: Vec<String> =
        key.chars().collect::<Vec<_>>().chunks(4).map(|four| four.iter().collect()).collect();
    let data = json!({
        "form": form, "secret": seal(app, &pending(signed), secret)?, "key": spaced.join(" "),
        "picture": picture(&address)?, "address": address, "set": person.totp,
    });
    let html = app.ui.render(&visitor.page, "settings/two_factor.html", data)?;
    let response: Response = (form.status(), html).into_response();
    Ok(response)
}

/// The address that authenticators read from the picture.
fn otpauth(service: &str, email: &str, key: &str) -> String {
    // Authenticators do not read a plus as a space.
    let escape =
        |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
    format!("otpauth://totp/{0}:{1}?secret={key}&issuer={0}", escape(service), escape(email))
}

/// The QR code as an SVG image in a data address: one path, dark on light whatever the page's colours are.
fn picture(text: &str) -> Result<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(Error::internal)?;
    let width = code.width();
    let mut path = String::new();
    for (n, colour) in code.to_colors().into_iter().enumerate() {
        if colour == qrcode::Color::Dark {
            let (x, y) = (n % width + QUIET_ZONE, n / width + QUIET_ZONE);
            path.push_str(&format!("M{x} {y}h1v1h-1z"));
        }
    }
    let side = width + 2 * QUIET_ZONE;
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>"
    );
    Ok(format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg)))
}

#[cfg(test)]
mod tests {
    use super::otpauth;

    #[test]
    fn the_address_escapes_what_is_not_latin() {
        assert_eq!(
            otpauth("か り", "a+b@example.jp", "ABC"),
            "otpauth://totp/%E3%81%8B%20%E3%82%8A:a%2Bb%40example.jp?secret=ABC&issuer=%E3%81%8B%20%E3%82%8A"
        );
    }
}
