//! Users: who may sign in, and as what.

mod password;
mod session;
mod setup;

use cloudtrail::Time;
use serde::Serialize;
use sqlx::AnyConnection;

use crate::act::Act;
use crate::audit::{Action, Entry, TargetKind};
use crate::sql::{Row, composed, sql};
use crate::store::Change;
use crate::words::words;
use crate::{Error, Store};

pub use session::{Session, SignedIn};

words! {
    /// What a user may do; each may do what those before it may.
    Role, "role":
    /// Looks.
    Viewer = "viewer",
    /// Works on incidents.
    Analyst = "analyst",
    /// Shuts thieves out.
    Responder = "responder",
    /// Changes settings and users.
    Administrator = "administrator",
}

/// What is said of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserText {
    /// How the user is shown.
    pub display: String,
    /// What the user may do.
    pub role: Role,
    /// Issuer and subject of single sign-on, as the server writes them.
    pub subject: Option<String>,
    /// Whether the user may not sign in.
    pub disabled: bool,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// The name; it never changes.
    pub name: String,
    /// Grows with every change.
    pub version: u64,
    /// How the user is shown.
    pub display: String,
    /// What the user may do.
    pub role: Role,
    /// Issuer and subject of single sign-on.
    pub subject: Option<String>,
    /// Whether the user may not sign in.
    pub disabled: bool,
    /// Whether there is a password.
    pub has_password: bool,
    /// Failed sign-ins since the last one that did not fail.
    pub failed_attempts: u32,
    /// Until when the user may not sign in.
    pub locked_until: Option<Time>,
    /// When the user was made.
    pub created_at: Time,
    /// When the user signed in last.
    pub signed_in_at: Option<Time>,
}

/// A [`User`]; the hash of the password stays behind.
const SELECT: &str = "SELECT name, version, display, role, subject, disabled, \
    CASE WHEN password_hash IS NULL THEN 0 ELSE 1 END AS has_password, failed_attempts, locked_until, \
    created_at, signed_in_at FROM users";

impl Store {
    /// Makes a user, who has no password yet. Names are of small ASCII letters, digits and `.@_+-`,
    /// so that no two look alike.
    pub async fn add_user(&self, act: &Act, name: &str, text: &UserText) -> Result<User, Error> {
        check_name("name of the user", name)?;
        let mut change = self.change(act).await?;
        if find(name, change.connection()).await?.is_some() {
            return Err(Error::Present { what: "user", id: name.to_owned() });
        }
        check_subject(&mut change, name, text.subject.as_deref()).await?;
        let insert = "INSERT INTO users (name, version, display, role, subject, disabled, failed_attempts, created_at) \
                      VALUES ($1, 1, $2, $3, $4, $5, 0, $6)";
        sql(insert)
            .bind(name)
            .bind(&text.display)
            .bind(text.role)
            .bind(text.subject.as_deref())
            .bind(text.disabled)
            .bind(act.at)
            .run(change.connection())
            .await?;
        let after = must_be(&mut change, name).await?;
        let entry = Entry::new(Action::UserAdd, TargetKind::User, name).after(&after)?;
        change.record(entry.detail(text.role.word())).await?;
        change.commit().await?;
        Ok(after)
    }

    /// Changes a user of that version. Who is disabled is signed out at once; the last administrator
    /// who may sign in stays one.
    pub async fn change_user(
        &self,
        act: &Act,
        name: &str,
        version: u64,
        text: &UserText,
    ) -> Result<User, Error> {
        let mut change = self.change(act).await?;
        let before = must_be(&mut change, name).await?;
        if before.version != version {
            let (id, found) = (name.to_owned(), before.version);
            return Err(Error::Stale { what: "user", id, expected: version, found });
        }
        check_subject(&mut change, name, text.subject.as_deref()).await?;
        let update =
            "UPDATE users SET display = $2, role = $3, subject = $4, disabled = $5 WHERE name = $1";
        sql(update)
            .bind(name)
            .bind(&text.display)
            .bind(text.role)
            .bind(text.subject.as_deref())
            .bind(text.disabled)
            .run(change.connection())
            .await?;
        keep_an_administrator(&mut change, &before).await?;
        if text.disabled {
            session::revoke_all(&mut change, name).await?;
        }
        let after = finish(&mut change, Action::UserChange, &before).await?;
        change.commit().await?;
        Ok(after)
    }

