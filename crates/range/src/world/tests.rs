use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::Value;

use super::*;
use crate::change;
use crate::truth::Reason;

/// A small world in which everything that can happen happens.
fn parameters() -> Parameters {
    let mut parameters = Parameters::shipped("tuning").unwrap();
    parameters.time.days = 16;
    parameters.time.quiet_days = 4;
    parameters.thefts.families.clear();
    parameters.people.sso = 14;
    parameters.people.users = 5;
    parameters.workloads.instances = 4;
    parameters.workloads.containers = 5;
    parameters.workloads.functions = 6;
    parameters.workloads.applications = 8;
    parameters.organisation.accounts = 3;
    parameters.changes = change::names().map(|name| (name.to_owned(), 1)).collect();
    parameters
}

/// A world with its records, generated once.
fn eventful() -> &'static (World, Vec<Record>) {
    static EVENTFUL: LazyLock<(World, Vec<Record>)> = LazyLock::new(|| {
        let world = World::generate(&parameters(), 5).unwrap();
        let all = records(&world);
        (world, all)
    });
    &EVENTFUL
}

fn records(world: &World) -> Vec<Record> {
    world.records().map(Result::unwrap).collect()
}

#[test]
fn a_world_comes_in_order_of_time_and_comes_again() {
    let mut parameters = parameters();
    parameters.time.days = 5;
    let world = World::generate(&parameters, 1).unwrap();
    let first = records(&world);
    assert!(first.is_sorted_by_key(|record| record.time));
    assert!(first.len() > 2_000, "{}", first.len());
    let ids: BTreeSet<&str> = first.iter().map(|record| record.id.as_str()).collect();
    assert_eq!(ids.len(), first.len());
    let again = World::generate(&parameters, 1).unwrap();
    assert_eq!(first, records(&again));
    assert_eq!(world.truth(), again.truth());
    assert_ne!(first, records(&World::generate(&parameters, 2).unwrap()));
}

#[test]
fn everybody_works_and_every_identity_occurs() {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let (mut minted, mut used) = (BTreeSet::new(), BTreeSet::new());
    for record in &eventful().1 {
        let value: Value = serde_json::from_str(&record.json).unwrap();
        let identity = &value["userIdentity"];
        *kinds.entry(identity["type"].as_str().unwrap().to_owned()).or_default() += 1;
        if let Some(key) = value["responseElements"]["credentials"]["accessKeyId"].as_str() {
            minted.insert(key.to_owned());
        }
        if let Some(key) = identity["accessKeyId"].as_str()
            && key.starts_with("ASIA")
            && identity["invokedBy"].is_null()
            && value["sessionCredentialFromConsole"].is_null()
        {
            used.insert(key.to_owned());
        }
    }
    for kind in [
        "IAMUser",
        "AssumedRole",
        "AWSService",
        "Root",
        "WebIdentityUser",
        "SAMLUser",
        "IdentityCenterUser",
        "AWSAccount",
    ] {
        assert!(kinds.contains_key(kind), "{kind}: {kinds:?}");
    }
    // Nearly every temporary key was handed out on record; those of the first hours were before.
    let unknown = used.difference(&minted).count();
    assert!(unknown * 10 < used.len(), "{unknown} of {}", used.len());
}

#[test]
fn every_sort_of_change_happens_and_concerns_somebody() {
    let (world, records) = eventful();
    let happened: BTreeSet<&str> =
        world.truth().look_alikes.iter().map(|label| label.name.as_str()).collect();
    assert_eq!(happened, change::names().collect::<BTreeSet<_>>());
    for label in &world.truth().look_alikes {
        assert!(!label.principals.is_empty(), "{}", label.name);
        let about = |record: &&Record| {
            (label.from..=label.until).contains(&record.time)
                && label
                    .principals
                    .iter()
                    .chain(&label.access_key_ids)
                    .any(|who| record.json.contains(who.as_str()))
        };
        assert!(
            records.iter().any(|record| about(&record)),
            "{}: {:?}",
            label.name,
            label.principals
        );
    }
}

#[test]
fn a_rotated_key_hands_over_to_its_successor() {
    let (world, records) = eventful();
    let rotations =
        world.truth().look_alikes.iter().filter(|label| label.reason == Reason::KeyRotation);
    let mut seen = 0;
    for label in rotations {
        let [old, new] = label.access_key_ids.as_slice() else { panic!("two keys") };
        let made = format!("\"accessKeyId\":\"{new}\",\"status\":\"Active\"");
        assert!(records.iter().any(|record| record.json.contains(&made)), "{}", label.name);
        let first = |key: &str| {
            let used = format!("\"accessKeyId\":\"{key}\",\"userName\"");
            records.iter().find(|record| record.json.contains(&used)).map(|record| record.time)
        };
        if let (Some(old), Some(new)) = (first(old), first(new)) {
            assert!(old < new);
            seen += 1;
        }
    }
    assert!(seen > 0);
}

#[test]
fn thefts_are_implanted_into_a_world_and_leave_it_alone() {
    let (world, records) = eventful();
    let (mut taken, mut victims) = (BTreeSet::new(), BTreeSet::new());
    let ids: BTreeSet<&str> = records.iter().map(|record| record.id.as_str()).collect();
    let concerned: Vec<&String> =
        world.truth().look_alikes.iter().flat_map(|label| &label.principals).collect();
    for name in ["validation", "stealth-replay", "runtime-theft"] {
        let family = crate::attack::family(name).unwrap();
        let options = Implant { seed: 3, ..Implant::default() };
        let (theft, added) = world.implant(family, &options, &mut taken).unwrap();
        assert_eq!(theft.family, name);
        assert!(added.iter().all(|record| !ids.contains(record.id.as_str())));
        assert!(!concerned.iter().any(|arn| theft.victim.starts_with(arn.as_str())));
        assert!(victims.insert(theft.victim));
    }
    assert_eq!(taken.len(), 3);
    assert_eq!(super::World::generate(&parameters(), 5).unwrap().truth(), world.truth());
}
