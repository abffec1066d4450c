//! What scans found, beside the events: the tables `identities` and `incidents`.
//!
//! Each is one file. What a scan found replaces what earlier ones found of the same incident or the
//! same identity; the rest stays.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, ListBuilder, RecordBatch,
    StringArray, StringBuilder, TimestampMicrosecondArray,
};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{Field, Schema};
use cloudtrail::Time;
use incident::{IdentitySummary, Incident};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::Error;
use crate::manifest::{Manifest, STAGED, Table};
use crate::place::Place;
use crate::rows;
use crate::schema::element;
use crate::writer::{Writer, digest};

/// What a scan found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The name of a table, the column that tells its rows apart, and rows.
    tables: Vec<(&'static str, &'static str, RecordBatch)>,
}

impl Writer {
    /// Takes in what the scan found; it is in the lake with the next commit.
    pub fn found(
        &mut self,
        incidents: &[Incident],
        identities: &[IdentitySummary],
    ) -> Result<(), Error> {
        self.tables.tables = vec![
            ("identities", "principal", of_identities(identities)?),
            ("incidents", "id", of_incidents(incidents)?),
        ];
        Ok(())
    }
}

impl Found {
    pub(crate) fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// Writes the tables with what was found, and enters them in a list of files.
    pub(crate) fn enter(
        &self,
        place: &Place,
        manifest: &mut Manifest,
        writer: &str,
    ) -> Result<(), Error> {
        for (name, key, fresh) in &self.tables {
            let mut all = Vec::new();
            if let Some(table) = manifest.tables.get(*name) {
                let fresh_keys: HashSet<&str> = texts_of(fresh, key).collect();
                let path = crate::manifest::whereabouts(place, &table.path, &table.staged)?;
                rows::read(place, &path, table.bytes, &[], |old| {
                    let kept = texts_of(&old, key).map(|key| Some(!fresh_keys.contains(key)));
                    let kept: BooleanArray = kept.collect();
                    let old = filter_record_batch(&old, &kept).map_err(Error::encode)?;
                    all.push(rows::conform(&old, &fresh.schema())?);
                    Ok(())
                })?;
            }
            all.push(fresh.clone());
            let bytes = encode(&all)?;
            let file = format!("{:012}-{}.parquet", manifest.version, digest(&bytes));
            let staged = format!("{STAGED}/{writer}/{name}-{file}");
            let table = Table {
                path: format!("tables/{name}/{file}"),
                rows: all.iter().map(|rows| rows.num_rows() as u64).sum(),
                bytes: bytes.len() as u64,
                staged: staged.clone(),
            };
            if manifest.tables.get(*name).is_some_and(|old| same_content(old, &table)) {
                continue;
            }
            place.write(&staged, bytes.into())?;
            manifest.tables.insert((*name).to_owned(), table);
        }
        Ok(())
    }
}

/// Whether two tables have the same digest in their names.
fn same_content(one: &Table, other: &Table) -> bool {
    let content = |table: &Table| table.path.rsplit('-').next().map(str::to_owned);
    content(one) == content(other)
}

fn texts_of<'r>(rows: &'r RecordBatch, column: &str) -> impl Iterator<Item = &'r str> {
    let texts = rows.column_by_name(column).and_then(|column| column.as_string_opt::<i32>());
    texts.into_iter().flat_map(|texts| texts.iter().map(Option::unwrap_or_default))
}

fn encode(all: &[RecordBatch]) -> Result<Vec<u8>, Error> {
    let Some(first) = all.first() else { return Ok(Vec::new()) };
    let properties =
        WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default()));
    let options = ArrowWriterOptions::new()
        .with_properties(properties.build())
        .with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(Vec::new(), first.schema(), options)
        .map_err(Error::encode)?;
    for rows in all {
        writer.write(rows).map_err(Error::encode)?;
    }
    writer.into_inner().map_err(Error::encode)
}

/// The columns of a table that is being made.
#[derive(Default)]
struct Columns {
    fields: Vec<Field>,
    arrays: Vec<ArrayRef>,
}

impl Columns {
    fn add(&mut self, name: &str, array: impl Array + 'static) {
        self.fields.push(Field::new(name, array.data_type().clone(), true));
        self.arrays.push(Arc::new(array));
    }

    fn text<T: AsRef<str>>(&mut self, name: &str, values: impl Iterator<Item = T>) {
        let some = |value: T| (!value.as_ref().is_empty()).then(|| value.as_ref().to_owned());
        self.add(name, values.map(some).collect::<StringArray>());
    }

