//! Notifications: what is to be told to whom, sent by whoever holds the lease, and what became of it.
//!
//! A sender claims, sends, and says how it went. Its lease keeps other senders away; once the lease
//! has run out, another may claim, and what the first one says then is refused. So nothing is sent
//! twice by two senders at a time; a sender that dies between sending and saying so leaves a
//! notification that is sent again, which the receiver can tell by its key.

use cloudtrail::Time;
use serde::Serialize;
use sqlx::AnyConnection;

use crate::act::Act;
use crate::audit::{Action, Entry, TargetKind};
use crate::incident::{Changed, Route};
use crate::page::{Limit, Page};
use crate::select::Select;
use crate::sql::{Row, sql};
use crate::store::Change;
use crate::words::words;
use crate::{Error, Store};

words! {
    /// What became of a notification.
    NotificationState, "state of a notification":
    /// It was not tried yet.
    Due = "due",
    /// It failed, and will be tried again.
    Failed = "failed",
    /// It was sent.
    Sent = "sent",
    /// It failed and is not tried again, unless somebody says so.
    Dead = "dead",
}

/// What is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The channel, by its configured name.
    pub channel: String,
    /// What it is about. For an incident and channel the same key is written once, and the receiver
    /// gets it to tell repeats.
    pub key: String,
    /// What whoever sends needs to know.
    pub body: String,
    /// From when on it may be sent.
    pub due_at: Time,
}

/// A notification and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notification {
    /// Its number; later ones are greater.
    pub number: u64,
    /// About which incident.
    pub incident: String,
    /// Of which version.
    pub incident_version: u64,
    /// The channel.
    pub channel: String,
    /// What it is about.
    pub key: String,
    /// What whoever sends needs to know.
    pub body: String,
    /// What became of it.
    pub state: NotificationState,
    /// How often it was tried, whether or not it was given up meanwhile; also tells one lease from the
    /// next.
    pub attempts: u32,
    /// When it was written.
    pub created_at: Time,
    /// From when on it may be sent, or tried again.
    pub due_at: Time,
    /// Until when a sender holds it.
    pub leased_until: Option<Time>,
    /// When it was sent.
    pub sent_at: Option<Time>,
    /// Why it failed last.
    pub error: Option<String>,
    /// What the receiver calls the conversation; of one that is claimed, the one that was begun with
    /// an earlier notification about the same incident.
    pub thread: Option<String>,
}

/// How sending went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sending {
    /// It was sent.
    Sent {
        /// What the receiver calls the conversation.
        thread: Option<String>,
    },
    /// It failed.
    Failed {
        /// Why, without a secret.
        error: String,
        /// When to try again; never, if none.
        again_at: Option<Time>,
    },
}

/// Which notifications.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotificationFilter {
    /// In which state.
    pub state: Option<NotificationState>,
    /// Of which channel.
    pub channel: Option<String>,
    /// About which incident.
    pub incident: Option<String>,
}

impl Store {
    /// Claims notifications that are due, for as long as the lease. Of an incident and channel there
    /// is one at a time, the oldest first; one that is dead holds nothing up.
    pub async fn claim(
        &self,
        at: Time,
        leased_until: Time,
        most: u32,
    ) -> Result<Vec<Notification>, Error> {
        let mut transaction = self.engine.write().await?;
        // Whoever claims waits here for who claims before.
        crate::audit::lock(&mut transaction).await?;
        let text = "SELECT number FROM notifications n WHERE state IN ('due', 'failed') AND due_at <= $1 \
                    AND (leased_until IS NULL OR leased_until <= $1) AND NOT EXISTS \
                    (SELECT 1 FROM notifications earlier WHERE earlier.incident_id = n.incident_id \
                    AND earlier.channel = n.channel AND earlier.number < n.number \
                    AND earlier.state IN ('due', 'failed')) ORDER BY due_at, number LIMIT $2";
        let rows = sql(text).bind(at).bind(most).all(&mut transaction).await?;
        let mut claimed = Vec::with_capacity(rows.len());
        for row in rows {
            let number: u64 = row.get("number")?;
            sql("UPDATE notifications SET attempts = attempts + 1, leased_until = $2 WHERE number = $1")
                .bind(number)
                .bind(leased_until)
                .run(&mut transaction)
                .await?;
            let mut notification = find(number, &mut transaction).await?;
            notification.thread = thread(&notification, &mut transaction).await?;
            claimed.push(notification);
        }
        transaction.commit().await?;
        Ok(claimed)
    }

    /// Says how sending went. Refused if the lease ran out and somebody else claimed it since.
    pub async fn settle(
        &self,
        act: &Act,
        claimed: &Notification,
        sending: &Sending,
    ) -> Result<(), Error> {
        let mut change = self.change(act).await?;
        let before = find(claimed.number, change.connection()).await?;
        let is_open = matches!(before.state, NotificationState::Due | NotificationState::Failed);
        if !is_open || before.attempts != claimed.attempts || before.leased_until.is_none() {
            let number = claimed.number;
            return Err(Error::refused(format!(
                "notification `{number}` is in somebody else's hands by now"
            )));
        }
        match sending {
            Sending::Sent { thread } => {
                let text = "UPDATE notifications SET state = 'sent', sent_at = $2, thread = $3, error = NULL, \
                            leased_until = NULL WHERE number = $1";
                sql(text)
                    .bind(claimed.number)
                    .bind(act.at)
                    .bind(thread.as_deref().or(claimed.thread.as_deref()))
                    .run(change.connection())
                    .await?;
            }
            Sending::Failed { error, again_at } => {
                let state = match again_at {
                    Some(_) => NotificationState::Failed,
                    None => NotificationState::Dead,
                };
                let text = "UPDATE notifications SET state = $2, due_at = $3, error = $4, leased_until = NULL \
                            WHERE number = $1";
                sql(text)
                    .bind(claimed.number)
                    .bind(state)
                    .bind(again_at.unwrap_or(before.due_at))
                    .bind(error)
                    .run(change.connection())
                    .await?;
                if again_at.is_none() {
                    let after = find(claimed.number, change.connection()).await?;
                    record(&mut change, Action::NotificationDead, Some(&before), &after).await?;
                }
            }
        }
        change.commit().await
    }

