//! What was found out about the machine. Values only; judged elsewhere.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::exposures::Exposures;
use super::sign_ins::SignIns;
use super::ssh::SshSettings;

/// Something that could not be looked at, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct NotChecked {
    /// One of `os`, `packages`, `updates`, `exposures`, `sign_ins`, `ports`, `users`, `ssh`, `passwords`.
    pub(crate) what: &'static str,
    pub(crate) why: String,
}

/// Everything known about one machine. `None` means: could not be looked at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    pub(crate) now: Timestamp,
    pub(crate) host: String,
    pub(crate) os: Option<Os>,
    pub(crate) packages: Option<Packages>,
    pub(crate) exposures: Option<Exposures>,
    pub(crate) sign_ins: Option<SignIns>,
    pub(crate) ports: Option<Vec<Port>>,
    pub(crate) users: Option<Users>,
    pub(crate) ssh: Option<SshSettings>,
    pub(crate) not_checked: Vec<NotChecked>,
}

/// The operating system, from os-release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Os {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) name: String,
}

/// The package list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Packages {
    pub(crate) count: usize,
    /// When the list last changed, that is when something was last installed or updated.
    pub(crate) changed_at: Option<Timestamp>,
}

/// A port that listens for others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Port {
    pub(crate) number: u16,
    /// `0.0.0.0`, `::`, or one address of the machine; never loopback.
    pub(crate) address: String,
}

/// The accounts of the machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Users {
    /// Accounts that can sign in at a shell.
    pub(crate) people: Vec<String>,
    /// Accounts other than root with root's number.
    pub(crate) second_roots: Vec<String>,
    /// Accounts that need no password; `None` when /etc/shadow may not be read.
    pub(crate) without_password: Option<Vec<String>>,
}

/// Values for a sentence.
pub(crate) type Args = BTreeMap<&'static str, String>;
