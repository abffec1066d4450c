//! Every signal across principals has three cases: it fires, a near miss, ordinary work.

use std::collections::BTreeMap;
use std::fmt::Write;

use detect::signal::ACROSS;
use incident::{Incident, Status};
use serde_json::{Value, json};

use crate::callers::{alice, app, deployer, user};
use crate::incidents::incidents_of;
use crate::script::{
    ACCOUNT, AT_A_FRIENDS, AWS, BOTO, BROWSER, HOME, HOSTER, KALI, OTHER_HOSTER, Script,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shows {
    Fires,
    NearMiss,
    /// Ordinary work: no alert comes of it.
    Benign,
}

struct Case {
    signal: &'static str,
    shows: Shows,
    name: &'static str,
    script: Script,
    /// The signals across principals that must be seen, sorted.
    expected: &'static [&'static str],
    /// How many incidents there must be.
    incidents: usize,
}

impl Case {
    fn faults(&self) -> String {
        let mut incidents = incidents_of(&self.script);
        // The first days of a principal are another story.
        incidents.retain(|incident| incident.last_seen >= self.script.begins());
        let mut faults = String::new();
        let seen = across(&incidents);
        if seen != self.expected || incidents.len() != self.incidents {
            write!(faults, " saw {seen:?}, not {:?};", self.expected).unwrap();
            write!(faults, " {} incidents, not {};", incidents.len(), self.incidents).unwrap();
            faults.push_str(&described(&incidents));
        }
        if (self.shows == Shows::Fires) != seen.contains(&self.signal) {
            faults.push_str(" fired or did not;");
        }
        let alerts = incidents.iter().any(|incident| incident.status == Status::Alert);
        if self.shows == Shows::Benign && alerts {
            write!(faults, " is an alert;{}", described(&incidents)).unwrap();
        }
        faults
    }
}

fn across(incidents: &[Incident]) -> Vec<&'static str> {
    let seen = |id: &str| incidents.iter().any(|i| i.ledger.iter().any(|line| line.signal == id));
    let mut ids: Vec<&str> = ACROSS.iter().map(|about| about.id).filter(|id| seen(id)).collect();
    ids.sort_unstable();
    ids
}

fn described(incidents: &[Incident]) -> String {
    let mut text = String::new();
    for incident in incidents {
        write!(text, "\n  {:.1} {}", incident.score, incident.title).unwrap();
        for line in &incident.ledger {
            write!(text, "\n    {:+.1} {} {}", line.bits, line.signal, line.observed).unwrap();
        }
    }
    text
}

const MADE: &str = "AKIAMADEMADEMADEMADE";
const SESSION: &str = "ASIAMADEMADEMADEMADE";

/// Alice's key in a stranger's hands, looking around first.
fn stolen() -> Script {
    alice().quiet(20).from(HOSTER).with(KALI).calls_all(["iam:ListUsers", "s3:ListBuckets"])
}

/// Bob, who has worked from home for as long as Alice has.
fn bob() -> Script {
    Script::of(user("bob")).quiet(20).wait_minutes(30)
}

fn makes_key(script: Script, user: &str) -> Script {
    let key = json!({ "accessKey": { "accessKeyId": MADE, "userName": user } });
    script.asks("iam:CreateAccessKey", json!({ "userName": user })).answered(key)
}

fn gives_password(script: Script, user: &str) -> Script {
    script.asks("iam:UpdateLoginProfile", json!({ "userName": user }))
}

fn signs_in(script: Script, name: &str) -> Script {
    let mut person = user(name);
    person.as_object_mut().unwrap().remove("accessKeyId");
    let answer = json!({ "ConsoleLogin": "Success" });
    script.becomes(person).with(BROWSER).calls("signin:ConsoleLogin").answered(answer)
}

fn federated() -> Value {
    json!({
        "type": "FederatedUser",
        "principalId": format!("{ACCOUNT}:guest"),
        "arn": format!("arn:aws:sts::{ACCOUNT}:federated-user/guest"),
        "accountId": ACCOUNT,
        "accessKeyId": SESSION,
    })
}

