//! Backups hold everything, go from either engine to the other, and are refused when they are not
//! whole.

use std::io::BufReader;

use serde_json::Value;
use store::{Manifest, Store, nobody};

use crate::raw::{self, sha256};
use crate::sample::{judge, judged};
use crate::scenario::play;
use crate::site::{Site, both};

both!(
    a_backup_holds_every_row_and_column,
    a_backup_goes_to_the_other_engine_and_back,
    a_backup_that_is_not_whole_restores_nothing,
    a_backup_goes_into_an_empty_database_only,
    a_backup_shows_one_moment_while_others_write,
);

async fn backup(store: &Store) -> (String, Manifest) {
    let mut bytes = Vec::new();
    let manifest = store.backup(&mut bytes).await.expect("a backup");
    (String::from_utf8(bytes).expect("a text"), manifest)
}

async fn restore(address: &str, backup: &str) -> Result<Store, String> {
    let mut reader = BufReader::new(backup.as_bytes());
    Store::restore(address, &mut reader).await.map_err(|error| error.to_string())
}

/// Every table of the database, every column and every value, whatever tables there will be.
async fn a_backup_holds_every_row_and_column(site: Site) {
    let store = site.open().await;
    play(&store).await;
    let (text, manifest) = backup(&store).await;
    let lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let tables = raw::tables(&site).await;
    for (table, rows) in &tables {
        let of_table = lines.iter().filter(|line| line["table"] == table.as_str());
        let mut found: Vec<raw::Fields> = of_table
            .map(|line| serde_json::from_value(line["row"].clone()).expect("a row"))
            .collect();
        found.sort_by_key(|row| format!("{row:?}"));
        assert_eq!(&found, rows, "{table}");
        assert!(!rows.is_empty(), "the day leaves nothing in {table}, so that nothing is tested");
        assert_eq!(manifest.rows[table], rows.len() as u64);
    }
    assert_eq!(manifest.rows.len(), tables.len());
    let (before, last) = text.trim_end().rsplit_once('\n').expect("lines");
    assert_eq!(manifest.sha256, sha256(&format!("{before}\n")));
    assert!(last.contains(&manifest.sha256));
    // Whoever reads it learns no secret but hashes.
    for number in 1..=7 {
        assert!(!text.contains(&crate::scenario::secret(number).text()));
    }
}

async fn a_backup_goes_to_the_other_engine_and_back(site: Site) {
    let store = site.open().await;
    play(&store).await;
    let (first, manifest) = backup(&store).await;
    let kept = store.audit_head().await.expect("the head");

    let other = site.other_engine();
    let moved = restore(&other.address, &first).await.expect("restore");
    let (second, again) = backup(&moved).await;
    assert_eq!(second, first);
    assert_eq!(again, manifest);
    let chain = moved.verify_audit(Some(&kept)).await.expect("verify");
    assert_eq!(chain.broken, None);

    let home = site.another();
    let back = restore(&home.address, &second).await.expect("restore");
    assert_eq!(backup(&back).await.0, first);
    // Numbers go on where they were.
    for store in [&store, &back] {
        store.put(&judge(500), &judged("inc-7"), &nobody).await.expect("put");
        store.comment(&judge(501), "inc-7", "more").await.expect("a comment");
    }
    assert_eq!(backup(&back).await, backup(&store).await);
}

/// With a line changed; the sum is computed anew, as somebody would who means it.
fn forged(text: &str, change: impl Fn(&mut Vec<String>)) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let end = lines.pop().expect("an end");
    change(&mut lines);
    let body = format!("{}\n", lines.join("\n"));
    let mut end: Value = serde_json::from_str(&end).expect("JSON");
    end["end"]["sha256"] = sha256(&body).into();
    format!("{body}{end}\n")
}

/// The same with a part of one line replaced.
fn replaced(text: &str, line: usize, from: &str, to: &str) -> String {
    forged(text, |lines| {
        assert!(lines[line].contains(from), "{}", lines[line]);
        lines[line] = lines[line].replace(from, to);
    })
}

