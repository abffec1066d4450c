//! The `keyhound` command.
fn main() {}
