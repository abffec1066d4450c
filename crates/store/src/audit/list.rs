//! The audit in pages, the latest entry first.

use cloudtrail::Time;

use super::{AuditEntry, TargetKind};
use crate::page::{Limit, Page};
use crate::select::Select;
use crate::{Error, Store};

/// Which entries; what is not said is not asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// By whom, by name.
    pub actor: Option<String>,
    /// Of which action, by its word.
    pub action: Option<String>,
    /// On which thing.
    pub target: Option<(TargetKind, String)>,
    /// From when on.
    pub from: Option<Time>,
    /// Before when.
    pub until: Option<Time>,
}

impl Store {
    /// Entries of the audit, the latest first; `after` is the cursor of the page before.
    pub async fn audit(
        &self,
        filter: &AuditFilter,
        after: Option<&str>,
        limit: Limit,
    ) -> Result<Page<AuditEntry>, Error> {
        let mut select = Select::new("SELECT * FROM audit_entries");
        if let Some(actor) = &filter.actor {
            select.filter("actor = ").bind(actor.as_str());
        }
        if let Some(action) = &filter.action {
            select.filter("action = ").bind(action.as_str());
        }
        if let Some((kind, target)) = &filter.target {
            select.filter("target_kind = ").bind(kind.word());
            select.filter("target = ").bind(target.as_str());
        }
        if let Some(from) = filter.from {
            select.filter("at >= ").bind(from.micros());
        }
        if let Some(until) = filter.until {
            select.filter("at < ").bind(until.micros());
        }
        select.backwards_by_number("audit", "sequence", after)?;
        let mut transaction = self.engine.read().await?;
        let rows = select.all(limit, &mut transaction).await?;
        let entries = rows.iter().map(AuditEntry::read).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::of(entries, limit, |last| Select::number_cursor("audit", last.sequence)))
    }
}
