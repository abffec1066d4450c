use std::collections::BTreeSet;

use super::*;
use crate::parameters::Parameters;
use crate::seed::Seed;
use crate::world::World;

#[test]
fn families_have_names_and_rows_of_their_own() {
    let names: BTreeSet<_> = library().iter().map(|family| family.name).collect();
    let rows: BTreeSet<_> = library().iter().map(|family| family.row).collect();
    assert_eq!((names.len(), rows.len()), (21, 21));
    assert!(rows.iter().all(|row| (1..=22).contains(row)));
    assert!(family("mining").is_ok() && family("none").is_err());
}

/// Every family plays in every world that is shipped with thefts.
#[test]
fn every_family_finds_a_victim_and_leaves_a_true_label() {
    for set in ["tuning", "holdout-a", "holdout-b"] {
        let parameters = Parameters::shipped(set).unwrap();
        let world = World::generate(&parameters, 11).unwrap();
        let thefts = &world.truth().thefts;
        let names: BTreeSet<_> = thefts.iter().map(|theft| theft.family.as_str()).collect();
        assert_eq!(names.len(), library().len(), "{set}");
        for theft in thefts {
            assert!(!theft.event_ids.is_empty(), "{}", theft.family);
            assert_eq!(theft.event_ids.len(), theft.times.len());
            assert_eq!(theft.first_event_id, theft.event_ids[0]);
            assert_eq!(theft.access_key_ids[0], theft.root_access_key_id);
            assert!(theft.times.is_sorted());
            let end = world.end;
            assert!(theft.times.iter().all(|time| time.as_second() < end));
        }
        let victims: BTreeSet<_> = thefts.iter().map(|theft| &theft.root_access_key_id).collect();
        assert_eq!(victims.len(), thefts.len(), "one theft each");
    }
}

#[test]
fn what_the_victim_may_not_do_is_refused_and_what_was_made_is_named() {
    let parameters = Parameters::shipped("tuning").unwrap();
    let world = World::generate(&parameters, 11).unwrap();
    let organisation = &world.organisation;
    let time = world.start + 10 * 86_400 + 40_000;
    let victims = (0..organisation.principals.len())
        .filter_map(|index| Victim::of(organisation, index, time).unwrap());
    let networks = &parameters.thefts.networks;
    let (mut weak, mut strong) = (0, 0);
    for victim in victims.filter(Victim::has_key) {
        let script = family("extortion").unwrap();
        let span = (time, i64::MAX);
        let (theft, records) =
            play(script, &victim, networks, false, span, Seed::new(3)).unwrap().unwrap();
        let role: Vec<serde_json::Value> = records
            .iter()
            .map(|record| serde_json::from_str(&record.json).unwrap())
            .filter(|value: &serde_json::Value| value["eventName"] == "CreateRole")
            .collect();
        assert_eq!(role.len(), 1);
        if victim.may("iam:CreateRole") {
            strong += 1;
            assert!(role[0]["errorCode"].is_null());
            assert!(theft.created.contains(&"lambda-ex".to_owned()));
        } else {
            weak += 1;
            assert_eq!(role[0]["errorCode"], "AccessDenied");
            assert!(!theft.created.contains(&"lambda-ex".to_owned()));
        }
        for record in &records {
            assert!(
                record.json.contains(&theft.root_access_key_id)
                    || !theft.event_ids.contains(&record.id)
            );
        }
    }
    assert!(weak > 0 && strong > 0);
}
