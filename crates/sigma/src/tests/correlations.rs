//! What rules find over several events.

use std::sync::Arc;

use cloudtrail::RecordRules;
use serde_json::{Value, json};

use super::{decoded, file, matching, record, rule, usable};
use crate::{RuleFile, Ruleset};

fn parts() -> Vec<RuleFile> {
    let selects = |name: &str, call: &str| {
        rule(name, &format!("    selection:\n        eventName: {call}\n    condition: selection"))
    };
    let mut named = selects("looks", "ListUsers");
    named.text = named.text.replace("id: looks\n", "id: 0001\nname: looks_around\n");
    vec![selects("makes", "CreateUser"), named, selects("grants", "AttachUserPolicy")]
}

fn correlation(name: &str, body: &str) -> RuleFile {
    let body = body.trim_matches('\n');
    file(
        &format!("rules/{name}.yml"),
        &format!("title: {name}\nid: {name}\nlevel: critical\ncorrelation:\n{body}\n"),
    )
}

/// What each event completes, the events being fed in order.
fn completed(rules: &Arc<Ruleset>, records: &[Value]) -> Vec<String> {
    let events = decoded(rules, records);
    let mut correlations = rules.correlations().unwrap();
    events
        .iter()
        .map(|event| {
            let mut ids = matching(rules, event);
            if event.matches.as_ref().is_some_and(|matches| !matches.parts.is_empty()) {
                let completed = correlations.see(event).into_iter();
                ids.extend(
                    completed.map(|number| rules.cards()[usize::from(number)].id.to_string()),
                );
            }
            ids.join(" ")
        })
        .collect()
}

/// A call of somebody, so many seconds after the first.
fn call(seconds: i64, name: &str, who: &str, from: &str) -> Value {
    record(
        seconds,
        &json!({
            "eventName": name,
            "sourceIPAddress": from,
            "userIdentity": {"type": "IAMUser", "arn": format!("arn:aws:iam::111122223333:user/{who}")},
        }),
    )
}

/// A correlation, events, and what each of them completes.
type Case = (&'static str, &'static str, Vec<(Value, &'static str)>);

const ONE: &str = "198.51.100.7";
const OTHER: &str = "198.51.100.8";

fn counts() -> Vec<Case> {
    vec![
        (
            "three within five minutes by one caller",
            "
    type: event_count
    rules: [makes]
    group-by: [userIdentity.arn]
    timespan: 5m
    condition:
        gte: 3",
            vec![
                (call(0, "CreateUser", "a", ONE), ""),
                (call(100, "CreateUser", "b", ONE), ""),
                (call(200, "CreateUser", "a", OTHER), ""),
                (call(250, "CreateUser", "a", ONE), "found"),
                (call(320, "CreateUser", "a", ONE), "found"),
                (call(900, "CreateUser", "a", ONE), ""),
            ],
        ),
        (
            "two callers from one address",
            "
    type: value_count
    rules: [makes, looks_around]
    group-by: [sourceIPAddress]
    timespan: 1h
    condition:
        field: userIdentity.arn
        gte: 2",
            vec![
                (call(0, "CreateUser", "a", ONE), ""),
                (call(1, "CreateUser", "a", ONE), ""),
                (call(2, "ListUsers", "b", OTHER), ""),
                (call(3, "ListUsers", "c", ONE), "found"),
            ],
        ),
    ]
}

fn sequences() -> Vec<Case> {
    vec![
        (
            "both, in any order",
            "
    type: temporal
    rules: [looks_around, makes]
    group-by: [userIdentity.arn]
    timespan: 10m",
            vec![
                (call(0, "CreateUser", "a", ONE), ""),
                (call(60, "ListUsers", "b", ONE), ""),
                (call(120, "ListUsers", "a", ONE), "found"),
                (call(1_000, "CreateUser", "b", ONE), ""),
            ],
        ),
        (
            "one after the other",
            "
    type: temporal_ordered
    rules: [looks_around, makes, grants]
    group-by: [userIdentity.arn]
    timespan: 10m",
            vec![
                (call(0, "CreateUser", "a", ONE), ""),
                (call(10, "ListUsers", "a", ONE), ""),
                (call(20, "AttachUserPolicy", "a", ONE), ""),
                (call(30, "CreateUser", "a", ONE), ""),
                (call(40, "AttachUserPolicy", "a", ONE), "found"),
            ],
        ),
        (
            "by a field that each part calls otherwise",
            "
    type: temporal
    rules: [makes, grants]
    aliases:
        who:
            makes: requestParameters.userName
            grants: requestParameters.target
    group-by: [who]
    timespan: 10m",
            vec![
                (record(0, &json!({})), ""),
                (
                    record(
                        1,
                        &json!({"eventName": "AttachUserPolicy", "requestParameters": {"target": "x"}}),
                    ),
                    "",
                ),
                (
                    record(
                        2,
                        &json!({"eventName": "AttachUserPolicy", "requestParameters": {"target": "mallory"}}),
                    ),
                    "found",
                ),
            ],
        ),
        (
            "parts that count by themselves, too",
            "
    type: event_count
    rules: [makes]
    generate: true
    timespan: 1m
    condition:
        gte: 2",
            vec![
                (call(0, "CreateUser", "a", ONE), "makes"),
                (call(1, "CreateUser", "b", OTHER), "makes found"),
            ],
        ),
    ]
}

#[test]
fn every_kind_of_correlation() {
    for (what, body, events) in [counts(), sequences()].concat() {
        let mut files = parts();
        let named = |file: &RuleFile| body.contains(file.path.split(['/', '.']).nth(1).unwrap());
        files.retain(named);
        files.push(correlation("found", body));
        let rules = Arc::new(usable(files));
        let (records, expected): (Vec<Value>, Vec<&str>) = events.into_iter().unzip();
        let completed = completed(&rules, &records);
        assert_eq!(completed, expected, "{what}");
    }
}

#[test]
fn parts_do_not_count_by_themselves_unless_they_generate() {
    let body = "    type: event_count\n    rules: [makes]\n    timespan: 1m\n    condition:\n        gte: 2";
    let mut files = parts();
    files.push(correlation("found", body));
    let rules = Arc::new(usable(files));
    let records: Vec<Value> = ["CreateUser", "ListUsers", "CreateUser"]
        .iter()
        .zip(0..)
        .map(|(name, seconds)| call(seconds, name, "a", "198.51.100.7"))
        .collect();
    assert_eq!(completed(&rules, &records), ["", "0001", "found"]);
}

#[test]
fn a_correlation_may_build_on_another_and_on_titles() {
    let many = "    type: event_count\n    rules: [makes]\n    group-by: [userIdentity.arn]\n    timespan: 1m\n    condition:\n        gte: 2";
    let both = "    type: temporal\n    rules: [many, grants]\n    group-by: [userIdentity.arn]\n    timespan: 10m";
    let mut files = parts();
    files[0].text = files[0].text.replace("title: makes\nid: makes\n", "title: makes\nid: 4711\n");
    // The one that builds on the other is met first.
    files.extend([correlation("a-both", both), correlation("many", many)]);
    let rules = Arc::new(usable(files));
    let one = "198.51.100.7";
    let records = [
        call(0, "AttachUserPolicy", "a", one),
        call(1, "CreateUser", "a", one),
        call(2, "CreateUser", "a", one),
    ];
    assert_eq!(completed(&rules, &records), ["", "", "a-both"]);
}
