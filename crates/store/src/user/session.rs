//! Sessions: who is signed in, by the hash of a secret.

use cloudtrail::Time;
use serde::Serialize;

use super::{User, find, must_be};
use crate::act::Act;
use crate::audit::{Action, Entry, TargetKind};
use crate::secret::Secret;
use crate::sql::{Row, sql};
use crate::store::Change;
use crate::{Error, Store};

/// When somebody was seen last is written down once in so long.
const SEEN_SECONDS: i64 = 60;

/// A session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Session {
    /// The first sixteen digits of its hash, which tell sessions apart and open none.
    pub id: String,
    /// Whose.
    pub user: String,
    /// When it began.
    pub created_at: Time,
    /// When it was used last, to the minute.
    pub seen_at: Time,
    /// When it ends by itself.
    pub expires_at: Time,
    /// When it was ended.
    pub revoked_at: Option<Time>,
}

/// A session that is good, and its user as of now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// The user.
    pub user: User,
}

impl Store {
    /// Signs a user in whose password or single sign-on the server has checked.
    pub async fn sign_in(
        &self,
        act: &Act,
        name: &str,
        secret: &Secret,
        expires_at: Time,
    ) -> Result<SignedIn, Error> {
        let mut change = self.change(act).await?;
        let user = must_be(&mut change, name).await?;
        if !user.may_sign_in(act.at) {
            return Err(Error::refused(format!("user `{name}` is disabled or locked out for now")));
        }
        let hash = secret.hash();
        let insert = "INSERT INTO sessions (hash, user_name, created_at, seen_at, expires_at) \
                      VALUES ($1, $2, $3, $3, $4)";
        sql(insert)
            .bind(&hash)
            .bind(name)
            .bind(act.at)
            .bind(expires_at)
            .run(change.connection())
            .await?;
        let update = "UPDATE users SET failed_attempts = 0, locked_until = NULL, signed_in_at = $2 WHERE name = $1";
        sql(update).bind(name).bind(act.at).run(change.connection()).await?;
        let row = sql("SELECT * FROM sessions WHERE hash = $1")
            .bind(&hash)
            .one(change.connection())
            .await?;
        let session = Session::read(&row)?;
        let user = must_be(&mut change, name).await?;
        let entry = Entry::new(Action::SessionAdd, TargetKind::Session, &session.id);
        change.record(entry.after(&session)?.detail(format!("of {name}"))).await?;
        change.commit().await?;
        Ok(SignedIn { session, user })
    }

    /// The session of a secret and its user, while it is good: not ended, not expired, of a user who
    /// is not disabled. Notes that it was seen.
    pub async fn session(&self, secret: &Secret, at: Time) -> Result<Option<SignedIn>, Error> {
        let hash = secret.hash();
        let found = {
            let mut transaction = self.engine.read().await?;
            let text =
                "SELECT * FROM sessions WHERE hash = $1 AND revoked_at IS NULL AND expires_at > $2";
            let row = sql(text).bind(&hash).bind(at).first(&mut transaction).await?;
            let Some(session) = row.as_ref().map(Session::read).transpose()? else {
                return Ok(None);
            };
            let user = find(&session.user, &mut transaction).await?;
            user.filter(|user| !user.disabled).map(|user| SignedIn { session, user })
        };
        let Some(signed_in) = found else { return Ok(None) };
        if signed_in.session.seen_at.plus_seconds(SEEN_SECONDS) <= at {
            let mut transaction = self.engine.write().await?;
            sql("UPDATE sessions SET seen_at = $2 WHERE hash = $1")
                .bind(&hash)
                .bind(at)
                .run(&mut transaction)
                .await?;
            transaction.commit().await?;
        }
        Ok(Some(signed_in))
    }

    /// The sessions of a user that are good at that moment, the latest first.
    pub async fn sessions(&self, user: &str, at: Time) -> Result<Vec<Session>, Error> {
        let text = "SELECT * FROM sessions WHERE user_name = $1 AND revoked_at IS NULL AND expires_at > $2 \
                    ORDER BY created_at DESC, hash";
        let rows = sql(text).bind(user).bind(at).all(&mut *self.engine.read().await?).await?;
        rows.iter().map(Session::read).collect()
    }

    /// Ends a session of a user, by its id.
    pub async fn revoke_session(&self, act: &Act, user: &str, id: &str) -> Result<(), Error> {
        let mut change = self.change(act).await?;
        let open = open_sessions(&mut change, user).await?;
        let found = open.into_iter().find(|session| session.id == id);
        revoke(&mut change, &found.ok_or_else(|| Error::absent("session", id))?).await?;
        change.commit().await
    }

    /// Ends all sessions of a user; answers how many.
    pub async fn revoke_sessions(&self, act: &Act, user: &str) -> Result<u64, Error> {
        let mut change = self.change(act).await?;
        let revoked = revoke_all(&mut change, user).await?;
        change.commit().await?;
        Ok(revoked)
    }
}

impl Session {
    fn read(row: &Row) -> Result<Self, Error> {
        let mut id: String = row.get("hash")?;
        id.truncate(16);
        Ok(Self {
            id,
            user: row.get("user_name")?,
            created_at: row.get("created_at")?,
            seen_at: row.get("seen_at")?,
            expires_at: row.get("expires_at")?,
            revoked_at: row.get("revoked_at")?,
        })
    }
}

async fn open_sessions(change: &mut Change, user: &str) -> Result<Vec<Session>, Error> {
    let rows =
        sql("SELECT * FROM sessions WHERE user_name = $1 AND revoked_at IS NULL ORDER BY hash")
            .bind(user)
            .all(change.connection())
            .await?;
    rows.iter().map(Session::read).collect()
}

async fn revoke(change: &mut Change, session: &Session) -> Result<(), Error> {
    let at = change.at();
    sql("UPDATE sessions SET revoked_at = $3 WHERE user_name = $1 AND hash LIKE $2 AND revoked_at IS NULL")
        .bind(&session.user)
        .bind(&format!("{}%", session.id))
        .bind(at)
        .run(change.connection())
        .await?;
    let after = Session { revoked_at: Some(at), ..session.clone() };
    let entry = Entry::new(Action::SessionRevoke, TargetKind::Session, &session.id);
    let entry = entry.before(session)?.after(&after)?;
    change.record(entry.detail(format!("of {}", session.user))).await
}

/// Ends all sessions of a user inside of a change; answers how many.
pub(super) async fn revoke_all(change: &mut Change, user: &str) -> Result<u64, Error> {
    let open = open_sessions(change, user).await?;
    for session in &open {
        revoke(change, session).await?;
    }
    Ok(open.len() as u64)
}
