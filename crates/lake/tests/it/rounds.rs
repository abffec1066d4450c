//! However events are cut into rounds, repeated and interrupted, the lake ends with each once.

use std::collections::BTreeSet;
use std::sync::Arc;

use cloudtrail::Time;
use lake::Lake;
use object_store::memory::InMemory;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::events::{decoded, records, sharded};
use crate::store::{Mortal, in_place};

/// What a writer is given at a time.
#[derive(Debug, Clone)]
struct Round {
    /// The events, by their places in the list of all.
    events: Vec<usize>,
    /// Up to which hour of the two days everything has been given, as the writer is told. Events
    /// from before it come late.
    watermark: i64,
    /// Whether what was given is to count at once.
    commit: bool,
}

/// A writer's life.
#[derive(Debug, Clone)]
struct Life {
    rounds: Vec<Round>,
    /// After how many changes of the store it is killed.
    killed_after: i64,
    /// Whether it joins files at its end.
    compact: bool,
}

const DAYS: std::ops::RangeInclusive<u32> = 1..=2;
const USERS: u32 = 2;
const EVENTS: usize = 2 * 3 * 4 * USERS as usize;

fn round() -> impl Strategy<Value = Round> {
    let events = prop::collection::vec(0..EVENTS, 0..30);
    (events, 0_i64..=48, any::<bool>()).prop_map(|(events, watermark, commit)| Round {
        events,
        watermark,
        commit,
    })
}

fn life() -> impl Strategy<Value = Life> {
    let rounds = prop::collection::vec(round(), 1..4);
    let killed_after = prop_oneof![0_i64..60, Just(i64::MAX)];
    (rounds, killed_after, any::<bool>()).prop_map(|(rounds, killed_after, compact)| Life {
        rounds,
        killed_after,
        compact,
    })
}

/// Lives as long as it may; the events that were committed.
fn live(store: &Arc<InMemory>, life: &Life, records: &[String]) -> BTreeSet<usize> {
    let mut committed = BTreeSet::new();
    let mut given = BTreeSet::new();
    let begin: Time = "2026-11-01T00:00:00Z".parse().unwrap();
    let mut lived = || -> Result<(), lake::Error> {
        let mortal = Arc::new(Mortal::new(store, life.killed_after));
        let lake = Arc::new(Lake::in_store("mortal", mortal)?);
        let mut writer = lake.writer()?;
        for round in &life.rounds {
            let texts: Vec<String> = round.events.iter().map(|at| records[*at].clone()).collect();
            writer.add(sharded(decoded(&texts)), begin.plus_hours(round.watermark))?;
            given.extend(&round.events);
            if round.commit {
                writer.commit()?;
                committed.clone_from(&given);
            }
        }
        writer.commit()?;
        committed.clone_from(&given);
        if life.compact {
            lake.compact()?;
        }
        Ok(())
    };
    // Being killed is the point.
    let _ = lived();
    committed
}

fn once(store: &Arc<InMemory>) -> bool {
    in_place(store).values().all(|count| *count == 1)
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::with_cases(24)
    })]

    #[test]
    fn every_event_is_there_once(lives in prop::collection::vec(life(), 1..3)) {
        let records = records(DAYS, USERS);
        prop_assert_eq!(records.len(), EVENTS);
        let store = Arc::new(InMemory::new());
        let mut committed = BTreeSet::new();
        for life in &lives {
            committed.extend(live(&store, life, &records));
            prop_assert!(once(&store), "an event is seen twice");
        }
        let lake = Arc::new(Lake::in_store("mended", Arc::clone(&store) as _).unwrap());
        let mut writer = lake.writer().unwrap();
        let there = in_place(&store);
        for at in &committed {
            let id = decoded(&records[*at..=*at])[0].id.to_string();
            prop_assert!(there.contains_key(&id), "{} was committed and is gone", id);
        }
        writer.add(sharded(decoded(&records)), Time::MAX).unwrap();
        let written = writer.commit().unwrap();
        let there = in_place(&store);
        prop_assert!(once(&store), "an event is seen twice after all were written");
        prop_assert_eq!(there.len(), EVENTS);
        prop_assert_eq!(written.added + written.there, EVENTS as u64);
        prop_assert_eq!(lake.status().unwrap().events, EVENTS as u64);
    }
}
