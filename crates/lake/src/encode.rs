//! Events of one day and bucket become one Parquet file.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, AsArray, BooleanBuilder, Int32Builder, Int64Builder, ListBuilder, RecordBatch,
    StringBuilder, TimestampMicrosecondBuilder,
};
use bytes::Bytes;
use cloudtrail::{Event, Time};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::{KeyValue, SortingColumn};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use crate::Error;
use crate::index::Listed;
use crate::row::{Callers, Row};
use crate::schema::{COLUMNS, Column, Find, RECORD, SCHEMA_VERSION, Take, element, schema};

/// Rows that become arrays at a time, column by column: few enough that their events, a kilobyte or
/// two each, are in a core's cache from the first column to the last.
pub(crate) const BATCH: usize = 512;

/// Rows of a row group, at most. A reader that wants one key skips the others.
pub(crate) const ROW_GROUP: usize = 131_072;

/// Rows of a page, at most.
const PAGE_ROWS: usize = 8_192;

/// Text of a page, at most, and likewise of records, of which single ones are read.
const PAGE_BYTES: usize = 1 << 20;
const RECORD_PAGE_BYTES: usize = 256 << 10;

/// Columns that know few values. Their runs take a few bytes as they are; a compressor would take
/// longer to set up than they take to write.
const FEW_VALUES: [&str; 17] = [
    "region",
    "account_id",
    "category",
    "read_only",
    "outcome",
    "principal_kind",
    "identity_type",
    "identity_account_id",
    "credential_type",
    "session_issuer_type",
    "session_mfa",
    "ec2_role_delivery",
    "from_console",
    "mfa_used",
    "made_kind",
    "made_ends",
    "shard",
];

/// A file that was made.
pub(crate) struct Encoded {
    pub(crate) bytes: Bytes,
    /// What files list of their values.
    pub(crate) listed: Listed,
    pub(crate) rows: u64,
    /// The text of its records, in bytes.
    pub(crate) text: u64,
}

/// Makes a file of some events, in the order of (principal, time, id), each once.
pub(crate) fn encode(events: &[Box<Event>]) -> Result<Encoded, Error> {
    let mut callers = Callers::default();
    let numbers: Vec<u32> = events.iter().map(|event| callers.number(event)).collect();
    let ranks = callers.ranks();
    let mut rows: Vec<(u32, u32, &Event)> = numbers
        .iter()
        .zip(events)
        .map(|(number, event)| (ranks[*number as usize], *number, &**event))
        .collect();
    rows.sort_by(|a, b| (a.0, a.2.time, &a.2.id).cmp(&(b.0, b.2.time, &b.2.id)));
    rows.dedup_by(|a, b| a.2.time == b.2.time && a.2.id == b.2.id);
    let rows: Vec<Row<'_>> = rows
        .iter()
        .map(|(_, number, event)| Row { event, caller: &callers.list()[*number as usize] })
        .collect();
    let mut listed = Listed::default();
    let mut file = File::begin(rows.len())?;
    for rows in rows.chunks(BATCH) {
        let arrays = COLUMNS.iter().map(|column| array(column, rows, &mut listed)).collect();
        file.write(&RecordBatch::try_new(schema(), arrays).map_err(Error::encode)?)?;
    }
    let Finished { bytes, rows, text } = file.finish()?;
    Ok(Encoded { bytes, listed, rows, text })
}

/// A file of events that is being made in memory.
pub(crate) struct File {
    writer: ArrowWriter<Vec<u8>>,
    rows: u64,
    text: u64,
}

/// A file that is done.
pub(crate) struct Finished {
    pub(crate) bytes: Bytes,
    pub(crate) rows: u64,
    /// The text of its records, in bytes.
    pub(crate) text: u64,
}

impl File {
    /// Begins a file of so many rows.
    pub(crate) fn begin(rows: usize) -> Result<Self, Error> {
        let options = ArrowWriterOptions::new()
            .with_properties(properties(rows))
            // Other engines would not understand Arrow's own schema, and ours does not need it.
            .with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(Vec::new(), schema(), options);
        Ok(Self { writer: writer.map_err(Error::encode)?, rows: 0, text: 0 })
    }

    pub(crate) fn write(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        let records = rows.column_by_name(RECORD).and_then(|column| column.as_string_opt::<i32>());
        let text = records.map_or(0, |records| records.iter().flatten().map(str::len).sum());
        self.rows += rows.num_rows() as u64;
        self.text += text as u64;
        self.writer.write(rows).map_err(Error::encode)
    }

