//! An event is in the lake once, however often and by whomever it is written.

use std::sync::Arc;

use lake::Lake;
use object_store::memory::InMemory;

use crate::events::{records, write};
use crate::store::in_place;

fn lake() -> (Arc<InMemory>, Arc<Lake>) {
    let store = Arc::new(InMemory::new());
    let lake = Arc::new(Lake::in_store("memory", Arc::clone(&store) as _).unwrap());
    (store, lake)
}

#[test]
fn the_same_logs_twice_change_nothing() {
    let (store, lake) = lake();
    let records = records(1..=3, 4);
    for round in 0..2 {
        let mut writer = lake.writer().unwrap();
        write(&mut writer, &records).unwrap();
        let written = writer.commit().unwrap();
        let (added, there) = if round == 0 { (records.len(), 0) } else { (0, records.len()) };
        assert_eq!((written.added, written.there), (added as u64, there as u64));
    }
    let counts = in_place(&store);
    assert_eq!(counts.len(), records.len());
    assert!(counts.values().all(|count| *count == 1));
}

#[test]
fn two_who_write_the_same_at_once_write_it_once() {
    let (store, lake) = lake();
    let records = records(1..=2, 4);
    let (head, tail) = (&records[..60], &records[30..]);
    let (mut one, mut two) = (lake.writer().unwrap(), lake.writer().unwrap());
    write(&mut one, head).unwrap();
    write(&mut two, tail).unwrap();
    let first = one.commit().unwrap();
    let second = two.commit().unwrap();
    assert_eq!(first.added, 60);
    assert_eq!((second.added, second.there), (records.len() as u64 - 60, 30));
    let counts = in_place(&store);
    assert_eq!(counts.len(), records.len());
    assert!(counts.values().all(|count| *count == 1));
}

#[test]
fn many_who_write_at_once_lose_nothing() {
    let (store, lake) = lake();
    let records = records(1..=2, 6);
    std::thread::scope(|scope| {
        for part in records.chunks(records.len() / 4) {
            let lake = &lake;
            scope.spawn(move || {
                let mut writer = lake.writer().unwrap();
                write(&mut writer, part).unwrap();
                writer.commit().unwrap();
            });
        }
    });
    let counts = in_place(&store);
    assert_eq!(counts.len(), records.len());
    assert!(counts.values().all(|count| *count == 1));
    assert_eq!(lake.status().unwrap().events, records.len() as u64);
}
