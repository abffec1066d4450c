use serde_json::Value;

use super::*;
use crate::attack::{family, library};
use crate::parameters::Parameters;
use crate::world::World;

fn history() -> Vec<Record> {
    let mut parameters = Parameters::shipped("drill").unwrap();
    parameters.time.days = 12;
    parameters.time.quiet_days = 12;
    parameters.changes.clear();
    parameters.thefts.families.clear();
    let world = World::generate(&parameters, 4).unwrap();
    world.records().map(Result::unwrap).collect()
}

#[test]
fn most_families_find_a_victim_in_a_trail_and_leave_their_mark() {
    let history = history();
    let (mut happened, mut trail) = (0, Trail::read(history.iter().cloned().map(Ok)).unwrap());
    for family in library() {
        let (theft, records) = match trail.implant(family, &Implant::default()) {
            Ok(theft) => theft,
            Err(Error::NoVictim(_)) => continue,
            Err(error) => panic!("{error}"),
        };
        happened += 1;
        let root = format!("\"accessKeyId\":\"{}\"", theft.root_access_key_id);
        assert!(history.iter().any(|record| record.json.contains(&root)), "{}", family.name);
        assert!(records.is_sorted_by_key(|record| record.time));
        for id in &theft.event_ids {
            assert!(records.iter().any(|record| record.id == *id));
        }
        for record in &records {
            let value: Value = serde_json::from_str(&record.json).unwrap();
            assert_eq!(value["recipientAccountId"].as_str().unwrap(), record.account);
        }
    }
    assert!(trail.key_weeks() > 50.0 && trail.victims().count() > 30);
    assert!(happened >= 10, "{happened}");
}

#[test]
fn an_empty_trail_has_no_victim() {
    let mut trail = Trail::read([]).unwrap();
    let error = trail.implant(family("mining").unwrap(), &Implant::default());
    assert!(matches!(error, Err(Error::NoVictim(_))));
}
