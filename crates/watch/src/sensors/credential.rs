//! From a credential to its sensor, and with it to a client: the only way by which events get a tenant.

use kakari_identity::web::hash_secret;
use kakari_kernel::{Error, Id, OrgScope, Result, Rng};

use super::model::Sensor;
use super::store;
use crate::Watch;

/// So that a token is recognised in a file where it should not be.
const PREFIX: &str = "kks_";

/// A new token: 32 random bytes. Shown once, kept as a hash.
pub(super) fn new_token(rng: &dyn Rng) -> String {
    let mut bytes = [0; 32];
    rng.fill(&mut bytes);
    format!("{PREFIX}{}", hex::encode(bytes))
}

/// The sensor that a token belongs to.
///
/// # Errors
/// `Unauthenticated` for any other text.
pub(crate) async fn by_token(watch: &Watch, token: &str) -> Result<Sensor> {
    if !token.starts_with(PREFIX) {
        return Err(Error::Unauthenticated);
    }
    let mut conn = watch.app.db.read().await?;
    store::with_token(&mut conn, &hash_secret(token)).await?.ok_or(Error::Unauthenticated)
}

/// The sensor that a listener of the configuration is bound to.
///
/// # Errors
/// `NotFound` when no sensor in use has this id.
pub(crate) async fn by_id(watch: &Watch, id: Id) -> Result<Sensor> {
    let mut conn = watch.app.db.read().await?;
    store::with_id(&mut conn, id).await?.ok_or(Error::NotFound)
}

/// Notes a delivery that was refused for its content, so that somebody sees it.
pub(crate) async fn note_refusal(watch: &Watch, sensor: &Sensor, why: &str) -> Result<()> {
    store::refused(&watch.app.db, &sensor.scope, sensor.id, 1, why).await
}

/// The same for several that went the same way.
pub(crate) async fn note_refusals(
    watch: &Watch,
    scope: &OrgScope,
    sensor: Id,
    how_many: u64,
    why: &str,
) -> Result<()> {
    store::refused(&watch.app.db, scope, sensor, how_many, why).await
}
