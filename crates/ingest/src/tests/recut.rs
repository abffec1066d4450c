//! The same records, cut into files in any way: the same events, in memory and on disk.

use cloudtrail::EventId;
use proptest::prelude::*;

use super::*;
use crate::Reason;

/// The moment of a record follows from its id, so that equal ids are repeats. Some share a moment;
/// all lie within three days, which is more than repeats are remembered for.
fn moment(id: u32) -> Rec {
    (id, i64::from(id / 2) * 104_729 % 259_200)
}

/// Writes records to a file in one of the forms that they come in. A named one claims to have been
/// delivered at any time, be it long before or after what it holds.
fn write(folder: &Folder, index: usize, form: u8, claim: i64, records: &[Rec]) {
    match form {
        0 => folder.write(&format!("{index}.jsonl"), lines(records)),
        1 => folder.write(&format!("{index}.json"), file(records)),
        2 => folder.write(&format!("{index}.json.gz"), gzip(file(records).as_bytes())),
        3 => folder.write(&format!("{index}.jsonl.gz"), gzip(lines(records).as_bytes())),
        _ => folder.write(&name(claim, index), gzip(file(records).as_bytes())),
    };
}

/// Limits under which everything that can happen does.
fn any_limits() -> impl Strategy<Value = Limits> {
    let reading = (1_u64..20_000, 1_000_u64..30_000, 1_usize..20, 0_usize..3, 1_usize..6);
    // An event of these weighs some 600 bytes.
    let writing = (prop_oneof![0_usize..20_000, Just(256 << 20)], 0_usize..20_000, 0_usize..6);
    (reading, writing).prop_map(
        |((round_text, whole_text, piece, streams, round_objects), (held, round_events, runs))| {
            Limits {
                whole_text,
                round_text,
                round_objects,
                piece,
                streams,
                held,
                round_events,
                runs,
            }
        },
    )
}

fn sequence(events: &[Event]) -> Vec<(Time, EventId)> {
    events.iter().map(|event| (event.time, event.id.clone())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    #[test]
    fn any_files_give_the_sorted_distinct_records(
        files in prop::collection::vec(
            (0_u8..7, -90_000_i64..350_000, prop::collection::vec(0_u32..500, 0..80), any::<bool>()),
            1..14,
        ),
        limits in any_limits(),
    ) {
        let folder = Folder::new();
        let mut all = Vec::new();
        for (index, (form, claim, ids, sorted)) in files.iter().enumerate() {
            let mut records: Vec<Rec> = ids.iter().copied().map(moment).collect();
            if *sorted {
                records.sort_by_key(|record| record.1);
            }
            write(&folder, index, *form, *claim, &records);
            all.extend(records);
        }
        let written = all.len() as u64;
        let expected = expected(all);
        // `run` checks the books after every round.
        let run = scan(&[folder.path().to_owned()], limits);
        prop_assert_eq!(sequence(&run.events()), sequence(&expected));
        prop_assert!(run.events() == expected);
        prop_assert_eq!((run.books.read, run.books.late), (written, 0));
        prop_assert_eq!(run.books.duplicate, written - expected.len() as u64);
        prop_assert!(run.problems.iter().all(|problem| problem.reason == Reason::Empty));
    }

    #[test]
    fn one_file_in_any_order_gives_the_sorted_records(
        ids in prop::collection::vec(0_u32..2_000, 0..1_000),
        form in 0_u8..5,
        limits in any_limits(),
    ) {
        let folder = Folder::new();
        let records: Vec<Rec> = ids.iter().copied().map(moment).collect();
        write(&folder, 0, form, 0, &records);
        let run = scan(&[folder.path().to_owned()], limits);
        prop_assert!(run.events() == expected(records.iter().copied()));
        prop_assert!(run.books.on_disk == 0 || limits.held < 256 << 20);
    }
}

#[test]
fn neither_threads_nor_memory_show_in_what_comes() {
    let folder = Folder::new();
    let records: Vec<Rec> = (0..3_000).map(moment).collect();
    for region in 0..6_usize {
        let own: Vec<Rec> = records.iter().copied().skip(region).step_by(5).collect();
        write(&folder, region, 4, 259_200, &own);
    }
    let expected = expected(records);
    let paths = [folder.path().to_owned()];
    for threads in [1, 2, 4] {
        for held in [0, 30_000, 300_000, 30_000_000] {
            let limits = Limits { held, round_events: 10_000, runs: 3, ..tiny() };
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let run = pool.install(|| scan(&paths, limits));
            assert!(run.events() == expected, "{threads} threads, {held} bytes");
            assert_eq!(run.books.on_disk > 0, held < 3_000_000, "{held} bytes: {:?}", run.books);
        }
    }
}

#[test]
fn repeats_that_differ_are_told_apart_by_what_they_say() {
    let plain = json((1, 60));
    let other = plain.replace("aws-cli/2.15.0", "Boto3/1.34.0");
    let one = |first: &str, second: &str| {
        let folder = Folder::new();
        folder.write("a.json", first);
        folder.write("b.json", second);
        scan(&[folder.path().to_owned()], Limits::default()).events()
    };
    assert_eq!(one(&plain, &other), one(&other, &plain));
    assert_eq!(one(&plain, &other).len(), 1);
}

#[test]
fn a_folder_that_takes_no_files_is_named() {
    let folder = Folder::new();
    folder.write("a.json", file(&(0..100).map(moment).collect::<Vec<_>>()));
    let files = Files::new([folder.path()]);
    let limits = Limits { held: 0, round_objects: 1, ..Limits::default() };
    folder.write("b.json", file(&[(7, 0)]));
    let nowhere = folder.path().join("no\u{7}where");
    let rounds = Rounds::new(&files, files.list().unwrap(), route);
    let error = try_run(rounds.limits(limits).temporary(&nowhere)).unwrap_err();
    assert!(matches!(error, Error::Spill { .. }), "{error:?}");
    assert_eq!(Trust::Names.after(&error), None);
    let said = error.to_string();
    assert!(said.starts_with("more records overlap in time than are held in memory"), "{said}");
    assert!(said.contains("no\\u{7}where: "), "{said}");
    assert!(said.contains("; free some space there, or let TMPDIR name"), "{said}");
}