    /// Sets a notification that was given up due again.
    pub async fn revive(&self, act: &Act, number: u64) -> Result<Notification, Error> {
        let mut change = self.change(act).await?;
        let before = find(number, change.connection()).await?;
        if before.state != NotificationState::Dead {
            let state = before.state;
            return Err(Error::refused(format!("notification `{number}` is {state}, not dead")));
        }
        sql("UPDATE notifications SET state = 'due', due_at = $2 WHERE number = $1")
            .bind(number)
            .bind(act.at)
            .run(change.connection())
            .await?;
        let after = find(number, change.connection()).await?;
        record(&mut change, Action::NotificationRevive, Some(&before), &after).await?;
        change.commit().await?;
        Ok(after)
    }

    /// Notifications, the latest first; `after` is the cursor of the page before.
    pub async fn notifications(
        &self,
        filter: &NotificationFilter,
        after: Option<&str>,
        limit: Limit,
    ) -> Result<Page<Notification>, Error> {
        let mut select = Select::new("SELECT * FROM notifications");
        if let Some(state) = filter.state {
            select.filter("state = ").bind(state.word());
        }
        if let Some(channel) = &filter.channel {
            select.filter("channel = ").bind(channel.as_str());
        }
        if let Some(incident) = &filter.incident {
            select.filter("incident_id = ").bind(incident.as_str());
        }
        select.backwards_by_number("notifications", "number", after)?;
        let rows = select.all(limit, &mut *self.engine.read().await?).await?;
        let found = rows.iter().map(Notification::read).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::of(found, limit, |last| Select::number_cursor("notifications", last.number)))
    }
}

impl Notification {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            number: row.get("number")?,
            incident: row.get("incident_id")?,
            incident_version: row.get("incident_version")?,
            channel: row.get("channel")?,
            key: row.get("key")?,
            body: row.get("body")?,
            state: row.get("state")?,
            attempts: row.get("attempts")?,
            created_at: row.get("created_at")?,
            due_at: row.get("due_at")?,
            leased_until: row.get("leased_until")?,
            sent_at: row.get("sent_at")?,
            error: row.get("error")?,
            thread: row.get("thread")?,
        })
    }
}

/// Asks the route what is to be sent about a change, and writes it.
pub(crate) async fn route(
    change: &mut Change,
    changed: &mut Changed,
    route: Route<'_>,
) -> Result<(), Error> {
    let id = changed.after.id.clone();
    changed.notifications = about(&id, change.connection()).await?;
    for outgoing in route(changed) {
        let is_known = changed
            .notifications
            .iter()
            .any(|known| known.channel == outgoing.channel && known.key == outgoing.key);
        if !is_known {
            let number = insert(change, changed, &outgoing).await?;
            let after = find(number, change.connection()).await?;
            record(change, Action::NotificationAdd, None, &after).await?;
            changed.notifications.push(after);
        }
    }
    Ok(())
}

async fn insert(change: &mut Change, changed: &Changed, outgoing: &Outgoing) -> Result<u64, Error> {
    Error::check_length("name of the channel", &outgoing.channel)?;
    Error::check_length("key of the notification", &outgoing.key)?;
    let number = change.number("notification").await?;
    let text = "INSERT INTO notifications (number, incident_id, incident_version, channel, key, body, state, \
                attempts, created_at, due_at) VALUES ($1, $2, $3, $4, $5, $6, 'due', 0, $7, $8)";
    let at = change.at();
    sql(text)
        .bind(number)
        .bind(&changed.after.id)
        .bind(changed.after.version)
        .bind(&outgoing.channel)
        .bind(&outgoing.key)
        .bind(&outgoing.body)
        .bind(at)
        .bind(outgoing.due_at)
        .run(change.connection())
        .await?;
    Ok(number)
}

async fn about(incident: &str, connection: &mut AnyConnection) -> Result<Vec<Notification>, Error> {
    let rows = sql("SELECT * FROM notifications WHERE incident_id = $1 ORDER BY number")
        .bind(incident)
        .all(connection)
        .await?;
    rows.iter().map(Notification::read).collect()
}

async fn find(number: u64, connection: &mut AnyConnection) -> Result<Notification, Error> {
    let row = sql("SELECT * FROM notifications WHERE number = $1").bind(number).first(connection);
    Notification::read(&row.await?.ok_or_else(|| Error::absent("notification", &number))?)
}

/// The conversation that was begun about the same incident on the same channel.
async fn thread(
    notification: &Notification,
    connection: &mut AnyConnection,
) -> Result<Option<String>, Error> {
    let text = "SELECT thread FROM notifications WHERE incident_id = $1 AND channel = $2 \
                AND thread IS NOT NULL ORDER BY number DESC LIMIT 1";
    let row = sql(text)
        .bind(&notification.incident)
        .bind(&notification.channel)
        .first(connection)
        .await?;
    row.map(|row| row.get("thread")).transpose()
}

async fn record(
    change: &mut Change,
    action: Action,
    before: Option<&Notification>,
    after: &Notification,
) -> Result<(), Error> {
    let mut entry = Entry::new(action, TargetKind::Notification, &after.number).after(after)?;
    if let Some(before) = before {
        entry = entry.before(before)?;
    }
    change.record(entry.detail(format!("about {} to {}", after.incident, after.channel))).await
}
