//! The order, repeats and lateness of what is handed over.

use std::sync::Mutex;

use proptest::prelude::*;

use super::*;
use crate::{Object, Progress};

/// A folder with everything in it: delivered files, some overlapping, a repeat or two, unnamed
/// files in and out of order, plain and packed. Nothing is late.
fn mixed(folder: &Folder) -> (Vec<PathBuf>, Vec<Rec>) {
    let mut paths = Vec::new();
    let mut all = Vec::new();
    for delivery in 0..40_i64 {
        let second = delivery * 300;
        let records: Vec<Rec> = (0..12)
            .map(|n| {
                let id = u32::try_from(delivery * 12 + n).unwrap();
                (id, second - (i64::from(id) * 7_919) % 5_000)
            })
            .collect();
        paths.push(folder.write(&name(second, delivery), gzip(file(&records).as_bytes())));
        if delivery % 9 == 0 {
            paths.push(folder.write(&name(second + 600, "again"), file(&records)));
        }
        all.extend(records);
    }
    for part in 0..4 {
        let records: Vec<Rec> =
            (0..150).map(|n| (1_000 + part * 150 + n, i64::from(n * 67 + part * 13))).collect();
        all.extend(&records);
        paths.push(match part {
            0 => folder.write("part-0.jsonl", lines(&records)),
            1 => folder.write("part-1.json.gz", gzip(file(&records).as_bytes())),
            2 => folder.write("z/part-2", lines(&shuffled(&records, 2))),
            _ => folder.write("part-3.json", file(&shuffled(&records, 3))),
        });
    }
    (paths, all)
}

/// Another order that depends on the seed only.
fn shuffled<T: Clone>(items: &[T], seed: u64) -> Vec<T> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut items: Vec<(u64, T)> = items
        .iter()
        .map(|item| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state, item.clone())
        })
        .collect();
    items.sort_by_key(|(key, _)| *key);
    items.into_iter().map(|(_, item)| item).collect()
}

fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

#[test]
fn every_record_comes_once_and_in_order() {
    let folder = Folder::new();
    let (_, records) = mixed(&folder);
    for limits in [tiny(), Limits::default()] {
        let run = scan(&[folder.path().to_owned()], limits);
        assert_eq!(run.events(), expected(records.iter().copied()));
        assert_eq!((run.books.late, run.books.duplicate), (0, 5 * 12));
        assert!(run.problems.is_empty(), "{:?}", run.problems);
        assert_eq!(run.books.found, run.books.files);
    }
    assert!(scan(&[folder.path().to_owned()], tiny()).rounds.len() > 20);
}

#[test]
fn neither_threads_nor_the_order_of_arguments_matter() {
    let folder = Folder::new();
    let (paths, _) = mixed(&folder);
    let first = with_threads(1, || scan(&paths, tiny()));
    for threads in [1, 2, 4] {
        let paths = shuffled(&paths, threads as u64 + 7);
        let other = with_threads(threads, || scan(&paths, tiny()));
        assert_eq!(other.rounds, first.rounds, "{threads} threads");
        assert_eq!(
            (other.books, other.problems),
            (first.books, first.problems.clone()),
            "{threads} threads"
        );
    }
}

#[test]
fn neither_names_nor_sizes_nor_the_order_inside_unnamed_files_matter() {
    let records: Vec<Rec> = (0..400).map(|id| (id, i64::from(id) * 61 % 30_000)).collect();
    let expected = expected(records.iter().copied());
    for seed in 0..20 {
        let folder = Folder::new();
        let mut rest = &shuffled(&records, seed)[..];
        let mut part = seed;
        while !rest.is_empty() {
            let (now, later) = rest.split_at((7 + part as usize * 37 % 101).min(rest.len()));
            let name = format!("{}.json", part * 7_919 % 1_000);
            folder.write(&name, if part % 2 == 0 { file(now) } else { lines(now) });
            rest = later;
            part += 1;
        }
        let run = scan(&[folder.path().to_owned()], tiny());
        assert_eq!(run.events(), expected, "seed {seed}");
    }
}

