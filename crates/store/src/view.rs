//! Views that users saved: a name for a list with its filters and its order.

use cloudtrail::Time;
use serde::Serialize;
use sqlx::AnyConnection;

use crate::act::Act;
use crate::audit::{Action, Entry, TargetKind};
use crate::sql::{Row, sql};
use crate::{Error, Store, user};

/// A view that a user saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct View {
    /// Whose.
    pub user: String,
    /// Its name, among the user's.
    pub name: String,
    /// Grows when it is saved again.
    pub version: u64,
    /// What the console understands.
    pub query: String,
    /// When it was saved.
    pub at: Time,
}

impl Store {
    /// Saves a view of a user, in place of the one of that name.
    pub async fn save_view(
        &self,
        act: &Act,
        user: &str,
        name: &str,
        query: &str,
    ) -> Result<View, Error> {
        if name.trim().is_empty() || name.len() > 200 {
            return Err(Error::invalid("name of the view", "must be of 1 to 200 bytes"));
        }
        let mut change = self.change(act).await?;
        user::find(user, change.connection()).await?.ok_or_else(|| Error::absent("user", user))?;
        let before = find(user, name, change.connection()).await?;
        let upsert = "INSERT INTO views (user_name, name, version, query, at) VALUES ($1, $2, 1, $3, $4) \
                      ON CONFLICT (user_name, name) DO UPDATE SET version = views.version + 1, \
                      query = excluded.query, at = excluded.at";
        sql(upsert).bind(user).bind(name).bind(query).bind(act.at).run(change.connection()).await?;
        let after = find(user, name, change.connection())
            .await?
            .ok_or_else(|| Error::absent("view", name))?;
        let target = format!("{user}/{name}");
        let mut entry = Entry::new(Action::ViewSave, TargetKind::View, &target).after(&after)?;
        if let Some(before) = &before {
            entry = entry.before(before)?;
        }
        change.record(entry).await?;
        change.commit().await?;
        Ok(after)
    }

    /// Deletes a view of a user.
    pub async fn delete_view(&self, act: &Act, user: &str, name: &str) -> Result<(), Error> {
        let mut change = self.change(act).await?;
        let before = find(user, name, change.connection())
            .await?
            .ok_or_else(|| Error::absent("view", name))?;
        sql("DELETE FROM views WHERE user_name = $1 AND name = $2")
            .bind(user)
            .bind(name)
            .run(change.connection())
            .await?;
        let target = format!("{user}/{name}");
        change
            .record(Entry::new(Action::ViewDelete, TargetKind::View, &target).before(&before)?)
            .await?;
        change.commit().await
    }

    /// The views of a user, by name.
    pub async fn views(&self, user: &str) -> Result<Vec<View>, Error> {
        let rows = sql("SELECT * FROM views WHERE user_name = $1 ORDER BY name")
            .bind(user)
            .all(&mut *self.engine.read().await?)
            .await?;
        rows.iter().map(View::read).collect()
    }
}

impl View {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            user: row.get("user_name")?,
            name: row.get("name")?,
            version: row.get("version")?,
            query: row.get("query")?,
            at: row.get("at")?,
        })
    }
}

async fn find(
    user: &str,
    name: &str,
    connection: &mut AnyConnection,
) -> Result<Option<View>, Error> {
    let row = sql("SELECT * FROM views WHERE user_name = $1 AND name = $2")
        .bind(user)
        .bind(name)
        .first(connection)
        .await?;
    row.as_ref().map(View::read).transpose()
}
