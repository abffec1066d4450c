//! What holds for every sequence of events: sums, bounds, order, shards.

use cloudtrail::Event;
use detect::{Bits, Evidence, EvidenceGroup, Key, Outputs, Shard, Trust, Weights};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::callers::{alice, app, carol, deployer, machine};
use crate::court::{Court, reports};
use crate::script::{AT_A_FRIENDS, AWS, BOTO, BROWSER, HOME, HOSTER, KALI, MAC, Script, TOR, VPN};

const ACTIONS: [&str; 16] = [
    "s3:ListBuckets",
    "s3:GetObject",
    "sts:GetCallerIdentity",
    "iam:ListUsers",
    "iam:CreateUser",
    "iam:CreateAccessKey",
    "iam:AttachUserPolicy",
    "ec2:DescribeInstances",
    "ec2:RunInstances",
    "secretsmanager:GetSecretValue",
    "secretsmanager:BatchGetSecretValue",
    "ses:GetSendQuota",
    "bedrock:InvokeModel",
    "cloudtrail:StopLogging",
    "kms:Decrypt",
    "lambda:ListFunctions20150331",
];
const PLACES: [&str; 7] = [HOME, AT_A_FRIENDS, AWS, HOSTER, VPN, TOR, "192.0.2.7"];
const CLIENTS: [&str; 4] = [MAC, BOTO, BROWSER, KALI];
const REGIONS: [&str; 3] = ["eu-central-1", "us-east-1", "sa-east-1"];
const ERRORS: [&str; 4] = ["", "", "AccessDenied", "ThrottlingException"];

/// What happens next: minutes to wait, then indices into the tables above.
type Step = (u16, usize, usize, usize, usize, usize);

fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = (
        0..900_u16,
        0..ACTIONS.len(),
        0..PLACES.len(),
        0..CLIENTS.len(),
        0..REGIONS.len(),
        0..ERRORS.len(),
    );
    prop::collection::vec(step, 1..most)
}

fn play(script: Script, steps: &[Step]) -> Script {
    steps.iter().fold(script, |script, (minutes, action, place, client, region, error)| {
        let script = script
            .wait_minutes(i64::from(*minutes))
            .from(PLACES[*place])
            .with(CLIENTS[*client])
            .in_region(REGIONS[*region]);
        match ERRORS[*error] {
            "" => script.calls(ACTIONS[*action]),
            code => script.fails(ACTIONS[*action], code),
        }
    })
}

fn told(outputs: &Outputs) -> Vec<String> {
    outputs.told.iter().map(|told| format!("{told:?}")).collect()
}

/// A score without words: the total, and each line's signal, subject and bits.
fn numbers(evidence: &Evidence) -> (Bits, Vec<(String, String, Bits)>) {
    let score = evidence.score(&Court::default().settings.weights);
    let line = |line: &detect::Line| (line.signal.to_string(), line.about.to_string(), line.bits);
    (score.total, score.lines.iter().map(line).collect())
}

fn merged(all: &[&Evidence]) -> Evidence {
    let mut evidence = Evidence::default();
    for one in all {
        evidence.merge(one);
    }
    evidence
}

