//! What learning and asking cost for profiles that are as full as they get.

use cloudtrail::{AccountId, Outcome};
use compact_str::{CompactString, format_compact};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use intel::action::ResourceClass;
use intel::address::NetworkClass;
use profile::{Day, Network, Place, Prefix, Profile, Sighting, System, novelty_rate};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() {
    divan::main();
}

/// More values than any dimension has room for.
const VALUES: u32 = 400;
const TODAY: Day = 20_500;
const HALF_LIFE: u32 = 30;

/// Shows the `n`-th value of every dimension, on one of the last hundred days.
fn see(profile: &mut Profile, n: u32) {
    profile.see(&Sighting {
        day: TODAY - (n % 100) as Day,
        time_bin: (n % 48) as u8,
        network: &Network {
            prefix: Prefix::V4(n.wrapping_mul(2_654_435_761) >> 8),
            system: System::Number(64_512 + n),
            place: Place { class: CLASSES[n as usize % CLASSES.len()], country: None },
        },
        client: &format_compact!("client-{n}"),
        platform: &format_compact!("platform-{n}"),
        region: &format_compact!("eu-west-{n}"),
        account: format_compact!("{:012}", n).parse::<AccountId>().ok(),
        action: &action(n),
        class: ResourceClass::from_code((n % 9) as u8),
        outcome: if n.is_multiple_of(7) { Outcome::Denied } else { Outcome::Success },
    });
}

const CLASSES: [NetworkClass; 2] = [NetworkClass::Hosting, NetworkClass::Other];

/// Longer than a string that is kept in place, as most actions are.
fn action(n: u32) -> CompactString {
    format_compact!("elasticloadbalancing:DescribeThing{n}")
}

fn full(values: impl Iterator<Item = u32>) -> Profile {
    let mut profile = Profile::default();
    values.for_each(|n| see(&mut profile, n));
    profile.bound();
    profile
}

/// One hour of a principal's work, none of it new: what is merged a few times a day.
#[divan::bench]
fn merge_usual_hour(bencher: Bencher) {
    let hour = {
        let mut hour = Profile::default();
        (390..400).for_each(|n| see(&mut hour, n));
        hour
    };
    let mut profile = full(0..VALUES);
    profile.merge(&hour);
    bencher.bench_local(|| black_box(&mut profile).merge(black_box(&hour)));
}

/// Two full profiles with half of their values in common, as when histories are learned in slices.
#[divan::bench]
fn merge_two_full(bencher: Bencher) {
    let (one, other) = (full(0..VALUES), full(VALUES / 2..VALUES + VALUES / 2));
    bencher.with_inputs(|| one.clone()).bench_local_values(|mut one| {
        one.merge(&other);
        one
    });
}

/// The same, and forgetting what is then too much.
#[divan::bench]
fn merge_two_full_and_bound(bencher: Bencher) {
    let (one, other) = (full(0..VALUES), full(VALUES / 2..VALUES + VALUES / 2));
    bencher.with_inputs(|| one.clone()).bench_local_values(|mut one| {
        one.merge(&other);
        one.bound();
        one
    });
}

/// Whether an action is known: half of the questions are about novelties.
#[divan::bench]
fn is_the_action_known(bencher: Bencher) {
    let profile = full(0..VALUES);
    let actions: Vec<CompactString> = (0..512).map(|n| action(n * 2)).collect();
    bencher.counter(ItemsCount::new(actions.len())).bench_local(|| {
        actions.iter().filter(|action| profile.actions().get(black_box(action)).is_some()).count()
    });
}

/// How rare novelties are: counted from the births of all values of a dimension, once per new value.
#[divan::bench]
fn rate_of_new_systems(bencher: Bencher) {
    let profile = full(0..VALUES);
    bencher.bench_local(|| {
        let profile = black_box(&profile);
        let days = profile.systems().novelty_days(profile.first.unwrap_or(TODAY));
        novelty_rate((days, profile.active_days()), (12, 4_000))
    });
}

/// The share of an action needs the weight of all of them.
#[divan::bench]
fn weight_of_all_actions(bencher: Bencher) {
    let profile = full(0..VALUES);
    bencher.bench_local(|| black_box(&profile).actions().weight(TODAY, HALF_LIFE));
}
