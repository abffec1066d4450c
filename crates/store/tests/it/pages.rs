//! Pages are stable: whatever is inserted between them, each incident that was there is seen once.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::{Filter, Limit, Order, Severity, Sort, Store, nobody};

use crate::sample::{judge, judged, minute};
use crate::site::{Site, both};

both!(every_incident_is_seen_once_and_in_order);

/// What tells incidents apart in a sort, in small numbers so that many are equal.
#[derive(Debug, Clone)]
struct Plan {
    /// (last seen, first seen, score, severity) of those that are there before.
    before: Vec<(u8, u8, u8, u8)>,
    /// The same of those that are inserted, one after each page.
    between: Vec<(u8, u8, u8, u8)>,
    limit: u32,
    sort: Sort,
    descending: bool,
}

fn plans() -> impl Strategy<Value = Plan> {
    let one = (0..4u8, 0..4u8, 0..4u8, 0..4u8);
    let sort = proptest::sample::select(Sort::ALL);
    let lists =
        (proptest::collection::vec(one.clone(), 0..24), proptest::collection::vec(one, 0..8));
    (lists, 1..7u32, sort, any::<bool>()).prop_map(
        |((before, between), limit, sort, descending)| Plan {
            before,
            between,
            limit,
            sort,
            descending,
        },
    )
}

async fn every_incident_is_seen_once_and_in_order(site: Site) {
    let store = site.open().await;
    let handle = tokio::runtime::Handle::current();
    // Postgres takes longer to empty, not to page.
    let cases = if site.is_sqlite { 48 } else { 24 };
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    tokio::task::block_in_place(|| {
        let run = |plan: Plan| {
            handle.block_on(async {
                site.tamper("DELETE FROM incidents").await;
                page_through(&store, &plan).await
            })
        };
        TestRunner::new_with_rng(
            config,
            proptest::test_runner::TestRng::deterministic_rng(
                proptest::test_runner::RngAlgorithm::ChaCha,
            ),
        )
        .run(&plans(), run)
        .expect("the property holds");
    });
}

async fn put(store: &Store, id: &str, keys: (u8, u8, u8, u8), at: i64) {
    let (until, from, bits, severity) = keys;
    let mut judged = judged(id);
    judged.last_seen = minute(until.into());
    judged.first_seen = minute(from.into());
    judged.score = bits.into();
    judged.severity = Severity::ALL[usize::from(severity)];
    store.put(&judge(at), &judged, &nobody).await.expect("put");
}

async fn page_through(store: &Store, plan: &Plan) -> Result<(), TestCaseError> {
    for (number, values) in plan.before.iter().enumerate() {
        put(store, &format!("before-{number}"), *values, number as i64 / 3).await;
    }
    let order = Order { sort: plan.sort, descending: plan.descending };
    let filter = Filter::default();
    let mut between = plan.between.iter().enumerate();
    let mut seen = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let limit = Limit::new(plan.limit);
        let page = store.incidents(&filter, order, cursor.as_deref(), limit).await.expect("a page");
        prop_assert!(page.items.len() <= plan.limit as usize);
        seen.extend(page.items);
        prop_assert!(seen.len() <= plan.before.len() + plan.between.len());
        let Some(next) = page.next else { break };
        cursor = Some(next);
        if let Some((number, values)) = between.next() {
            put(store, &format!("between-{number}"), *values, 3).await;
        }
    }
    let mut times: BTreeMap<&str, u32> = BTreeMap::new();
    for incident in &seen {
        *times.entry(&incident.id).or_default() += 1;
    }
    for number in 0..plan.before.len() {
        prop_assert_eq!(times.get(format!("before-{number}").as_str()), Some(&1));
    }
    prop_assert!(times.values().all(|times| *times == 1));
    let keys: Vec<_> = seen
        .iter()
        .map(|incident| {
            let key = match plan.sort {
                Sort::LastSeen => incident.last_seen.micros(),
                Sort::FirstSeen => incident.first_seen.micros(),
                Sort::UpdatedAt => incident.updated_at.micros(),
                Sort::Score => incident.score,
                Sort::Severity => incident.severity as i64,
            };
            (key, &incident.id)
        })
        .collect();
    let in_order = keys.is_sorted_by(|a, b| if plan.descending { a > b } else { a < b });
    prop_assert!(in_order, "{:?}", keys);
    Ok(())
}