/// The same walks in every run.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 48,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_ledger_adds_up_and_negative_evidence_is_bounded(
        days in 0..12_i64,
        steps in steps(60),
    ) {
        let court = Court::default();
        let (shard, outputs) = court.judge(&play(alice().quiet(days), &steps).events());
        let least = Bits::from_f64(court.settings.weights.negative_limit);
        let told = reports(&outputs);
        let open = shard.states().flat_map(|state| &state.episodes);
        let scores = told.values().map(|r| (&r.evidence, r.score));
        for (evidence, kept) in scores.chain(open.map(|e| (&e.evidence, e.score))) {
            let score = evidence.score(&court.settings.weights);
            let sum: Bits = score.lines.iter().map(|line| line.bits).sum();
            prop_assert_eq!(sum, score.total);
            prop_assert_eq!(kept, score.total, "the episode's score is its ledger's");
            let against: Bits = score
                .lines
                .iter()
                .filter(|line| line.bits.is_negative() || line.signal == "limit-on-negative-evidence")
                .map(|line| line.bits)
                .sum();
            prop_assert!(against >= least, "{against} against");
            for line in &score.lines {
                prop_assert!(!line.observed.is_empty(), "{line:?}");
                prop_assert!(line.events.len() <= Evidence::EVENTS_KEPT);
            }
        }
    }

    #[test]
    fn evidence_can_be_merged_in_any_order(days in 0..12_i64, steps in steps(80)) {
        let court = Court::default();
        let (_, outputs) = court.judge(&play(alice().quiet(days), &steps).events());
        let told = reports(&outputs);
        let all: Vec<&Evidence> = told.values().map(|report| &report.evidence).collect();
        let mut reversed = all.clone();
        reversed.reverse();
        let expected = numbers(&merged(&all));
        prop_assert_eq!(&numbers(&merged(&reversed)), &expected);
        // (a ∪ b) ∪ c = a ∪ (b ∪ c), wherever the cut lies.
        for cut in 0..all.len() {
            let (first, second) = (merged(&all[..cut]), merged(&all[cut..]));
            prop_assert_eq!(&numbers(&merged(&[&second, &first])), &expected);
        }
        // Twice the same is the same.
        prop_assert_eq!(&numbers(&merged(&[&merged(&all), &merged(&all)])), &expected);
    }

    #[test]
    fn shards_change_nothing(
        days in 0..8_i64,
        walks in prop::collection::vec(steps(25), 5),
    ) {
        let events = everybody(days, &walks);
        let court = Court::default();
        let mut one = [Shard::default()];
        let expected = told(&court.judge_in(&mut one, &events, |_| 0));
        for count in [2, 3, 7] {
            let mut shards: Vec<Shard> =
                std::iter::repeat_with(Shard::default).take(count).collect();
            let outputs =
                court.judge_in(&mut shards, &events, |event| usize::from(Shard::of(event)) % count);
            prop_assert_eq!(&told(&outputs), &expected, "{} shards", count);
            // The shards in the other order hear the same day otherwise interleaved.
            let mut shards: Vec<Shard> =
                std::iter::repeat_with(Shard::default).take(count).collect();
            let outputs = court.judge_in(&mut shards, &events, |event| {
                count - 1 - usize::from(Shard::of(event)) % count
            });
            prop_assert_eq!(&told(&outputs), &expected, "{} shards, turned round", count);
        }
    }
}

/// Five principals at the same time, each on a walk of its own after some quiet days.
fn everybody(days: i64, walks: &[Vec<Step>]) -> Vec<Event> {
    let cast = [alice(), app(), carol(), deployer(), machine()];
    let scripts = cast.into_iter().zip(walks).map(|(who, walk)| play(who.quiet(days), walk));
    scripts.reduce(|all, script| all.and(&script)).unwrap().events()
}

#[test]
fn evidence_that_is_believed_less_still_adds_up() {
    let script = alice().quiet(20).from(HOSTER).with(KALI).calls_all([
        "iam:ListUsers",
        "iam:CreateUser",
        "secretsmanager:GetSecretValue",
    ]);
    let score = |factor: f64| {
        let mut court = Court::default();
        let factors = EvidenceGroup::ALL.map(|group| (group, factor)).into();
        court.settings.weights.trust = Trust::new(&factors);
        let (_, outputs) = court.judge(&script.events());
        let report = reports(&outputs).into_values().max_by_key(|report| report.score).unwrap();
        let score = report.evidence.score(&court.settings.weights);
        assert_eq!(score.total, report.score);
        assert_eq!(score.lines.iter().map(|line| line.bits).sum::<Bits>(), score.total);
        score
    };
    let (whole, half) = (score(1.0), score(0.5));
    assert!(half.total < whole.total);
    for line in &half.lines {
        let before = whole
            .lines
            .iter()
            .find(|known| (&known.signal, &known.about) == (&line.signal, &line.about));
        let before = before.expect("the same lines").bits;
        let group = EvidenceGroup::of(&line.signal, Weights::shipped());
        match group {
            Some(EvidenceGroup::Hard) | None => assert_eq!(line.bits, before, "{line:?}"),
            Some(_) if before.is_positive() => assert!(line.bits < before, "{line:?}"),
            Some(_) => assert_eq!(line.bits, before, "{line:?}"),
        }
    }
}

#[test]
fn of_hard_evidence_alone_nothing_else_is_weighed() {
    let script = alice().quiet(20).from(HOSTER).with(KALI).calls_all(["iam:CreateUser"; 3]);
    let mut court = Court::default();
    court.settings.hard_only = true;
    let (_, outputs) = court.judge(&script.events());
    let reports: Vec<_> = reports(&outputs).into_values().collect();
    let keys: Vec<&Key> =
        reports.iter().flat_map(|report| report.evidence.items()).map(|(key, _)| key).collect();
    assert_eq!(keys, [&Key::Signal("attack-distribution")]);
}
