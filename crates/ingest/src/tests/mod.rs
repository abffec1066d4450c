//! Whole runs over files that the tests write.

mod damage;
mod large;
mod order;
mod recut;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use cloudtrail::{Event, Time};
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use crate::{Books, Error, FileProblem, Files, LANES, Limits, Round, Rounds, Source, Trust};

/// 2026-01-01, midnight.
const BEGIN: i64 = 1_767_225_600;

/// A record: its id, and when it happened in seconds after [`BEGIN`].
type Rec = (u32, i64);

fn time(second: i64) -> Time {
    Time::from_seconds(BEGIN + second)
}

fn json((id, second): Rec) -> String {
    format!(
        r#"{{"eventVersion":"1.08","userIdentity":{{"type":"IAMUser","accessKeyId":"AKIA{:016}"}},"eventTime":"{}","eventSource":"iam.amazonaws.com","eventName":"ListUsers","awsRegion":"us-east-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2.15.0","eventID":"00000000-0000-4000-8000-{:012x}"}}"#,
        id % 7,
        time(second),
        // Ids are no counters: neighbours in time are far apart in the order of ids.
        id.wrapping_mul(2_654_435_761),
    )
}

fn file(records: &[Rec]) -> String {
    let records: Vec<String> = records.iter().copied().map(json).collect();
    format!(r#"{{"Records":[{}]}}"#, records.join(","))
}

fn lines(records: &[Rec]) -> String {
    records.iter().map(|record| json(*record) + "\n").collect()
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// The name that CloudTrail gives a file delivered so many seconds after [`BEGIN`].
fn name(second: i64, random: impl std::fmt::Display) -> String {
    let minute = time(second).to_string();
    let minute: String = minute.chars().filter(|c| !matches!(c, '-' | ':')).collect();
    format!("111122223333_CloudTrail_us-east-1_{}Z_{random}.json.gz", &minute[..13])
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }
}

/// All that a run gave.
#[derive(Debug, PartialEq, Eq)]
struct Run {
    rounds: Vec<Round>,
    books: Books,
    problems: Vec<FileProblem>,
    most_held: usize,
}

fn route(event: &Event) -> u8 {
    let key = event.identity.access_key.as_ref().map(cloudtrail::AccessKeyId::as_str);
    key.and_then(|key| key.bytes().last()).unwrap_or(0)
}

fn run(rounds: Rounds<'_>) -> Run {
    try_run(rounds).unwrap()
}

fn try_run(mut rounds: Rounds<'_>) -> Result<Run, Error> {
    let mut all = Vec::new();
    let mut most_held = 0;
    let mut last = rounds.watermark();
    while let Some(round) = rounds.next() {
        let round = match round {
            Ok(round) => round,
            Err(error) => {
                assert!(rounds.next().is_none(), "an error is the end");
                return Err(error);
            }
        };
        assert!(round.watermark > last || all.is_empty(), "the watermark rises");
        assert_eq!(round.lanes.len(), LANES);
        for (index, lane) in round.lanes.iter().enumerate() {
            let in_order = |events: &[Box<Event>]| {
                events.is_sorted_by(|a, b| (a.time, &a.id) < (b.time, &b.id))
            };
            assert!(in_order(&lane.events) && in_order(&lane.late));
            assert!(lane.events.iter().all(|e| e.time >= last && e.time < round.watermark));
            assert!(lane.late.iter().all(|e| e.time < last));
            let all = lane.events.iter().chain(&lane.late);
            assert!(all.into_iter().all(|event| usize::from(route(event)) == index));
        }
        assert!(rounds.books().balances(), "{:?}", rounds.books());
        most_held = most_held.max(rounds.held());
        last = round.watermark;
        all.push(round);
    }
    assert_eq!(last, Time::MAX);
    assert!(rounds.next().is_none());
    let books = rounds.books();
    assert_eq!((books.waiting, rounds.held()), (0, 0));
    let problems = rounds.problems().0.to_vec();
    let run = Run { rounds: all, books, problems, most_held };
    assert_eq!((run.events().len() + run.late().len()) as u64, books.accepted);
    assert_eq!(run.late().len() as u64, books.late);
    Ok(run)
}

/// Reads files as a user's scan does: anew, with less trust, when the first belief was wrong.
fn scan(paths: &[PathBuf], limits: Limits) -> Run {
    scan_trusting(paths, limits).0
}

/// Likewise; also tells what was believed in the end.
fn scan_trusting(paths: &[PathBuf], limits: Limits) -> (Run, Trust) {
    let files = Files::new(paths);
    let mut trust = Trust::default();
    loop {
        let rounds = Rounds::new(&files, files.list().unwrap(), route);
        match try_run(rounds.limits(limits).trust(trust)) {
            Ok(run) => return (run, trust),
            Err(error) => trust = trust.after(&error).unwrap(),
        }
    }
}

impl Run {
    fn flat(&self, of: impl Fn(&crate::Lane) -> &Vec<Box<Event>>) -> Vec<Event> {
        let mut all = Vec::new();
        for round in &self.rounds {
            let boxed = round.lanes.iter().flat_map(&of);
            let mut events: Vec<Event> = boxed.map(|event| Event::clone(event)).collect();
            events.sort_by(|a, b| (a.time, &a.id).cmp(&(b.time, &b.id)));
            all.extend(events);
        }
        all
    }

    /// All events in the order in which they were handed over, the lanes of a round put together.
    fn events(&self) -> Vec<Event> {
        self.flat(|lane| &lane.events)
    }

    fn late(&self) -> Vec<Event> {
        self.flat(|lane| &lane.late)
    }

    fn seconds(&self) -> Vec<i64> {
        self.events().iter().map(|event| event.time.seconds() - BEGIN).collect()
    }

    fn said(&self) -> Vec<String> {
        self.problems
            .iter()
            .map(|problem| {
                let name = problem.path.file_name().unwrap_or_default().to_string_lossy();
                let text = problem.to_string();
                format!("{name}{}", &text[problem.path.to_string_lossy().len()..])
            })
            .collect()
    }
}

/// What a correct run hands over: the records in order, each once.
fn expected(records: impl IntoIterator<Item = Rec>) -> Vec<Event> {
    let records: Vec<Rec> = records.into_iter().collect();
    let mut events = Vec::new();
    cloudtrail::decode::decode(lines(&records).as_bytes(), &mut |event| events.push(event));
    events.sort_by(|a, b| (a.time, &a.id).cmp(&(b.time, &b.id)));
    events.dedup();
    events
}

/// Limits under which a handful of records makes many rounds.
fn tiny() -> Limits {
    Limits {
        whole_text: 20_000,
        round_text: 4_000,
        round_objects: 3,
        piece: 5,
        streams: 4,
        ..Limits::default()
    }
}
