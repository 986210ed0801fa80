//! Stories over the real router: a sign is raised, and the people it concerns look at their pages. A second
//! tenant with the same signs is present in each.

mod consultation;
mod home;
mod pages;
mod round;
mod world;
