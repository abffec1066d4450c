//! Gzip: whole files at once where they are small, streams where they are not.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use libdeflater::Decompressor;

/// Texts up to this many bytes are unpacked in one piece; larger ones are streamed.
const WHOLE: usize = 64 << 20;

/// Real trails unpack to 8–20 times their size. Past the first [`WHOLE`] bytes, a text that
/// unpacks to more than this many times its size is a bomb.
pub(super) const RATIO: u64 = 300;

const MAGIC: [u8; 3] = [0x1f, 0x8b, 0x08];

pub(super) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC[..2])
}

/// Unpacks small files into a buffer that is used again and again.
#[derive(Default)]
pub(super) struct Inflate {
    decompressor: Option<Decompressor>,
    buffer: Vec<u8>,
}

/// What became of a file that was to be unpacked in one piece.
pub(super) enum Whole<'a> {
    /// The text.
    Text(&'a [u8]),
    /// It is too large, damaged or of several members: the stream reads what can be read.
    NeedsStreaming,
}

impl Inflate {
    pub(super) fn whole(&mut self, bytes: &[u8]) -> Whole<'_> {
        let Some(size) = claimed_size(bytes) else { return Whole::NeedsStreaming };
        let several_members = memchr::memmem::find(&bytes[1..], &MAGIC).is_some();
        if size > WHOLE || several_members {
            return Whole::NeedsStreaming;
        }
        if self.buffer.len() < size {
            self.buffer.resize(size, 0);
        }
        let decompressor = self.decompressor.get_or_insert_with(Decompressor::new);
        match decompressor.gzip_decompress(bytes, &mut self.buffer[..size]) {
            Ok(written) if written == size => Whole::Text(&self.buffer[..size]),
            _ => Whole::NeedsStreaming,
        }
    }
}

/// The size that the last four bytes of a gzip file claim.
fn claimed_size(bytes: &[u8]) -> Option<usize> {
    const SMALLEST: usize = 18;
    let tail = bytes.last_chunk::<4>()?;
    (bytes.len() >= SMALLEST).then(|| u32::from_le_bytes(*tail) as usize)
}

/// A gzip stream of any number of members that refuses to unpack without end.
pub(super) struct Gunzip<R> {
    decoder: MultiGzDecoder<Counted<R>>,
    unpacked: u64,
}

/// Why a stream stopped before its end.
#[derive(Debug, thiserror::Error)]
#[error("unpacks too far")]
pub(super) struct TooFar;

struct Counted<R> {
    inner: R,
    read: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read += count as u64;
        Ok(count)
    }
}

impl<R: Read> Gunzip<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { decoder: MultiGzDecoder::new(Counted { inner: reader, read: 0 }), unpacked: 0 }
    }
}

/// What the decoder has unpacked in the call that meets damage is lost, so each call asks for little.
const PIECE: usize = 16 << 10;

impl<R: Read> Read for Gunzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(PIECE);
        let count = self.decoder.read(&mut buffer[..most])?;
        self.unpacked += count as u64;
        let packed = self.decoder.get_ref().read;
        if self.unpacked > WHOLE as u64 && self.unpacked > RATIO.saturating_mul(packed) {
            return Err(io::Error::other(TooFar));
        }
        Ok(count)
    }
}

/// What an error of a reader means.
pub(super) fn problem_of(error: &io::Error) -> crate::ProblemKind {
    let too_far = error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<TooFar>);
    match error.kind() {
        _ if too_far => crate::ProblemKind::UnpacksTooFar { ratio: RATIO },
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            crate::ProblemKind::BrokenGzip
        }
        _ => crate::ProblemKind::Unreadable(error.to_string()),
    }
}
