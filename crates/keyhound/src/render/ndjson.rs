//! `--format ndjson`: one incident per line, the contract of docs/reference.

use incident::Incident;

pub(crate) use report::json::write;

/// The incidents, one line each.
pub(crate) fn lines(incidents: &[Incident]) -> serde_json::Result<Vec<u8>> {
    let mut lines = Vec::new();
    for incident in incidents {
        write(&mut lines, incident)?;
    }
    Ok(lines)
}
