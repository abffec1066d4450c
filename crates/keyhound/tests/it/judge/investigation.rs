//! What holds for every investigation: it says nothing that the input does not show.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use incident::Incident;
use incident::investigation::{Found, Standing};
use keyhound::drill::{self, Drill, Drilled, Robbed};
use range::score::plain;

use super::{Nobody, scan, testdata};

/// The ids of all events in the files below a folder, as the decoder gives them.
fn ids(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(ids(&path));
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        let mut text = Vec::new();
        if flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut text).is_err() {
            text = bytes;
        }
        cloudtrail::decode::decode(&text, &mut |event| {
            found.insert(event.id.to_string());
        });
    }
    found
}

fn scenarios() -> Vec<PathBuf> {
    let entries = fs::read_dir(testdata("")).unwrap().map(|entry| entry.unwrap().path());
    let mut scenarios: Vec<PathBuf> =
        entries.filter(|path| path.is_dir() && !path.ends_with("damaged")).collect();
    scenarios.sort();
    scenarios
}

fn check(incident: &Incident) {
    let investigation = &incident.investigation;
    assert_eq!(investigation.questions.len(), 30);
    for question in &investigation.questions {
        let (id, answer) = (&question.id, &question.answer);
        assert!(!answer.is_empty(), "{}: {id}", incident.id);
        let says_why = answer.contains("unknown, because") || answer.contains("is unknown");
        let unknown = question.found == Found::Unknown;
        assert!(!unknown || says_why, "{}: {id}: {answer}", incident.id);
        // Whoever says yes names an event.
        let yes = question.found == Found::Yes;
        assert!(!yes || !question.event_ids.is_empty(), "{}: {id}: {answer}", incident.id);
    }
    // Every thing that the incident names is in one of the rings.
    let radius = &investigation.radius;
    let told: BTreeSet<&str> = (radius.touched.iter().map(|one| one.name.as_str()))
        .chain(radius.changed.iter().map(|one| one.name.as_str()))
        .chain(radius.sessions.iter().filter_map(|one| Some(one.access_key_id.as_ref()?.as_str())))
        .collect();
    // A record that does not say what was changed is told under its account.
    let nameless = told.iter().any(|told| told.starts_with("account "));
    // What AWS itself did to a user is in the story, and is nothing that a thief did.
    let deeds: u64 = investigation.tried.iter().map(|one| one.tried).sum();
    let by_aws = deeds < incident.timeline.len() as u64;
    for name in incident.resources.iter().chain(&incident.created) {
        let same = |told: &&str| name.ends_with(*told) || told.ends_with(name.as_str());
        let found = told.iter().any(same);
        assert!(found || nameless || by_aws, "{}: {name} is in no ring", incident.id);
    }
    for session in &radius.sessions {
        assert!(session.ends > session.begun, "{session:?}");
    }
}

#[test]
fn every_answer_names_events_that_are_in_the_input() {
    let (mut checked, mut cited) = (0, 0);
    for scenario in scenarios() {
        let known = ids(&scenario);
        for incident in scan(&scenario).incidents {
            check(&incident);
            for event in incident.investigation.event_ids() {
                assert!(known.contains(&event.to_string()), "{}: {event}", incident.id);
                cited += 1;
            }
            checked += 1;
        }
    }
    assert!(checked > 20 && cited > 1_000, "{checked} incidents, {cited} events");
}

/// A small company that records data events, so that whatever a thief does can be seen.
const ORGANISATION: &str = r#"
[time]
start = "2025-03-03T00:00:00Z"
days = 16
quiet-days = 12

[organisation]
name = "tiny"
accounts = 2
regions = ["eu-central-1"]
data-events = true

[[office]]
country = "DE"
offset = 1
network = "colt-eu"
homes = ["telekom-de"]
mobiles = ["telefonica-de-mobile"]
weight = 1.0

[people]
sso = 2
administrators = 2
users = 3
auditors = 0
at-home = 0.4
bursts-per-day = 2.0

[workloads]
ci-oidc = 1
ci-keys = 1
applications = 2
instances = 1
containers = 1
functions = 1
scanners = 0
backups = 1
hosters = ["hetzner"]
bursts-per-hour = 0.3
services = false

[changes]
rotation = 1
"#;

impl drill::Watch for Nobody {
    fn round(&self, _done: usize, _of: usize) {}
}

/// One theft of each family.
fn drilled() -> Drilled {
    let drill = Drill {
        request: keyhound::engine::Request::default(),
        organisation: range::Parameters::read("tiny.toml", ORGANISATION).unwrap(),
        thefts: range::library().len(),
        seed: 11,
        most: u64::MAX,
        calibrating: false,
    };
    drill::run(&drill, &Nobody).unwrap()
}

fn f1(told: &BTreeSet<&str>, real: &BTreeSet<&str>) -> f64 {
    if told.is_empty() && real.is_empty() {
        return 1.0;
    }
    2.0 * told.intersection(real).count() as f64 / (told.len() + real.len()) as f64
}

/// What the rings of touched and changed things name.
fn rings(incident: &Incident) -> BTreeSet<&str> {
    let radius = &incident.investigation.radius;
    let sessions = radius.sessions.iter().filter_map(|one| one.access_key_id.as_ref());
    (radius.touched.iter().map(|one| one.name.as_str()))
        .chain(radius.changed.iter().map(|one| one.name.as_str()))
        .map(plain)
        .chain(sessions.map(cloudtrail::AccessKeyId::as_str))
        .collect()
}

#[test]
fn thefts_of_every_family_are_followed_to_what_they_made() {
    let drilled = drilled();
    let found: Vec<(&Robbed, &Incident)> = (drilled.thefts.iter())
        .filter(|robbed| robbed.mark.found)
        .filter_map(|robbed| Some((robbed, robbed.closest.as_ref()?)))
        .collect();
    assert!(found.len() >= 15, "only {} of {}", found.len(), drilled.thefts.len());
    let (mut scores, mut made, mut federated) = (Vec::new(), 0, 0);
    for (robbed, incident) in found {
        let theft = &robbed.theft;
        check(incident);
        let told = rings(incident);
        for name in &theft.created {
            assert!(told.contains(plain(name)), "{}: {name} is not found", theft.family);
            made += 1;
        }
        let real = theft.resources.iter().chain(&theft.created).map(|name| plain(name)).collect();
        scores.push(f1(&told, &real));
        let acts = incident.timeline.iter().filter(|act| act.action == "sts:GetFederationToken");
        let good = acts.filter(|act| act.error.is_empty()).count();
        let sessions = incident.investigation.radius.sessions.iter();
        let tokens: Vec<_> = sessions.filter(|one| one.kind == "federation-token").collect();
        assert_eq!(tokens.len(), good, "{}", theft.family);
        for token in tokens {
            assert!(token.end_is_told && token.standing != Standing::Unknown, "{token:?}");
            federated += 1;
        }
    }
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    assert!(mean >= 0.90, "F1 {mean}");
    assert!(drilled.report.blast_radius >= 0.90, "F1 {}", drilled.report.blast_radius);
    assert!(made >= 20 && federated >= 1, "{made} made, {federated} federated");
}
