//! API tokens: how machines come in, by the hash of a secret.

use cloudtrail::Time;
use serde::Serialize;
use sqlx::AnyConnection;

use crate::act::Act;
use crate::audit::{Action, Entry, TargetKind};
use crate::secret::Secret;
use crate::sql::{Row, sql};
use crate::user::check_name;
use crate::{Error, Store};

/// When a token was used last is written down once in so long.
const USED_SECONDS: i64 = 60;

/// What is said of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenText {
    /// What it may do, in the server's words.
    pub scopes: Vec<String>,
    /// When it ends by itself.
    pub expires_at: Time,
}

/// An API token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Token {
    /// The name; it is not given twice.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Time,
    /// When it ends by itself.
    pub expires_at: Time,
    /// When it was used last, to the minute.
    pub used_at: Option<Time>,
    /// When it was ended.
    pub revoked_at: Option<Time>,
}

impl Store {
    /// Makes a token.
    pub async fn add_token(
        &self,
        act: &Act,
        name: &str,
        secret: &Secret,
        text: &TokenText,
    ) -> Result<Token, Error> {
        check_name("name of the token", name)?;
        if text.expires_at <= act.at {
            return Err(Error::invalid("expiry of the token", "is in the past"));
        }
        let mut change = self.change(act).await?;
        if find(name, change.connection()).await?.is_some() {
            return Err(Error::Present { what: "token", id: name.to_owned() });
        }
        let insert = "INSERT INTO tokens (name, hash, scopes, created_by, created_at, expires_at) \
                      VALUES ($1, $2, $3, $4, $5, $6)";
        sql(insert)
            .bind(name)
            .bind(&secret.hash())
            .bind(&serde_json::to_string(&text.scopes)?)
            .bind(&act.by.name)
            .bind(act.at)
            .bind(text.expires_at)
            .run(change.connection())
            .await?;
        let after = must_be(name, change.connection()).await?;
        let entry = Entry::new(Action::TokenAdd, TargetKind::Token, name).after(&after)?;
        change.record(entry.detail(text.scopes.join(" "))).await?;
        change.commit().await?;
        Ok(after)
    }

    /// The token of a secret, while it is good: neither ended nor expired. Notes that it was used.
    pub async fn token(&self, secret: &Secret, at: Time) -> Result<Option<Token>, Error> {
        let found = {
            let text =
                "SELECT * FROM tokens WHERE hash = $1 AND revoked_at IS NULL AND expires_at > $2";
            let mut transaction = self.engine.read().await?;
            sql(text).bind(&secret.hash()).bind(at).first(&mut transaction).await?
        };
        let Some(token) = found.as_ref().map(Token::read).transpose()? else { return Ok(None) };
        if token.used_at.is_none_or(|used| used.plus_seconds(USED_SECONDS) <= at) {
            let mut transaction = self.engine.write().await?;
            sql("UPDATE tokens SET used_at = $2 WHERE name = $1")
                .bind(&token.name)
                .bind(at)
                .run(&mut transaction)
                .await?;
            transaction.commit().await?;
        }
        Ok(Some(token))
    }

    /// All tokens by name, those that ended too.
    pub async fn tokens(&self) -> Result<Vec<Token>, Error> {
        let rows =
            sql("SELECT * FROM tokens ORDER BY name").all(&mut *self.engine.read().await?).await?;
        rows.iter().map(Token::read).collect()
    }

    /// Ends a token.
    pub async fn revoke_token(&self, act: &Act, name: &str) -> Result<Token, Error> {
        let mut change = self.change(act).await?;
        let before = must_be(name, change.connection()).await?;
        if before.revoked_at.is_some() {
            return Err(Error::refused(format!("token `{name}` was ended before")));
        }
        sql("UPDATE tokens SET revoked_at = $2 WHERE name = $1")
            .bind(name)
            .bind(act.at)
            .run(change.connection())
            .await?;
        let after = must_be(name, change.connection()).await?;
        let entry = Entry::new(Action::TokenRevoke, TargetKind::Token, name);
        change.record(entry.before(&before)?.after(&after)?).await?;
        change.commit().await?;
        Ok(after)
    }
}

impl Token {
    fn read(row: &Row) -> Result<Self, Error> {
        let scopes: String = row.get("scopes")?;
        Ok(Self {
            name: row.get("name")?,
            scopes: serde_json::from_str(&scopes)
                .map_err(|_| Error::damaged("tokens", "has scopes that are no list"))?,
            created_by: row.get("created_by")?,
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
            used_at: row.get("used_at")?,
            revoked_at: row.get("revoked_at")?,
        })
    }
}

async fn find(name: &str, connection: &mut AnyConnection) -> Result<Option<Token>, Error> {
    let row = sql("SELECT * FROM tokens WHERE name = $1").bind(name).first(connection).await?;
    row.as_ref().map(Token::read).transpose()
}

async fn must_be(name: &str, connection: &mut AnyConnection) -> Result<Token, Error> {
    find(name, connection).await?.ok_or_else(|| Error::absent("token", name))
}
