//! What people do with an incident: take it up, close it, open it again, give it to somebody, say
//! what it was.

use cloudtrail::Time;
use serde::Serialize;

use super::{Changed, Incident, Reason, Route, Status, VerdictWord, find};
use crate::act::{Act, ActorKind};
use crate::audit::{Action, Entry, TargetKind};
use crate::sql::{Row, sql};
use crate::store::Change;
use crate::{Error, Store, comment, notification, user};

/// What somebody does with an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Takes it up.
    Start,
    /// Closes it.
    Close {
        /// Why.
        reason: Reason,
        /// What is to be said about it, Markdown; needed for [`Reason::Other`], may be empty else.
        note: String,
    },
    /// Opens it again.
    Reopen {
        /// Why, Markdown.
        note: String,
    },
    /// Gives it to a user, by name, or to nobody.
    Assign(Option<String>),
    /// Says what it was.
    Judge {
        /// What it was.
        verdict: VerdictWord,
        /// Why; needed for [`VerdictWord::Benign`].
        reason: String,
    },
}

/// A verdict on an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Its number; later ones are greater.
    pub number: u64,
    /// On which incident.
    pub incident: String,
    /// What it was.
    pub verdict: VerdictWord,
    /// Why.
    pub reason: String,
    /// What kind of actor said so.
    pub actor_kind: ActorKind,
    /// Who.
    pub actor: String,
    /// When.
    pub at: Time,
}

impl Store {
    /// Does a step with an incident. `version` is the one that whoever does it has seen; a later one
    /// is a conflict. Without it the step is done whatever happened meanwhile.
    pub async fn advance(
        &self,
        act: &Act,
        id: &str,
        version: Option<u64>,
        step: &Step,
        route: Route<'_>,
    ) -> Result<Changed, Error> {
        let mut change = self.change(act).await?;
        let before =
            find(id, change.connection()).await?.ok_or_else(|| Error::absent("incident", id))?;
        if let Some(expected) = version.filter(|version| *version != before.version) {
            let (id, found) = (id.to_owned(), before.version);
            return Err(Error::Stale { what: "incident", id, expected, found });
        }
        let (action, note) = take(&mut change, &before, step).await?;
        sql("UPDATE incidents SET version = version + 1, updated_at = $2 WHERE id = $1")
            .bind(id)
            .bind(act.at)
            .run(change.connection())
            .await?;
        let after =
            find(id, change.connection()).await?.ok_or_else(|| Error::absent("incident", id))?;
        let entry = Entry::new(action, TargetKind::Incident, id).before(&before)?.after(&after)?;
        change.record(entry.detail(told(step))).await?;
        if !note.is_empty() {
            comment::add(&mut change, id, note).await?;
        }
        let mut changed =
            Changed { before: Some(before), after, reopened: false, notifications: Vec::new() };
        notification::route(&mut change, &mut changed, route).await?;
        change.commit().await?;
        Ok(changed)
    }

    /// Every verdict on an incident, the first first.
    pub async fn verdicts(&self, incident: &str) -> Result<Vec<Verdict>, Error> {
        let rows = sql("SELECT * FROM verdicts WHERE incident_id = $1 ORDER BY number")
            .bind(incident)
            .all(&mut *self.engine.read().await?)
            .await?;
        rows.iter().map(Verdict::read).collect()
    }

    /// The last verdict on each incident that has one, by incident: what the judge learns from.
    pub async fn last_verdicts(&self) -> Result<Vec<Verdict>, Error> {
        let text = "SELECT * FROM verdicts WHERE number IN \
                    (SELECT MAX(number) FROM verdicts GROUP BY incident_id) ORDER BY incident_id";
        let rows = sql(text).all(&mut *self.engine.read().await?).await?;
        rows.iter().map(Verdict::read).collect()
    }
}