fn fetches_token(script: Script) -> Script {
    let arn = format!("arn:aws:sts::{ACCOUNT}:federated-user/guest");
    script.asks("sts:GetFederationToken", json!({ "name": "guest" })).answered(json!({
        "credentials": { "accessKeyId": SESSION }, "federatedUser": { "arn": arn },
    }))
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn cases() -> Vec<Case> {
    use Shows::{Benign, Fires, NearMiss};
    let case = |signal, shows, name, script, expected, incidents| Case {
        signal,
        shows,
        name,
        script,
        expected,
        incidents,
    };
    let elsewhere = |script: Script| script.from(OTHER_HOSTER).with(BOTO);
    let vending = || {
        deployer()
            .habits(&["iam:CreateUser", "iam:CreateAccessKey", "iam:UpdateLoginProfile"])
            .quiet(20)
    };
    let portal = || {
        app().habits(&["sts:GetFederationToken", "signin:GetSigninToken", "iam:GetUser"]).quiet(20)
    };
    vec![
        case(
            "minted-by-incident",
            Fires,
            "a made key works elsewhere",
            elsewhere(makes_key(stolen(), "bob"))
                .becomes(user("bob"))
                .key(MADE)
                .calls_all(["iam:ListUsers", "secretsmanager:GetSecretValue"]),
            &["minted-by-incident"],
            1,
        ),
        case(
            "minted-by-incident",
            NearMiss,
            "the user's own key works as ever",
            makes_key(stolen(), "bob").and(&bob().calls("s3:ListBuckets")),
            &[],
            1,
        ),
        case(
            "minted-by-incident",
            Benign,
            "vending makes a user and its key, which goes to a hoster",
            elsewhere(makes_key(vending().calls("iam:CreateUser"), "mailer"))
                .becomes(user("mailer"))
                .key(MADE)
                .calls("s3:ListBuckets"),
            &[],
            0,
        ),
        case(
            "key-used-by-its-maker",
            Fires,
            "the maker tries the key at once",
            makes_key(stolen(), "bob").becomes(user("bob")).key(MADE).calls("s3:ListBuckets"),
            &["key-used-by-its-maker", "minted-by-incident"],
            1,
        ),
        case(
            "key-used-by-its-maker",
            NearMiss,
            "two hours later",
            makes_key(stolen(), "bob")
                .wait_minutes(120)
                .becomes(user("bob"))
                .key(MADE)
                .calls("s3:ListBuckets"),
            &["minted-by-incident"],
            1,
        ),
        case(
            "key-used-by-its-maker",
            NearMiss,
            "a key for herself",
            makes_key(stolen(), "alice").key(MADE).calls("s3:ListBuckets"),
            &["minted-by-incident"],
            1,
        ),
        case(
            "key-used-by-its-maker",
            Benign,
            "who rotates keys by trade tries each",
            makes_key(vending(), "bob").becomes(user("bob")).key(MADE).calls("s3:ListBuckets"),
            &[],
            0,
        ),
        case(
            "password-then-login",
            Fires,
            "the giver signs in with it",
            signs_in(gives_password(stolen(), "bob"), "bob"),
            &["minted-by-incident", "password-then-login"],
            1,
        ),
        case(
            "password-then-login",
            NearMiss,
            "another user signs in",
            signs_in(gives_password(stolen(), "bob"), "dave"),
            &[],
            1,
        ),
        case(
            "password-then-login",
            Benign,
            "the helpdesk gives passwords every day",
            signs_in(gives_password(vending().from(HOME), "bob"), "bob"),
            &[],
            0,
        ),
        case(
            "key-turned-into-console",
            Fires,
            "key, token, console",
            fetches_token(stolen())
                .becomes(federated())
                .calls_all(["signin:GetSigninToken", "iam:ListRoles"]),
            &["key-turned-into-console", "minted-by-incident"],
            1,
        ),
        case(
            "key-turned-into-console",
            NearMiss,
            "the token is used for calls only",
            fetches_token(stolen()).becomes(federated()).calls("s3:ListBuckets"),
            &["minted-by-incident"],
            1,
        ),
        case(
            "key-turned-into-console",
            Benign,
            "a sign-in portal",
            fetches_token(portal()).becomes(federated()).calls("signin:GetSigninToken"),
            &[],
            0,
        ),
        case(
            "new-source-on-several-keys",
            Fires,
            "one machine tries two keys",
            stolen().and(&bob().from(HOSTER).with(KALI).calls_all(["iam:ListUsers"])),
            &["new-source-on-several-keys"],
            1,
        ),
        case(
            "new-source-on-several-keys",
            NearMiss,
            "two machines of one hoster",
            stolen().and(&bob().from("159.89.1.1").with(KALI).calls_all(["iam:ListUsers"])),
            &[],
            2,
        ),
        case("new-source-on-several-keys", Benign, "a new office", office(), &[], 0),
    ]
}

/// Three people and a program appear at one new address and do what they always do.
fn office() -> Script {
    let moved = |script: Script| script.quiet(20).from(AT_A_FRIENDS);
    let person = |name: &str| moved(Script::of(user(name))).calls_all(["s3:ListBuckets"]);
    let program = moved(app().from(AWS)).calls("s3:ListObjects");
    person("alice").and(&person("bob")).and(&person("dave")).and(&program)
}

#[test]
fn the_sign_in_may_be_the_last_thing_that_happens() {
    let script = fetches_token(stolen()).becomes(federated()).calls("signin:GetSigninToken");
    assert!(across(&incidents_of(&script)).contains(&"key-turned-into-console"));
}

#[test]
fn a_password_makes_no_sign_in_of_the_use_of_an_old_key() {
    let given = gives_password(stolen(), "bob");
    let script = given.and(&bob().from(HOSTER).with(KALI).calls("iam:ListUsers"));
    assert_eq!(across(&incidents_of(&script)), ["new-source-on-several-keys"]);
}

#[test]
fn a_made_key_is_followed_even_where_it_does_little() {
    let script = makes_key(stolen(), "bob").from(OTHER_HOSTER).with(BOTO);
    let script = script.becomes(user("bob")).key(MADE).calls("s3:ListBuckets");
    assert_eq!(across(&incidents_of(&script)), ["minted-by-incident"]);
}

#[test]
fn every_case_shows_what_it_says() {
    let mut report = String::new();
    for case in cases() {
        let faults = case.faults();
        if !faults.is_empty() {
            writeln!(report, "{} ({:?}: {}):{faults}", case.signal, case.shows, case.name).unwrap();
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn every_signal_has_all_three_cases_and_every_case_a_signal() {
    let mut by_signal: BTreeMap<&str, Vec<Shows>> = BTreeMap::new();
    for case in cases() {
        by_signal.entry(case.signal).or_default().push(case.shows);
    }
    for about in &ACROSS {
        let mut shows = by_signal.remove(about.id).unwrap_or_default();
        shows.sort_unstable();
        shows.dedup();
        let all = [Shows::Fires, Shows::NearMiss, Shows::Benign];
        assert_eq!(shows, all, "{}: tests/it/across.rs must show all three", about.id);
    }
    assert!(by_signal.is_empty(), "no such signals: {:?}", by_signal.keys());
}
