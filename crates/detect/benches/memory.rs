//! What is kept: the heap of all states and crowds after days of one organisation.
//!
//! `max alloc` is that heap; the argument names the principals to divide it by. Everything made on the way
//! and dropped again stands under `alloc`.

mod trail;

use std::fmt;
use std::sync::LazyLock;

use divan::{AllocProfiler, Bencher};
use intel::address::AddressBook;
use trail::{Organisation, Trail};

#[global_allocator]
static ALLOCATOR: AllocProfiler<mimalloc::MiMalloc> = AllocProfiler::new(mimalloc::MiMalloc);

fn main() {
    divan::main();
}

const DAYS: [usize; 3] = [1, 7, 28];

static TRAIL: LazyLock<Trail> = LazyLock::new(|| Trail::of_days(DAYS[DAYS.len() - 1]));

/// So many days, and the principals in them.
struct Span {
    days: usize,
    principals: usize,
}

impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} days, {} principals", self.days, self.principals)
    }
}

fn spans() -> [Span; 3] {
    DAYS.map(|days| {
        let principals = after(days).shards.iter().map(|shard| shard.states().count()).sum();
        Span { days, principals }
    })
}

fn after(days: usize) -> Organisation {
    let book = AddressBook::builtin();
    let mut organisation = Organisation::default();
    for day in &TRAIL.days[..days] {
        organisation.judge(day, book);
    }
    organisation
}

#[divan::bench(args = spans(), sample_count = 1, sample_size = 1)]
fn states(bencher: Bencher, span: &Span) {
    bencher.bench_local(|| after(span.days));
}
