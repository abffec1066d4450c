//! The store: a database, brought to this version's tables when it is opened.

use cloudtrail::Time;
use sqlx::AnyConnection;
use sqlx::{Any, Transaction};

use crate::act::Act;
use crate::audit::{self, Entry, Head};
use crate::engine::Engine;
use crate::sql::sql;
use crate::{Error, schema};

/// The database with everything that people say and do about incidents. Cheap to clone: clones share
/// their connections.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) engine: Engine,
}

impl Store {
    /// Opens a database and brings it to this version's tables.
    ///
    /// The address is `sqlite://PATH`, whose file is made if it is not there and which only its owner
    /// may read then, `sqlite::memory:`, or `postgres://USER:PASSWORD@HOST/DATABASE`.
    pub async fn open(address: &str) -> Result<Self, Error> {
        let engine = Engine::connect(address).await?;
        schema::migrate(&engine).await?;
        Ok(Self { engine })
    }

    /// Waits for what is under way and ends all connections.
    pub async fn close(&self) {
        self.engine.close().await;
    }

    /// Whether the database answers.
    pub async fn check(&self) -> Result<(), Error> {
        let mut transaction = self.engine.read().await?;
        sql("SELECT sequence FROM audit_head").one(&mut transaction).await?;
        Ok(())
    }

    /// A transaction that changes something and says so in the audit.
    pub(crate) async fn change(&self, act: &Act) -> Result<Change, Error> {
        let mut transaction = self.engine.write().await?;
        let head = audit::lock(&mut transaction).await?;
        Ok(Change { transaction, act: act.clone(), head })
    }
}

/// A transaction that changes something. It holds the end of the audit's chain from the beginning,
/// so that changes follow one another on both engines; dropped without [`Change::commit`], it never
/// was.
pub(crate) struct Change {
    transaction: Transaction<'static, Any>,
    act: Act,
    head: Head,
}

impl Change {
    /// What statements run on.
    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.transaction
    }

    /// Who changes.
    pub(crate) fn act(&self) -> &Act {
        &self.act
    }

    /// When.
    pub(crate) fn at(&self) -> Time {
        self.act.at
    }

    /// The end of the chain, with what this change has written so far.
    pub(crate) fn head(&self) -> &Head {
        &self.head
    }

    /// Writes into the audit.
    pub(crate) async fn record(&mut self, entry: Entry) -> Result<(), Error> {
        self.head = audit::append(&mut self.transaction, &self.head, &self.act, entry).await?;
        Ok(())
    }

    /// The next number of that name; never the same twice.
    pub(crate) async fn number(&mut self, name: &str) -> Result<u64, Error> {
        let next = "INSERT INTO numbers (name, last) VALUES ($1, 1) \
                    ON CONFLICT (name) DO UPDATE SET last = numbers.last + 1 RETURNING last";
        sql(next).bind(name).one(&mut self.transaction).await?.get("last")
    }

    /// Makes it so.
    pub(crate) async fn commit(mut self) -> Result<(), Error> {
        audit::settle(&mut self.transaction, &self.head).await?;
        Ok(self.transaction.commit().await?)
    }
}
