//! What is remembered between two requests of one sign-in: taken by a secret that only the browser has,
//! within five minutes, once.

use jiff::SignedDuration;
use kakari_kernel::{Error, Result};
use kakari_store::{Tx, Unaudited};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::store;
use crate::App;
use crate::web::{hash_secret, new_secret};

/// Long enough to fetch a telephone from another room.
pub(super) const LIFE: SignedDuration = SignedDuration::from_mins(5);

/// Remembers `payload` and gives the secret it can be taken with.
pub(super) async fn remember(app: &App, kind: &str, payload: &impl Serialize) -> Result<String> {
    let secret = new_secret(app);
    let mut tx = app.db.begin().await?;
    let expires_at = tx.at().saturating_add(LIFE).map_err(Error::internal)?;
    let payload = serde_json::to_value(payload).map_err(Error::internal)?;
    store::add_step(&mut tx, &hash_secret(&secret), kind, &payload, expires_at).await?;
    tx.commit_unaudited(Unaudited::Session).await?;
    Ok(secret)
}

/// What was remembered, if it is still there; it stays until it is used up.
pub(super) async fn recall<T: DeserializeOwned>(app: &App, kind: &str, secret: &str) -> Result<Option<T>> {
    let found = store::step(&mut app.db.read().await?, &hash_secret(secret), kind, app.clock.now()).await?;
    found.map(|payload| serde_json::from_value(payload).map_err(Error::internal)).transpose()
}

/// Uses it up within `tx`.
///
/// # Errors
/// `Unauthenticated` when another request was faster.
pub(super) async fn use_up(tx: &mut Tx, secret: &str) -> Result<()> {
    if store::use_step(tx, &hash_secret(secret)).await? { Ok(()) } else { Err(Error::Unauthenticated) }
}
