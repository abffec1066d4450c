//! Compaction joins files and changes nothing else; retention removes days and nothing else.

use std::sync::Arc;

use lake::Lake;
use object_store::memory::InMemory;

use crate::events::{records, write};
use crate::store::{in_place, paths};

fn lake(parts: usize) -> (Arc<InMemory>, Arc<Lake>, Vec<String>) {
    let store = Arc::new(InMemory::new());
    let lake = Arc::new(Lake::in_store("memory", Arc::clone(&store) as _).unwrap());
    let records = records(1..=3, 5);
    // Every n-th record, so that the files of a partition overlap.
    for part in 0..parts {
        let mut writer = lake.writer().unwrap();
        let own: Vec<String> = records.iter().skip(part).step_by(parts).cloned().collect();
        write(&mut writer, &own).unwrap();
        writer.commit().unwrap();
    }
    (store, lake, records)
}

#[test]
fn files_of_a_day_and_bucket_become_one() {
    let (store, lake, records) = lake(4);
    let before = lake.status().unwrap();
    assert!(before.loose > 0);
    let counts = in_place(&store);
    let done = lake.compact().unwrap();
    let after = lake.status().unwrap();
    assert_eq!(done.joined - done.files, before.files - after.files);
    assert_eq!((before.spare, after.spare), (before.files - after.files, 0));
    assert!(!before.compaction_is_due(), "{} files are few", before.spare);
    assert_eq!((after.loose, after.events), (0, records.len() as u64));
    assert_eq!((after.text, after.period), (before.text, before.period));
    assert_eq!(in_place(&store), counts);
    assert_eq!(paths(&store, "events").len() as u64, after.files);
    assert_eq!(lake.compact().unwrap(), lake::Compacted::default(), "nothing is left to do");
}

#[test]
fn compaction_is_due_when_it_would_save_a_hundred_files() {
    let (_, lake, _) = lake(40);
    let status = lake.status().unwrap();
    assert!(status.spare >= 100, "{status:?}");
    assert!(status.compaction_is_due());
    lake.compact().unwrap();
    assert!(!lake.status().unwrap().compaction_is_due());
}

#[test]
fn old_days_go_and_are_counted_from_the_newest() {
    let (store, lake, records) = lake(2);
    let removed = lake.retain(2).unwrap();
    assert_eq!((removed.days, removed.events), (1, records.len() as u64 / 3));
    assert_eq!(in_place(&store).len(), records.len() / 3 * 2);
    assert_eq!(lake.retain(2).unwrap(), lake::Removed::default());
    assert_eq!(lake.status().unwrap().days, 2);
}
