//! Databases of every earlier version, with data in them, become ones of this version and lose
//! nothing.
//!
//! A new migration needs a new file in `fill/`; everything else here grows by itself.

use std::collections::BTreeMap;
use std::fs;
use std::io::BufReader;
use std::path::Path;

use serde_json::json;
use store::{Store, VERSION, nobody};

use crate::raw::{self, Fields};
use crate::sample::{grown, judge, judged};
use crate::site::{Site, both};

both!(
    every_earlier_version_is_migrated_without_loss,
    backups_of_every_earlier_version_are_restored,
    a_database_of_a_later_version_is_refused,
    a_database_with_another_migration_is_refused,
    programs_that_start_at_once_migrate_once,
);

fn text(folder: &str, version: u32) -> (String, String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let number = format!("{version:04}");
    let mut files =
        fs::read_dir(&folder).expect("the folder").map(|file| file.expect("a file").path());
    let path = files
        .find(|path| {
            path.file_name()
                .and_then(|name| name.to_str())
                .is_some_and(|name| name.starts_with(&number))
        })
        .unwrap_or_else(|| panic!("there is no file {number} in {}", folder.display()));
    let name = path.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
    (name, fs::read_to_string(&path).expect("read the file"))
}

/// Makes a database of that version as the program of then did, with data of each version before.
async fn make(site: &Site, version: u32) {
    if !site.is_sqlite {
        site.tamper(r#"CREATE COLLATION "binary" (LOCALE = 'C')"#).await;
    }
    site.tamper("CREATE TABLE migrations (version BIGINT PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL)")
        .await;
    for version in 1..=version {
        let (name, migration) = text("migrations", version);
        let digest = raw::sha256(&migration);
        site.tamper(&migration).await;
        site.tamper(&format!("INSERT INTO migrations VALUES ({version}, '{name}', '{digest}')"))
            .await;
        site.tamper(&text("tests/it/fill", version).1).await;
    }
}

/// The rows with those columns only that the older ones have.
fn narrowed(rows: &[Fields], older: &[Fields]) -> Vec<Fields> {
    let Some(pattern) = older.first() else { return rows.to_vec() };
    let mut narrowed: Vec<Fields> = rows
        .iter()
        .map(|row| {
            let kept = row.iter().filter(|(name, _)| pattern.contains_key(*name));
            kept.map(|(name, value)| (name.clone(), value.clone())).collect()
        })
        .collect();
    narrowed.sort_by_key(|row| format!("{row:?}"));
    narrowed
}

/// Everything that was there is there, and the store works with it.
async fn check(site: &Site, store: &Store, version: u32, before: &BTreeMap<String, Vec<Fields>>) {
    let after = raw::tables(site).await;
    for (table, rows) in before {
        assert_eq!(&narrowed(&after[table], rows), rows, "{table} from version {version}");
    }
    let mut backup = Vec::new();
    store.backup(&mut backup).await.expect("a backup");
    let backup = String::from_utf8(backup).expect("a text");
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(format!("from_version_{version}"), backup);
    });
    let told = judged("inc-new");
    store.put(&judge(9000), &told, &nobody).await.expect("put");
    store.put(&judge(9001), &grown(&told), &nobody).await.expect("put");
    assert_eq!(store.verify_audit(None).await.expect("verify").broken, None);
}

async fn every_earlier_version_is_migrated_without_loss(site: Site) {
    for version in 1..=VERSION {
        let site = site.another();
        make(&site, version).await;
        let before = raw::tables(&site).await;
        assert!(before["incidents"].len() == 2);
        let store = site.open().await;
        check(&site, &store, version, &before).await;
        store.close().await;
    }
}

/// A backup of a database as it is.
fn backup_of(version: u32, tables: &BTreeMap<String, Vec<Fields>>) -> String {
    let mut lines = format!("{}\n", json!({ "keyhound_backup": 1, "schema": version }));
    // Those that others refer to come first.
    let first = ["incidents", "comments", "exceptions", "users", "settings"];
    let rest = tables.keys().map(String::as_str).filter(|name| !first.contains(name));
    for table in first.into_iter().chain(rest) {
        for row in tables.get(table).into_iter().flatten() {
            lines += &json!({ "table": table, "row": row }).to_string();
            lines += "\n";
        }
    }
    let sha256 = raw::sha256(&lines);
    let rows: BTreeMap<&str, usize> =
        tables.iter().map(|(name, rows)| (name.as_str(), rows.len())).collect();
    lines + &format!("{}\n", json!({ "end": { "rows": rows, "sha256": sha256 } }))
}

async fn backups_of_every_earlier_version_are_restored(site: Site) {
    for version in 1..=VERSION {
        let (old, new) = (site.another(), site.another());
        make(&old, version).await;
        let before = raw::tables(&old).await;
        let backup = backup_of(version, &before);
        let mut reader = BufReader::new(backup.as_bytes());
        let store = Store::restore(&new.address, &mut reader).await.expect("restore");
        check(&new, &store, version, &before).await;
        store.close().await;
    }
}

async fn a_database_of_a_later_version_is_refused(site: Site) {
    site.open().await.close().await;
    let later = VERSION + 1;
    site.tamper(&format!("INSERT INTO migrations VALUES ({later}, 'later', 'digest')")).await;
    let before = raw::tables(&site).await;
    let error = Store::open(&site.address).await.expect_err("it is refused");
    assert_eq!(
        error.to_string(),
        format!(
            "the database is of version {later}, and this keyhound knows none after {VERSION}: use the keyhound that \
             wrote it, or a later one"
        )
    );
    assert_eq!(raw::tables(&site).await, before);
}

async fn a_database_with_another_migration_is_refused(site: Site) {
    site.open().await.close().await;
    site.tamper("UPDATE migrations SET digest = 'another' WHERE version = 2").await;
    let error = Store::open(&site.address).await.expect_err("it is refused");
    assert_eq!(
        error.to_string(),
        "migration 2 of the database is not the one of this keyhound: restore a backup into a new database"
    );
}

async fn programs_that_start_at_once_migrate_once(site: Site) {
    let opened = futures::future::join_all((0..4).map(|_| Store::open(&site.address))).await;
    for store in opened {
        let store = store.expect("each of them opens it");
        store.check().await.expect("it answers");
        store.close().await;
    }
}
