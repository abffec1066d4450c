//! Lists of incidents: filters, sorts, pages, and how many there are of what.

use std::str::FromStr;

use cloudtrail::Time;
use serde::Serialize;

use super::put::{folded, term};
use super::{Incident, SELECT, Severity, Status, TermKind, VerdictWord};
use crate::page::{Cursor, Limit, Page};
use crate::select::Select;
use crate::sql::storable;
use crate::words::words;
use crate::{Error, Store};

words! {
    /// What a list is sorted by; equal ones by id.
    Sort, "sort":
    /// The last suspicious call.
    LastSeen = "last_seen",
    /// The first suspicious call.
    FirstSeen = "first_seen",
    /// The last change here.
    UpdatedAt = "updated_at",
    /// The score.
    Score = "score",
    /// The severity.
    Severity = "severity",
}

/// In which order a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// What it is sorted by.
    pub sort: Sort,
    /// Whether the greatest comes first.
    pub descending: bool,
}

impl Default for Order {
    fn default() -> Self {
        Self { sort: Sort::LastSeen, descending: true }
    }
}

/// Whose incidents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assignee {
    /// Those that nobody looks after.
    Nobody,
    /// Those of a user, by name.
    User(String),
}

/// Which incidents: those that fit every part that is said; of several values in one part, any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Where people are with it.
    pub statuses: Vec<Status>,
    /// How bad.
    pub severities: Vec<Severity>,
    /// What kind of principal was robbed.
    pub kinds: Vec<String>,
    /// Alerts only, or watched ones only.
    pub alert: Option<bool>,
    /// What people say it was.
    pub verdicts: Vec<VerdictWord>,
    /// In which accounts.
    pub accounts: Vec<String>,
    /// With which access keys.
    pub keys: Vec<String>,
    /// In whose name.
    pub principals: Vec<String>,
    /// From which addresses.
    pub addresses: Vec<String>,
    /// Whose.
    pub assignee: Option<Assignee>,
    /// A part of the title, in letters of any size.
    pub text: Option<String>,
    /// Seen at that moment or later.
    pub from: Option<Time>,
    /// Seen before that moment.
    pub until: Option<Time>,
}

/// The most values of one part of a filter.
const MOST_VALUES: usize = 500;

/// The longest text that is searched for, in bytes.
const LONGEST_TEXT: usize = 1000;

/// How many incidents there are of a status and severity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// The status.
    pub status: Status,
    /// The severity.
    pub severity: Severity,
    /// How many.
    pub incidents: u64,
}

impl Store {
    /// A page of the incidents that fit the filter; `after` is the cursor of the page before.
    pub async fn incidents(
        &self,
        filter: &Filter,
        order: Order,
        after: Option<&str>,
        limit: Limit,
    ) -> Result<Page<Incident>, Error> {
        filter.check()?;
        let mut select = Select::new(SELECT);
        filter.narrow(&mut select);
        order.apply(&mut select, after)?;
        let rows = select.all(limit, &mut *self.engine.read().await?).await?;
        let incidents = rows.iter().map(Incident::read).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::of(incidents, limit, |last| order.cursor(last)))
    }

    /// How many incidents fit the filter, by status and severity.
    pub async fn tally(&self, filter: &Filter) -> Result<Vec<Tally>, Error> {
        filter.check()?;
        let mut select =
            Select::new("SELECT status, severity, COUNT(*) AS incidents FROM incidents");
        filter.narrow(&mut select);
        select.push(" GROUP BY status, severity ORDER BY status, severity");
        let rows = select.every(&mut *self.engine.read().await?).await?;
        rows.iter()
            .map(|row| {
                let severity = Severity::of_rank(row.get("severity")?)?;
                let status = Status::from_str(&row.get::<String>("status")?)?;
                Ok(Tally { status, severity, incidents: row.get("incidents")? })
            })
            .collect()
    }
}