    fn time(&mut self, name: &str, values: impl Iterator<Item = Option<Time>>) {
        let micros = values.map(|time| time.map(Time::micros));
        self.add(name, micros.collect::<TimestampMicrosecondArray>().with_timezone("UTC"));
    }

    fn count(&mut self, name: &str, values: impl Iterator<Item = u64>) {
        self.add(name, values.map(|value| Some(value as i64)).collect::<Int64Array>());
    }

    fn number(&mut self, name: &str, values: impl Iterator<Item = f64>) {
        self.add(name, values.map(Some).collect::<Float64Array>());
    }

    fn list(&mut self, name: &str, values: impl Iterator<Item = Vec<String>>) {
        let mut builder = ListBuilder::new(StringBuilder::new()).with_field(element());
        for list in values {
            for text in &list {
                builder.values().append_value(text);
            }
            builder.append(true);
        }
        self.add(name, builder.finish());
    }

    fn rows(self) -> Result<RecordBatch, Error> {
        RecordBatch::try_new(Arc::new(Schema::new(self.fields)), self.arrays).map_err(Error::encode)
    }
}

/// The columns of a table in which nothing is.
#[cfg(feature = "query")]
pub(crate) fn columns_of(name: &str) -> Result<arrow::datatypes::SchemaRef, Error> {
    let rows = if name == "identities" { of_identities(&[]) } else { of_incidents(&[]) };
    Ok(rows?.schema())
}

fn of_identities(list: &[IdentitySummary]) -> Result<RecordBatch, Error> {
    let mut columns = Columns::default();
    let each = || list.iter();
    columns.text("principal", each().map(|one| &one.principal));
    columns.text("kind", each().map(|one| &one.kind));
    columns.count("events", each().map(|one| one.events));
    columns.count("service_events", each().map(|one| one.service_events));
    columns.count("days", each().map(|one| u64::from(one.days)));
    columns.time("first_seen", each().map(|one| Some(one.first_seen)));
    columns.time("last_seen", each().map(|one| Some(one.last_seen)));
    columns.list("access_key_ids", each().map(|one| strings(&one.access_key_ids)));
    columns.count("keys", each().map(|one| one.keys));
    columns.count("networks", each().map(|one| u64::from(one.networks)));
    columns.count("clients", each().map(|one| u64::from(one.clients)));
    columns.count("regions", each().map(|one| u64::from(one.regions)));
    columns.count("refusals", each().map(|one| one.refusals));
    columns.count("sensitive", each().map(|one| one.sensitive));
    columns.number("score", each().map(|one| one.score));
    columns.rows()
}

fn of_incidents(list: &[Incident]) -> Result<RecordBatch, Error> {
    let mut columns = Columns::default();
    let each = || list.iter();
    columns.text("id", each().map(|one| &one.id));
    columns.text("title", each().map(|one| &one.title));
    columns.text("severity", each().map(|one| format!("{:?}", one.severity).to_lowercase()));
    columns.text("status", each().map(|one| format!("{:?}", one.status).to_lowercase()));
    columns.number("score", each().map(|one| one.score));
    columns.number("probability", each().map(|one| one.probability));
    columns.time("first_seen", each().map(|one| Some(one.first_seen)));
    columns.time("last_seen", each().map(|one| Some(one.last_seen)));
    columns.time("detected_at", each().map(|one| one.detected_at));
    columns.text(
        "root_access_key_id",
        each().map(|one| one.root_access_key_id.as_ref().map_or("", |key| key.as_str())),
    );
    columns.list("access_key_ids", each().map(|one| strings(&one.access_key_ids)));
    columns.list("principals", each().map(|one| one.principals.clone()));
    columns.list("account_ids", each().map(|one| strings(&one.account_ids)));
    columns.list("networks", each().map(|one| one.networks.clone()));
    columns.list("clients", each().map(|one| one.clients.clone()));
    columns.list("event_ids", each().map(|one| strings(&one.event_ids)));
    columns.list("resources", each().map(|one| one.resources.clone()));
    columns.list("created", each().map(|one| one.created.clone()));
    columns.list("tactics", each().map(|one| one.tactics.clone()));
    columns.list("techniques", each().map(|one| one.techniques.clone()));
    let documents = each().map(serde_json::to_string).collect::<Result<Vec<_>, _>>();
    columns.text("incident", documents.map_err(Error::encode)?.into_iter());
    columns.rows()
}

fn strings(list: &[impl ToString]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}