    /// The user of that name.
    pub async fn user(&self, name: &str) -> Result<Option<User>, Error> {
        find(name, &mut *self.engine.read().await?).await
    }

    /// The user of that issuer and subject.
    pub async fn user_by_subject(&self, subject: &str) -> Result<Option<User>, Error> {
        let row = composed(format!("{SELECT} WHERE subject = $1"))
            .bind(subject)
            .first(&mut *self.engine.read().await?)
            .await?;
        row.as_ref().map(User::read).transpose()
    }

    /// All users, by name.
    pub async fn users(&self) -> Result<Vec<User>, Error> {
        let rows = composed(format!("{SELECT} ORDER BY name"))
            .all(&mut *self.engine.read().await?)
            .await?;
        rows.iter().map(User::read).collect()
    }
}

impl User {
    /// Whether the user may sign in at that moment.
    pub fn may_sign_in(&self, at: Time) -> bool {
        !self.disabled && self.locked_until.is_none_or(|until| until <= at)
    }

    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            name: row.get("name")?,
            version: row.get("version")?,
            display: row.get("display")?,
            role: row.get("role")?,
            subject: row.get("subject")?,
            disabled: row.get("disabled")?,
            has_password: row.get("has_password")?,
            failed_attempts: row.get("failed_attempts")?,
            locked_until: row.get("locked_until")?,
            created_at: row.get("created_at")?,
            signed_in_at: row.get("signed_in_at")?,
        })
    }
}

/// Names of users and tokens.
pub(crate) fn check_name(what: &'static str, name: &str) -> Result<(), Error> {
    let is_plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".@_+-".contains(&byte);
    if name.is_empty() || name.len() > 100 || !name.bytes().all(is_plain) {
        return Err(Error::invalid(
            what,
            "must be of 1 to 100 small ASCII letters, digits and `.@_+-`",
        ));
    }
    Ok(())
}

/// The user of that name.
pub(crate) async fn find(
    name: &str,
    connection: &mut AnyConnection,
) -> Result<Option<User>, Error> {
    let row = composed(format!("{SELECT} WHERE name = $1")).bind(name).first(connection).await?;
    row.as_ref().map(User::read).transpose()
}

/// The user of that name, or that there is none.
async fn must_be(change: &mut Change, name: &str) -> Result<User, Error> {
    find(name, change.connection()).await?.ok_or_else(|| Error::absent("user", name))
}

/// Only a user who may sign in looks after an incident.
pub(crate) async fn must_be_enabled(change: &mut Change, name: &str) -> Result<(), Error> {
    if must_be(change, name).await?.disabled {
        return Err(Error::refused(format!("user `{name}` is disabled")));
    }
    Ok(())
}

async fn check_subject(
    change: &mut Change,
    name: &str,
    subject: Option<&str>,
) -> Result<(), Error> {
    let Some(subject) = subject else { return Ok(()) };
    Error::check_length("subject of the user", subject)?;
    let row = sql("SELECT name FROM users WHERE subject = $1 AND name <> $2")
        .bind(subject)
        .bind(name)
        .first(change.connection())
        .await?;
    match row {
        Some(_) => Err(Error::Present { what: "user with the subject", id: subject.to_owned() }),
        None => Ok(()),
    }
}

async fn keep_an_administrator(change: &mut Change, before: &User) -> Result<(), Error> {
    if before.role != Role::Administrator || before.disabled {
        return Ok(());
    }
    let row = sql("SELECT COUNT(*) AS users FROM users WHERE role = $1 AND disabled = 0")
        .bind(Role::Administrator)
        .one(change.connection())
        .await?;
    if row.get::<u64>("users")? == 0 {
        let name = &before.name;
        return Err(Error::refused(format!(
            "user `{name}` is the last administrator who may sign in"
        )));
    }
    Ok(())
}

/// Counts the change and writes it into the audit.
async fn finish(change: &mut Change, action: Action, before: &User) -> Result<User, Error> {
    sql("UPDATE users SET version = version + 1 WHERE name = $1")
        .bind(&before.name)
        .run(change.connection())
        .await?;
    let after = must_be(change, &before.name).await?;
    let entry = Entry::new(action, TargetKind::User, &before.name).before(before)?.after(&after)?;
    let detail = if before.role == after.role && before.disabled == after.disabled {
        String::new()
    } else {
        let state = if after.disabled { "disabled" } else { "enabled" };
        format!("{}, {state}", after.role)
    };
    change.record(entry.detail(detail)).await?;
    Ok(after)
}
