//! Questions to a lake, in SQL.
//!
//! An [`Engine`] sees the lake as it was when the engine was made. It only reads: nothing it is
//! asked can change the lake or look at another file. What it may use of memory, disk and time is
//! bounded.

mod files;
mod functions;
mod hunts;
mod json;
mod output;
mod prune;
mod sentence;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cloudtrail::Time;
use datafusion::common::ParamValues;
use datafusion::common::metadata::ScalarAndMetadata;
use datafusion::datasource::ViewTable;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::physical_plan::displayable;
use datafusion::prelude::{DataFrame, SQLOptions, SessionConfig, SessionContext};
use datafusion::scalar::ScalarValue;
use futures::TryStreamExt;
use intel::address::AddressBook;

use crate::Error;
use crate::lake::Lake;

pub use arrow::array::RecordBatch;
pub use arrow::datatypes::{Schema, SchemaRef};
pub use functions::{FUNCTIONS, Function};
pub use hunts::{Hunt, Lacking, Parameter, hunts, period};
pub use output::{Csv, Ndjson, ParquetFile, cells};

/// What a question may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Memory, in bytes; what needs more goes to disk, as far as it can.
    pub memory: usize,
    /// Disk for what memory does not hold, in bytes.
    pub disk: u64,
    /// Time.
    pub time: Duration,
    /// Threads; as many as cores when not given.
    pub threads: Option<usize>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory: 1 << 30, disk: 32 << 30, time: Duration::from_mins(5), threads: None }
    }
}

/// A value that a question leaves open, as `$name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A moment.
    Time(Time),
    /// A number.
    Number(i64),
}

impl Value {
    fn scalar(&self) -> ScalarValue {
        match self {
            Self::Text(text) => ScalarValue::Utf8(Some(text.clone())),
            Self::Time(time) => {
                ScalarValue::TimestampMicrosecond(Some(time.micros()), Some("UTC".into()))
            }
            Self::Number(number) => ScalarValue::Int64(Some(*number)),
        }
    }
}

/// Values by the names that a question gives them.
pub type Values = BTreeMap<String, Value>;

/// Answers questions about a lake.
pub struct Engine {
    lake: Arc<Lake>,
    context: SessionContext,
    limits: Limits,
}

/// The tables that a question may name: their names and what is in them.
pub const TABLES: [(&str, &str); 4] = [
    (
        "events",
        "one row for each event, with the columns of the lake and some that are read from the record",
    ),
    ("identities", "what each principal did, as the last scan that saw it summed it up"),
    ("incidents", "what scans found, each incident as the last scan that saw it told it"),
    ("lineage", "which credential made or ended which: one row for each event that did"),
];

/// The columns that questions find in `events` beside those of the files, read from the record.
pub const FROM_RECORD: [(&str, &str, &str); 6] = [
    ("action", "service || ':' || event_name", "`service:Name`, the way IAM writes actions"),
    ("request", "json_get(record, 'requestParameters')", "`requestParameters`, as JSON"),
    ("response", "json_get(record, 'responseElements')", "`responseElements`, as JSON"),
    ("error_message", "json_get(record, 'errorMessage')", "`errorMessage`"),
    ("request_id", "json_get(record, 'requestID')", "`requestID`"),
    ("event_type", "json_get(record, 'eventType')", "`eventType`, for example `AwsApiCall`"),
];

const LINEAGE: &str = "SELECT event_time, event_id, account_id, principal AS maker, arn AS maker_arn, \
     access_key_id AS maker_key_id, service || ':' || event_name AS how, made_kind, made_key_id, \
     made_owner, made_ends, day, bucket FROM events WHERE made_kind IS NOT NULL";

