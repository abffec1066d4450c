//! The committed documents that this crate writes are what it would write today.

use xtask::docs::{GENERATED, Writer};

#[test]
fn generated_documents_are_current() {
    for document in GENERATED.iter().filter(|document| matches!(document.writer, Writer::Here(_))) {
        let current = document.is_current().expect("make the document");
        assert!(current, "run `cargo xtask docs` and commit {}", document.path);
    }
}
