//! Comments on incidents: Markdown as it was typed, and a trace of what became of it.

use cloudtrail::Time;
use serde::Serialize;
use sqlx::AnyConnection;

use crate::act::{Act, ActorKind};
use crate::audit::{Action, Entry, TargetKind};
use crate::sql::{Row, sql};
use crate::store::Change;
use crate::{Error, Store, incident};

/// The longest comment, in bytes.
pub const LONGEST_COMMENT: usize = 65_536;

/// A comment. Its text is what was typed: whoever shows it makes it harmless.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comment {
    /// Its number; later ones are greater.
    pub number: u64,
    /// On which incident.
    pub incident: String,
    /// What kind of actor wrote it.
    pub actor_kind: ActorKind,
    /// Who.
    pub actor: String,
    /// Grows when it is edited or deleted.
    pub version: u64,
    /// Markdown; empty once it is deleted.
    pub text: String,
    /// When it was written.
    pub created_at: Time,
    /// When it was edited last.
    pub edited_at: Option<Time>,
    /// When it was deleted.
    pub deleted_at: Option<Time>,
    /// By whom.
    pub deleted_by: Option<String>,
}

/// What a comment said before it was edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommentVersion {
    /// The comment's version.
    pub version: u64,
    /// What it said then; empty once the comment is deleted.
    pub text: String,
    /// Until when it said so.
    pub at: Time,
}

impl Store {
    /// Writes a comment.
    pub async fn comment(&self, act: &Act, incident: &str, text: &str) -> Result<Comment, Error> {
        let mut change = self.change(act).await?;
        incident::find(incident, change.connection())
            .await?
            .ok_or_else(|| Error::absent("incident", incident))?;
        let comment = add(&mut change, incident, text).await?;
        change.commit().await?;
        Ok(comment)
    }

    /// Rewrites a comment of that version. What it said before is kept.
    pub async fn edit_comment(
        &self,
        act: &Act,
        number: u64,
        version: u64,
        text: &str,
    ) -> Result<Comment, Error> {
        check(text)?;
        let mut change = self.change(act).await?;
        let before = changeable(&mut change, number, version).await?;
        sql("INSERT INTO comment_versions (comment, version, text, at) VALUES ($1, $2, $3, $4)")
            .bind(number)
            .bind(version)
            .bind(&before.text)
            .bind(act.at)
            .run(change.connection())
            .await?;
        sql("UPDATE comments SET text = $2, version = version + 1, edited_at = $3 WHERE number = $1")
            .bind(number)
            .bind(text)
            .bind(act.at)
            .run(change.connection())
            .await?;
        finish(change, Action::CommentEdit, &before).await
    }

    /// Deletes a comment of that version. That it was there, who wrote and who deleted it stays; what
    /// it said, now or before, does not.
    pub async fn delete_comment(
        &self,
        act: &Act,
        number: u64,
        version: u64,
    ) -> Result<Comment, Error> {
        let mut change = self.change(act).await?;
        let before = changeable(&mut change, number, version).await?;
        let text = "UPDATE comments SET text = '', version = version + 1, deleted_at = $2, deleted_by = $3 \
                    WHERE number = $1";
        sql(text).bind(number).bind(act.at).bind(&act.by.name).run(change.connection()).await?;
        sql("UPDATE comment_versions SET text = '' WHERE comment = $1")
            .bind(number)
            .run(change.connection())
            .await?;
        finish(change, Action::CommentDelete, &before).await
    }

    /// The comments on an incident, the first first, those that were deleted too.
    pub async fn comments(&self, incident: &str) -> Result<Vec<Comment>, Error> {
        let rows = sql("SELECT * FROM comments WHERE incident_id = $1 ORDER BY number")
            .bind(incident)
            .all(&mut *self.engine.read().await?)
            .await?;
        rows.iter().map(Comment::read).collect()
    }

    /// What a comment said before, the first first.
    pub async fn comment_versions(&self, number: u64) -> Result<Vec<CommentVersion>, Error> {
        let text =
            "SELECT version, text, at FROM comment_versions WHERE comment = $1 ORDER BY version";
        let rows = sql(text).bind(number).all(&mut *self.engine.read().await?).await?;
        rows.iter()
            .map(|row| {
                let (version, text) = (row.get("version")?, row.get("text")?);
                Ok(CommentVersion { version, text, at: row.get("at")? })
            })
            .collect()
    }
}

impl Comment {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            number: row.get("number")?,
            incident: row.get("incident_id")?,
            actor_kind: row.get("actor_kind")?,
            actor: row.get("actor")?,
            version: row.get("version")?,
            text: row.get("text")?,
            created_at: row.get("created_at")?,
            edited_at: row.get("edited_at")?,
            deleted_at: row.get("deleted_at")?,
            deleted_by: row.get("deleted_by")?,
        })
    }
}

fn check(text: &str) -> Result<(), Error> {
    if text.trim().is_empty() {
        return Err(Error::invalid("comment", "is empty"));
    }
    if text.len() > LONGEST_COMMENT {
        return Err(Error::invalid("comment", format!("is longer than {LONGEST_COMMENT} bytes")));
    }
    Ok(())
}

/// Writes a comment inside of a change, by whoever changes.
pub(crate) async fn add(change: &mut Change, incident: &str, text: &str) -> Result<Comment, Error> {
    check(text)?;
    let number = change.number("comment").await?;
    let act = change.act().clone();
    let insert = "INSERT INTO comments (number, incident_id, actor_kind, actor, version, text, created_at) \
                  VALUES ($1, $2, $3, $4, 1, $5, $6)";
    sql(insert)
        .bind(number)
        .bind(incident)
        .bind(act.by.kind)
        .bind(&act.by.name)
        .bind(text)
        .bind(act.at)
        .run(change.connection())
        .await?;
    let comment = find(number, change.connection()).await?;
    let entry = Entry::new(Action::CommentAdd, TargetKind::Comment, &number);
    change.record(entry.after(&comment)?.detail(format!("on {incident}"))).await?;
    Ok(comment)
}

async fn find(number: u64, connection: &mut AnyConnection) -> Result<Comment, Error> {
    let row =
        sql("SELECT * FROM comments WHERE number = $1").bind(number).first(connection).await?;
    Comment::read(&row.ok_or_else(|| Error::absent("comment", &number))?)
}

async fn changeable(change: &mut Change, number: u64, version: u64) -> Result<Comment, Error> {
    let comment = find(number, change.connection()).await?;
    if comment.version != version {
        let (id, found) = (number.to_string(), comment.version);
        return Err(Error::Stale { what: "comment", id, expected: version, found });
    }
    if comment.deleted_at.is_some() {
        return Err(Error::refused(format!("comment `{number}` was deleted")));
    }
    Ok(comment)
}

async fn finish(mut change: Change, action: Action, before: &Comment) -> Result<Comment, Error> {
    let after = find(before.number, change.connection()).await?;
    let entry = Entry::new(action, TargetKind::Comment, &before.number);
    let entry = entry.before(before)?.after(&after)?;
    change.record(entry.detail(format!("on {}", before.incident))).await?;
    change.commit().await?;
    Ok(after)
}