impl Engine {
    /// An engine over the lake as it is now, with what is known about addresses.
    pub fn new(lake: &Arc<Lake>, book: &Arc<AddressBook>, limits: Limits) -> Result<Self, Error> {
        let threads = limits
            .threads
            .or_else(|| std::thread::available_parallelism().ok().map(std::num::NonZeroUsize::get));
        let mut config = SessionConfig::new()
            .with_target_partitions(threads.unwrap_or(1))
            .with_information_schema(false);
        let parquet = &mut config.options_mut().execution.parquet;
        // Rows are decided about by a few columns; the others are read of those that stay.
        parquet.pushdown_filters = true;
        parquet.reorder_filters = true;
        let disk = DiskManagerBuilder::default()
            .with_mode(DiskManagerMode::OsTmpDirectory)
            .with_max_temp_directory_size(limits.disk);
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(limits.memory)))
            .with_disk_manager_builder(disk)
            .build_arc()
            .map_err(|error| Error::question(&error))?;
        let context = SessionContext::new_with_config_rt(config, runtime);
        let engine = Self { lake: Arc::clone(lake), context, limits };
        engine.define(book)?;
        Ok(engine)
    }

    /// Makes tables and functions known.
    fn define(&self, book: &Arc<AddressBook>) -> Result<(), Error> {
        let place = &self.lake.place;
        let snapshot = files::Snapshot::take(&self.lake)?;
        self.context.register_object_store(&files::url()?, Arc::clone(&place.store));
        for function in functions::all(book) {
            self.context.register_udf(function);
        }
        let register = |name: &str, table| {
            self.context.register_table(name, table).map_err(|error| Error::question(&error))
        };
        let columns = FROM_RECORD.iter().map(|(name, text, _)| format!("{text} AS {name}"));
        let columns = columns.collect::<Vec<_>>().join(", ");
        register("event_files", Arc::new(files::Events::new(&snapshot)))?;
        register("events", self.view(&format!("SELECT *, {columns} FROM event_files"))?)?;
        register("lineage", self.view(LINEAGE)?)?;
        for name in ["identities", "incidents"] {
            register(name, Arc::new(files::Other::new(&snapshot, name)?))?;
        }
        Ok(())
    }

    fn view(&self, sql: &str) -> Result<Arc<ViewTable>, Error> {
        let plan = self.lake.place.wait(self.context.state().create_logical_plan(sql));
        let plan = plan.map_err(|error| Error::question(&error))?;
        Ok(Arc::new(ViewTable::new(plan, Some(sql.to_owned()))))
    }

    /// The columns of an answer.
    pub fn columns(&self, sql: &str, values: &Values) -> Result<SchemaRef, Error> {
        let frame = self.lake.place.wait(self.frame(sql, values))?;
        Ok(Arc::clone(frame.schema().inner()))
    }

    /// Asks, and hands the answer over piece by piece.
    pub fn ask<E: From<Error>>(
        &self,
        sql: &str,
        values: &Values,
        mut each: impl FnMut(RecordBatch) -> Result<(), E>,
    ) -> Result<(), E> {
        let answer = async {
            let frame = self.frame(sql, values).await?;
            let fault = |error| Error::question(&error);
            let mut rows = frame.execute_stream().await.map_err(fault)?;
            while let Some(batch) = rows.try_next().await.map_err(fault)? {
                if batch.num_rows() > 0 {
                    each(batch)?;
                }
            }
            Ok(())
        };
        let seconds = self.limits.time.as_secs();
        let timed = async { tokio::time::timeout(self.limits.time, answer).await };
        self.lake.place.wait(timed).unwrap_or_else(|_| Err(Error::TooLong { seconds }.into()))
    }

    /// How a question would be answered: the steps, and the files that would be read.
    pub fn explain(&self, sql: &str, values: &Values) -> Result<String, Error> {
        self.lake.place.wait(async {
            let frame = self.frame(sql, values).await?;
            let plan = frame.create_physical_plan().await;
            let plan = plan.map_err(|error| Error::question(&error))?;
            Ok(displayable(plan.as_ref()).indent(true).to_string())
        })
    }

    /// Asks, and gives the whole answer.
    pub fn rows(&self, sql: &str, values: &Values) -> Result<Vec<RecordBatch>, Error> {
        let mut rows = Vec::new();
        self.ask(sql, values, |batch| {
            rows.push(batch);
            Ok::<(), Error>(())
        })?;
        Ok(rows)
    }

    /// Understands a question, and refuses one that is no question.
    async fn frame(&self, sql: &str, values: &Values) -> Result<DataFrame, Error> {
        let reading = SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false);
        let fault = |error| Error::question(&error);
        let frame = self.context.sql_with_options(sql, reading).await.map_err(fault)?;
        let open = frame.logical_plan().get_parameter_names().map_err(fault)?;
        let unknown = open.iter().find(|name| !values.contains_key(name.trim_start_matches('$')));
        if let Some(name) = unknown {
            return Err(Error::Open { name: name.clone() });
        }
        if open.is_empty() {
            return Ok(frame);
        }
        let scalar = |(name, value): (&String, &Value)| {
            (name.clone(), ScalarAndMetadata::from(value.scalar()))
        };
        let values = ParamValues::Map(values.iter().map(scalar).collect());
        frame.with_param_values(values).map_err(fault)
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Engine").field("limits", &self.limits).finish_non_exhaustive()
    }
}
