//! Incidents, moments and actors for the tests.

use cloudtrail::Time;
use store::{Act, Actor, Changed, Judged, Outgoing, Role, Severity, Store, User, UserText};

/// So many minutes after the tests' time begins.
pub(super) fn minute(minutes: i64) -> Time {
    Time::from_seconds(1_790_000_000 + 60 * minutes)
}

/// By the judge at that minute.
pub(super) fn judge(minutes: i64) -> Act {
    Act::new(Actor::program("judge"), minute(minutes))
}

/// By a user at that minute.
pub(super) fn by(name: &str, minutes: i64) -> Act {
    Act::new(Actor::person(name), minute(minutes))
}

/// An incident, seen in the first hour.
pub(super) fn judged(id: &str) -> Judged {
    Judged {
        id: id.to_owned(),
        title: format!("Key AKIAEXAMPLE of {id} is used by somebody else"),
        kind: "user-workload".to_owned(),
        severity: Severity::Medium,
        alert: true,
        score: 15 * 256,
        first_seen: minute(0),
        last_seen: minute(60),
        accounts: ["111122223333".to_owned()].into(),
        keys: ["AKIAEXAMPLE".to_owned()].into(),
        principals: [format!("arn:aws:iam::111122223333:user/{id}")].into(),
        addresses: ["198.51.100.7".to_owned()].into(),
        document: format!(r#"{{"id":"{id}","ledger":[]}}"#),
    }
}

/// The same, with more.
pub(super) fn grown(judged: &Judged) -> Judged {
    let mut grown = judged.clone();
    grown.last_seen = judged.last_seen.plus_hours(1);
    grown.score += 256;
    grown.document = judged.document.replace("[]", r#"[{"signal":"network"}]"#);
    grown
}

/// Tells one channel of every version.
pub(super) fn slack(changed: &Changed) -> Vec<Outgoing> {
    vec![Outgoing {
        channel: "slack".to_owned(),
        key: format!("v{}", changed.after.version),
        body: "{}".to_owned(),
        due_at: changed.after.updated_at,
    }]
}

/// A user with that role.
pub(super) async fn user(store: &Store, name: &str, role: Role) -> User {
    let text = UserText { display: name.to_uppercase(), role, subject: None, disabled: false };
    store.add_user(&by("root", 0), name, &text).await.expect("add a user")
}
