//! The check-up (健康診断) of one machine, or of a folder that holds one: what is installed, what is exposed,
//! what its logs say; a grade with its reasons and at most three things to do. No server, no root, no network.
//!
//! Always holds: what could not be read is named in `not_checked`, and a machine of which too little could be
//! read gets the grade `unknown`, never a good one.

mod eol;
mod exposures;
mod facts;
mod gather;
mod judge;
mod page;
mod ports;
mod sign_ins;
mod ssh;
mod words;

pub(crate) use exposures::Advisories;
pub(crate) use gather::gather;
pub(crate) use judge::judge;
pub(crate) use page::{html, text};
pub(crate) use words::Words;
