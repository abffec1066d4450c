//! What judging costs per event: principals met for the first time, and principals that are well known.

mod trail;

use divan::Bencher;
use divan::counter::ItemsCount;
use intel::address::AddressBook;
use trail::{DayOfShards, Organisation, days};

// What the program allocates with.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() {
    divan::main();
}

/// Days of which a settled organisation has been seen; the next one is judged.
const SETTLED: usize = 7;

/// The first day of all: every profile is empty, nothing is usual, much is new.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn first_day(bencher: Bencher) {
    day_after(bencher, 0);
}

/// The eighth day: what nearly every event of a long archive costs.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn eighth_day(bencher: Bencher) {
    day_after(bencher, SETTLED);
}

/// Judges one day after so many others; only the last one is timed. The items are events.
fn day_after(bencher: Bencher, before: usize) {
    let mut trail: Vec<DayOfShards> = Vec::new();
    days("bench", before + 1, |day| trail.push(day));
    let book = AddressBook::builtin();
    let (known, day) = trail.split_at(before);
    let events: usize = day[0].iter().map(Vec::len).sum();
    bencher
        .counter(ItemsCount::new(events))
        .with_inputs(|| {
            let mut organisation = Organisation::default();
            for day in known {
                organisation.judge(day, book);
            }
            organisation
        })
        .bench_local_values(|mut organisation| {
            organisation.judge(&day[0], book);
            organisation
        });
}
