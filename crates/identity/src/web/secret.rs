//! Random secrets, what is kept of them, and the seal on those that must be read again.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use kakari_kernel::{Error, Result};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use sha2::{Digest as _, Sha256};

use crate::App;

/// What is kept of a random secret: enough to recognise it, useless to somebody who reads the database.
#[must_use]
pub fn hash_secret(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// 256 random bits, fit for a cookie, a link or a header.
pub(crate) fn new_secret(app: &App) -> String {
    let mut bytes = [0; 32];
    app.rng.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Compares without telling by its time where the difference lies.
pub(crate) fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (x, y)| difference | (x ^ y)) == 0
}

/// A value that only this installation can derive from `text`; `purpose` keeps different uses apart.
pub(crate) fn keyed(app: &App, purpose: &str, text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &app.secret);
    let mut context = hmac::Context::with_key(&key);
    context.update(purpose.as_bytes());
    context.update(&[0]);
    context.update(text.as_bytes());
    hex::encode(context.sign())
}

/// Encrypts what has to be read again, such as an authenticator's key, so that the database alone does not
/// give it away. `owner` is bound to it: a value moved to another row does not open.
pub(crate) fn seal(app: &App, owner: &str, plain: &[u8]) -> Result<String> {
    let mut nonce = [0; NONCE_LEN];
    app.rng.fill(&mut nonce);
    let mut sealed = plain.to_vec();
    sealing_key(app)?
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(owner.as_bytes()),
            &mut sealed,
        )
        .map_err(Error::internal)?;
    Ok(STANDARD.encode([nonce.as_slice(), &sealed].concat()))
}

/// Reads what [`seal`] wrote.
///
/// # Errors
/// `Internal` when it was changed, moved, or sealed by another installation.
pub(crate) fn open(app: &App, owner: &str, sealed: &str) -> Result<Vec<u8>> {
    let bytes = STANDARD.decode(sealed).map_err(Error::internal)?;
    let (nonce, sealed) = bytes
        .split_first_chunk::<NONCE_LEN>()
        .ok_or_else(|| Error::internal("a sealed value is too short"))?;
    let mut sealed = sealed.to_vec();
    let plain = sealing_key(app)?
        .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(owner.as_bytes()), &mut sealed)
        .map_err(|error| Error::internal(format!("a sealed value does not open: {error}")))?;
    Ok(plain.to_vec())
}

fn sealing_key(app: &App) -> Result<LessSafeKey> {
    let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &app.secret), b"seal");
    UnboundKey::new(&CHACHA20_POLY1305, derived.as_ref()).map(LessSafeKey::new).map_err(Error::internal)
}
