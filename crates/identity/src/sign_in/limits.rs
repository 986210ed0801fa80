//! How often sign-in may be tried.
//!
//! An attempt is counted before it is judged, in a transaction of its own, so attempts sent at the same time
//! count one by one. After the free ones each further attempt closes the key for longer, and a day without
//! any forgets them. Success forgets the account's count but not the address's: somebody with one password of
//! their own must not try others' for free.

use jiff::{SignedDuration, Timestamp};
use kakari_kernel::{Error, Result};
use kakari_store::{Tx, Unaudited};

use super::store::{self, Attempts};
use crate::App;
use crate::web::keyed;

/// For one account: five tries, then a minute, doubling to a quarter of an hour. Longer would let a stranger
/// lock somebody out for a day; this already leaves about 100 guesses a day.
const ACCOUNT: Limit = Limit { free: 5, longest: SignedDuration::from_mins(15) };
/// For one address: an office with thirty people behind one address must get in on a Monday morning.
const ADDRESS: Limit = Limit { free: 30, longest: SignedDuration::from_hours(1) };
const FIRST_WAIT: SignedDuration = SignedDuration::from_mins(1);
/// After this long without an attempt the count begins anew.
pub(crate) const FORGET_AFTER: SignedDuration = SignedDuration::from_hours(24);

#[derive(Debug, Clone, Copy)]
struct Limit {
    free: i64,
    longest: SignedDuration,
}

/// Counts an attempt on the account called `account` from the address `from`.
///
/// # Errors
/// `TooMany` with the time to wait, when either is closed.
pub(super) async fn count(app: &App, account: &str, from: &str) -> Result<()> {
    let keys = [(account_key(app, account), ACCOUNT), (format!("address:{}", network(from)), ADDRESS)];
    let mut tx = app.db.begin().await?;
    let now = tx.at();
    let mut open = Vec::new();
    for (key, limit) in keys {
        let before = store::attempts(&mut tx, &key).await?;
        if before.blocked_until > now {
            let wait = before.blocked_until.duration_since(now).as_millis().unsigned_abs().div_ceil(1000);
            return Err(Error::TooMany { retry_after_s: u64::try_from(wait).unwrap_or(u64::MAX) });
        }
        open.push((key, next(before, limit, now)));
    }
    for (key, after) in open {
        store::set_attempts(&mut tx, &key, after).await?;
    }
    tx.commit_unaudited(Unaudited::Session).await
}

/// Forgets the attempts on an account, because the right person came.
pub(super) async fn forget(app: &App, tx: &mut Tx, account: &str) -> Result<()> {
    store::forget_attempts(tx, &account_key(app, account)).await
}

/// The account is not kept as it was typed: people type passwords into the wrong field.
fn account_key(app: &App, account: &str) -> String {
    format!("account:{}", keyed(app, "attempt", account))
}

fn next(before: Attempts, limit: Limit, now: Timestamp) -> Attempts {
    let stale = now.duration_since(before.last_at) > FORGET_AFTER;
    let count = if stale { 1 } else { before.count.saturating_add(1) };
    let mut wait = SignedDuration::ZERO;
    if count >= limit.free {
        let doublings = u32::try_from(count - limit.free).unwrap_or(u32::MAX).min(10);
        wait = (FIRST_WAIT * 2_i32.pow(doublings)).min(limit.longest);
    }
    Attempts { count, last_at: now, blocked_until: now.saturating_add(wait).unwrap_or(now) }
}

/// The address, or the network that one subscriber has in IPv6.
fn network(from: &str) -> String {
    match from.parse() {
        Ok(std::net::IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        _ => from.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_begin_after_the_free_attempts_and_double_up_to_the_longest() {
        let start: Timestamp = "2026-04-18T00:00:00Z".parse().unwrap();
        let mut attempts =
            Attempts { count: 0, last_at: Timestamp::UNIX_EPOCH, blocked_until: Timestamp::UNIX_EPOCH };
        let mut waits = Vec::new();
        for _ in 0..10 {
            attempts = next(attempts, ACCOUNT, start);
            waits.push(attempts.blocked_until.duration_since(start).as_mins());
        }
        assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8, 15, 15]);
    }

    #[test]
    fn a_day_without_attempts_forgets_them() {
        let start: Timestamp = "2026-04-18T00:00:00Z".parse().unwrap();
        let many = Attempts { count: 40, last_at: start, blocked_until: start };
        let later = start + SignedDuration::from_hours(25);
        assert_eq!(next(many, ACCOUNT, later), Attempts { count: 1, last_at: later, blocked_until: later });
    }

    #[test]
    fn a_subscriber_is_one_network_in_ipv6_and_one_address_in_ipv4() {
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("192.0.2.1"), "192.0.2.1");
    }
}