    pub(crate) fn finish(self) -> Result<Finished, Error> {
        let bytes = self.writer.into_inner().map_err(Error::encode)?.into();
        Ok(Finished { bytes, rows: self.rows, text: self.text })
    }
}

/// The column of some rows.
fn array(column: &Column, rows: &[Row<'_>], listed: &mut Listed) -> ArrayRef {
    match column.take {
        Take::Text(take) => texts(column, rows.len(), rows.iter().map(take), listed),
        Take::Shown(show) => {
            let mut builder = StringBuilder::with_capacity(rows.len(), rows.len() * 36);
            let mut list = listed.of(column);
            let mut text = String::new();
            for row in rows {
                text.clear();
                show(row, &mut text);
                list.add(&text);
                builder.append_option(some(&text));
            }
            Arc::new(builder.finish())
        }
        Take::Time(take) => {
            let mut builder = TimestampMicrosecondBuilder::with_capacity(rows.len());
            builder.extend(rows.iter().map(|row| take(row).map(Time::micros)));
            Arc::new(builder.finish().with_timezone("UTC"))
        }
        Take::Flag(take) => {
            let mut builder = BooleanBuilder::with_capacity(rows.len());
            builder.extend(rows.iter().map(take));
            Arc::new(builder.finish())
        }
        Take::Number(take) => {
            let mut builder = Int64Builder::with_capacity(rows.len());
            builder.extend(rows.iter().map(take));
            Arc::new(builder.finish())
        }
        Take::Small(take) => {
            let mut builder = Int32Builder::with_capacity(rows.len());
            builder.extend(rows.iter().map(|row| Some(take(row))));
            Arc::new(builder.finish())
        }
        Take::Texts(take) => {
            let mut builder = ListBuilder::new(StringBuilder::new()).with_field(element());
            for row in rows {
                let texts = take(row);
                for text in texts {
                    builder.values().append_value(text);
                }
                builder.append(!texts.is_empty());
            }
            Arc::new(builder.finish())
        }
    }
}

fn texts<'a>(
    column: &Column,
    count: usize,
    texts: impl Iterator<Item = &'a str> + Clone,
    listed: &mut Listed,
) -> ArrayRef {
    let bytes = texts.clone().map(str::len).sum();
    let mut builder = StringBuilder::with_capacity(count, bytes);
    let mut list = listed.of(column);
    for text in texts {
        list.add(text);
        builder.append_option(some(text));
    }
    Arc::new(builder.finish())
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// How files of so many rows are written.
fn properties(rows: usize) -> WriterProperties {
    let path = |name: &str| ColumnPath::from(name);
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_write_batch_size(1_024)
        .set_data_page_size_limit(PAGE_BYTES)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_bloom_filter_max_ndv(rows.clamp(1, ROW_GROUP) as u64)
        .set_created_by(concat!("keyhound ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata(Some(vec![KeyValue::new(
            "keyhound.schema".to_owned(),
            SCHEMA_VERSION.to_string(),
        )]))
        .set_sorting_columns(Some(sorting()))
        // Random ids, times and whole records do not repeat.
        .set_column_dictionary_enabled(path("event_id"), false)
        .set_column_dictionary_enabled(path("event_time"), false)
        .set_column_encoding(path("event_time"), Encoding::DELTA_BINARY_PACKED)
        .set_column_dictionary_enabled(path(RECORD), false)
        .set_column_data_page_size_limit(path(RECORD), RECORD_PAGE_BYTES);
    for name in FEW_VALUES {
        properties = properties.set_column_compression(path(name), Compression::UNCOMPRESSED);
    }
    for column in COLUMNS {
        let statistics = match column.find {
            Find::Pages | Find::ListedAndBloom => EnabledStatistics::Page,
            Find::Range | Find::Listed => EnabledStatistics::Chunk,
            Find::Bloom | Find::No => EnabledStatistics::None,
        };
        properties = properties.set_column_statistics_enabled(path(column.name), statistics);
        if column.has_bloom() {
            properties = properties.set_column_bloom_filter_enabled(path(column.name), true);
        }
    }
    properties.build()
}

fn sorting() -> Vec<SortingColumn> {
    let place = |name: &str| COLUMNS.iter().position(|column| column.name == name);
    ["principal", "event_time"]
        .into_iter()
        .filter_map(place)
        .map(|place| SortingColumn {
            column_idx: place as i32,
            descending: false,
            nulls_first: true,
        })
        .collect()
}
