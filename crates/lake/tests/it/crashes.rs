//! Whoever is killed leaves nothing broken and nothing doubled.

use std::sync::Arc;

use lake::{Error, Lake};
use object_store::memory::InMemory;

use crate::events::{records, write};
use crate::store::{Mortal, in_place, paths};

/// Writes some records, commits in between, compacts, and forgets the first day.
fn live(lake: &Arc<Lake>, records: &[String], retain: bool) -> Result<(), Error> {
    let (first, second) = records.split_at(records.len() / 2);
    let mut writer = lake.writer()?;
    write(&mut writer, first)?;
    writer.commit()?;
    // Some of the first half come again.
    write(&mut writer, &records[records.len() / 4..])?;
    writer.commit()?;
    drop(writer);
    let mut writer = lake.writer()?;
    write(&mut writer, second)?;
    writer.commit()?;
    drop(writer);
    lake.compact()?;
    if retain {
        lake.retain(1)?;
    }
    Ok(())
}

#[test]
fn killed_after_any_change_nothing_is_broken_or_doubled() {
    let records = records(1..=2, 5);
    let mut died = 0;
    for changes in 0.. {
        let store = Arc::new(InMemory::new());
        let result = Lake::in_store("mortal", Arc::new(Mortal::new(&store, changes)))
            .map(Arc::new)
            .and_then(|lake| live(&lake, &records, false));
        let twice = |counts: &std::collections::BTreeMap<String, u32>| {
            counts.values().filter(|count| **count > 1).count()
        };
        assert_eq!(twice(&in_place(&store)), 0, "seen in place after {changes} changes");
        let lake = Arc::new(Lake::in_store("mended", Arc::clone(&store) as _).unwrap());
        live(&lake, &records, false).unwrap();
        let counts = in_place(&store);
        assert_eq!(counts.len(), records.len(), "after {changes} changes and another run");
        assert_eq!(twice(&counts), 0, "after {changes} changes and another run");
        assert_eq!(lake.status().unwrap().events, records.len() as u64);
        assert_eq!(lake.status().unwrap().loose, 0);
        match result {
            Ok(()) => break,
            Err(_) => died += 1,
        }
    }
    assert!(died > 20, "only {died} places to die");
}

#[test]
fn killed_while_days_are_forgotten_the_others_stay() {
    let records = records(1..=2, 3);
    for changes in 0..200 {
        let store = Arc::new(InMemory::new());
        let mortal = Arc::new(Mortal::new(&store, changes));
        let result = Lake::in_store("mortal", mortal)
            .map(Arc::new)
            .and_then(|lake| live(&lake, &records, true));
        let lake = Arc::new(Lake::in_store("mended", Arc::clone(&store) as _).unwrap());
        live(&lake, &records, true).unwrap();
        let counts = in_place(&store);
        assert_eq!(counts.len(), records.len() / 2, "after {changes} changes");
        assert!(counts.keys().all(|id| id.starts_with("00000002")), "after {changes} changes");
        if result.is_ok() {
            return;
        }
    }
    panic!("it never ended");
}

#[test]
fn nothing_is_left_of_a_writer_that_gave_up() {
    let store = Arc::new(InMemory::new());
    let lake = Arc::new(Lake::in_store("memory", Arc::clone(&store) as _).unwrap());
    let mut writer = lake.writer().unwrap();
    write(&mut writer, &records(1..=1, 3)).unwrap();
    assert!(!paths(&store, "_staged").is_empty());
    assert!(in_place(&store).is_empty(), "nothing is to be seen before it is committed");
    drop(writer);
    assert!(paths(&store, "_staged").is_empty());
    assert_eq!(lake.status().unwrap().events, 0);
}
