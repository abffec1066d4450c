//! The invariants of the architecture and of the sources hold in this checkout.

use std::fmt::Write;

#[test]
fn the_checkout_is_tidy() {
    let tree = xtask::tidy::Tree::load(&xtask::checkout::root()).expect("read the checkout");
    assert!(tree.crates.len() >= 9, "the workspace was not read: {} crates", tree.crates.len());
    let violations = xtask::tidy::check(&tree);
    let mut told = String::new();
    for violation in &violations {
        writeln!(told, "{violation}").expect("write to a string");
    }
    assert!(violations.is_empty(), "{} violations:\n{told}", violations.len());
}
