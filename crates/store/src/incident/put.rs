//! Writing what the judge tells: in place, a version more only if something is different.

use std::collections::BTreeSet;

use serde::de::IgnoredAny;
use sha2::{Digest, Sha256};

use super::{Changed, Incident, Judged, Reason, Route, Status, TermKind, find};
use crate::act::Act;
use crate::audit::{Action, Entry, TargetKind};
use crate::hex::{digest, hex};
use crate::sql::{sql, storable};
use crate::store::Change;
use crate::{Error, Store, comment, notification};

impl Store {
    /// Writes an incident. The same once more changes nothing; a closed incident that grew is opened
    /// again, and a comment says why.
    pub async fn put(
        &self,
        act: &Act,
        judged: &Judged,
        route: Route<'_>,
    ) -> Result<Changed, Error> {
        let mut change = self.change(act).await?;
        let changed = put(&mut change, judged, route).await?;
        change.commit().await?;
        Ok(changed)
    }
}

/// [`Store::put`] inside of a change.
pub(crate) async fn put(
    change: &mut Change,
    judged: &Judged,
    route: Route<'_>,
) -> Result<Changed, Error> {
    check(judged)?;
    let told = digest(judged)?;
    let before = find(&judged.id, change.connection()).await?;
    let (after, reopened) = match &before {
        None => (insert(change, judged, &told).await?, false),
        Some(before) if before.digest == told => (before.clone(), false),
        Some(before) => update(change, before, judged, &told).await?,
    };
    let mut changed = Changed { before, after, reopened, notifications: Vec::new() };
    if changed.is_change() {
        notification::route(change, &mut changed, route).await?;
    }
    Ok(changed)
}

/// The largest document, in bytes.
const LARGEST_DOCUMENT: usize = 64 << 20;

fn check(judged: &Judged) -> Result<(), Error> {
    if judged.id.is_empty() || judged.id.len() > 200 || judged.id.chars().any(char::is_control) {
        return Err(Error::invalid(
            "id of the incident",
            "must be of 1 to 200 bytes without control characters",
        ));
    }
    if judged.document.len() > LARGEST_DOCUMENT {
        return Err(Error::invalid(
            "document of the incident",
            format!("is larger than {LARGEST_DOCUMENT} bytes"),
        ));
    }
    serde_json::from_str::<IgnoredAny>(&judged.document)
        .map(|_| ())
        .map_err(|_| Error::invalid("document of the incident", "is no JSON"))
}

async fn insert(change: &mut Change, judged: &Judged, told: &str) -> Result<Incident, Error> {
    let at = change.at();
    let text = "INSERT INTO incidents (id, version, kind, severity, alert, score, title, folded, first_seen, \
                last_seen, document, digest, created_at, updated_at) \
                VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)";
    sql(text)
        .bind(&judged.id)
        .bind(&judged.kind)
        .bind(judged.severity.rank())
        .bind(judged.alert)
        .bind(judged.score)
        .bind(&judged.title)
        .bind(&folded(&judged.title))
        .bind(judged.first_seen)
        .bind(judged.last_seen)
        .bind(&judged.document)
        .bind(told)
        .bind(at)
        .run(change.connection())
        .await?;
    let after = write_rest(change, judged, 1).await?;
    let entry = Entry::new(Action::IncidentInsert, TargetKind::Incident, &after.id);
    change.record(entry.after(&after)?).await?;
    Ok(after)
}

async fn update(
    change: &mut Change,
    before: &Incident,
    judged: &Judged,
    told: &str,
) -> Result<(Incident, bool), Error> {
    let growth = match before.status {
        Status::Closed => growth(change, before, judged).await?,
        Status::Open | Status::InProgress => None,
    };
    let text = "UPDATE incidents SET version = $2, kind = $3, severity = $4, alert = $5, score = $6, title = $7, \
                folded = $8, first_seen = $9, last_seen = $10, document = $11, digest = $12, updated_at = $13 \
                WHERE id = $1";
    let version = before.version + 1;
    sql(text)
        .bind(&judged.id)
        .bind(version)
        .bind(&judged.kind)
        .bind(judged.severity.rank())
        .bind(judged.alert)
        .bind(judged.score)
        .bind(&judged.title)
        .bind(&folded(&judged.title))
        .bind(judged.first_seen)
        .bind(judged.last_seen)
        .bind(&judged.document)
        .bind(told)
        .bind(change.at())
        .run(change.connection())
        .await?;
    if growth.is_some() {
        let text =
            "UPDATE incidents SET status = $2, reason = NULL, closed_at = NULL WHERE id = $1";
        sql(text).bind(&judged.id).bind(Status::Open).run(change.connection()).await?;
    }
    let after = write_rest(change, judged, version).await?;
    let action = if growth.is_some() { Action::IncidentReopen } else { Action::IncidentUpdate };
    let entry =
        Entry::new(action, TargetKind::Incident, &after.id).before(before)?.after(&after)?;
    change.record(entry.detail(growth.as_deref().unwrap_or_default())).await?;
    if let Some(growth) = &growth {
        comment::add(change, &after.id, growth).await?;
    }
    Ok((after, growth.is_some()))
}