#[test]
fn repeats_are_dropped_wherever_they_are() {
    let minutes = |range: std::ops::Range<u32>| -> Vec<Rec> {
        range.map(|n| (n, i64::from(n) * 60)).collect()
    };
    let some = minutes(0..10);
    let long = minutes(0..600);
    // The files that carry the watermark six and seven hours further.
    let later = |hour: i64| (name(hour * 3_600, "later"), vec![(5_000, hour * 3_600)]);
    for (case, files, accepted, duplicate) in [
        ("in one file", vec![("a".to_owned(), [&some[..], &some].concat())], 10, 10),
        ("in two files", vec![("a".into(), some.clone()), ("b".into(), some.clone())], 10, 10),
        (
            "in a named and an unnamed file",
            vec![(name(900, 1), some.clone()), ("b".into(), some.clone())],
            10,
            10,
        ),
        (
            "in part, delivered again an hour later",
            vec![(name(900, 1), some.clone()), (name(4_500, 1), minutes(5..15))],
            15,
            5,
        ),
        (
            "of what was handed over five hours ago",
            vec![("a".into(), long.clone()), later(7), (name(25_200, "x"), minutes(120..130))],
            601,
            10,
        ),
    ] {
        let folder = Folder::new();
        for (name, records) in &files {
            folder.write(name, file(records));
        }
        let limits = Limits { round_objects: 1, ..Limits::default() };
        let (run, trust) = scan_trusting(&[folder.path().to_owned()], limits);
        let books = run.books;
        assert_eq!((books.accepted, books.duplicate), (accepted, duplicate), "{case}");
        assert_eq!(trust, Trust::Names, "{case}");
    }
}

#[test]
fn names_that_lie_cost_a_second_reading_and_no_order() {
    let folder = Folder::new();
    let hour = 3_600;
    let straggling: Vec<(i64, Vec<Rec>)> = vec![
        (10, vec![(0, 10 * hour - 60)]),
        (12, vec![(1, 10 * hour + 1), (2, 12 * hour)]),
        // The next file says that everything before 11:00 has been delivered; it has not.
        (13, vec![(3, 13 * hour), (4, 9 * hour), (5, 11 * hour)]),
        (20, vec![(6, 12 * hour), (7, 19 * hour)]),
    ];
    for (delivery, records) in &straggling {
        folder.write(&name(delivery * hour, 0), file(records));
    }
    let limits = Limits { round_objects: 1, ..Limits::default() };
    let all = straggling.into_iter().flat_map(|(_, records)| records);
    let expected = expected(all);
    let (run, trust) = scan_trusting(&[folder.path().to_owned()], limits);
    assert_eq!((run.events(), run.late(), trust), (expected.clone(), vec![], Trust::Contents));
    // In one round there is no watermark to be behind of, and the names are as good as any.
    let (run, trust) = scan_trusting(&[folder.path().to_owned()], Limits::default());
    assert_eq!((run.events(), run.late(), trust), (expected, vec![], Trust::Names));
}

#[test]
fn a_time_that_the_first_pass_cannot_see_costs_a_third_reading_and_no_order() {
    let folder = Folder::new();
    let hidden = file(&[(0, 60), (1, 120)]).replace("eventTime", "event\\u0054ime");
    let seen = [(2, 90_000), (3, 90_060)];
    folder.write("b.json", hidden.replacen("]}", &format!(",{}]}}", json(seen[0])), 1));
    folder.write("a.json", file(&[(4, 60_000), seen[1]]));
    let limits = Limits { round_objects: 1, ..Limits::default() };
    let (run, trust) = scan_trusting(&[folder.path().to_owned()], limits);
    assert_eq!(trust, Trust::Nothing);
    assert_eq!(run.seconds(), [60, 120, 60_000, 90_000, 90_060]);
}

