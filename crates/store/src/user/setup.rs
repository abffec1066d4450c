//! Setup links: the one way to a first password, good for one use.

use cloudtrail::Time;

use super::{User, must_be, must_be_enabled, password};
use crate::act::{Act, Actor};
use crate::audit::{Action, Entry, TargetKind};
use crate::secret::Secret;
use crate::sql::sql;
use crate::store::Change;
use crate::{Error, Store};

impl Store {
    /// Makes a link with which a user sets a password, once, until it expires. Earlier links of the
    /// user work no more.
    pub async fn add_setup(
        &self,
        act: &Act,
        name: &str,
        secret: &Secret,
        expires_at: Time,
    ) -> Result<(), Error> {
        let mut change = self.change(act).await?;
        must_be(&mut change, name).await?;
        use_up(&mut change, name).await?;
        let insert = "INSERT INTO setup_links (hash, user_name, created_at, expires_at) VALUES ($1, $2, $3, $4)";
        sql(insert)
            .bind(&secret.hash())
            .bind(name)
            .bind(act.at)
            .bind(expires_at)
            .run(change.connection())
            .await?;
        change.record(Entry::new(Action::SetupAdd, TargetKind::User, name)).await?;
        change.commit().await
    }

    /// The user whom a link is for, while it is good.
    pub async fn setup(&self, secret: &Secret, at: Time) -> Result<Option<User>, Error> {
        let mut transaction = self.engine.read().await?;
        let text = "SELECT user_name FROM setup_links WHERE hash = $1 AND used_at IS NULL AND expires_at > $2";
        let row = sql(text).bind(&secret.hash()).bind(at).first(&mut transaction).await?;
        match row {
            Some(row) => super::find(&row.get::<String>("user_name")?, &mut transaction).await,
            None => Ok(None),
        }
    }

    /// Sets a user's password with a link, which is used up by that.
    pub async fn use_setup(&self, secret: &Secret, at: Time, hash: &str) -> Result<User, Error> {
        let unusable = || {
            Error::refused("the setup link was used, has expired or never was: ask for a new one")
        };
        let user = self.setup(secret, at).await?.ok_or_else(unusable)?;
        let act = Act::new(Actor::person(&user.name), at);
        let mut change = self.change(&act).await?;
        // Another may have used it between looking and locking.
        let text = "UPDATE setup_links SET used_at = $2 WHERE hash = $1 AND used_at IS NULL AND expires_at > $2";
        let changed = sql(text).bind(&secret.hash()).bind(at).run(change.connection()).await?;
        if changed == 0 {
            return Err(unusable());
        }
        must_be_enabled(&mut change, &user.name).await?;
        use_up(&mut change, &user.name).await?;
        change.record(Entry::new(Action::SetupUse, TargetKind::User, &user.name)).await?;
        let after = password::set(&mut change, &user.name, Some(hash)).await?;
        change.commit().await?;
        Ok(after)
    }
}

async fn use_up(change: &mut Change, name: &str) -> Result<(), Error> {
    let at = change.at();
    sql("UPDATE setup_links SET used_at = $2 WHERE user_name = $1 AND used_at IS NULL")
        .bind(name)
        .bind(at)
        .run(change.connection())
        .await?;
    Ok(())
}
