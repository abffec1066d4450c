//! Databases that go away and come back.

use std::fmt::Write;

use store::{Error, Store, nobody};

use crate::sample::{judge, judged};
use crate::site::{Site, run};

/// A database that is not there is told as something that may pass, and without the password.
#[test]
fn a_database_that_is_not_there_may_come() {
    run(async {
        let address = "postgres://anna:swordfish@127.0.0.1:1/store?sslmode=disable";
        let error = Store::open(address).await.expect_err("nobody listens there");
        assert!(matches!(error, Error::Unreachable { .. }) && error.may_pass(), "{error:?}");
        let mut told = format!("{error} {error:?}");
        let mut source = std::error::Error::source(&error);
        while let Some(error) = source {
            let _ = write!(told, " {error} {error:?}");
            source = error.source();
        }
        assert!(!told.contains("swordfish"), "{told}");
    });
}

/// Connections that the server ended are replaced.
#[test]
fn a_postgres_that_ends_every_connection_is_reached_again() {
    run(async {
        let site = Site::postgres();
        let store = site.open().await;
        for number in 0..5 {
            store
                .put(&judge(number), &judged(&format!("inc-{number}")), &nobody)
                .await
                .expect("put");
            let end = "SELECT CAST(pg_terminate_backend(pid) AS TEXT) FROM pg_stat_activity \
                       WHERE datname = current_database() AND pid <> pg_backend_pid()";
            site.tamper(end).await;
        }
        assert_eq!(store.verify_audit(None).await.expect("verify").entries, 5);
    });
}

/// A folder that is not there is an error, not a new database elsewhere.
#[test]
fn a_file_that_cannot_be_made_is_told() {
    run(async {
        let error = Store::open("sqlite:///nowhere/at/all/store.db").await.expect_err("no folder");
        assert_eq!(error.to_string(), "the database refuses");
        for (address, told) in [
            ("sqlite://", "the address of the database has no path"),
            (
                "/var/lib/store.db",
                "the address of the database begins with none of `sqlite://` and `postgres://`",
            ),
            ("postgres://[", "the address of the database cannot be read"),
        ] {
            let error = Store::open(address).await.expect_err("no address");
            assert_eq!(error.to_string(), told);
        }
    });
}

/// Others on the machine cannot read it.
#[cfg(unix)]
#[test]
fn a_new_file_is_its_owners() {
    use std::os::unix::fs::PermissionsExt;
    run(async {
        let site = Site::sqlite();
        let store = site.open().await;
        store.put(&judge(1), &judged("inc-1"), &nobody).await.expect("put");
        let path = site.address.strip_prefix("sqlite://").expect("a path");
        for ending in ["", "-wal", "-shm"] {
            let file = std::fs::metadata(format!("{path}{ending}")).expect("a file");
            assert_eq!(file.permissions().mode() & 0o777, 0o600, "{ending}");
        }
    });
}

/// In memory everything is there, for as long as the store is.
#[test]
fn a_store_in_memory_works() {
    run(async {
        let store = Store::open("sqlite::memory:").await.expect("open");
        crate::scenario::play(&store).await;
        assert_eq!(store.verify_audit(None).await.expect("verify").broken, None);
        let other = Store::open("sqlite::memory:").await.expect("open");
        assert_eq!(other.incident("inc-1").await.expect("read"), None);
    });
}