#[test]
fn what_lies_before_the_moment_to_go_on_after_is_late_and_no_error() {
    let folder = Folder::new();
    folder.write("a.json", file(&[(0, 100), (1, 200), (2, 300), (0, 100)]));
    folder.write("b.json", file(&[(3, 50), (4, 400)]));
    let files = Files::new([folder.path()]);
    let run = run(Rounds::new(&files, files.list().unwrap(), route).after(time(250)));
    let late: Vec<i64> = run.late().iter().map(|event| event.time.seconds() - BEGIN).collect();
    assert_eq!((late, run.seconds()), (vec![50, 100, 200], vec![300, 400]));
    assert_eq!((run.books.late, run.books.duplicate), (3, 1));
}

#[test]
fn unwanted_records_are_skipped_and_old_files_left_out() {
    let folder = Folder::new();
    for hour in 0..20_i64 {
        let records: Vec<Rec> = (0..4).map(|n| (hour as u32 * 4 + n, hour * 3_600 - 600)).collect();
        folder.write(&name(hour * 3_600, hour), file(&records));
    }
    folder.write("old.json", file(&[(900, 0), (901, 3_600)]));
    // So long ago that its name is believed.
    folder.write(&name(-20 * 3_600, "ancient"), "no records");
    folder.write("older-and-newer.json", file(&[(902, 0), (903, 50_000)]));
    let files = Files::new([folder.path()]);
    let since = time(10 * 3_600);
    let rounds = Rounds::new(&files, files.list().unwrap(), route)
        .since(since)
        .keep(|event| event.time >= since && event.time < time(18 * 3_600));
    let run = run(rounds);
    // Those delivered before 10:00 and the old ones; what was delivered at 10:00 is read.
    assert_eq!((run.books.left_out, run.books.files), (12, 11));
    assert_eq!((run.books.read, run.books.skipped), (10 * 4 + 2, 4 + 4 + 1));
    assert!(run.events().iter().all(|event| event.time >= since));
    assert_eq!(run.books.accepted, 8 * 4 + 1);
}

#[test]
fn progress_ends_at_the_whole() {
    let folder = Folder::new();
    mixed(&folder);
    let files = Files::new([folder.path()]);
    let told = Mutex::new(Vec::<Progress>::new());
    let listing = files.list().unwrap();
    let of_objects = |unnamed: bool| -> u64 {
        let counts = |object: &&Object| !unnamed || object.delivered.is_none();
        listing.objects.iter().filter(counts).map(|object| object.size).sum()
    };
    let total = of_objects(false) + of_objects(true);
    let rounds = Rounds::new(&files, listing.clone(), route)
        .progress(|progress| told.lock().unwrap().push(progress));
    let run = run(rounds);
    let told = told.into_inner().unwrap();
    let most = told.iter().max_by_key(|progress| progress.bytes).unwrap();
    assert_eq!((most.bytes, most.total_bytes), (total, total));
    assert_eq!(told.iter().map(|progress| progress.records).max(), Some(run.books.read));
    assert!(told.len() >= listing.objects.len());
}

#[test]
fn nothing_at_all_is_one_last_round() {
    let folder = Folder::new();
    let run = scan(&[folder.path().to_owned()], Limits::default());
    assert_eq!((run.rounds.len(), run.books), (1, Books::default()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn the_books_balance_whatever_the_files_hold(
        files in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..400), 0_usize..5_000, any::<bool>()), 0..8),
    ) {
        let folder = Folder::new();
        for (index, (noise, cut, packed)) in files.iter().enumerate() {
            let mut text = file(&(0..10).map(|id| (id, i64::from(id) * 60)).collect::<Vec<_>>()).into_bytes();
            text.truncate(*cut);
            text.extend(noise);
            folder.write(&index.to_string(), if *packed { gzip(&text) } else { text });
        }
        // `run` checks the books after every round.
        let run = scan(&[folder.path().to_owned()], tiny());
        prop_assert_eq!(run.books.found, files.len() as u64);
    }
}
