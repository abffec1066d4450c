//! The first pass over a file whose name tells no time: from when to when its records are, and how
//! far they are out of order.
//!
//! The text is only searched for `eventTime`, not decoded. A time that stands inside a request is
//! seen too; that can make the file look earlier or less ordered than it is, which costs memory
//! and never order.

use std::io::{self, Read};

use cloudtrail::Time;
use flate2::read::MultiGzDecoder;
use libdeflater::Decompressor;
use memchr::memmem;

/// Texts up to this many bytes are unpacked in one piece.
const WHOLE: usize = 64 << 20;

/// Packed bytes that are read ahead to see whether the file is small.
const HEAD: usize = 16 << 20;

/// Past [`WHOLE`], a text that is this many times its packed size is a bomb: the decoder stops
/// there as well.
const RATIO: u64 = 300;

/// Unpacked in one call, at most: the decoder loses what it has unpacked in the call that meets
/// damage, and must not lose more here than where the records are read.
const PIECE: usize = 16 << 10;

/// How much of a large text is looked at in one go.
const STEP: usize = 1 << 20;

const KEY: &[u8] = b"eventTime";

/// The longest way from the key to the end of its value, escapes and spaces included.
const REACH: usize = 128;

/// What the first pass found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Measure {
    /// The earliest time; the end of time where there is none.
    pub(crate) first: Time,
    /// The latest time; the beginning of time where there is none.
    pub(crate) last: Time,
    /// How far a time lies behind one that stands before it, at most, in microseconds.
    pub(crate) disorder: i64,
    /// Bytes of text.
    pub(crate) text: u64,
    /// The name of a format that is not read, known by its first bytes.
    pub(crate) format: Option<&'static str>,
}

impl Default for Measure {
    fn default() -> Self {
        Self { first: Time::MAX, last: Time::MIN, disorder: 0, text: 0, format: None }
    }
}

/// Buffers that are used again from file to file.
#[derive(Default)]
pub(crate) struct Measurer {
    decompressor: Option<Decompressor>,
    packed: Vec<u8>,
    text: Vec<u8>,
}

impl Measurer {
    /// Measures a file, gzip or plain, in bounded memory. What is measured of a damaged file is
    /// what the decoder can read of it.
    pub(crate) fn measure(&mut self, mut reader: impl Read) -> io::Result<Measure> {
        self.packed.clear();
        let ended = match reader.by_ref().take(HEAD as u64).read_to_end(&mut self.packed) {
            Ok(count) => count < HEAD,
            Err(error) if self.packed.is_empty() => return Err(error),
            // The decoder will read as far, and say so.
            Err(_) => true,
        };
        if let Some(format) = foreign_format(&self.packed) {
            return Ok(Measure { format: Some(format), ..Measure::default() });
        }
        let mut measure = Measure::default();
        if self.packed.starts_with(&[0x1f, 0x8b]) {
            if ended && self.unpack() {
                measure.see(&self.text, true);
            } else {
                let packed = Counted { inner: self.packed.chain(reader), count: 0 };
                self.text.clear();
                let decoder = MultiGzDecoder::new(packed);
                measure.stream(Unpacked { decoder, count: 0 }, &mut self.text);
            }
        } else if ended {
            measure.see(&self.packed, true);
        } else {
            self.text.clear();
            measure.stream(self.packed.chain(reader), &mut self.text);
        }
        Ok(measure)
    }

    /// Unpacks a small, healthy file of one member.
    fn unpack(&mut self) -> bool {
        let Some(tail) = self.packed.last_chunk::<4>() else { return false };
        let size = u32::from_le_bytes(*tail) as usize;
        let several_members = memmem::find(&self.packed[1..], &[0x1f, 0x8b, 0x08]).is_some();
        if size > WHOLE || several_members {
            return false;
        }
        self.text.resize(size, 0);
        let decompressor = self.decompressor.get_or_insert_with(Decompressor::new);
        decompressor.gzip_decompress(&self.packed, &mut self.text).is_ok_and(|count| count == size)
    }
}

impl Measure {
    /// Reads until the end, or until reading fails: there the decoder will stop as well.
    fn stream(&mut self, mut reader: impl Read, buffer: &mut Vec<u8>) {
        loop {
            let read = reader.by_ref().take(STEP as u64).read_to_end(buffer);
            let at_end = !matches!(read, Ok(STEP));
            let seen = self.see(buffer, at_end);
            buffer.drain(..seen);
            if at_end {
                return;
            }
        }
    }

    /// Looks at a piece of text and tells how much of it is done with.
    fn see(&mut self, text: &[u8], at_end: bool) -> usize {
        let mut done = if at_end { text.len() } else { text.len().saturating_sub(KEY.len() - 1) };
        for found in memmem::find_iter(text, KEY) {
            let value = &text[found + KEY.len()..];
            if value.len() < REACH && !at_end {
                done = found;
                break;
            }
            if let Some(time) = time_in(&value[..value.len().min(REACH)]) {
                self.first = self.first.min(time);
                self.last = self.last.max(time);
                self.disorder = self.disorder.max(self.last.micros().saturating_sub(time.micros()));
            }
        }
        self.text += done as u64;
        done
    }
}

/// The time behind the key: `":"2026-…"`, with as many backslashes as there are envelopes.
fn time_in(value: &[u8]) -> Option<Time> {
    let is_edge = |byte: &u8| matches!(byte, b'"' | b'\\' | b':') || byte.is_ascii_whitespace();
    let begin = value.iter().position(|byte| !is_edge(byte))?;
    if !value[..begin].contains(&b':') {
        return None;
    }
    let value = &value[begin..];
    let end = value.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
    std::str::from_utf8(&value[..end]).ok()?.parse().ok()
}

/// Formats that files of logs come in and that are not read.
fn foreign_format(head: &[u8]) -> Option<&'static str> {
    const FORMATS: [(&[u8], &str); 7] = [
        (b"PAR1", "Parquet"),
        (b"Obj\x01", "Avro"),
        (b"ORC", "ORC"),
        (b"PK\x03\x04", "a zip archive"),
        (b"\x28\xb5\x2f\xfd", "packed with zstd"),
        (b"BZh", "packed with bzip2"),
        (b"\xfd7zXZ\x00", "packed with xz"),
    ];
    FORMATS.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, name)| *name)
}

/// Counts what is read.
struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.count += count as u64;
        Ok(count)
    }
}

/// A gzip stream that ends where it turns out to be a bomb.
struct Unpacked<R> {
    decoder: MultiGzDecoder<Counted<R>>,
    count: u64,
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let packed = self.decoder.get_ref().count;
        if self.count > WHOLE as u64 && self.count > RATIO.saturating_mul(packed) {
            return Ok(0);
        }
        let most = buffer.len().min(PIECE);
        let count = self.decoder.read(&mut buffer[..most])?;
        self.count += count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