async fn a_backup_that_is_not_whole_restores_nothing(site: Site) {
    let store = site.open().await;
    store.put(&judge(61), &judged("inc-1"), &nobody).await.expect("put");
    let (text, _) = backup(&store).await;
    let lines = text.lines().count();
    let end = text.lines().last().expect("an end");
    let altered =
        format!("line {lines} does not belong to what stands before it: the backup was altered");
    let line = |number: usize, why: &str| format!("line {number} {why}");
    let cases = [
        (String::new(), line(1, "is missing")),
        ("nonsense\n".to_owned(), line(1, "is not the head of a backup")),
        (
            text.replacen("\"keyhound_backup\":1", "\"keyhound_backup\":2", 1),
            line(1, "is of format 2, and only 1 is known"),
        ),
        (text.replacen("198.51.100.7", "198.51.100.8", 1), altered.clone()),
        (text.replace(&format!("{end}\n"), ""), line(lines, "is missing: the backup was cut off")),
        (text[..text.len() / 2].to_owned(), line(0, "is no row of a backup")),
        (format!("{text}{end}\n"), line(lines + 1, "stands behind the end")),
        // Rows that are missing are missed even where the sum is right.
        (
            forged(&text, |lines| drop(lines.pop())),
            line(lines - 1, &altered[altered.find("does").expect("it")..]),
        ),
        (
            replaced(&text, 1, "\"incidents\"", "\"migrations\""),
            line(2, "is of a table that its version does not have"),
        ),
        (replaced(&text, 1, "\"kind\":", "\"kind) VALUES (1); --\":"), line(2, "lacks a column")),
        (
            replaced(&text, 1, "\"kind\":", "\"x\":1,\"kind\":"),
            line(2, "has a column that its version does not have"),
        ),
        (
            replaced(&text, 1, "\"alert\":1", "\"alert\":\"1\""),
            line(2, "has a value of another kind than its column"),
        ),
        (replaced(&text, 1, "\"alert\":1", "\"alert\":1.5"), line(2, "has a number that is none")),
    ];
    let place = site.another();
    for (number, (damaged, why)) in cases.iter().enumerate() {
        let told = restore(&place.address, damaged).await.expect_err("it is refused");
        let why = why.strip_prefix("line 0 ").unwrap_or(why);
        assert!(
            told.starts_with("the backup cannot be restored: line ") && told.ends_with(why),
            "{number}: {told}"
        );
    }
    let later = text.replacen(&format!("\"schema\":{}", store::VERSION), "\"schema\":999", 1);
    let told = restore(&place.address, &later).await.expect_err("it is refused");
    assert!(told.starts_with("the database is of version 999"), "{told}");
    // The place is as empty as before.
    let restored = restore(&place.address, &text).await.expect("restore");
    assert_eq!(backup(&restored).await.0, text);
}

async fn a_backup_goes_into_an_empty_database_only(site: Site) {
    let store = site.open().await;
    let (text, _) = backup(&store).await;
    let told = restore(&site.address, &text).await.expect_err("it is refused");
    assert_eq!(told, "the database is not empty: restore into a new one");
}

async fn a_backup_shows_one_moment_while_others_write(site: Site) {
    let store = site.open().await;
    for number in 0..20 {
        store.put(&judge(number), &judged(&format!("inc-{number}")), &nobody).await.expect("put");
    }
    let writer = store.clone();
    let writing = tokio::spawn(async move {
        for number in 20..60 {
            let judged = judged(&format!("inc-{number}"));
            writer.put(&judge(number), &judged, &nobody).await.expect("put");
        }
    });
    while !writing.is_finished() {
        let (text, manifest) = backup(&store).await;
        assert_eq!(manifest.rows["incidents"], manifest.rows["audit_entries"]);
        let place = site.another();
        let restored = restore(&place.address, &text).await.expect("restore");
        assert_eq!(restored.verify_audit(None).await.expect("verify").broken, None);
        restored.close().await;
    }
    writing.await.expect("the writer");
}
