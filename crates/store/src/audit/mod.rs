//! The audit: who changed what, when, in a chain that shows tampering.
//!
//! Each entry holds the SHA-256 of the hash of the entry before and of its own fields, so an entry
//! that was altered or taken out breaks the chain where it stood. The end of the chain stands in
//! `audit_head`, and a [`Head`] that somebody keeps elsewhere finds an end that was cut off.

mod list;
mod verify;

use cloudtrail::Time;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::AnyConnection;

use crate::Error;
use crate::act::{Act, ActorKind};
use crate::hex::hex;
use crate::sql::{Row, sql, storable};
use crate::words::words;

pub use list::AuditFilter;
pub(crate) use verify::forgetting;
pub use verify::{Break, Chain};

words! {
    /// What was done.
    Action, "action":
    /// The judge told of a new incident.
    IncidentInsert = "incident.insert",
    /// The judge told more of an incident.
    IncidentUpdate = "incident.update",
    /// Somebody took an incident up.
    IncidentStart = "incident.start",
    /// Somebody closed an incident.
    IncidentClose = "incident.close",
    /// Somebody opened an incident again, or it grew after it was closed.
    IncidentReopen = "incident.reopen",
    /// An incident was given to somebody, or to nobody.
    IncidentAssign = "incident.assign",
    /// Somebody said what an incident was.
    IncidentJudge = "incident.judge",
    /// An incident was older than is kept.
    IncidentForget = "incident.forget",
    /// A comment was written.
    CommentAdd = "comment.add",
    /// A comment was rewritten.
    CommentEdit = "comment.edit",
    /// A comment was deleted.
    CommentDelete = "comment.delete",
    /// An exception was made.
    ExceptionAdd = "exception.add",
    /// An exception was changed.
    ExceptionChange = "exception.change",
    /// An exception was ended before it expired.
    ExceptionEnd = "exception.end",
    /// A notification is to be sent.
    NotificationAdd = "notification.add",
    /// A notification was given up.
    NotificationDead = "notification.dead",
    /// A notification that was given up is to be sent again.
    NotificationRevive = "notification.revive",
    /// A user was made.
    UserAdd = "user.add",
    /// A user's name, role or state was changed.
    UserChange = "user.change",
    /// A user's password was set.
    UserPassword = "user.password",
    /// A sign-in failed.
    UserFail = "user.fail",
    /// A setup link was made.
    SetupAdd = "setup.add",
    /// A setup link was used.
    SetupUse = "setup.use",
    /// A user signed in.
    SessionAdd = "session.add",
    /// A session was ended.
    SessionRevoke = "session.revoke",
    /// An API token was made.
    TokenAdd = "token.add",
    /// An API token was ended.
    TokenRevoke = "token.revoke",
    /// A setting was set.
    SettingSet = "setting.set",
    /// A view was saved.
    ViewSave = "view.save",
    /// A view was deleted.
    ViewDelete = "view.delete",
    /// Entries of the audit were older than is kept.
    AuditForget = "audit.forget",
    /// Notifications, sessions and setup links were older than is kept.
    LogForget = "log.forget",
}

words! {
    /// What something was done to.
    TargetKind, "kind of target":
    /// An incident, by id.
    Incident = "incident",
    /// A comment, by number.
    Comment = "comment",
    /// An exception, by number.
    Exception = "exception",
    /// A notification, by number.
    Notification = "notification",
    /// A user, by name.
    User = "user",
    /// A session, by the first digits of its hash.
    Session = "session",
    /// An API token, by name.
    Token = "token",
    /// A setting, by name.
    Setting = "setting",
    /// A view, by its user and name.
    View = "view",
    /// The audit itself.
    Audit = "audit",
    /// What is kept for a time only.
    Log = "log",
}

/// An entry that is to be written.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    action: Action,
    target_kind: TargetKind,
    target: String,
    before: Option<String>,
    after: Option<String>,
    detail: String,
}

impl Entry {
    /// What was done to what.
    pub(crate) fn new(
        action: Action,
        target_kind: TargetKind,
        target: &(impl ToString + ?Sized),
    ) -> Self {
        let target = storable(&target.to_string());
        Self { action, target_kind, target, before: None, after: None, detail: String::new() }
    }

    /// How it was before.
    pub(crate) fn before(mut self, thing: &impl Serialize) -> Result<Self, Error> {
        self.before = Some(crate::hex::digest(thing)?);
        Ok(self)
    }

    /// How it is now.
    pub(crate) fn after(mut self, thing: &impl Serialize) -> Result<Self, Error> {
        self.after = Some(crate::hex::digest(thing)?);
        Ok(self)
    }

    /// What a reader of the audit should know beside.
    pub(crate) fn detail(mut self, detail: impl AsRef<str>) -> Self {
        self.detail = storable(detail.as_ref());
        self
    }
}

