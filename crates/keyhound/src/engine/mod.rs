//! The engine: files in, incidents out. Everything that it does, a library does; this is the wiring.
//!
//! Events come round by round below a watermark. Within a round each UTC day is judged shard by
//! shard in parallel; between two days the crowds hear what was new. What the shards tell is put
//! in the order of the events and heard by one tracker. So the result does not depend on threads.

mod around;
mod coverage;
mod gaps;
mod held;
mod judging;
mod keeping;
mod order;
mod records;
mod request;
mod settings;
mod snapshot;
mod uses;

use std::cell::RefCell;
use std::sync::Arc;

use anyhow::{Context, Result};
use cloudtrail::{AccountId, Event, Identity, Time};
use detect::Shard;
use incident::feedback::Feedback;
use incident::{IdentitySummary, Incident};
use ingest::{Books, FileProblem, Limits, Places, Round, Rounds, Source, Trust};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use report::LookedAt;

pub(crate) use around::activity;
pub use held::Held;
pub(crate) use records::of_events;
pub use request::{Progress, Request, Rules};
pub(crate) use settings::{address_book, weights};
pub(crate) use uses::impact;
#[cfg(feature = "lake")]
pub(crate) use uses::{Calls, Stolen, Uses};

use judging::Judging;
use keeping::Keeping;
use snapshot::Snapshots;

/// What was found.
#[derive(Debug, Clone)]
pub struct Scanned {
    /// The incidents, the surest first.
    pub incidents: Vec<Incident>,
    /// Incidents that the user's exceptions hide.
    pub excepted: u64,
    /// The verdicts that the judge knew.
    pub feedback: Feedback,
    /// What each identity did, if it was asked for.
    pub identities: Vec<IdentitySummary>,
    /// What became of every file and record.
    pub books: Books,
    /// What could not be read.
    pub problems: Vec<FileProblem>,
    /// How many further problems there were.
    pub further_problems: u64,
    /// What was not checked, and why.
    pub coverage: Vec<String>,
    /// First and last event.
    pub period: Option<(Time, Time)>,
    /// How many principals were seen.
    pub principals: u64,
    /// In how many accounts.
    pub accounts: u64,
    /// What went into the lake, if one was named.
    pub kept: Option<Kept>,
}

/// What a scan wrote into a lake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// Events that were not there before.
    pub added: u64,
    /// Events that were.
    pub there: u64,
    /// The files of the added ones, in bytes.
    pub bytes: u64,
    /// Their records, in bytes of text.
    pub text: u64,
    /// By how many files the lake would be smaller if it were compacted, where that is due.
    pub spare: Option<u64>,
}

impl Scanned {
    /// What was looked at, and what could not be.
    pub(crate) fn looked_at(&self) -> LookedAt {
        LookedAt {
            events: self.books.accepted,
            principals: self.principals,
            accounts: self.accounts,
            period: self.period,
            coverage: self.coverage.clone(),
        }
    }
}

/// Scans.
pub fn scan(request: &Request, progress: &dyn Progress) -> Result<Scanned> {
    scan_places(&request.places()?, request, progress)
}

/// Scans what these places hold, which can be read again afterwards.
pub(crate) fn scan_places(
    places: &Places,
    request: &Request,
    progress: &dyn Progress,
) -> Result<Scanned> {
    pool(request)?.install(|| order::trusting(|trust| scan_here(places, request, trust, progress)))
}

fn pool(request: &Request) -> Result<rayon::ThreadPool> {
    let mut pool = rayon::ThreadPoolBuilder::new();
    if let Some(threads) = request.threads {
        pool = pool.num_threads(threads);
    }
    pool.build().context("cannot start the worker threads")
}

fn scan_here(
    places: &Places,
    request: &Request,
    trust: Trust,
    progress: &dyn Progress,
) -> Result<Scanned> {
    let mut judging = judging(request)?;
    let mut keeping = Keeping::begin(request)?;
    // Files whose names mislead are sorted out by reading everything.
    let mut snapshots = match request.state.as_ref().filter(|_| trust == Trust::Names) {
        Some(folder) => Some(Snapshots::open(folder, &settings::fingerprint(request)?)?),
        None => None,
    };
    let begin = || reading(places, request, trust, progress);
    let mut rounds = match &snapshots {
        None => begin()?,
        Some(snapshots) => snapshots.resume(&mut judging, begin)?,
    };
    // While one round is judged, the next one is read: neither keeps all threads busy to its end.
    let mut next = rounds.next().transpose()?;
    while let Some(Round { lanes, watermark }) = next {
        let read_all = rounds.has_read_all();
        let due = snapshots.as_ref().filter(|snapshots| snapshots.is_due(watermark, read_all));
        let position = due.map(|_| rounds.position());
        let (read, kept) = rayon::join(
            || rounds.next(),
            || {
                judging.judge(&lanes);
                if let Some(keeping) = &mut keeping {
                    return keeping.keep(lanes, watermark);
                }
                lanes.into_par_iter().for_each(drop);
                Ok(())
            },
        );
        kept?;
        if let (Some(snapshots), Some(position)) = (&mut snapshots, position) {
            judging.settle();
            // A scan that goes on from the snapshot does not see these events again.
            keeping.as_mut().map_or(Ok(()), Keeping::commit)?;
            snapshots.save(&position, &judging)?;
        }
        next = read.transpose()?;
    }
    judging.settle();
    progress.done();
    let asked_for = |incident: &Incident| request.asks_for(incident);
    let mut scanned = scanned(&judging, request, None, &asked_for, Read::of(&rounds));
    if let Some(keeping) = keeping {
        scanned.kept = Some(keeping.finish(&scanned.incidents, &judging.identities())?);
    }
    Ok(scanned)
}

