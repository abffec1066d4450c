//! Forgetting: closed incidents, logs and old entries of the audit, each by its own age.

use cloudtrail::Time;

use crate::act::Act;
use crate::audit::{Action, Entry, Head, TargetKind, forgetting};
use crate::incident;
use crate::sql::sql;
use crate::store::Change;
use crate::{Error, Store};

/// From when on things are kept; none keeps all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Keep {
    /// Incidents that were closed before go, with all that hangs on them. Open ones stay.
    pub incidents: Option<Time>,
    /// Notifications that were sent or given up before go, and sessions and setup links that ended
    /// before.
    pub logs: Option<Time>,
    /// Entries of the audit before go. The chain then begins later, and says so.
    pub audit: Option<Time>,
}

/// How much was forgotten.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Incidents.
    pub incidents: u64,
    /// Notifications, sessions and setup links.
    pub logs: u64,
    /// Entries of the audit.
    pub audit: u64,
}

impl Store {
    /// Forgets what is older than is kept, in one transaction.
    pub async fn forget(&self, act: &Act, keep: &Keep) -> Result<Forgotten, Error> {
        let mut change = self.change(act).await?;
        let mut forgotten = Forgotten::default();
        if let Some(before) = keep.incidents {
            forgotten.incidents = forget_incidents(&mut change, before).await?;
        }
        if let Some(before) = keep.logs {
            forgotten.logs = forget_logs(&mut change, before).await?;
        }
        if let Some(before) = keep.audit {
            forgotten.audit = forget_audit(&mut change, before).await?;
        }
        change.commit().await?;
        Ok(forgotten)
    }
}

async fn forget_incidents(change: &mut Change, before: Time) -> Result<u64, Error> {
    let rows =
        sql("SELECT id FROM incidents WHERE status = 'closed' AND closed_at < $1 ORDER BY id")
            .bind(before)
            .all(change.connection())
            .await?;
    for row in &rows {
        let id: String = row.get("id")?;
        if let Some(incident) = incident::find(&id, change.connection()).await? {
            let entry = Entry::new(Action::IncidentForget, TargetKind::Incident, &id);
            change.record(entry.before(&incident)?).await?;
        }
        sql("DELETE FROM incidents WHERE id = $1").bind(&id).run(change.connection()).await?;
    }
    Ok(rows.len() as u64)
}

async fn forget_logs(change: &mut Change, before: Time) -> Result<u64, Error> {
    let mut forgotten = 0;
    for text in [
        "DELETE FROM notifications WHERE state IN ('sent', 'dead') AND COALESCE(sent_at, due_at) < $1",
        "DELETE FROM sessions WHERE expires_at < $1 OR revoked_at < $1",
        "DELETE FROM setup_links WHERE expires_at < $1 OR used_at < $1",
    ] {
        forgotten += sql(text).bind(before).run(change.connection()).await?;
    }
    if forgotten > 0 {
        let entry = Entry::new(Action::LogForget, TargetKind::Log, "");
        change.record(entry.detail(format!("{forgotten} from before {before}"))).await?;
    }
    Ok(forgotten)
}

/// Forgets entries from the beginning up to the first that is kept.
async fn forget_audit(change: &mut Change, before: Time) -> Result<u64, Error> {
    let row = sql("SELECT MIN(sequence) AS first FROM audit_entries WHERE at >= $1")
        .bind(before)
        .one(change.connection())
        .await?;
    let last = match row.get::<Option<i64>>("first")? {
        Some(first) => first - 1,
        None => change.head().sequence as i64,
    };
    let row = sql("SELECT hash FROM audit_entries WHERE sequence = $1")
        .bind(last)
        .first(change.connection())
        .await?;
    let Some(row) = row else { return Ok(0) };
    let last = Head { sequence: last as u64, hash: row.get("hash")? };
    // This entry is behind all of those, so the chain says of itself where it begins.
    let entry = Entry::new(Action::AuditForget, TargetKind::Audit, &last.sequence);
    change.record(entry.detail(forgetting(&last))).await?;
    sql("UPDATE audit_head SET forgotten_sequence = $1, forgotten_hash = $2 WHERE one = 1")
        .bind(last.sequence)
        .bind(&last.hash)
        .run(change.connection())
        .await?;
    sql("DELETE FROM audit_entries WHERE sequence <= $1")
        .bind(last.sequence)
        .run(change.connection())
        .await
}
