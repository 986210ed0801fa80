//! What a stranger, a client, an attacker and a power cut meet: the real binary, from outside.

mod audit;
mod backup;
mod browsing;
mod commands;
mod doors;
mod main_job;
mod tenants;
