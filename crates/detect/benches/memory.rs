//! What is kept of a principal: the heap of each state, by the allocator's count, at some moments
//! of generated organisations. `cargo bench -p detect --bench memory` prints a table.

mod trail;

use std::io::{self, Write};

use cloudtrail::Event;
use detect::Shard;
use intel::address::AddressBook;
use peak_alloc::PeakAlloc;
use trail::{Organisation, days};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Parameters, the day and its hour at which to look. Day 26 is a
/// Friday, day 28 a Sunday.
const MOMENTS: [(&str, usize, i64); 7] = [
    ("tuning", 26, 14),
    ("tuning", 26, 24),
    ("tuning", 28, 24),
    ("tuning", 47, 14),
    ("bench", 26, 14),
    ("bench", 26, 24),
    ("bench", 28, 24),
];

fn main() -> io::Result<()> {
    let mut out = io::stdout();
    writeln!(
        out,
        "| world | day | hour | principals | median | p90 | p99 | most | profile | encoded | most |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|---|---|---|---|---|")?;
    for (name, day, hour) in MOMENTS {
        let mut organisation = Organisation::default();
        let mut judged = 0;
        days(name, day, |mut events| {
            judged += 1;
            if judged == day {
                let before = |event: &Event| event.time.hour().rem_euclid(24) < hour;
                for lane in &mut events {
                    lane.retain(before);
                }
            }
            let today = events.iter().flatten().next().map_or(0, |event| event.time.day());
            organisation.judge(&events, AddressBook::builtin());
            // Noon is the last time before 14:00 at which the program tidies up.
            organisation.rest(today * 24 + hour - hour % 6);
        });
        let (mut whole, mut profiles, mut encoded) = (Vec::new(), Vec::new(), Vec::new());
        let shards = std::mem::take(&mut organisation.shards);
        for state in shards.into_iter().flat_map(Shard::into_states) {
            let before = ALLOCATOR.current_usage();
            let profile = state.profile.clone();
            profiles.push(ALLOCATOR.current_usage() - before);
            drop(profile);
            encoded.push(postcard::to_stdvec(&state).map_or(0, |bytes| bytes.len()));
            let before = ALLOCATOR.current_usage();
            drop(state);
            whole.push(before - ALLOCATOR.current_usage());
        }
        whole.sort_unstable();
        profiles.sort_unstable();
        encoded.sort_unstable();
        let at = |sorted: &[usize], percent: usize| sorted[(sorted.len() - 1) * percent / 100];
        let [median, p90, p99, most] = [50, 90, 99, 100].map(|percent| at(&whole, percent));
        let (principals, profile) = (whole.len(), at(&profiles, 50));
        writeln!(
            out,
            "| {name} | {day} | {hour} | {principals} | {median} | {p90} | {p99} | {most} | {profile} | {} | {} |",
            at(&encoded, 50),
            at(&encoded, 100)
        )?;
    }
    Ok(())
}
