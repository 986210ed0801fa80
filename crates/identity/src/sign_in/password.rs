//! Passwords: argon2id.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use kakari_kernel::{Error, Result};
use kakari_ui::Form;

use crate::App;

/// 19 MiB, 2 passes, 1 lane: the first of the equally strong settings in OWASP's Password Storage Cheat Sheet
/// (2025), the one with the least processor time of those that a small server can serve two of at once.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// NIST SP 800-63B-4 asks for 15 characters where a password stands alone, and against rules about its
/// characters. 12 is our floor, because a second factor and the limits on attempts stand beside it.
const MIN_CHARS: usize = 12;
/// Longer ones are no stronger, and hashing them costs.
const MAX_BYTES: usize = 1_000;

/// A hash of nothing in particular: checked when there is no account, so that the answer takes as long. The
/// same settings as [`hash`] makes; a test compares.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0IDE2IGJ5dA$uJ8mOu2bE5rB0+7YVn1yRR5qAKXBjjZ5gB5c0B2tq1Q";

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash of a new password, in PHC form with its settings and a fresh salt.
pub(crate) async fn hash(app: &App, password: String) -> Result<String> {
    let mut salt = [0; 16];
    app.rng.fill(&mut salt);
    let work = move || {
        let hash = argon2()?.hash_password_with_salt(password.as_bytes(), &salt).map_err(Error::internal)?;
        Ok(hash.to_string())
    };
    in_turn(app, work).await?
}

/// Whether the password is the one of this hash. An empty hash, of somebody without a password or of nobody,
/// takes as long and is always wrong.
pub(crate) async fn verify(app: &App, password: String, hash: &str) -> Result<bool> {
    let known = !hash.is_empty();
    let hash = if known { hash.to_owned() } else { NOBODY.to_owned() };
    let work = move || {
        let hash = PasswordHash::new(&hash).map_err(Error::internal)?;
        // A longer one was never accepted; not hashing it keeps a stranger from costing us.
        let right =
            password.len() <= MAX_BYTES && argon2()?.verify_password(password.as_bytes(), &hash).is_ok();
        Ok(right && known)
    };
    in_turn(app, work).await?
}

/// Hashing takes memory and a processor: away from the threads that answer, and only a few at once.
async fn in_turn<T: Send + 'static>(app: &App, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _turn = app.hashing.acquire().await.map_err(Error::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}

/// Reads a new password typed twice.
pub(crate) fn new_password(form: &mut Form, forbidden: &[&str]) -> Option<String> {
    let password = form.secret("password");
    let again = form.secret("password_again");
    let (password, again) = (password?, again?);
    let plain = password.to_lowercase();
    let is_a_name = forbidden.iter().any(|word| !word.is_empty() && plain == word.to_lowercase());
    let mut letters: Vec<char> = plain.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    if password.chars().count() < MIN_CHARS {
        form.error_with("password", "form-too-short", &[("min", &MIN_CHARS.to_string())]);
    } else if password.len() > MAX_BYTES {
        form.error("password", "sign-in-password-too-long");
    } else if is_a_name || letters.len() < 5 {
        form.error("password", "sign-in-password-easy");
    } else if password != again {
        form.error("password_again", "sign-in-password-differs");
    } else {
        return Some(password);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_holds_its_settings_and_only_its_own_password_opens_it() {
        let hash = argon2().unwrap().hash_password_with_salt(b"correct horse", b"sixteen bytes ok").unwrap();
        assert!(hash.to_string().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(argon2().unwrap().verify_password(b"correct horse", &hash).is_ok());
        assert!(argon2().unwrap().verify_password(b"wrong horse", &hash).is_err());
    }

    #[test]
    fn the_hash_of_nobody_costs_as_much_as_a_real_one() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let real = argon2().unwrap().hash_password_with_salt(b"x", b"sixteen bytes ok").unwrap();
        assert_eq!(nobody.params, real.params);
        assert_eq!(nobody.hash.unwrap().len(), real.hash.unwrap().len());
        assert!(argon2().unwrap().verify_password(b"x", &nobody).is_err());
    }

    #[test]
    fn a_new_password_is_long_typed_twice_and_no_name() {
        let check = |password: &str, again: &str| {
            let mut form =
                Form::filled([("password", password.to_owned()), ("password_again", again.to_owned())]);
            new_password(&mut form, &["tanaka@example.jp"])
                .ok_or_else(|| form.errors().first().map(|error| error.key.clone()).unwrap_or_default())
        };
        assert_eq!(check("short", "short"), Err("form-too-short".into()));
        assert_eq!(check("aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa"), Err("sign-in-password-easy".into()));
        assert_eq!(check("Tanaka@example.jp", "Tanaka@example.jp"), Err("sign-in-password-easy".into()));
        assert_eq!(check("four words and more", "four words"), Err("sign-in-password-differs".into()));
        assert_eq!(
            check("四つの言葉をならべた合言葉です", "四つの言葉をならべた合言葉です").as_deref(),
            Ok("四つの言葉をならべた合言葉です")
        );
    }
}