/// An entry of the audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditEntry {
    /// Its number in the chain, from 1, without gaps.
    pub sequence: u64,
    /// When.
    pub at: Time,
    /// What kind of actor.
    pub actor_kind: ActorKind,
    /// Who.
    pub actor: String,
    /// What was done; one of [`Action`], or a word of a later version.
    pub action: String,
    /// To what kind of thing.
    pub target_kind: String,
    /// To which one.
    pub target: String,
    /// SHA-256 of the thing before; none if it was not there.
    pub before_digest: Option<String>,
    /// SHA-256 of the thing after; none if it is gone.
    pub after_digest: Option<String>,
    /// What a reader should know beside.
    pub detail: String,
    /// SHA-256 of the hash before and of all of the above.
    pub hash: String,
}

/// The end of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// How many entries were ever written.
    pub sequence: u64,
    /// The hash of the last of them.
    pub hash: String,
}

impl AuditEntry {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            sequence: row.get("sequence")?,
            at: row.get("at")?,
            actor_kind: row.get("actor_kind")?,
            actor: row.get("actor")?,
            action: row.get("action")?,
            target_kind: row.get("target_kind")?,
            target: row.get("target")?,
            before_digest: row.get("before_digest")?,
            after_digest: row.get("after_digest")?,
            detail: row.get("detail")?,
            hash: row.get("hash")?,
        })
    }

    /// The hash that belongs to it after that one.
    ///
    /// Every field enters with its length before it, so that no two entries are written alike.
    fn hash_after(&self, previous: &str) -> String {
        let mut hasher = Sha256::new();
        let mut field = |value: Option<&[u8]>| {
            let length = value.map_or(u64::MAX, |value| value.len() as u64);
            hasher.update(length.to_be_bytes());
            hasher.update(value.unwrap_or_default());
        };
        field(Some(previous.as_bytes()));
        field(Some(&self.sequence.to_be_bytes()));
        field(Some(&self.at.micros().to_be_bytes()));
        field(Some(self.actor_kind.word().as_bytes()));
        for text in [&self.actor, &self.action, &self.target_kind, &self.target] {
            field(Some(text.as_bytes()));
        }
        field(self.before_digest.as_deref().map(str::as_bytes));
        field(self.after_digest.as_deref().map(str::as_bytes));
        field(Some(self.detail.as_bytes()));
        hex(&hasher.finalize())
    }
}

/// Takes the end of the chain; whoever else wants it waits until this transaction has ended.
pub(crate) async fn lock(connection: &mut AnyConnection) -> Result<Head, Error> {
    // An update locks a row on both engines; `SELECT … FOR UPDATE` is not known to SQLite.
    let row = sql("UPDATE audit_head SET one = 1 WHERE one = 1 RETURNING sequence, hash")
        .first(connection)
        .await?
        .ok_or_else(|| Error::damaged("audit_head", "has lost its row"))?;
    Ok(Head { sequence: row.get("sequence")?, hash: row.get("hash")? })
}

/// Writes an entry behind the head and answers with the new one.
pub(crate) async fn append(
    connection: &mut AnyConnection,
    head: &Head,
    act: &Act,
    entry: Entry,
) -> Result<Head, Error> {
    let mut written = AuditEntry {
        sequence: head.sequence + 1,
        at: act.at,
        actor_kind: act.by.kind,
        actor: storable(&act.by.name),
        action: entry.action.word().to_owned(),
        target_kind: entry.target_kind.word().to_owned(),
        target: entry.target,
        before_digest: entry.before,
        after_digest: entry.after,
        detail: entry.detail,
        hash: String::new(),
    };
    written.hash = written.hash_after(&head.hash);
    let insert = "INSERT INTO audit_entries (sequence, at, actor_kind, actor, action, target_kind, target, \
                  before_digest, after_digest, detail, hash) \
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    sql(insert)
        .bind(written.sequence)
        .bind(written.at)
        .bind(written.actor_kind)
        .bind(&written.actor)
        .bind(&written.action)
        .bind(&written.target_kind)
        .bind(&written.target)
        .bind(written.before_digest.as_deref())
        .bind(written.after_digest.as_deref())
        .bind(&written.detail)
        .bind(&written.hash)
        .run(connection)
        .await?;
    Ok(Head { sequence: written.sequence, hash: written.hash })
}

/// Writes the end of the chain down.
pub(crate) async fn settle(connection: &mut AnyConnection, head: &Head) -> Result<(), Error> {
    sql("UPDATE audit_head SET sequence = $1, hash = $2 WHERE one = 1")
        .bind(head.sequence)
        .bind(&head.hash)
        .run(connection)
        .await?;
    Ok(())
}
