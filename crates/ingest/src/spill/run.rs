//! One sorted file of events: packed blocks of frames, without a name in its folder.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;

use cloudtrail::{Event, Time};
use libdeflater::{CompressionLvl, Compressor, Decompressor};
use rayon::prelude::*;

use super::code::{code, weight};

/// A block is packed when it has this many bytes.
const BLOCK: usize = 128 << 10;

/// Blocks that are packed at the same time.
const WAVE: usize = 32;

/// One event in a run.
pub(super) struct Frame {
    pub(super) time: Time,
    pub(super) lane: u8,
    pub(super) code: Vec<u8>,
}

/// The time in microseconds, the lane, the length of the code.
const HEAD: usize = 8 + 1 + 4;

fn append(block: &mut Vec<u8>, time: Time, lane: u8, code: &[u8]) -> io::Result<()> {
    let length = u32::try_from(code.len()).map_err(io::Error::other)?;
    block.extend(time.micros().to_le_bytes());
    block.push(lane);
    block.extend(length.to_le_bytes());
    block.extend(code);
    Ok(())
}

/// Writes a run.
pub(super) struct Writer {
    file: BufWriter<File>,
    packer: Compressor,
    block: Vec<u8>,
    frames: u64,
    bytes: u64,
}

impl Writer {
    /// Begins a run in a folder.
    pub(super) fn new(folder: &Path) -> io::Result<Self> {
        Ok(Self {
            file: BufWriter::new(tempfile::tempfile_in(folder)?),
            packer: packer(),
            block: Vec::new(),
            frames: 0,
            bytes: 0,
        })
    }

    /// Writes the next frame, which is not earlier than the last.
    pub(super) fn put(&mut self, frame: &Frame) -> io::Result<()> {
        append(&mut self.block, frame.time, frame.lane, &frame.code)?;
        self.frames += 1;
        if self.block.len() >= BLOCK {
            let packed = packed(&mut self.packer, &self.block)?;
            self.block.clear();
            self.write(&packed)?;
        }
        Ok(())
    }

    fn write(&mut self, packed: &[u8]) -> io::Result<()> {
        self.bytes += packed.len() as u64;
        self.file.write_all(packed)
    }

    /// The run, to be read from its beginning.
    pub(super) fn finish(mut self) -> io::Result<Run> {
        if !self.block.is_empty() {
            let packed = packed(&mut self.packer, &self.block)?;
            self.write(&packed)?;
        }
        let mut file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        let mut run = Run {
            file: BufReader::new(file),
            unpacker: Decompressor::new(),
            block: Vec::new(),
            position: 0,
            left: self.frames,
            bytes: self.bytes,
        };
        run.fill()?;
        Ok(run)
    }
}

fn packer() -> Compressor {
    /// What the library calls the fastest level does not pack at all.
    const LEVEL: i32 = 1;
    Compressor::new(CompressionLvl::new(LEVEL).unwrap_or_default())
}

/// A block as it is written: its packed and its own length, then its packed bytes.
fn packed(packer: &mut Compressor, block: &[u8]) -> io::Result<Vec<u8>> {
    const LENGTHS: usize = 8;
    let mut bytes = vec![0; LENGTHS + packer.zlib_compress_bound(block.len())];
    let length = packer.zlib_compress(block, &mut bytes[LENGTHS..]).map_err(io::Error::other)?;
    bytes.truncate(LENGTHS + length);
    for (place, length) in bytes.chunks_exact_mut(4).zip([length, block.len()]) {
        let length = u32::try_from(length).map_err(io::Error::other)?;
        place.copy_from_slice(&length.to_le_bytes());
    }
    Ok(bytes)
}

/// The next of the lengths before a block.
fn length(reader: &mut impl Read) -> io::Result<usize> {
    let mut bytes = [0; 4];
    reader.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes) as usize)
}

/// Sorts events by time and writes them, packing on all threads.
pub(super) fn sorted(folder: &Path, events: &mut [(u8, &Event)]) -> io::Result<Run> {
    events.par_sort_by_key(|(_, event)| event.time);
    let mut writer = Writer::new(folder)?;
    writer.frames = events.len() as u64;
    let mut full = 0;
    let portions: Vec<&[(u8, &Event)]> = events
        .chunk_by(|(_, event), _| {
            full += weight(event);
            if full >= BLOCK {
                full = 0;
            }
            full > 0
        })
        .collect();
    for wave in portions.chunks(WAVE) {
        let blocks = wave.par_iter().map_init(packer, |packer, portion| {
            let mut block = Vec::new();
            for (lane, event) in *portion {
                append(&mut block, event.time, *lane, &code(event))?;
            }
            packed(packer, &block)
        });
        for block in blocks.collect::<io::Result<Vec<_>>>()? {
            writer.write(&block)?;
        }
    }
    writer.finish()
}

/// A run that is being read. The file is gone when it is dropped.
pub(super) struct Run {
    file: BufReader<File>,
    unpacker: Decompressor,
    block: Vec<u8>,
    position: usize,
    /// Frames that are still to be taken.
    left: u64,
    bytes: u64,
}

impl Run {
    /// The time of the next frame; `None` at the end.
    pub(super) fn first(&self) -> Option<Time> {
        let time = self.block.get(self.position..)?.first_chunk::<8>()?;
        Some(Time::from_micros(i64::from_le_bytes(*time)))
    }

    /// How many frames are still to come.
    pub(super) fn len(&self) -> u64 {
        self.left
    }

    /// The size of the file.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next frame. There must be one.
    pub(super) fn take(&mut self) -> io::Result<Frame> {
        let frame = self.frame().ok_or(io::ErrorKind::UnexpectedEof)?;
        self.position += HEAD + frame.code.len();
        self.left = self.left.saturating_sub(1);
        if self.position >= self.block.len() {
            self.fill()?;
        }
        Ok(frame)
    }

    fn frame(&self) -> Option<Frame> {
        let rest = self.block.get(self.position..)?;
        let (head, rest) = rest.split_first_chunk::<HEAD>()?;
        let (time, head) = head.split_first_chunk::<8>()?;
        let (lane, length) = head.split_first()?;
        let length = u32::from_le_bytes(*length.first_chunk()?) as usize;
        Some(Frame {
            time: Time::from_micros(i64::from_le_bytes(*time)),
            lane: *lane,
            code: rest.get(..length)?.to_vec(),
        })
    }

    /// Reads the next block.
    fn fill(&mut self) -> io::Result<()> {
        self.position = 0;
        self.block.clear();
        if self.left == 0 {
            return Ok(());
        }
        let mut packed = vec![0; length(&mut self.file)?];
        self.block.resize(length(&mut self.file)?, 0);
        self.file.read_exact(&mut packed)?;
        self.unpacker.zlib_decompress(&packed, &mut self.block).map_err(io::Error::other)?;
        Ok(())
    }
}