impl Verdict {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            number: row.get("number")?,
            incident: row.get("incident_id")?,
            verdict: row.get("verdict")?,
            reason: row.get("reason")?,
            actor_kind: row.get("actor_kind")?,
            actor: row.get("actor")?,
            at: row.get("at")?,
        })
    }
}

/// Writes what the step changes; answers with what it is called and what is to be said about it.
async fn take<'s>(
    change: &mut Change,
    incident: &Incident,
    step: &'s Step,
) -> Result<(Action, &'s str), Error> {
    let id = &incident.id;
    match step {
        Step::Start if incident.status == Status::Open => {
            set_status(change, id, Status::InProgress, None).await?;
            Ok((Action::IncidentStart, ""))
        }
        Step::Start => Err(not_now(incident, "taken up")),
        Step::Close { reason, note } if incident.status != Status::Closed => {
            if *reason == Reason::Other && note.trim().is_empty() {
                return Err(Error::invalid(
                    "note",
                    "must say why the incident is closed, if for another reason",
                ));
            }
            set_status(change, id, Status::Closed, Some(*reason)).await?;
            Ok((Action::IncidentClose, note))
        }
        Step::Close { .. } => Err(not_now(incident, "closed")),
        Step::Reopen { note } if incident.status == Status::Closed => {
            set_status(change, id, Status::Open, None).await?;
            Ok((Action::IncidentReopen, note))
        }
        Step::Reopen { .. } => Err(not_now(incident, "opened again")),
        Step::Assign(assignee) => {
            if let Some(name) = assignee {
                user::must_be_enabled(change, name).await?;
            }
            sql("UPDATE incidents SET assignee = $2 WHERE id = $1")
                .bind(id)
                .bind(assignee.as_deref())
                .run(change.connection())
                .await?;
            Ok((Action::IncidentAssign, ""))
        }
        Step::Judge { verdict, reason } => {
            judge(change, id, *verdict, reason).await?;
            Ok((Action::IncidentJudge, ""))
        }
    }
}

fn not_now(incident: &Incident, done: &str) -> Error {
    let (id, status) = (&incident.id, incident.status);
    Error::refused(format!("incident `{id}` is {status} and cannot be {done}"))
}

async fn set_status(
    change: &mut Change,
    id: &str,
    status: Status,
    reason: Option<Reason>,
) -> Result<(), Error> {
    let closed_at = reason.map(|_| change.at());
    sql("UPDATE incidents SET status = $2, reason = $3, closed_at = $4 WHERE id = $1")
        .bind(id)
        .bind(status)
        .bind(reason)
        .bind(closed_at)
        .run(change.connection())
        .await?;
    Ok(())
}

async fn judge(
    change: &mut Change,
    id: &str,
    verdict: VerdictWord,
    reason: &str,
) -> Result<(), Error> {
    if verdict == VerdictWord::Benign && reason.trim().is_empty() {
        return Err(Error::invalid("reason", "must say why the incident was benign"));
    }
    let number = change.number("verdict").await?;
    let act = change.act().clone();
    let text = "INSERT INTO verdicts (number, incident_id, verdict, reason, actor_kind, actor, at) \
                VALUES ($1, $2, $3, $4, $5, $6, $7)";
    sql(text)
        .bind(number)
        .bind(id)
        .bind(verdict)
        .bind(reason)
        .bind(act.by.kind)
        .bind(&act.by.name)
        .bind(act.at)
        .run(change.connection())
        .await?;
    sql("UPDATE incidents SET verdict = $2 WHERE id = $1")
        .bind(id)
        .bind(verdict)
        .run(change.connection())
        .await?;
    Ok(())
}

/// What the audit says about a step, beside the digests.
fn told(step: &Step) -> String {
    match step {
        Step::Start | Step::Reopen { .. } => String::new(),
        Step::Close { reason, .. } => reason.to_string(),
        Step::Assign(None) => "to nobody".to_owned(),
        Step::Assign(Some(name)) => format!("to {name}"),
        Step::Judge { verdict, .. } => verdict.to_string(),
    }
}
