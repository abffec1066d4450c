//! Backup and restore in one format for both engines, so that moving from SQLite to Postgres is a
//! backup and a restore.
//!
//! A backup is lines of JSON: a head with the version of the tables, a line for each row in the order
//! of its key, and an end with the number of rows and the SHA-256 of every byte before it. Nothing in
//! it tells when or from which engine it was made: the same rows give the same bytes.

mod restore;
mod tables;
mod write;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The version of the format.
const FORMAT: u32 = 1;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
struct First {
    keyhound_backup: u32,
    schema: u32,
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
struct Last {
    end: Manifest,
}

/// What is in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// How many rows of which table.
    pub rows: BTreeMap<String, u64>,
    /// SHA-256 of every byte before the line in which this stands.
    pub sha256: String,
}