impl Filter {
    /// Longer texts and lists than anybody types are refused before an engine chokes on them.
    fn check(&self) -> Result<(), Error> {
        let terms = [&self.accounts, &self.keys, &self.principals, &self.addresses, &self.kinds];
        if terms.iter().any(|values| values.len() > MOST_VALUES) {
            return Err(Error::invalid(
                "filter",
                format!("has a list of more than {MOST_VALUES} values"),
            ));
        }
        if self.text.as_ref().is_some_and(|text| text.len() > LONGEST_TEXT) {
            return Err(Error::invalid(
                "filter",
                format!("has a text of more than {LONGEST_TEXT} bytes"),
            ));
        }
        Ok(())
    }

    fn narrow(&self, select: &mut Select) {
        if !self.statuses.is_empty() {
            select.filter("status IN ").bind_all(self.statuses.iter().map(|status| status.word()));
        }
        if !self.severities.is_empty() {
            select
                .filter("severity IN ")
                .bind_all(self.severities.iter().map(|severity| severity.rank()));
        }
        if !self.kinds.is_empty() {
            select.filter("kind IN ").bind_all(self.kinds.iter().map(String::as_str));
        }
        if let Some(alert) = self.alert {
            select.filter("alert = ").bind(i64::from(alert));
        }
        if !self.verdicts.is_empty() {
            select.filter("verdict IN ").bind_all(self.verdicts.iter().map(|word| word.word()));
        }
        for (kind, values) in [
            (TermKind::Account, &self.accounts),
            (TermKind::Key, &self.keys),
            (TermKind::Principal, &self.principals),
            (TermKind::Address, &self.addresses),
        ] {
            if !values.is_empty() {
                select.filter("id IN (SELECT incident_id FROM incident_terms WHERE kind = ");
                select.bind(kind.word()).push(" AND value IN ");
                let terms: Vec<String> = values.iter().map(|value| term(value)).collect();
                select.bind_all(terms.iter().map(String::as_str)).push(")");
            }
        }
        match &self.assignee {
            None => {}
            Some(Assignee::Nobody) => drop(select.filter("assignee IS NULL")),
            Some(Assignee::User(name)) => drop(select.filter("assignee = ").bind(name.as_str())),
        }
        if let Some(text) = &self.text {
            select.filter("folded LIKE ").bind(pattern(text).as_str()).push(r" ESCAPE '\'");
        }
        if let Some(from) = self.from {
            select.filter("last_seen >= ").bind(from.micros());
        }
        if let Some(until) = self.until {
            select.filter("first_seen < ").bind(until.micros());
        }
    }
}

/// A pattern for texts that contain this one, whatever it consists of.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in folded(&storable(text)).chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

impl Order {
    fn name(self) -> String {
        format!("incidents:{}:{}", self.sort, if self.descending { "desc" } else { "asc" })
    }

    fn column(self) -> &'static str {
        self.sort.word()
    }

    fn apply(self, select: &mut Select, after: Option<&str>) -> Result<(), Error> {
        if let Some(after) = after {
            let cursor = Cursor::decode(after, &self.name())?;
            select.filter("(").push(self.column()).push(", id) ");
            select.push(if self.descending { "< (" } else { "> (" });
            select.bind(cursor.key).push(", ").bind(cursor.id.as_str()).push(")");
        }
        let direction = if self.descending { " DESC" } else { " ASC" };
        select.push(" ORDER BY ").push(self.column()).push(direction);
        select.push(", id").push(direction);
        Ok(())
    }

    fn cursor(self, last: &Incident) -> Cursor {
        let key = match self.sort {
            Sort::LastSeen => last.last_seen.micros(),
            Sort::FirstSeen => last.first_seen.micros(),
            Sort::UpdatedAt => last.updated_at.micros(),
            Sort::Score => last.score,
            Sort::Severity => last.severity.rank(),
        };
        Cursor { order: self.name(), key, id: last.id.clone() }
    }
}
