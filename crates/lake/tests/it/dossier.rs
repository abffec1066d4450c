//! Dossiers: what they count, that every number leads to its events, and names that are attacks.

use intel::address::AddressBook;
use lake::dossier::{Count, Dossier, Filter, Kind, Subject, Table, dossier};
use lake::query::{Engine, Values, cells};

use crate::questions::engine;

fn about(engine: &Engine, name: &str, filter: Filter) -> Dossier {
    let subject = Subject::find(engine, name, None).unwrap().unwrap();
    dossier(engine, &AddressBook::new(), subject, filter).unwrap()
}

fn counted(engine: &Engine, condition: &str) -> u64 {
    let sql = format!("SELECT count(*) FROM events WHERE {condition}");
    let rows = engine.rows(&sql, &Values::new()).unwrap_or_else(|error| panic!("{sql}: {error}"));
    cells(&rows[0]).unwrap()[0][0].parse().unwrap()
}

fn tables(dossier: &Dossier) -> [&Table; 11] {
    [
        &dossier.principals,
        &dossier.access_keys,
        &dossier.accounts,
        &dossier.regions,
        &dossier.services,
        &dossier.actions,
        &dossier.networks,
        &dossier.addresses,
        &dossier.clients,
        &dossier.errors,
        &dossier.sensitive,
    ]
}

#[test]
fn every_number_leads_to_its_events() {
    let engine = engine();
    for (name, kind, events) in [
        ("AKIAUSERUSERUSERUSE2", Kind::Key, 36),
        ("user1", Kind::Principal, 36),
        ("aws-cli", Kind::Client, 180),
        ("bucket1", Kind::Resource, 0),
    ] {
        let dossier = about(&engine, name, Filter::default());
        assert_eq!(dossier.subject.kind, kind, "{name}");
        if events > 0 {
            assert_eq!(dossier.events, events, "{name}");
        }
        assert_eq!(counted(&engine, &dossier.condition), dossier.events, "{name}");
        assert_eq!(dossier.hours.iter().flatten().sum::<u64>(), dossier.events);
        assert_eq!(dossier.succeeded + dossier.denied + dossier.failed, dossier.events);
        let counts: Vec<&Count> = tables(&dossier).into_iter().flat_map(|one| &one.top).collect();
        assert!(counts.len() > 5);
        for count in counts {
            assert_eq!(counted(&engine, &count.condition), count.events, "{}", count.condition);
        }
        for pivot in &dossier.pivot {
            let sum = pivot.succeeded + pivot.not;
            assert_eq!(counted(&engine, &pivot.condition), sum, "{}", pivot.condition);
        }
        for novelty in &dossier.new {
            let condition = format!("event_id = '{}'", novelty.event_id);
            assert_eq!(counted(&engine, &condition), 1);
        }
    }
}

#[test]
fn filters_narrow_what_is_counted_and_not_what_is_usual() {
    let engine = engine();
    let all = about(&engine, "AKIAUSERUSERUSERUSE2", Filter::default());
    let since = "2026-11-02T00:00:00Z".parse().ok();
    let later = about(&engine, "AKIAUSERUSERUSERUSE2", Filter { since, ..Filter::default() });
    assert!(later.events > 0 && later.events < all.events);
    assert_eq!(later.usual, all.usual);
    let nothing = Filter { region: Some("mars-north-1".to_owned()), ..Filter::default() };
    assert_eq!(about(&engine, "AKIAUSERUSERUSERUSE2", nothing).events, 0);
}

#[test]
fn what_a_key_made_is_followed() {
    let engine = engine();
    let maker = about(&engine, "AKIAUSERUSERUSERUSE3", Filter::default());
    assert_eq!(maker.made.len(), 9);
    assert!(maker.made.iter().all(|edge| edge.step == 1 && !edge.event_id.is_empty()));
    assert!(maker.made_by.is_empty());
}

#[test]
fn names_are_names_whatever_is_in_them() {
    let engine = engine();
    for name in ["' OR '1'='1", "x'; DROP TABLE events; --", "", "nobody", "\u{202e}"] {
        for kind in [Kind::Key, Kind::Principal, Kind::Address, Kind::Client] {
            let Some(subject) = Subject::find(&engine, name, Some(kind)).unwrap() else { continue };
            let found = dossier(&engine, &AddressBook::new(), subject, Filter::default()).unwrap();
            assert_eq!(found.events, 0, "{name:?} as {kind:?}");
        }
    }
}