/// A judge that has seen nothing.
fn judging(request: &Request) -> Result<Judging> {
    let book = settings::address_book(&request.settings)?;
    let thief = settings::thief(&request.settings)?;
    let settings = settings::judged_by(request)?;
    let rules = request.rules.as_ref();
    let correlations = rules.and_then(|rules| rules.look.correlations());
    Ok(Judging::new(settings, book, thief).with(correlations))
}

/// Begins to read what the request asks for.
fn reading<'a>(
    source: &'a dyn Source,
    request: &'a Request,
    trust: Trust,
    progress: &'a dyn Progress,
) -> Result<Rounds<'a>> {
    let listing = source.list()?;
    let mut rounds = Rounds::new(source, listing, route)
        .trust(trust)
        .keep(|event| request.wants(event))
        .progress(|at| {
            progress.total(at.total_bytes);
            progress.at(at.bytes, at.records);
        });
    if request.lake.is_some() {
        // With their records events weigh about three times as much, and as many must fit.
        let usual = Limits::default();
        rounds = rounds.keep_records(true).limits(Limits { held: 3 * usual.held, ..usual });
    }
    rounds = rounds.rules(request.rules.as_ref().map(|rules| Arc::clone(&rules.look)));
    if let Some(from) = request.read_from() {
        rounds = rounds.since(from);
    }
    if request.state.is_some() {
        rounds = rounds.pause(snapshot::BEHIND_HOURS);
    }
    Ok(rounds)
}

/// What became of everything that was read.
#[derive(Debug, Clone)]
struct Read {
    books: Books,
    problems: Vec<FileProblem>,
    further_problems: u64,
}

impl Read {
    fn of(rounds: &Rounds<'_>) -> Self {
        let (problems, further_problems) = rounds.problems();
        Self { books: rounds.books(), problems: problems.to_vec(), further_problems }
    }
}

/// What a judge that has seen everything has found, from a score on or from where it is watched,
/// of what is asked for.
fn scanned(
    judging: &Judging,
    request: &Request,
    least: Option<f64>,
    asked_for: &dyn Fn(&Incident) -> bool,
    read: Read,
) -> Scanned {
    let mut not_checked = judging.coverage().in_words(&read.books);
    not_checked.extend(request.rules.iter().flat_map(|rules| rules.told.iter().cloned()));
    let authorization = request.authorization.as_deref();
    let mut incidents = judging.incidents(least, &not_checked, authorization);
    // One full profile is no limit of everybody's incidents.
    not_checked.extend(judging.forgotten());
    incidents.retain(asked_for);
    // What is missing elsewhere or at another time hides nothing of an incident.
    let gaps = judging.coverage().gaps.told(&request.settings.accounts);
    for incident in &mut incidents {
        let concerned = gaps.iter().filter(|gap| gap.concerns(incident));
        let texts: Vec<String> = concerned.map(|gap| gap.in_words(Some(incident))).collect();
        incident.coverage.extend(texts);
    }
    not_checked.extend(gaps.iter().map(|gap| gap.in_words(None)));
    let found = incidents.len();
    let incidents: Vec<Incident> = incidents
        .into_iter()
        .filter(|incident| !settings::is_excepted(incident, &request.settings))
        .collect();
    Scanned {
        excepted: (found - incidents.len()) as u64,
        feedback: request.feedback.clone(),
        incidents,
        identities: if request.identities { judging.identities() } else { Vec::new() },
        books: read.books,
        problems: read.problems,
        further_problems: read.further_problems,
        coverage: not_checked,
        period: judging.coverage().period,
        principals: judging.principals(),
        accounts: judging.coverage().accounts.len() as u64,
        kept: None,
    }
}

/// The shard of an event. Events share their identities, so each thread remembers the answers that
/// it gave lately, by where an identity lies in memory: nothing else comes to lie there while the
/// answer holds it.
pub(crate) fn route(event: &Event) -> u8 {
    const PLACES: usize = 512;
    type Answer = Option<(Arc<Identity>, Option<AccountId>, u8)>;
    thread_local! {
        static LATELY: RefCell<Vec<Answer>> = RefCell::new(vec![None; PLACES]);
    }
    LATELY.with_borrow_mut(|lately| {
        let address = Arc::as_ptr(&event.identity).addr();
        let place = &mut lately[address / size_of::<Identity>() % PLACES];
        match place {
            Some((identity, account, shard))
                if Arc::ptr_eq(identity, &event.identity) && *account == event.account =>
            {
                *shard
            }
            _ => {
                let shard = Shard::of(event);
                *place = Some((Arc::clone(&event.identity), event.account, shard));
                shard
            }
        }
    })
}
