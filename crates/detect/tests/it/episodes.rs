//! Which calls belong together, what is learned from them, and how much is kept.

use cloudtrail::Event;
use detect::{Evidence, Judge, Lens, Lesson, Outputs, State, System};
use intel::thief::Thief;
use profile::{Crowds, Dimension, Prefix, Systems};
use serde_json::json;

use crate::callers::{alice, carol, session};
use crate::court::{Court, reports, signals};
use crate::script::{AT_A_FRIENDS, AWS, BOTO, HOME, HOSTER, KALI, MAC, OTHER_HOSTER, Script};

const OWNER: &str = "ASIAOWNEROWNEROWNER1";
const THIEF: &str = "ASIATHIEFTHIEFTHIEF1";

fn state_after(events: &[Event]) -> State {
    let (shard, _) = Court::default().judge(events);
    let mut states = shard.states();
    let state = states.next().unwrap().clone();
    assert!(states.next().is_none(), "one principal only");
    state
}

fn knows(state: &State, system: &str) -> bool {
    state.profile.systems().get(&System::Provider(system.into())).is_some()
}

#[test]
fn two_keys_of_one_role_session_in_two_networks_are_kept_apart() {
    let role = session("deploy", "nightly");
    let owner = Script::of(role.clone()).from(AWS).with(BOTO).key(OWNER);
    let thief = owner.clone().quiet(20).from(HOSTER).key(THIEF);
    let both = (0..6).fold(thief, |script, _| {
        let script = script.from(AWS).key(OWNER).calls("s3:ListBuckets");
        script.from(HOSTER).key(THIEF).calls("iam:ListUsers")
    });
    let state = state_after(&both.events());
    let keys = |episode: &detect::Episode| -> Vec<String> {
        episode.keys.iter().map(|key| key.as_str().to_owned()).collect()
    };
    let today: Vec<_> = state.episodes.iter().filter(|e| e.opened >= both.begins()).collect();
    assert_eq!(today.len(), 2);
    assert_eq!((keys(today[0]), today[0].new_network), (vec![OWNER.to_owned()], false));
    assert_eq!((keys(today[1]), today[1].new_network), (vec![THIEF.to_owned()], true));
    assert!(today[0].score < today[1].score);
    assert!(today[1].evidence.get(&detect::Key::Overlap).is_some(), "the owner is at work");
}

#[test]
fn console_keys_that_change_with_every_request_are_one_session() {
    let script = (0..40).fold(carol().quiet(20), |script, number| {
        script.key(&format!("ASIA{number:016}")).calls("ec2:DescribeInstances")
    });
    let state = state_after(&script.events());
    let today: Vec<_> = state.episodes.iter().filter(|e| e.opened >= script.begins()).collect();
    assert_eq!(today.len(), 1);
    assert_eq!(today[0].line, "session");
    assert_eq!(today[0].events, 40);
    assert_eq!(today[0].keys.len(), 16, "the first few");
    assert!(!today[0].reported);
}

/// A theft in the night, loud enough to be kept from the profile.
fn theft(script: Script) -> Script {
    script
        .from(HOSTER)
        .with(KALI)
        .calls_all(["iam:ListUsers", "iam:CreateUser", "secretsmanager:GetSecretValue"])
        .from(HOME)
        .with(MAC)
}

#[test]
fn a_theft_is_learned_only_after_seven_quiet_days() {
    let stolen = theft(alice().quiet(20));
    let after = |days| state_after(&stolen.clone().wait_days(1).quiet(days).events());
    assert!(!knows(&after(1), "DigitalOcean"));
    assert!(!knows(&after(5), "DigitalOcean"));
    assert!(knows(&after(9), "DigitalOcean"));
}

#[test]
fn what_is_not_suspicious_is_learned_after_three_hours() {
    let script = alice().quiet(20).from(AT_A_FRIENDS).calls("s3:ListBuckets");
    let after = |minutes| {
        let later = script.clone().wait_minutes(minutes).from(HOME).calls("s3:ListBuckets");
        state_after(&later.events()).profile.systems().distinct()
    };
    assert_eq!((after(100), after(300)), (1, 2));
}

