//! What a stranger, a client, an attacker and a power cut meet: the real binary, from outside.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod audit;
mod backup;
mod browsing;
mod commands;
mod doors;
mod mails;
mod main_job;
mod tenants;
