//! Passwords, as the server hashed them, and sign-ins that failed.

use cloudtrail::Time;

use super::{User, finish, must_be, session};
use crate::act::Act;
use crate::audit::Action;
use crate::sql::sql;
use crate::store::Change;
use crate::{Error, Store};

impl Store {
    /// The hash of a user's password, as the server gave it; none if there is none.
    pub async fn password_hash(&self, name: &str) -> Result<Option<String>, Error> {
        let row = sql("SELECT password_hash FROM users WHERE name = $1")
            .bind(name)
            .first(&mut *self.engine.read().await?)
            .await?;
        Ok(row.map(|row| row.get("password_hash")).transpose()?.flatten())
    }

    /// Sets the hash of a user's password, or takes it away; signs the user out everywhere.
    pub async fn set_password(
        &self,
        act: &Act,
        name: &str,
        hash: Option<&str>,
    ) -> Result<User, Error> {
        let mut change = self.change(act).await?;
        let after = set(&mut change, name, hash).await?;
        change.commit().await?;
        Ok(after)
    }

    /// Counts a failed sign-in. `locked_until` says, from the number of failures in a row, until when
    /// the user may not try again.
    pub async fn fail_sign_in(
        &self,
        act: &Act,
        name: &str,
        locked_until: impl Fn(u32) -> Option<Time> + Send,
    ) -> Result<User, Error> {
        let mut change = self.change(act).await?;
        let before = must_be(&mut change, name).await?;
        let failures = before.failed_attempts.saturating_add(1);
        sql("UPDATE users SET failed_attempts = $2, locked_until = $3 WHERE name = $1")
            .bind(name)
            .bind(failures)
            .bind(locked_until(failures))
            .run(change.connection())
            .await?;
        let after = finish(&mut change, Action::UserFail, &before).await?;
        change.commit().await?;
        Ok(after)
    }
}

/// [`Store::set_password`] inside of a change.
pub(super) async fn set(
    change: &mut Change,
    name: &str,
    hash: Option<&str>,
) -> Result<User, Error> {
    let before = must_be(change, name).await?;
    sql("UPDATE users SET password_hash = $2, failed_attempts = 0, locked_until = NULL WHERE name = $1")
        .bind(name)
        .bind(hash)
        .run(change.connection())
        .await?;
    session::revoke_all(change, name).await?;
    finish(change, Action::UserPassword, &before).await
}
