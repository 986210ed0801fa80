//! Stories over the real router: a sign is raised, and the people it concerns look at their pages. A second
//! tenant with the same signs is present in each.
#![expect(clippy::unwrap_used, reason = "in a test a failed unwrap is a failed test, helpers included")]

mod consultation;
mod home;
mod pages;
mod round;
mod world;
