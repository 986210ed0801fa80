//! Tests over whole mails.

mod corpus;
mod hostile;
mod readme;
mod shared_data;
