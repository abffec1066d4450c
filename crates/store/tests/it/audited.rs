//! Every way to change something leaves an entry, in a chain that is whole.

use std::collections::BTreeSet;
use std::fmt::Write;

use store::{Action, AuditFilter, Limit, TargetKind};

use crate::sample::{by, minute};
use crate::scenario::play;
use crate::site::{Site, both};

both!(every_change_is_an_entry, the_audit_is_read_in_pages_and_filtered);

async fn every_change_is_an_entry(site: Site) {
    let store = site.open().await;
    play(&store).await;
    let page =
        store.audit(&AuditFilter::default(), None, Limit::new(500)).await.expect("the audit");
    let mut lines = String::new();
    for entry in page.items.iter().rev() {
        let digest = |digest: &Option<String>| match digest {
            Some(digest) => digest[..6].to_owned(),
            None => "-".to_owned(),
        };
        let _ = writeln!(
            lines,
            "{:>3} {} {} {} {} {} {} -> {} [{}]",
            entry.sequence,
            entry.at,
            entry.actor_kind,
            entry.actor,
            entry.action,
            entry.target,
            digest(&entry.before_digest),
            digest(&entry.after_digest),
            entry.detail,
        );
    }
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("everything_once", lines);
    });
    // The first of them were forgotten; those are the ones of people.
    let told: BTreeSet<&str> = page.items.iter().map(|entry| entry.action.as_str()).collect();
    let forgotten =
        ["user.add", "setup.use", "user.password", "user.fail", "session.add", "session.revoke"];
    for action in Action::ALL {
        let word = action.word();
        assert!(told.contains(word) || forgotten.contains(&word), "{word} is not done");
    }
    let chain = store.verify_audit(None).await.expect("verify");
    assert_eq!(chain.broken, None);
    assert_eq!(chain.entries, page.items.len() as u64);
    assert_eq!(chain.head.sequence, chain.forgotten + chain.entries);
}

async fn the_audit_is_read_in_pages_and_filtered(site: Site) {
    let store = site.open().await;
    for minutes in 0..7 {
        let name = if minutes % 2 == 0 { "anna" } else { "bert" };
        let value = minutes.to_string();
        store.set(&by(name, minutes), name, minutes as u64 / 2, &value).await.expect("set");
    }
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let filter = AuditFilter::default();
        let page = store.audit(&filter, cursor.as_deref(), Limit::new(3)).await.expect("a page");
        seen.extend(page.items.iter().map(|entry| entry.sequence));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, [7, 6, 5, 4, 3, 2, 1]);
    let none = AuditFilter::default;
    for (filter, expected) in [
        (AuditFilter { actor: Some("anna".into()), ..none() }, vec![7, 5, 3, 1]),
        (AuditFilter { action: Some("setting.set".into()), ..none() }, vec![7, 6, 5, 4, 3, 2, 1]),
        (AuditFilter { action: Some("user.add".into()), ..none() }, vec![]),
        (
            AuditFilter { target: Some((TargetKind::Setting, "bert".into())), ..none() },
            vec![6, 4, 2],
        ),
        (AuditFilter { from: Some(minute(2)), until: Some(minute(4)), ..none() }, vec![4, 3]),
    ] {
        let page = store.audit(&filter, None, Limit::default()).await.expect("a page");
        let found: Vec<_> = page.items.iter().map(|entry| entry.sequence).collect();
        assert_eq!(found, expected, "{filter:?}");
    }
}
