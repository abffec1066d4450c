//! The events of a scan on their way into a lake (`--lake`).

use anyhow::Result;
use cloudtrail::Time;
use incident::{IdentitySummary, Incident};
use ingest::Lane;

use super::{Kept, Request};

#[cfg(feature = "lake-write")]
use std::sync::Arc;

/// Writes what was judged into a lake.
#[cfg(feature = "lake-write")]
pub(super) struct Keeping {
    lake: Arc<lake::Lake>,
    writer: lake::Writer,
}

#[cfg(feature = "lake-write")]
impl Keeping {
    /// Opens the lake that the request names, if it names one, and makes it if need be.
    pub(super) fn begin(request: &Request) -> Result<Option<Self>> {
        let Some(place) = &request.lake else { return Ok(None) };
        let access = lake::Access { s3_endpoint: request.s3_endpoint.clone() };
        let lake = Arc::new(lake::Lake::create(place, &access)?);
        let writer = lake.writer()?;
        Ok(Some(Self { lake, writer }))
    }

    /// Takes in the events of a round.
    pub(super) fn keep(&mut self, lanes: Vec<Lane>, watermark: Time) -> Result<()> {
        let shards = (0..=u8::MAX)
            .zip(lanes)
            .flat_map(|(shard, lane)| [(shard, lane.late), (shard, lane.events)]);
        Ok(self.writer.add(shards, watermark)?)
    }

    /// Everything that was taken in is in the lake afterwards.
    pub(super) fn commit(&mut self) -> Result<()> {
        self.writer.commit()?;
        Ok(())
    }

    /// Likewise, with what the scan found beside it.
    pub(super) fn finish(
        mut self,
        incidents: &[Incident],
        identities: &[IdentitySummary],
    ) -> Result<Kept> {
        self.writer.found(incidents, identities)?;
        let lake::Written { added, there, bytes, text, .. } = self.writer.commit()?;
        let status = self.lake.status()?;
        let spare = status.compaction_is_due().then_some(status.spare);
        Ok(Kept { added, there, bytes, text, spare })
    }
}

/// This build has no lake, so there is none of these.
#[cfg(not(feature = "lake-write"))]
pub(super) enum Keeping {}

#[cfg(not(feature = "lake-write"))]
impl Keeping {
    pub(super) fn begin(request: &Request) -> Result<Option<Self>> {
        use crate::cannot_run::CannotRun;
        match request.lake {
            None => Ok(None),
            Some(_) => Err(CannotRun::new(
                "this build of keyhound cannot write a lake",
                "build it with `--features lake`, or leave out --lake",
            )
            .into()),
        }
    }

    pub(super) fn keep(&mut self, _: Vec<Lane>, _: Time) -> Result<()> {
        match *self {}
    }

    pub(super) fn commit(&mut self) -> Result<()> {
        match *self {}
    }

    pub(super) fn finish(self, _: &[Incident], _: &[IdentitySummary]) -> Result<Kept> {
        match self {}
    }
}
