//! Answers as CSV, lines of JSON, Parquet, and cells of a table.

use std::io::Write;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StructArray};
use arrow::datatypes::{DataType, Field, SchemaRef, TimeUnit};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use serde_json::{Map, Value as Json};

use crate::Error;

/// How values are written as text: RFC 3339 in UTC, lists with brackets, nothing for none.
fn format() -> FormatOptions<'static> {
    const TIME: &str = "%Y-%m-%dT%H:%M:%S%.fZ";
    FormatOptions::new()
        .with_timestamp_format(Some(TIME))
        .with_timestamp_tz_format(Some(TIME))
        .with_display_error(true)
}

/// The values of some rows as texts, row by row.
pub fn cells(rows: &RecordBatch) -> Result<Vec<Vec<String>>, Error> {
    let format = format();
    let columns = rows
        .columns()
        .iter()
        .map(|column| ArrayFormatter::try_new(column.as_ref(), &format))
        .collect::<Result<Vec<_>, _>>()
        .map_err(Error::encode)?;
    let row = |at: usize| columns.iter().map(|column| column.value(at).to_string()).collect();
    Ok((0..rows.num_rows()).map(row).collect())
}

/// Writes comma-separated values that a spreadsheet takes for texts and numbers, never formulas.
#[derive(Debug)]
pub struct Csv<W> {
    out: W,
}

impl<W: Write> Csv<W> {
    /// Begins with the names of the columns.
    pub fn new(mut out: W, columns: &SchemaRef) -> std::io::Result<Self> {
        let names: Vec<String> =
            columns.fields().iter().map(|field| csv(field.name(), true)).collect();
        writeln!(out, "{}", names.join(","))?;
        Ok(Self { out })
    }

    /// Adds rows.
    pub fn write(&mut self, rows: &RecordBatch) -> std::io::Result<()> {
        let text: Vec<bool> =
            rows.columns().iter().map(|column| !column.data_type().is_numeric()).collect();
        for row in cells(rows).map_err(std::io::Error::other)? {
            let row: Vec<String> =
                row.iter().zip(&text).map(|(cell, text)| csv(cell, *text)).collect();
            writeln!(self.out, "{}", row.join(","))?;
        }
        Ok(())
    }
}

/// A value in quotes if it needs them. Spreadsheets run what begins like a formula; an apostrophe
/// makes it a text (OWASP, CSV injection). Line breaks and tabs become spaces: some readers take
/// them for ends.
fn csv(value: &str, is_text: bool) -> String {
    let harmless = |letter: char| if is_unseen(letter) { ' ' } else { letter };
    let mut value: String = value.chars().map(harmless).collect();
    let runs = value
        .trim_start()
        .starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    if is_text && runs {
        value.insert(0, '\'');
    }
    if value.contains([',', '"', '\'', ';']) || value.trim() != value {
        return format!("\"{}\"", value.replace('"', "\"\""));
    }
    value
}

/// Whether a letter moves the cursor, hides, or turns the text around it.
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Writes one JSON object a row.
#[derive(Debug)]
pub struct Ndjson<W> {
    out: W,
}

impl<W: Write> Ndjson<W> {
    /// Begins.
    pub fn new(out: W) -> Self {
        Self { out }
    }

    /// Adds rows.
    pub fn write(&mut self, rows: &RecordBatch) -> std::io::Result<()> {
        let schema = rows.schema();
        for at in 0..rows.num_rows() {
            let mut object = Map::new();
            for (field, column) in schema.fields().iter().zip(rows.columns()) {
                object.insert(field.name().clone(), json(column, at)?);
            }
            let line = serde_json::to_string(&object)?;
            // What a terminal would obey is spelled out; it is the same text for a parser.
            for letter in line.chars() {
                if is_unseen(letter) {
                    for unit in letter.encode_utf16(&mut [0; 2]).iter() {
                        write!(self.out, "\\u{unit:04x}")?;
                    }
                } else {
                    write!(self.out, "{letter}")?;
                }
            }
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }
}

/// A value as JSON; what has no form there is a text.
fn json(column: &ArrayRef, at: usize) -> std::io::Result<Json> {
    use arrow::compute::cast;
    use arrow::datatypes::{Float64Type, Int64Type};
    if column.is_null(at) {
        return Ok(Json::Null);
    }
    let one = column.slice(at, 1);
    let other = std::io::Error::other;
    let value = match column.data_type() {
        DataType::Boolean => Json::Bool(one.as_boolean().value(0)),
        kind if kind.is_integer() => match cast(&one, &DataType::Int64) {
            Ok(number) if number.is_valid(0) => {
                Json::from(number.as_primitive::<Int64Type>().value(0))
            }
            _ => Json::String(text(&one)?),
        },
        kind if kind.is_numeric() => {
            let number = cast(&one, &DataType::Float64).map_err(other)?;
            Json::from(number.as_primitive::<Float64Type>().value(0))
        }
        DataType::List(_) => {
            let list = one.as_list::<i32>().value(0);
            let values = (0..list.len()).map(|at| json(&list, at));
            Json::Array(values.collect::<std::io::Result<_>>()?)
        }
        DataType::Struct(_) => {
            let parts: &StructArray = one.as_struct();
            let mut object = Map::new();
            for (name, column) in parts.column_names().iter().zip(parts.columns()) {
                object.insert((*name).to_owned(), json(column, 0)?);
            }
            Json::Object(object)
        }
        _ => Json::String(text(&one)?),
    };
    Ok(value)
}

fn text(one: &ArrayRef) -> std::io::Result<String> {
    let format = format();
    let shown = ArrayFormatter::try_new(one.as_ref(), &format).map_err(std::io::Error::other)?;
    Ok(shown.value(0).to_string())
}

/// Writes a Parquet file.
#[derive(Debug)]
pub struct ParquetFile<W: Write + Send> {
    writer: ArrowWriter<W>,
    columns: SchemaRef,
}

impl<W: Write + Send> ParquetFile<W> {
    /// Begins.
    pub fn new(out: W, columns: &SchemaRef) -> Result<Self, Error> {
        let fields: Vec<Field> = columns.fields().iter().map(|field| plain(field)).collect();
        let columns = Arc::new(arrow::datatypes::Schema::new(fields));
        let properties =
            WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default()));
        let writer = ArrowWriter::try_new(out, Arc::clone(&columns), Some(properties.build()));
        Ok(Self { writer: writer.map_err(Error::encode)?, columns })
    }

    /// Adds rows.
    pub fn write(&mut self, rows: &RecordBatch) -> Result<(), Error> {
        self.writer.write(&crate::rows::conform(rows, &self.columns)?).map_err(Error::encode)
    }

    /// Ends the file.
    pub fn finish(self) -> Result<W, Error> {
        self.writer.into_inner().map_err(Error::encode)
    }
}

/// A column as any reader of Parquet understands it.
fn plain(field: &Field) -> Field {
    let kind = match field.data_type() {
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::Timestamp(_, zone) => DataType::Timestamp(TimeUnit::Microsecond, zone.clone()),
        other => other.clone(),
    };
    Field::new(field.name(), kind, true)
}

#[cfg(test)]
mod tests {
    use super::csv;

    #[test]
    fn a_spreadsheet_takes_nothing_for_a_formula() {
        for (value, written) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=1+1", "\"'=1+1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("-cmd|' /C calc'!A0", "\"'-cmd|' /C calc'!A0\""),
            ("\t=1", "\"' =1\""),
            ("two\nlines", "two lines"),
            ("", ""),
        ] {
            assert_eq!(csv(value, true), written);
        }
        assert_eq!(csv("-5", false), "-5");
    }
}