#[test]
fn late_events_are_judged_and_never_learned() {
    let late = alice().wait_days(2).from(HOSTER).with(KALI).calls("iam:CreateUser");
    let (mut shard, _) = Court::default().judge(&alice().quiet(20).events());
    let mut outputs = Outputs::default();
    let court = Court::default();
    let crowds = Crowds::default();
    let judge = Judge {
        book: &court.book,
        thief: Thief::shipped(),
        settings: &court.settings,
        crowds: &crowds,
        completed: &court.completed,
    };
    let mut lens = Lens::default();
    shard.run(&judge, &mut lens, &late.events(), true, &mut outputs);
    assert_eq!(signals(&outputs), ["attack-distribution"]);
    let later = alice().wait_days(40).calls("s3:ListBuckets");
    shard.run(&judge, &mut lens, &later.events(), false, &mut outputs);
    assert!(shard.states().all(|state| !knows(state, "DigitalOcean")));
}

#[test]
fn a_theft_that_goes_on_is_never_learned() {
    let script = (0..14).fold(alice().quiet(20), |script, _| theft(script).wait_days(1));
    assert!(!knows(&state_after(&script.calls("s3:ListBuckets").events()), "DigitalOcean"));
}

#[test]
fn the_same_call_again_within_the_hour_adds_no_bits() {
    let actions = ["iam:ListUsers", "secretsmanager:GetSecretValue", "iam:CreateUser"];
    let told = |times: usize| {
        let script = alice().quiet(20).from(HOSTER).with(BOTO);
        let script = actions.iter().fold(script, |script, action| {
            (0..times).fold(script, |script, _| script.calls(action))
        });
        let (_, outputs) = Court::default().judge(&script.events());
        let told = reports(&outputs);
        let report = told.values().last().unwrap();
        let score = report.evidence.score(&Court::default().settings.weights);
        score.lines.iter().map(|line| (line.signal.to_string(), line.bits)).collect::<Vec<_>>()
    };
    let once = told(1);
    assert!(once.len() > 5, "{once:?}");
    assert_eq!(told(30), once);
}

#[test]
fn repetition_and_breadth_are_capped() {
    let weights = &Court::default().settings.weights;
    let refusals = |count| {
        let script = alice().quiet(20).from(HOSTER);
        let script = (0..count).fold(script, |script, _| script.refused("iam:ListUsers"));
        let state = state_after(&script.events());
        line(&state.episodes.last().unwrap().evidence, "refusals")
    };
    assert!(refusals(1) <= refusals(1_000));
    assert!(refusals(1_000) <= weights.refusal_limit);
    let script = alice().quiet(20).from(HOSTER);
    let script =
        (0..400).fold(script, |script, number| script.calls(&format!("iam:CreateThing{number}")));
    let state = state_after(&script.events());
    let evidence = &state.episodes.last().unwrap().evidence;
    let lines = evidence.score(weights).lines;
    let counted = lines.iter().filter(|line| line.signal == "action").count();
    assert!(counted <= weights.actions_counted, "{counted} lines");
    let actions = line(evidence, "action");
    assert!(actions > 0.0 && actions <= 4.0 * weights.write_clip, "{actions}");
}

/// The sum of the lines of one signal, in bits.
fn line(evidence: &Evidence, signal: &str) -> f64 {
    let score = evidence.score(&Court::default().settings.weights);
    score.lines.iter().filter(|line| line.signal == signal).map(|line| line.bits.to_f64()).sum()
}

#[test]
fn a_principal_takes_no_more_room_than_allowed() {
    let mut script = alice().quiet(6);
    for number in 0..60 {
        script = script
            .from(&format!("{}.{number}.7.1", 60 + number))
            .with(&format!("tool{number}/1.0"))
            .in_region(&format!("xx-north-{number}"))
            .key(&format!("AKIA{number:016}"))
            .calls(&format!("iam:CreateThing{number}"))
            .refused(&format!("ec2:DescribeThing{number}"));
    }
    for action in 0..400 {
        script = script.calls(&format!("s3:GetThing{action}"));
    }
    // What was seen is learned a day later.
    let state = state_after(&script.wait_days(9).calls("s3:ListBuckets").events());
    let bounds = [
        ("episodes", state.episodes.len(), 8),
        ("networks alive", state.alive.len(), 8),
        ("episodes carried over", state.carried.len(), 4),
        ("keys", state.key_uses.len(), 8),
        ("keys of the summary", state.summary.keys.len(), 8),
        ("systems", state.profile.systems().distinct(), 32),
        ("ranges", state.profile.prefixes().distinct(), 64),
        ("clients", state.profile.clients().distinct(), 16),
        ("regions", state.profile.regions().distinct(), 24),
        ("actions", state.profile.actions().distinct(), 256),
    ];
    for (name, found, most) in bounds {
        assert!(found <= most, "{found} {name}, {most} allowed");
    }
    assert_eq!(state.summary.key_count, 61);
}

