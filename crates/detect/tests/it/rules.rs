//! What a match of the user's own rules is worth.

use cloudtrail::{Event, Matches};
use detect::{Bits, Key, Level, Rule, Settings, Shard, Weights};

use crate::callers::{alice, user};
use crate::court::Court;
use crate::script::Script;

fn rule(id: &str, level: Level) -> Rule {
    Rule {
        id: id.into(),
        title: format!("title of {id}").into(),
        level,
        author: "somebody".into(),
        licence: "DRL 1.1".into(),
        file: format!("{id}.yml").into(),
        techniques: Vec::new(),
    }
}

fn court(levels: &[Level]) -> Court {
    let rules =
        levels.iter().enumerate().map(|(number, level)| rule(&format!("r{number}"), *level));
    let settings = Settings { rules: rules.collect(), ..Settings::default() };
    Court { settings, ..Court::default() }
}

/// Rules 0 to `rules` match every call of an action.
fn matched(script: &Script, action: &str, rules: u16) -> Vec<Event> {
    let mut events = script.events();
    for event in events.iter_mut().filter(|event| event.action() == action) {
        let matches = Matches { rules: (0..rules).collect(), ..Matches::default() };
        event.matches = Some(Box::new(matches));
    }
    events
}

/// The lines that rules add to a principal's last episode.
fn lines(shard: &Shard, principal: &str) -> Vec<(String, Bits, String, String)> {
    let state = shard.states().find(|state| state.arn().ends_with(principal)).unwrap();
    let score = state.episodes.last().unwrap().evidence.score(Weights::shipped());
    let lines = score.lines.iter().filter(|line| line.signal == detect::Line::RULE);
    lines
        .map(|line| {
            let words = (line.usual.to_string(), line.peers.to_string());
            (line.about.to_string(), line.bits, words.0, words.1)
        })
        .collect()
}

#[test]
fn a_match_is_worth_its_level_unless_it_is_a_habit() {
    let days = |days: i64| {
        let before = (0..days)
            .fold(alice().quiet(20), |script, _| script.calls("iam:CreateUser").wait_days(1));
        before.calls("iam:CreateUser")
    };
    let cases = [
        ("informational", Level::Informational, days(0), None),
        ("low", Level::Low, days(0), Some(1.0)),
        ("medium", Level::Medium, days(0), Some(2.0)),
        ("high", Level::High, days(0), Some(4.0)),
        ("critical", Level::Critical, days(0), Some(6.0)),
        ("on two earlier days", Level::High, days(2), Some(4.0)),
        ("on three earlier days", Level::High, days(3), None),
        ("in the first days of the logs", Level::High, alice().calls("iam:CreateUser"), Some(1.0)),
    ];
    for (what, level, script, expected) in cases {
        let (shard, _) = court(&[level]).judge(&matched(&script, "iam:CreateUser", 1));
        let lines = lines(&shard, "alice");
        let bits = lines.first().map(|(_, bits, ..)| bits.to_f64());
        assert_eq!(bits, expected, "{what}: {lines:?}");
    }
}

#[test]
fn all_rules_together_stay_below_an_alert() {
    let levels = [Level::Critical, Level::High, Level::Critical, Level::High, Level::Low];
    let script = alice().quiet(20).calls("iam:CreateUser");
    let (shard, _) = court(&levels).judge(&matched(&script, "iam:CreateUser", 5));
    let lines = lines(&shard, "alice");
    let told: Vec<(&str, f64)> =
        lines.iter().map(|(id, bits, ..)| (id.as_str(), bits.to_f64())).collect();
    assert_eq!(told, [("r0", 6.0), ("r2", 2.0)]);
    let weights = Weights::shipped();
    assert!(weights.rule_limit < weights.watch, "rules alone are not even watched");
}

#[test]
fn a_match_on_a_repeated_call_counts() {
    let script = alice().quiet(20).calls("s3:PutBucketPolicy").calls("s3:PutBucketPolicy");
    let mut events = matched(&script, "s3:PutBucketPolicy", 1);
    let first = events.iter_mut().find(|event| event.matches.is_some()).unwrap();
    first.matches = None;
    let (shard, _) = court(&[Level::High]).judge(&events);
    assert_eq!(lines(&shard, "alice")[0].1, Bits::from_f64(4.0));
}

#[test]
fn what_a_rule_finds_of_many_principals_says_little() {
    let others = |count: usize| {
        ["bob", "carol", "dave"].iter().take(count).fold(alice().quiet(20), |script, name| {
            let other = Script::of(user(name)).quiet(15).calls("iam:CreateUser").wait_days(1);
            let other = other.quiet(3);
            script.and(&other)
        })
    };
    // Of one of two principals it can say log2(3 / 1), of three of four log2(5 / 3).
    for (count, expected) in [(0, 4.0), (1, 3.0_f64.log2()), (2, 1.0), (3, (5.0_f64 / 3.0).log2())]
    {
        let script = others(count).calls("iam:CreateUser");
        let (shard, _) = court(&[Level::High]).judge(&matched(&script, "iam:CreateUser", 1));
        let lines = lines(&shard, "alice");
        assert_eq!(lines[0].1, Bits::from_f64(expected), "{count} others: {lines:?}");
        let peers = format!("matched {count} of {} principals", count + 1);
        assert_eq!(lines[0].3, if count > 0 { peers } else { String::new() });
    }
}

#[test]
fn numbers_without_a_rule_say_nothing() {
    let script = alice().quiet(20).calls("iam:CreateUser");
    let (shard, _) = court(&[]).judge(&matched(&script, "iam:CreateUser", 3));
    assert_eq!(lines(&shard, "alice"), []);
    let evidence = &shard.states().next().unwrap().episodes.last().unwrap().evidence;
    assert!(!evidence.items().any(|(key, _)| matches!(key, Key::Rule(_))));
    assert!(evidence.score(Weights::shipped()).total > Bits::ZERO);
}
