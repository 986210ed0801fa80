//! Tests over whole mails.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod corpus;
mod hostile;
mod readme;
mod shared_data;
