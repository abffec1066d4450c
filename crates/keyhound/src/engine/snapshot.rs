//! What a scan leaves in a folder so that the next one goes on from there.
//!
//! A snapshot is the judge and the position in the input as of one watermark, in one file: a line
//! that says what it is, the version of the format, the fingerprint of the configuration, a
//! checksum, and both in postcard. It appears whole or not at all, so a scan that is killed leaves
//! the ones before. Several are kept, because a straggler or a changed file makes the scan go
//! further back.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use cloudtrail::Time;
use ingest::{Position, Rounds};

use super::judging::{Judging, Saved};
use crate::cannot_run::CannotRun;

/// The last snapshot of a scan lies so many hours before the newest event: files that are delivered
/// later hold nothing older, as a rule.
pub(super) const BEHIND_HOURS: i64 = 3;

/// The first bytes of a snapshot.
const MAGIC: &[u8] = b"keyhound snapshot\n";
/// Changes with everything that is in a snapshot.
const FORMAT: u32 = 5;
const EXTENSION: &str = "snapshot";
const PART: &str = ".part-";
/// So many snapshots are kept, one for a day of events.
const KEPT: usize = 4;
/// Snapshots may take one part in so many of the time.
const SHARE: u32 = 20;

/// The snapshots of a folder.
pub(super) struct Snapshots {
    folder: PathBuf,
    fingerprint: [u8; 32],
    /// The watermark of the last one.
    last: Time,
    saved: Instant,
    took: Duration,
}

impl Snapshots {
    /// Opens a folder, made if need be.
    pub(super) fn open(folder: &Path, fingerprint: &blake3::Hash) -> Result<Self> {
        let cannot = || format!("cannot use the folder {} for snapshots", folder.display());
        fs::create_dir_all(folder).with_context(cannot)?;
        for entry in fs::read_dir(folder).with_context(cannot)? {
            let path = entry.with_context(cannot)?.path();
            // What a scan had begun to write when it was killed.
            if path
                .file_name()
                .is_some_and(|name| name.as_encoded_bytes().starts_with(PART.as_bytes()))
            {
                fs::remove_file(&path).with_context(cannot)?;
            }
        }
        Ok(Self {
            folder: folder.to_path_buf(),
            fingerprint: *fingerprint.as_bytes(),
            last: Time::MIN,
            saved: Instant::now(),
            took: Duration::ZERO,
        })
    }

    /// Begins to read from the newest snapshot that fits what is there now, or from the beginning.
    pub(super) fn resume<'a>(
        &self,
        judging: &mut Judging,
        begin: impl Fn() -> Result<Rounds<'a>>,
    ) -> Result<Rounds<'a>> {
        for path in self.newest_first()? {
            let (position, saved) = self.load(&path)?;
            let (watermark, objects) = (position.watermark, position.objects());
            if let Some(rounds) = begin()?.resume(position) {
                tracing::info!(%watermark, objects, "going on from a snapshot");
                judging.restore(saved);
                return Ok(rounds);
            }
            tracing::info!(%watermark, "something before this snapshot is new, changed or gone");
        }
        begin()
    }

    /// Whether it is time for one: once a day of events at most, and before the last round.
    pub(super) fn is_due(&self, watermark: Time, before_last: bool) -> bool {
        let new_day = watermark.day() > self.last.day();
        let has_time = self.saved.elapsed() >= self.took * SHARE;
        watermark < Time::MAX && (before_last || new_day && has_time)
    }

    /// Writes one.
    pub(super) fn save(&mut self, position: &Position, judging: &Judging) -> Result<()> {
        let begun = Instant::now();
        let content = postcard::to_stdvec(&(position, judging.to_saved()))
            .context("cannot put the state of the scan into bytes")?;
        let name = format!("{:020}.{EXTENSION}", position.watermark.micros());
        let path = self.folder.join(name);
        self.write(&path, &content)
            .with_context(|| format!("cannot write the snapshot {}", path.display()))?;
        for old in self.newest_first()?.into_iter().skip(KEPT) {
            fs::remove_file(&old).with_context(|| format!("cannot remove {}", old.display()))?;
        }
        self.last = position.watermark;
        self.saved = Instant::now();
        self.took = begun.elapsed();
        tracing::debug!(watermark = %position.watermark, bytes = content.len(), "snapshot");
        Ok(())
    }

    fn write(&self, path: &Path, content: &[u8]) -> std::io::Result<()> {
        let mut file = tempfile::Builder::new().prefix(PART).tempfile_in(&self.folder)?;
        for part in [MAGIC, &FORMAT.to_be_bytes(), &self.fingerprint] {
            file.write_all(part)?;
        }
        file.write_all(blake3::hash(content).as_bytes())?;
        file.write_all(content)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        fs::File::open(&self.folder)?.sync_all()
    }

    /// The snapshots of the folder. Their names begin with the watermark.
    fn newest_first(&self) -> Result<Vec<PathBuf>> {
        let entries = fs::read_dir(&self.folder)
            .with_context(|| format!("cannot look into {}", self.folder.display()))?;
        let mut paths: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == EXTENSION))
            .collect();
        paths.sort_unstable_by(|a, b| b.cmp(a));
        Ok(paths)
    }

    fn load(&self, path: &Path) -> Result<(Position, Saved)> {
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        self.open_up(&bytes).map_err(|why| {
            let tip = format!(
                "delete {} to read everything again, or give --state another folder",
                self.folder.display()
            );
            CannotRun::new(format!("the snapshot {} {why}", path.display()), tip).into()
        })
    }

    /// Takes a snapshot apart; fails with what is wrong with it.
    fn open_up(&self, bytes: &[u8]) -> Result<(Position, Saved), &'static str> {
        const DAMAGED: &str = "is damaged";
        let rest = bytes.strip_prefix(MAGIC).ok_or("is none, or is damaged")?;
        let (format, rest) = rest.split_first_chunk::<4>().ok_or(DAMAGED)?;
        if u32::from_be_bytes(*format) != FORMAT {
            return Err("is of another version of keyhound");
        }
        let (fingerprint, rest) = rest.split_first_chunk::<32>().ok_or(DAMAGED)?;
        let (checksum, content) = rest.split_first_chunk::<32>().ok_or(DAMAGED)?;
        if blake3::hash(content).as_bytes() != checksum {
            return Err(DAMAGED);
        }
        if *fingerprint != self.fingerprint {
            return Err("was made with other settings, other paths or another version");
        }
        let (read, rest) = postcard::take_from_bytes(content).map_err(|_| DAMAGED)?;
        if rest.is_empty() { Ok(read) } else { Err(DAMAGED) }
    }
}
