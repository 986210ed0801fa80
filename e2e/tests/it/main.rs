//! What a stranger, a client, an attacker and a power cut meet: the real binary, from outside.

mod browsing;
mod commands;
mod doors;
mod tenants;
