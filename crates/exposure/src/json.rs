//! JSON as programmes write it.

use serde::{Deserialize, Deserializer};

/// Reads `null` as if the field were absent: many writers print empty lists so.
pub(crate) fn null_is_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
