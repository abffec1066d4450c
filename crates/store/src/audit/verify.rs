//! Walks the chain from its first entry to its end.

use futures::TryStreamExt;
use serde::Serialize;

use super::{Action, AuditEntry, Head};
use crate::sql::sql;
use crate::{Error, Store};

/// What a walk along the chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chain {
    /// How many entries are there.
    pub entries: u64,
    /// The end of the chain, to be kept elsewhere.
    pub head: Head,
    /// Up to which number entries were forgotten, by order; 0 for none.
    pub forgotten: u64,
    /// The first place where it is broken.
    pub broken: Option<Break>,
}

/// Where a chain is broken, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Break {
    /// The number of the first entry that is not what it should be, or is not there.
    pub sequence: u64,
    /// What is wrong with it, in one sentence.
    pub why: String,
}

/// The walk, as far as it has come.
struct Walk {
    /// The entry that was last found right.
    last: Head,
    entries: u64,
    /// The last entry that told of forgetting.
    told: Option<String>,
    /// A head that was kept elsewhere, and whether it was met.
    kept: Option<Head>,
    broken: Option<Break>,
}

impl Store {
    /// The end of the audit's chain: kept elsewhere, it finds an end that was cut off.
    pub async fn audit_head(&self) -> Result<Head, Error> {
        let mut transaction = self.engine.read().await?;
        let row = sql("SELECT sequence, hash FROM audit_head").one(&mut transaction).await?;
        Ok(Head { sequence: row.get("sequence")?, hash: row.get("hash")? })
    }

    /// Walks the audit's chain and names the first entry that is broken. `kept` is a head that was
    /// kept elsewhere: whoever may write to the database can make a chain that is whole in itself,
    /// not one that leads to it.
    pub async fn verify_audit(&self, kept: Option<&Head>) -> Result<Chain, Error> {
        let mut transaction = self.engine.read().await?;
        let row = sql("SELECT sequence, hash, forgotten_sequence, forgotten_hash FROM audit_head")
            .first(&mut transaction)
            .await?
            .ok_or_else(|| Error::damaged("audit_head", "has lost its row"))?;
        let head = Head { sequence: row.get("sequence")?, hash: row.get("hash")? };
        let forgotten =
            Head { sequence: row.get("forgotten_sequence")?, hash: row.get("forgotten_hash")? };
        let mut walk = Walk {
            last: forgotten.clone(),
            entries: 0,
            told: None,
            kept: kept.cloned(),
            broken: None,
        };
        {
            let mut entries = std::pin::pin!(
                sql("SELECT * FROM audit_entries ORDER BY sequence").stream(&mut transaction)
            );
            while let Some(row) = entries.try_next().await? {
                match AuditEntry::read(&row) {
                    Ok(entry) => walk.step(entry),
                    Err(_) => walk.fail(walk.last.sequence + 1, "cannot be read"),
                }
            }
        }
        walk.end(&head, &forgotten);
        let Walk { entries, broken, .. } = walk;
        Ok(Chain { entries, head, forgotten: forgotten.sequence, broken })
    }
}

impl Walk {
    fn step(&mut self, entry: AuditEntry) {
        self.entries += 1;
        if self.broken.is_some() {
            return;
        }
        let expected = self.last.sequence + 1;
        if entry.sequence != expected {
            return self.fail(expected, "is not there");
        }
        if entry.hash != entry.hash_after(&self.last.hash) {
            return self.fail(expected, "is not what was written, or the entry before it is not");
        }
        if self
            .kept
            .as_ref()
            .is_some_and(|kept| kept.sequence == expected && kept.hash != entry.hash)
        {
            return self.fail(expected, "is not the one whose hash was kept");
        }
        if entry.action == Action::AuditForget.word() {
            self.told = Some(entry.detail);
        }
        self.last = Head { sequence: entry.sequence, hash: entry.hash };
    }

    /// What can be said only when all entries were seen.
    fn end(&mut self, head: &Head, forgotten: &Head) {
        if self.broken.is_some() {
            return;
        }
        let next = self.last.sequence + 1;
        if self.last != *head {
            let why =
                "does not lead to the end that was written down: entries were cut off or added";
            return self.fail(next.min(head.sequence.max(1)), why);
        }
        if self.kept.as_ref().is_some_and(|kept| kept.sequence > self.last.sequence) {
            return self.fail(next, "is not there, and a later one was kept: the end was cut off");
        }
        if forgotten.sequence > 0 && self.told.as_deref() != Some(&forgetting(forgotten)) {
            self.fail(
                forgotten.sequence,
                "is missing, and no entry says that it was forgotten by order",
            );
        }
    }

    /// The first break counts.
    fn fail(&mut self, sequence: u64, why: &str) {
        self.broken.get_or_insert_with(|| Break { sequence, why: why.to_owned() });
    }
}

/// What the entry says that tells of forgetting.
pub(crate) fn forgetting(last: &Head) -> String {
    format!("entries up to {}, whose hash is {}", last.sequence, last.hash)
}
