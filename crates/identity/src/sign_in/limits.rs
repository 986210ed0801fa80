//! How often sign-in may be tried.
//!
//! An attempt is counted before it is judged, in a transaction of its own, so attempts sent at the same time
//! count one by one. After the free ones each further attempt closes the key for longer; time forgives them
//! one by one. Success forgets all attempts on the account, but of those from the address only the one that
//! succeeded: somebody with one password of their own must not try others' for free.

use jiff::{SignedDuration, Timestamp};
use kakari_kernel::{Error, Result};
use kakari_store::{Tx, Unaudited};

use super::store::{self, Attempts};
use crate::App;
use crate::web::keyed;

/// For one account: five tries, then a minute, doubling to a quarter of an hour. Longer would let a stranger
/// lock somebody out for a day; this already leaves about 100 guesses a day.
const ACCOUNT: Limit =
    Limit { free: 5, longest: SignedDuration::from_mins(15), forgiven_every: SignedDuration::from_mins(30) };
/// For one address: an office with thirty people behind one address must get in on a Monday morning.
const ADDRESS: Limit =
    Limit { free: 30, longest: SignedDuration::from_hours(1), forgiven_every: SignedDuration::from_mins(10) };
const FIRST_WAIT: SignedDuration = SignedDuration::from_mins(1);

#[derive(Debug, Clone, Copy)]
struct Limit {
    free: i64,
    longest: SignedDuration,
    /// One attempt is forgiven each time so long has passed.
    forgiven_every: SignedDuration,
}

/// Counts an attempt on the account called `account` from the address `from`.
///
/// # Errors
/// `TooMany` with the time to wait, when either is closed.
pub(super) async fn count(app: &App, account: &str, from: &str) -> Result<()> {
    take(app, &[(account_key(app, account), ACCOUNT), (address_key(from), ADDRESS)]).await
}

/// Counts an attempt that names no account.
///
/// # Errors
/// `TooMany` with the time to wait, when the address is closed.
pub(super) async fn count_address(app: &App, from: &str) -> Result<()> {
    take(app, &[(address_key(from), ADDRESS)]).await
}

async fn take(app: &App, keys: &[(String, Limit)]) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let now = tx.at();
    let mut open = Vec::new();
    for (key, limit) in keys {
        let before = store::attempts(&mut tx, key).await?;
        if before.blocked_until > now {
            let wait = before.blocked_until.duration_since(now).as_millis().unsigned_abs().div_ceil(1000);
            return Err(Error::TooMany { retry_after_s: u64::try_from(wait).unwrap_or(u64::MAX) });
        }
        open.push((key, next(before, *limit, now)));
    }
    for (key, after) in open {
        store::set_attempts(&mut tx, key, after).await?;
    }
    tx.commit_unaudited(Unaudited::Session).await
}

/// The right person came: forgets the attempts on the account, and this one from the address.
pub(super) async fn succeeded(app: &App, tx: &mut Tx, account: &str, from: &str) -> Result<()> {
    store::forget_attempts(tx, &account_key(app, account)).await?;
    let key = address_key(from);
    let before = store::attempts(tx, &key).await?;
    let count = before.count.saturating_sub(1).max(0);
    let blocked_until = if count < ADDRESS.free { Timestamp::UNIX_EPOCH } else { before.blocked_until };
    store::set_attempts(tx, &key, Attempts { count, blocked_until, ..before }).await
}

/// The account is not kept as it was typed: people type passwords into the wrong field.
fn account_key(app: &App, account: &str) -> String {
    format!("account:{}", keyed(app, "attempt", account))
}

/// The address, or the network that one subscriber has in IPv6.
fn address_key(from: &str) -> String {
    match from.parse() {
        Ok(std::net::IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("address:{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        _ => format!("address:{from}"),
    }
}

fn next(before: Attempts, limit: Limit, now: Timestamp) -> Attempts {
    let passed = now.duration_since(before.forgiven_at).as_secs().max(0);
    let every = limit.forgiven_every.as_secs();
    let forgiven = passed / every;
    let left = before.count.saturating_sub(forgiven).max(0);
    // What is left of the time counts towards the next one, unless there is nothing to forgive.
    let forgiven_at = if left == 0 {
        now
    } else {
        before.forgiven_at.saturating_add(SignedDuration::from_secs(forgiven * every)).unwrap_or(now)
    };
    let count = left + 1;
    let mut wait = SignedDuration::ZERO;
    if count >= limit.free {
        let doublings = u32::try_from(count - limit.free).unwrap_or(u32::MAX).min(10);
        wait = (FIRST_WAIT * 2_i32.pow(doublings)).min(limit.longest);
    }
    Attempts { count, forgiven_at, blocked_until: now.saturating_add(wait).unwrap_or(now) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Attempts =
        Attempts { count: 0, forgiven_at: Timestamp::UNIX_EPOCH, blocked_until: Timestamp::UNIX_EPOCH };

    fn start() -> Timestamp {
        "2026-04-18T00:00:00Z".parse().unwrap()
    }

    #[test]
    fn waits_begin_after_the_free_attempts_and_double_up_to_the_longest() {
        let mut attempts = NONE;
        let mut waits = Vec::new();
        for _ in 0..10 {
            attempts = next(attempts, ACCOUNT, start());
            waits.push(attempts.blocked_until.duration_since(start()).as_mins());
        }
        assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8, 15, 15]);
    }

    #[test]
    fn time_forgives_attempts_one_by_one_and_its_rest_is_not_lost() {
        let many = Attempts { count: 10, forgiven_at: start(), blocked_until: start() };
        let after = |mins| next(many, ACCOUNT, start() + SignedDuration::from_mins(mins));
        assert_eq!(after(29).count, 11);
        let later = after(100);
        assert_eq!((later.count, later.forgiven_at), (8, start() + SignedDuration::from_mins(90)));
        assert_eq!(after(24 * 60).count, 1);
    }

    #[test]
    fn a_clock_that_was_set_back_forgives_nothing() {
        let many = Attempts { count: 10, forgiven_at: start(), blocked_until: start() };
        assert_eq!(next(many, ACCOUNT, start() - SignedDuration::from_hours(48)).count, 11);
    }

    #[test]
    fn a_subscriber_is_one_network_in_ipv6_and_one_address_in_ipv4() {
        assert_eq!(address_key("2001:db8:1:2:3:4:5:6"), address_key("2001:db8:1:2::1"));
        assert_ne!(address_key("2001:db8:1:2::1"), address_key("2001:db8:1:3::1"));
        assert_eq!(address_key("192.0.2.1"), "address:192.0.2.1");
    }
}
