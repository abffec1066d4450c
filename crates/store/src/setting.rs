//! What is set in the console: announced tests, known networks, whatever has a name and a JSON value.

use cloudtrail::Time;
use serde::Serialize;
use serde::de::IgnoredAny;
use sqlx::AnyConnection;

use crate::act::{Act, ActorKind};
use crate::audit::{Action, Entry, TargetKind};
use crate::sql::{Row, sql};
use crate::{Error, Store};

/// A setting, or an earlier value of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Grows with every value.
    pub version: u64,
    /// JSON, which the store does not read.
    pub value: String,
    /// What kind of actor set it.
    pub actor_kind: ActorKind,
    /// Who.
    pub actor: String,
    /// When.
    pub at: Time,
}

impl Store {
    /// Sets a setting. `version` is the one that whoever sets it has seen, 0 for none; a later one is
    /// a conflict. The same value once more changes nothing.
    pub async fn set(
        &self,
        act: &Act,
        name: &str,
        version: u64,
        value: &str,
    ) -> Result<Setting, Error> {
        if name.is_empty() || name.len() > 200 {
            return Err(Error::invalid("name of the setting", "must be of 1 to 200 bytes"));
        }
        if serde_json::from_str::<IgnoredAny>(value).is_err() {
            return Err(Error::invalid("value of the setting", "is no JSON"));
        }
        let mut change = self.change(act).await?;
        let before = find(name, change.connection()).await?;
        let found = before.as_ref().map_or(0, |setting| setting.version);
        if found != version {
            return Err(Error::Stale {
                what: "setting",
                id: name.to_owned(),
                expected: version,
                found,
            });
        }
        if let Some(before) = before.as_ref().filter(|before| before.value == value) {
            return Ok(before.clone());
        }
        let upsert = "INSERT INTO settings (name, version, value, actor_kind, actor, at) \
                      VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (name) DO UPDATE SET version = excluded.version, \
                      value = excluded.value, actor_kind = excluded.actor_kind, actor = excluded.actor, \
                      at = excluded.at";
        let keep = "INSERT INTO setting_versions (name, version, value, actor_kind, actor, at) \
                    VALUES ($1, $2, $3, $4, $5, $6)";
        for text in [upsert, keep] {
            sql(text)
                .bind(name)
                .bind(version + 1)
                .bind(value)
                .bind(act.by.kind)
                .bind(&act.by.name)
                .bind(act.at)
                .run(change.connection())
                .await?;
        }
        let after =
            find(name, change.connection()).await?.ok_or_else(|| Error::absent("setting", name))?;
        let mut entry = Entry::new(Action::SettingSet, TargetKind::Setting, name).after(&after)?;
        if let Some(before) = &before {
            entry = entry.before(before)?;
        }
        change.record(entry.detail(format!("version {}", after.version))).await?;
        change.commit().await?;
        Ok(after)
    }

    /// The setting of that name.
    pub async fn setting(&self, name: &str) -> Result<Option<Setting>, Error> {
        find(name, &mut *self.engine.read().await?).await
    }

    /// All settings, by name.
    pub async fn settings(&self) -> Result<Vec<Setting>, Error> {
        let rows = sql("SELECT * FROM settings ORDER BY name")
            .all(&mut *self.engine.read().await?)
            .await?;
        rows.iter().map(Setting::read).collect()
    }

    /// Every value that a setting had, the first first.
    pub async fn setting_versions(&self, name: &str) -> Result<Vec<Setting>, Error> {
        let rows = sql("SELECT * FROM setting_versions WHERE name = $1 ORDER BY version")
            .bind(name)
            .all(&mut *self.engine.read().await?)
            .await?;
        rows.iter().map(Setting::read).collect()
    }
}

impl Setting {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            name: row.get("name")?,
            version: row.get("version")?,
            value: row.get("value")?,
            actor_kind: row.get("actor_kind")?,
            actor: row.get("actor")?,
            at: row.get("at")?,
        })
    }
}

async fn find(name: &str, connection: &mut AnyConnection) -> Result<Option<Setting>, Error> {
    let row = sql("SELECT * FROM settings WHERE name = $1").bind(name).first(connection).await?;
    row.as_ref().map(Setting::read).transpose()
}
