//! Rows that are read from files of the lake, to be compared or written anew.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, new_null_array};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{Field, SchemaRef, TimestampMicrosecondType};
use bytes::Bytes;
use cloudtrail::{EventId, Time};
use futures::future::BoxFuture;
use futures::{FutureExt, TryFutureExt, TryStreamExt};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ArrowReaderOptions;
use parquet::arrow::async_reader::{
    AsyncFileReader, ParquetRecordBatchStream, ParquetRecordBatchStreamBuilder,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};

use crate::Error;
use crate::place::Place;
use crate::writer::Ids;

/// A file of so many bytes, read piece by piece.
struct Remote {
    store: Arc<dyn ObjectStore>,
    path: Path,
    size: u64,
}

impl AsyncFileReader for Remote {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, parquet::errors::Result<Bytes>> {
        let get = async { self.store.get_range(&self.path, range).await };
        get.map_err(|error| ParquetError::External(Box::new(error))).boxed()
    }

    fn get_byte_ranges(
        &mut self,
        ranges: Vec<Range<u64>>,
    ) -> BoxFuture<'_, parquet::errors::Result<Vec<Bytes>>> {
        let get = async move { self.store.get_ranges(&self.path, &ranges).await };
        get.map_err(|error| ParquetError::External(Box::new(error))).boxed()
    }

    fn get_metadata<'a>(
        &'a mut self,
        _: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, parquet::errors::Result<Arc<ParquetMetaData>>> {
        let size = self.size;
        let load = async move { ParquetMetaDataReader::new().load_and_finish(self, size).await };
        load.map_ok(Arc::new).boxed()
    }
}

/// Reads a file from its beginning to its end.
pub(crate) struct Reader {
    batches: ParquetRecordBatchStream<Remote>,
    runtime: tokio::runtime::Handle,
    path: String,
}

impl Reader {
    /// All columns of a file, so many rows at a time.
    pub(crate) fn open(place: &Place, path: &str, size: u64, rows: usize) -> Result<Self, Error> {
        Self::of(place, path, size, rows, &[])
    }

    fn of(
        place: &Place,
        path: &str,
        size: u64,
        rows: usize,
        columns: &[&str],
    ) -> Result<Self, Error> {
        let fault = |error| Error::decode(path, error);
        let store = Arc::clone(&place.store);
        let reader = Remote { store, path: Path::from(path), size };
        let builder = place.wait(ParquetRecordBatchStreamBuilder::new(reader)).map_err(fault)?;
        let mask = match columns {
            [] => ProjectionMask::all(),
            names => ProjectionMask::columns(builder.parquet_schema(), names.iter().copied()),
        };
        let batches = builder.with_projection(mask).with_batch_size(rows).build();
        Ok(Self {
            batches: batches.map_err(fault)?,
            runtime: place.runtime.handle().clone(),
            path: path.to_owned(),
        })
    }

    /// The next rows; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<RecordBatch>, Error> {
        let next = self.runtime.block_on(self.batches.try_next());
        next.map_err(|error| Error::decode(&self.path, error))
    }
}

/// Reads some columns of a file, all if none are named, and hands them over piece by piece.
pub(crate) fn read(
    place: &Place,
    path: &str,
    size: u64,
    columns: &[&str],
    mut each: impl FnMut(RecordBatch) -> Result<(), Error>,
) -> Result<(), Error> {
    const ROWS: usize = 8_192;
    let mut reader = Reader::of(place, path, size, ROWS, columns)?;
    while let Some(batch) = reader.next()? {
        each(batch)?;
    }
    Ok(())
}

/// The columns of a file.
#[cfg(feature = "query")]
pub(crate) fn columns(place: &Place, path: &str, size: u64) -> Result<SchemaRef, Error> {
    let store = Arc::clone(&place.store);
    let reader = Remote { store, path: Path::from(path), size };
    let builder = place.wait(ParquetRecordBatchStreamBuilder::new(reader));
    Ok(Arc::clone(builder.map_err(|error| Error::decode(path, error))?.schema()))
}

/// The time and the id of every row.
pub(crate) fn ids(rows: &RecordBatch) -> impl Iterator<Item = (Time, EventId)> + '_ {
    let times = rows
        .column_by_name("event_time")
        .and_then(|times| times.as_primitive_opt::<TimestampMicrosecondType>());
    let ids = rows.column_by_name("event_id").and_then(|ids| ids.as_string_opt::<i32>());
    let pairs = times.zip(ids).into_iter();
    pairs.flat_map(|(times, ids)| {
        let pair = |at| (Time::from_micros(times.value(at)), EventId::new(ids.value(at)));
        (0..ids.len()).map(pair)
    })
}

/// The rows that are not known.
pub(crate) fn unknown(rows: &RecordBatch, known: &Ids) -> Result<RecordBatch, Error> {
    let keep: BooleanArray = ids(rows).map(|id| Some(!known.contains(&id))).collect();
    filter_record_batch(rows, &keep).map_err(Error::encode)
}

/// Rows of an earlier version with the columns of this one.
pub(crate) fn conform(rows: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, Error> {
    let column = |field: &Arc<Field>| -> Result<ArrayRef, Error> {
        match rows.column_by_name(field.name()) {
            Some(column) if column.data_type() == field.data_type() => Ok(Arc::clone(column)),
            Some(column) => arrow::compute::cast(column, field.data_type()).map_err(Error::encode),
            None => Ok(new_null_array(field.data_type(), rows.num_rows())),
        }
    };
    let columns = schema.fields().iter().map(column).collect::<Result<Vec<_>, Error>>()?;
    RecordBatch::try_new(Arc::clone(schema), columns).map_err(Error::encode)
}
