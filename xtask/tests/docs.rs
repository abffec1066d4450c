//! The committed documents are what the code writes.

#[test]
fn generated_documents_are_current() {
    let stale = xtask::docs::stale().expect("make the documents");
    assert!(stale.is_empty(), "run `cargo xtask docs` and commit {stale:?}");
}
