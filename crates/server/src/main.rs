//! The binary `kakari`.
fn main() {}
