//! `--format json`: the whole result as one document.

use cloudtrail::Time;
use incident::{IdentitySummary, Incident, SCHEMA};
use serde::Serialize;

use super::{identities, ndjson};
use crate::engine::Scanned;

/// The document: what was found, and what it was found in.
#[derive(Debug, Serialize)]
struct Document<'a> {
    schema: u32,
    incidents: &'a [Incident],
    #[serde(skip_serializing_if = "Option::is_none")]
    identities: Option<Vec<&'a IdentitySummary>>,
    excepted: u64,
    coverage: &'a [String],
    first_event: Option<Time>,
    last_event: Option<Time>,
    principals: u64,
    accounts: u64,
    books: Books,
}

/// The books by name.
#[derive(Debug, Serialize)]
struct Books {
    files: u64,
    read: u64,
    accepted: u64,
    duplicate: u64,
    skipped: u64,
    malformed: u64,
}

/// Everything that a scan found, as one line of JSON.
pub(crate) fn document(scanned: &Scanned, with_identities: bool) -> serde_json::Result<Vec<u8>> {
    let books = &scanned.books;
    let document = Document {
        schema: SCHEMA,
        incidents: &scanned.incidents,
        identities: with_identities.then(|| identities::ranked(&scanned.identities)),
        excepted: scanned.excepted,
        coverage: &scanned.coverage,
        first_event: scanned.period.map(|(first, _)| first),
        last_event: scanned.period.map(|(_, last)| last),
        principals: scanned.principals,
        accounts: scanned.accounts,
        books: Books {
            files: books.found,
            read: books.read,
            accepted: books.accepted,
            duplicate: books.duplicate,
            skipped: books.skipped,
            malformed: books.malformed,
        },
    };
    let mut out = Vec::new();
    ndjson::write(&mut out, &document)?;
    Ok(out)
}