/// Writes what hangs on an incident's row, and reads the row.
async fn write_rest(change: &mut Change, judged: &Judged, version: u64) -> Result<Incident, Error> {
    sql("DELETE FROM incident_terms WHERE incident_id = $1")
        .bind(&judged.id)
        .run(change.connection())
        .await?;
    for (kind, value) in stored_terms(judged) {
        sql("INSERT INTO incident_terms (kind, value, incident_id) VALUES ($1, $2, $3)")
            .bind(kind)
            .bind(&value)
            .bind(&judged.id)
            .run(change.connection())
            .await?;
    }
    sql("INSERT INTO incident_versions (incident_id, version, at, document) VALUES ($1, $2, $3, $4)")
        .bind(&judged.id)
        .bind(version)
        .bind(change.at())
        .bind(&judged.document)
        .run(change.connection())
        .await?;
    find(&judged.id, change.connection())
        .await?
        .ok_or_else(|| Error::absent("incident", &judged.id))
}

/// Terms as they are stored; two that differ only in what cannot be stored are one.
fn stored_terms(judged: &Judged) -> BTreeSet<(TermKind, String)> {
    judged.terms().map(|(kind, value)| (kind, term(value))).collect()
}

/// What there is now that was not there when the incident was closed, as a sentence without a word
/// that comes from a record.
async fn growth(
    change: &mut Change,
    before: &Incident,
    judged: &Judged,
) -> Result<Option<String>, Error> {
    let rows = sql("SELECT kind, value FROM incident_terms WHERE incident_id = $1")
        .bind(&judged.id)
        .all(change.connection())
        .await?;
    let known = rows
        .iter()
        .map(|row| Ok((row.get("kind")?, row.get("value")?)))
        .collect::<Result<BTreeSet<(TermKind, String)>, Error>>()?;
    let new = stored_terms(judged);
    let mut grown = Vec::new();
    if judged.last_seen > before.last_seen {
        grown.push(format!("its last suspicious call was at {}", judged.last_seen));
    }
    if judged.severity > before.severity {
        grown.push(format!("its severity is {}", judged.severity));
    }
    if judged.score > before.score {
        grown.push(format!("its score is {:.1} bits", judged.score as f64 / 256.0));
    }
    for (kind, one, many) in [
        (TermKind::Account, "account", "accounts"),
        (TermKind::Key, "key", "keys"),
        (TermKind::Principal, "principal", "principals"),
        (TermKind::Address, "address", "addresses"),
    ] {
        match new.difference(&known).filter(|term| term.0 == kind).count() {
            0 => {}
            1 => grown.push(format!("it has 1 new {one}")),
            count => grown.push(format!("it has {count} new {many}")),
        }
    }
    let closed_as = before.reason.map_or("closed", Reason::word);
    Ok((!grown.is_empty()).then(|| {
        format!("Opened again: it grew after it was closed as {closed_as}; {}.", grown.join(", "))
    }))
}

/// The longest term that is kept as it is, in bytes. Postgres has no index entries beyond 2704 bytes.
const LONGEST_TERM: usize = 1000;

/// A term as it is kept and looked for: of one that is too long for an index, the beginning and what
/// tells it apart.
pub(super) fn term(value: &str) -> String {
    let value = storable(value);
    if value.len() <= LONGEST_TERM {
        return value;
    }
    let beginning = &value[..value.floor_char_boundary(LONGEST_TERM)];
    format!("{beginning}… {}", hex(&Sha256::digest(&value)))
}

/// A text as it is searched: in small letters, whatever the database knows about letters.
pub(super) fn folded(text: &str) -> String {
    text.to_lowercase()
}