#[test]
fn the_least_suspicious_episode_makes_room() {
    let loud = alice()
        .quiet(20)
        .from(HOSTER)
        .with(KALI)
        .asks("iam:CreateAccessKey", json!({ "userName": "bob" }));
    let crowded = (0..20).fold(loud.with(MAC), |script, number| {
        script.from(&format!("{}.9.9.9", 60 + number)).calls("s3:ListBuckets")
    });
    let state = state_after(&crowded.events());
    assert_eq!(state.episodes.len(), 8);
    let kept = state.episodes.iter().any(|e| e.source.to_string() == HOSTER);
    assert!(kept, "the loud one is still there");
}

#[test]
fn an_episode_ends_after_six_quiet_hours_or_a_day() {
    let one = |minutes: i64, calls: usize| {
        let script = (0..calls)
            .fold(alice(), |script, _| script.calls("s3:ListBuckets").wait_minutes(minutes));
        state_after(&script.events()).episodes.last().unwrap().number
    };
    assert_eq!((one(5 * 60, 4), one(7 * 60, 2)), (1, 2));
    assert_eq!(one(5 * 60, 7), 2, "what never pauses is cut after a day");
}

#[test]
fn a_range_without_a_known_system_stands_for_itself() {
    let script = alice().quiet(6).from("192.0.2.7").calls("s3:ListBuckets");
    let state = state_after(&script.events());
    let range = System::Unlisted(Prefix::of("192.0.2.7".parse().unwrap()));
    assert!(state.episodes.iter().any(|one| one.entity == Systems::code(&range)));
}

/// The state and the outputs after events of whose episodes a verdict has spoken.
fn told(script: &Script, lesson: Option<Lesson>) -> (State, Vec<detect::Report>) {
    let events = script.events();
    let mut court = Court::default();
    let lessons = events.iter().filter(|event| event.source.to_string() == HOSTER);
    court.settings.lessons =
        lessons.filter_map(|event| Some((event.id.clone(), lesson?))).collect();
    let (shard, outputs) = court.judge(&events);
    let state = shard.states().next().unwrap().clone();
    (state, reports(&outputs).into_values().collect())
}

#[test]
fn what_was_benign_is_learned_when_its_episode_is_over() {
    let script = theft(alice().quiet(20)).wait_days(1).quiet(1);
    let benign = told(&script.clone().wait_minutes(1).calls("s3:ListBuckets"), Some(Lesson::Learn));
    assert!(knows(&benign.0, "DigitalOcean"));
    let nobody_said = told(&script.clone().wait_minutes(1).calls("s3:ListBuckets"), None);
    assert!(!knows(&nobody_said.0, "DigitalOcean"));
    // The evidence of the episode itself stays what it was.
    let score = |told: &(State, Vec<detect::Report>)| {
        told.1.iter().find(|report| report.new_network).map(|report| report.score)
    };
    assert_eq!(score(&benign), score(&nobody_said));
    assert!(score(&benign).is_some_and(detect::Bits::is_positive));
}

#[test]
fn what_was_benign_leaves_nothing_for_the_next_stranger() {
    let script = theft(alice().quiet(20)).wait_days(1).from(OTHER_HOSTER).calls("s3:ListBuckets");
    let carried = |lesson| {
        let (_, reports) = told(&script, lesson);
        let carried = |report: &detect::Report| report.evidence.get(&detect::Key::Carry).is_some();
        reports.iter().any(carried)
    };
    assert!(carried(None) && carried(Some(Lesson::Never)));
    assert!(!carried(Some(Lesson::Learn)));
}

#[test]
fn what_was_a_theft_is_never_learned() {
    let quiet_theft = alice().quiet(20).from(HOSTER).calls("s3:ListBuckets").from(HOME);
    let loud_theft = theft(alice().quiet(20));
    for script in [quiet_theft, loud_theft] {
        let later = script.wait_days(1).quiet(12);
        assert!(knows(&told(&later, None).0, "DigitalOcean"));
        assert!(!knows(&told(&later, Some(Lesson::Never)).0, "DigitalOcean"));
    }
}

#[test]
fn what_a_thief_repeats_every_hour_is_not_learned() {
    let strange = ["iam:CreateUser", "secretsmanager:GetSecretValue", "iam:AttachUserPolicy"];
    let repeats = (0..6).fold(alice().quiet(20).from(HOSTER).with(KALI), |script, _| {
        script.calls_all(strange).wait_minutes(61)
    });
    let later = repeats.wait_days(2).from(HOME).with(MAC).calls("s3:ListBuckets");
    let state = state_after(&later.events());
    assert!(!knows(&state, "DigitalOcean"));
    assert!(state.profile.actions().get(strange[0]).is_none());
}
