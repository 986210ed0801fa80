//! What can go wrong, told so that a person knows what to do.

use thiserror::Error as ThisError;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The kinds of failure that cross a border between parts. A web page, the API and the command line each
/// show a kind in their own way; none of them shows `Internal`'s cause to a stranger.
#[derive(Debug, ThisError)]
pub enum Error {
    /// It is not there, or it belongs to somebody else: the two must look the same.
    #[error("not found")]
    NotFound,
    /// The person is known and may not do this.
    #[error("not allowed: {0}")]
    Forbidden(String),
    /// Nobody is signed in, or the credential is wrong.
    #[error("sign in first")]
    Unauthenticated,
    /// The person must prove again who they are before acting on this client.
    #[error("confirm who you are first")]
    StepUp,
    /// A value that was given is wrong; `field` names it, `why` says what would be right.
    #[error("{field}: {why}")]
    Invalid { field: String, why: String },
    /// Somebody else changed it first; `what` says what it is now.
    #[error("changed meanwhile: {0}")]
    Conflict(String),
    /// Larger than the stated bound.
    #[error("too large: {what} (at most {limit})")]
    TooLarge { what: String, limit: String },
    /// Too many requests; try again after so many seconds.
    #[error("too many requests, try again in {retry_after_s} s")]
    TooMany { retry_after_s: u64 },
    /// A part that is needed does not answer now.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A fault of ours. The text is for the log.
    #[error("internal error: {0}")]
    Internal(String),
}

impl Error {
    pub fn invalid(field: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), why: why.into() }
    }

    /// Wraps a fault of ours; the cause goes to the log, not to the reader.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }
}
