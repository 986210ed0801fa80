//! Tidy, generated files.
fn main() {}
