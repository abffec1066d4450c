//! The tables, as files that are read in place.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::stats::Precision;
use datafusion::common::{DataFusionError, Statistics, project_schema};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::datasource::{TableProvider, TableType};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::scalar::ScalarValue;

use crate::Error;
use crate::index::Index;
use crate::lake::Lake;
use crate::manifest::{self, FileEntry, Manifest, partition};
use crate::query::prune::Known;
use crate::rows;
use crate::schema::schema;

/// By this address the engine knows the lake.
const URL: &str = "lake://files";

pub(super) fn url() -> Result<url::Url, Error> {
    url::Url::parse(URL).map_err(Error::encode)
}

/// A lake at one moment.
#[derive(Debug)]
pub(super) struct Snapshot {
    manifest: Manifest,
    index: Arc<Index>,
    /// What was still where it was written.
    staged: HashSet<String>,
    /// The columns of the other tables.
    others: Vec<(String, SchemaRef)>,
}

impl Snapshot {
    pub(super) fn take(lake: &Lake) -> Result<Self, Error> {
        let staged = manifest::staged(&lake.place)?;
        let manifest = lake.manifest()?;
        let index = lake.index(&manifest)?;
        let mut others = Vec::new();
        for (name, table) in &manifest.tables {
            let place = if staged.contains(&table.staged) { &table.staged } else { &table.path };
            others.push((name.clone(), rows::columns(&lake.place, place, table.bytes)?));
        }
        Ok(Self { manifest, index: Arc::new(index), staged, others })
    }

    fn place<'s>(&self, path: &'s str, staged: &'s str) -> &'s str {
        if self.staged.contains(staged) { staged } else { path }
    }
}

/// One file with events.
#[derive(Debug)]
struct EventFile {
    path: String,
    /// Where it can be read.
    place: String,
    entry: FileEntry,
}

/// All files with events.
#[derive(Debug)]
pub(super) struct Events {
    files: Vec<EventFile>,
    index: Arc<Index>,
    schema: TableSchema,
}

impl Events {
    pub(super) fn new(snapshot: &Snapshot) -> Self {
        let file = |(path, entry): (&String, &FileEntry)| EventFile {
            path: path.clone(),
            place: snapshot.place(path, &entry.staged).to_owned(),
            entry: entry.clone(),
        };
        let folders = vec![
            Arc::new(Field::new("day", DataType::Date32, true)),
            Arc::new(Field::new("bucket", DataType::Int32, true)),
        ];
        Self {
            files: snapshot.manifest.files.iter().map(file).collect(),
            index: Arc::clone(&snapshot.index),
            schema: TableSchema::builder(schema()).with_table_partition_cols(folders).build(),
        }
    }

    /// The files in which conditions may be satisfied.
    fn matching(&self, conditions: &[Expr]) -> Vec<&EventFile> {
        let may = |file: &&EventFile| {
            let known = Known { path: &file.path, entry: &file.entry, index: &self.index };
            conditions.iter().all(|condition| known.may_satisfy(condition))
        };
        self.files.iter().filter(may).collect()
    }
}

#[async_trait]
impl TableProvider for Events {
    fn schema(&self) -> SchemaRef {
        Arc::clone(self.schema.table_schema())
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>, DataFusionError> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        let matching = self.matching(filters);
        tracing::debug!(files = matching.len(), of = self.files.len(), "files to be read");
        let rows: u64 = matching.iter().map(|file| file.entry.rows).sum();
        let files = matching.into_iter().map(|file| {
            let bucket = partition(&file.path).map_or(0, |(_, bucket)| bucket);
            PartitionedFile::new(file.place.clone(), file.entry.bytes).with_partition_values(vec![
                ScalarValue::Date32(Some(file.entry.from.day() as i32)),
                ScalarValue::Int32(Some(bucket as i32)),
            ])
        });
        // A limit may only be heeded by whoever has seen all conditions.
        let limit = limit.filter(|_| filters.is_empty());
        plan(state, &self.schema, files.collect(), rows, projection, limit)
    }
}

/// A table that is one file.
#[derive(Debug)]
pub(super) struct Other {
    file: Option<(String, u64, u64)>,
    schema: TableSchema,
}

impl Other {
    pub(super) fn new(snapshot: &Snapshot, name: &str) -> Result<Self, Error> {
        let table = snapshot.manifest.tables.get(name);
        let file = table.map(|table| {
            (snapshot.place(&table.path, &table.staged).to_owned(), table.bytes, table.rows)
        });
        let schema = snapshot.others.iter().find(|(other, _)| other == name);
        let schema = match schema {
            Some((_, schema)) => Arc::clone(schema),
            None => crate::tables::columns_of(name)?,
        };
        Ok(Self { file, schema: TableSchema::from(schema) })
    }
}

#[async_trait]
impl TableProvider for Other {
    fn schema(&self) -> SchemaRef {
        Arc::clone(self.schema.table_schema())
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        let file = self.file.iter();
        let files = file.map(|(path, bytes, _)| PartitionedFile::new(path.clone(), *bytes));
        let rows = self.file.as_ref().map_or(0, |(_, _, rows)| *rows);
        plan(state, &self.schema, files.collect(), rows, projection, limit)
    }
}

/// Reads some files, as many at a time as there are threads.
fn plan(
    state: &dyn Session,
    schema: &TableSchema,
    files: Vec<PartitionedFile>,
    rows: u64,
    projection: Option<&Vec<usize>>,
    limit: Option<usize>,
) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
    if files.is_empty() {
        let columns = project_schema(schema.table_schema(), projection)?;
        return Ok(Arc::new(EmptyExec::new(columns)));
    }
    let url = ObjectStoreUrl::parse(URL)?;
    let runtime = state.runtime_env();
    let readers = CachedParquetFileReaderFactory::new(
        runtime.object_store(&url)?,
        runtime.cache_manager.get_file_metadata_cache(),
    );
    let options = state.config_options().execution.parquet.clone();
    let source = ParquetSource::new(schema.clone())
        .with_table_parquet_options(datafusion::config::TableParquetOptions {
            global: options,
            ..Default::default()
        })
        // The end of a file: what is in it and where, without asking twice.
        .with_metadata_size_hint(64 << 10)
        .with_parquet_file_reader_factory(Arc::new(readers));
    let threads = state.config().target_partitions();
    let groups = FileGroup::new(files).split_files(threads);
    let statistics = Statistics {
        num_rows: Precision::Exact(rows as usize),
        ..Statistics::new_unknown(schema.table_schema())
    };
    let config = FileScanConfigBuilder::new(url, Arc::new(source))
        .with_file_groups(groups)
        .with_statistics(statistics)
        .with_projection_indices(projection.cloned())?
        .with_limit(limit)
        .build();
    Ok(DataSourceExec::from_data_source(config))
}
