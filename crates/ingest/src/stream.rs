//! A large object, decoded piece by piece on a thread of its own, never further ahead than a few
//! pieces.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use cloudtrail::decode::{Decoder, Report};
use cloudtrail::{Event, Time};

use crate::Object;
use crate::plan::Planned;

/// Pieces that may wait to be taken.
const AHEAD: usize = 2;

/// A large object that is being read.
pub(crate) struct Stream {
    pub(crate) object: Object,
    /// No record that is still to come is earlier.
    pub(crate) bound: Time,
    /// What lies before this moment an earlier run has handed over.
    pub(crate) from: Option<Time>,
    /// How far a record may lie behind one before it, in microseconds.
    disorder: i64,
    pieces: Receiver<Piece>,
    state: Arc<State>,
    /// Events taken so far, and how many of them were not wanted.
    pub(crate) taken: u64,
    pub(crate) unwanted: u64,
    bytes_told: u64,
}

/// What a stream gives.
pub(crate) enum Piece {
    /// The next events, in the order of the text.
    Events(Vec<Event>),
    /// The end.
    End(Report),
}

#[derive(Default)]
struct State {
    /// Nobody listens any more.
    abandoned: AtomicBool,
    bytes: AtomicU64,
}

/// The object's bytes, counted; they end early when nobody listens any more.
struct Watched {
    inner: Box<dyn Read + Send>,
    state: Arc<State>,
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.state.abandoned.load(Ordering::Relaxed) {
            return Ok(0);
        }
        let count = self.inner.read(buffer)?;
        self.state.bytes.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl Stream {
    /// Begins to read an object in pieces of so many events. Gives the object back if there is no
    /// thread to be had.
    pub(crate) fn begin(
        planned: Planned,
        disorder: i64,
        reader: Box<dyn Read + Send>,
        piece: usize,
        decoder: Decoder,
    ) -> Result<Self, Planned> {
        let state = Arc::<State>::default();
        let (sender, pieces) = sync_channel(AHEAD);
        let watched = Watched { inner: reader, state: Arc::clone(&state) };
        let body = move || decode(decoder, watched, piece, &sender);
        match std::thread::Builder::new().name("large object".to_owned()).spawn(body) {
            Ok(_) => {}
            Err(error) => {
                tracing::debug!(%error, "no thread for a large object");
                return Err(planned);
            }
        }
        let Planned { object, bound, from, .. } = planned;
        Ok(Self {
            object,
            bound,
            from,
            disorder,
            pieces,
            state,
            taken: 0,
            unwanted: 0,
            bytes_told: 0,
        })
    }

    /// Waits for the next piece; `None` if the thread is gone without an end. After events the
    /// bound is theirs.
    pub(crate) fn next(&mut self) -> Option<Piece> {
        let piece = self.pieces.recv().ok()?;
        if let Piece::Events(events) = &piece {
            self.taken += events.len() as u64;
            if let Some(latest) = events.iter().map(|event| event.time).max() {
                let bound = Time::from_micros(latest.micros().saturating_sub(self.disorder));
                self.bound = self.bound.max(bound);
            }
        }
        Some(piece)
    }

    /// Bytes read since this was last asked.
    pub(crate) fn bytes_since(&mut self) -> u64 {
        let bytes = self.state.bytes.load(Ordering::Relaxed);
        let since = bytes - self.bytes_told;
        self.bytes_told = bytes;
        since
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.state.abandoned.store(true, Ordering::Relaxed);
    }
}

fn decode(mut decoder: Decoder, watched: Watched, piece: usize, sender: &SyncSender<Piece>) {
    let state = Arc::clone(&watched.state);
    let mut events = Vec::new();
    let report = decoder.decode_stream(watched, &mut |event| {
        events.push(event);
        if events.len() >= piece {
            let full = std::mem::replace(&mut events, Vec::with_capacity(piece));
            if sender.send(Piece::Events(full)).is_err() {
                state.abandoned.store(true, Ordering::Relaxed);
            }
        }
    });
    // Whoever is not listening any more has no use for the rest either.
    let _ = sender.send(Piece::Events(events)).and_then(|()| sender.send(Piece::End(report)));
}
