#![expect(clippy::float_cmp, reason = "a factor of one is exactly one")]

use proptest::prelude::*;

use super::*;

/// A verdict on one incident with these bits of evidence.
fn verdict(incident: u32, decision: Decision, evidence: &[(EvidenceGroup, f64)]) -> Verdict {
    Verdict {
        schema: SCHEMA,
        incident: format!("inc-{incident:012x}"),
        verdict: decision,
        reason: String::new(),
        by: String::new(),
        given: Time::from_seconds(1_790_000_000),
        title: String::new(),
        score: evidence.iter().map(|(_, bits)| bits).sum(),
        evidence: evidence.iter().copied().collect(),
        episodes: vec![EventId::new(&format!("event {incident}"))],
    }
}

fn many(decision: Decision, count: u32, evidence: &[(EvidenceGroup, f64)]) -> Vec<Verdict> {
    let first = decision as u32 * 1_000;
    (first..first + count).map(|incident| verdict(incident, decision, evidence)).collect()
}

const PLACE: [(EvidenceGroup, f64); 2] =
    [(EvidenceGroup::Network, 9.0), (EvidenceGroup::Client, 3.0)];

#[test]
fn twenty_of_a_kind_are_needed() {
    let factor = |count, decision| {
        Feedback::of(many(decision, count, &PLACE)).tally.factor(EvidenceGroup::Network)
    };
    assert_eq!(factor(19, Decision::Benign), 1.0);
    // (10 + 0) / (10 + 20 · 9/12)
    assert!((factor(20, Decision::Benign) - 0.4_f64.max(LEAST)).abs() < 1e-12);
    assert_eq!(factor(19, Decision::Theft), 1.0);
    assert_eq!(factor(20, Decision::Theft), MOST);
    assert_eq!(factor(300, Decision::Test), 1.0);
}

#[test]
fn a_group_is_weighed_by_its_part_in_the_evidence() {
    let tally = Feedback::of(many(Decision::Benign, 24, &PLACE)).tally;
    // (10 + 0) / (10 + 24 · 3/12)
    assert!((tally.factor(EvidenceGroup::Client) - 10.0 / 16.0).abs() < 1e-12);
    assert_eq!(tally.factor(EvidenceGroup::Action), 1.0, "nobody spoke of actions");
}

#[test]
fn hard_evidence_is_believed_whatever_was_said_of_it() {
    let hard = many(Decision::Benign, 500, &[(EvidenceGroup::Hard, 15.0)]);
    let tally = Feedback::of(hard).tally;
    assert_eq!(tally.factor(EvidenceGroup::Hard), 1.0);
    assert_eq!(tally.trust(), detect::Trust::default());
}

#[test]
fn the_last_verdict_on_an_incident_counts() {
    let first = verdict(1, Decision::Benign, &PLACE);
    let second =
        Verdict { given: first.given.plus_hours(1), ..verdict(1, Decision::Theft, &PLACE) };
    for order in [[&first, &second], [&second, &first]] {
        let feedback = Feedback::of(order.map(Clone::clone));
        assert_eq!((feedback.tally.benign, feedback.tally.thefts), (0, 1));
        let mut settings = Settings::default();
        feedback.inform(&mut settings);
        assert_eq!(settings.lessons[&EventId::new("event 1")], Lesson::Never);
    }
}

#[test]
fn an_episode_of_a_theft_is_not_learned_because_another_incident_was_benign() {
    let shared = |incident, decision| Verdict {
        episodes: vec![EventId::new("shared")],
        ..verdict(incident, decision, &PLACE)
    };
    for decisions in [[Decision::Benign, Decision::Theft], [Decision::Test, Decision::Benign]] {
        let [one, two] = decisions;
        let feedback = Feedback::of([shared(1, one), shared(2, two)]);
        assert_eq!(feedback.lessons()[&EventId::new("shared")], Lesson::Never);
    }
}

#[test]
fn ledgers_are_summed_by_group() {
    let line = |signal: &str, bits| LedgerLine {
        signal: signal.into(),
        text: String::new(),
        bits,
        observed: String::new(),
        usual: String::new(),
        peers: String::new(),
        event_ids: Vec::new(),
    };
    let ledger = [
        line("network", 7.0),
        line("overlap", 3.0),
        line("client", -1.0),
        line("action:iam:CreateUser", 4.0),
        line("action:iam:ListUsers", 1.0),
        line("sigma:5f3a", 2.0),
        line("quarantined-by-aws", 15.0),
        line("carry", 5.0),
        line("key-rotation", -3.0),
    ];
    let expected = [
        (EvidenceGroup::Network, 10.0),
        (EvidenceGroup::Action, 5.0),
        (EvidenceGroup::Sigma, 2.0),
        (EvidenceGroup::Hard, 15.0),
    ];
    assert_eq!(by_group(&ledger, Weights::shipped()), expected.into());
}

#[test]
fn a_verdict_that_was_written_by_hand_is_looked_at() {
    let good = verdict(1, Decision::Benign, &PLACE);
    assert_eq!(good.fault(), None);
    let bits = |bits| verdict(1, Decision::Benign, &[(EvidenceGroup::Hour, bits)]);
    for wrong in [Verdict { schema: 2, ..good }, bits(-1.0), bits(1e300), bits(f64::NAN)] {
        assert!(wrong.fault().is_some(), "{wrong:?}");
    }
}

fn verdicts() -> impl Strategy<Value = Vec<Verdict>> {
    let decision = prop_oneof![
        4 => Just(Decision::Benign),
        4 => Just(Decision::Theft),
        1 => Just(Decision::Test)
    ];
    let evidence = proptest::collection::vec(
        (proptest::sample::select(&EvidenceGroup::ALL[..]), 0.0..20.0_f64),
        0..4,
    );
    proptest::collection::vec((0..60_u32, decision, evidence, 0..3_i64), 0..80).prop_map(|given| {
        let verdict = |(incident, decision, evidence, hours): (u32, _, Vec<_>, i64)| {
            let verdict = verdict(incident, decision, &evidence);
            Verdict { given: verdict.given.plus_hours(hours), ..verdict }
        };
        given.into_iter().map(verdict).collect()
    })
}

proptest! {
    #[test]
    fn factors_are_bounded_and_hard_evidence_is_whole(verdicts in verdicts()) {
        let tally = Feedback::of(verdicts).tally;
        for group in EvidenceGroup::ALL {
            let factor = tally.factor(group);
            prop_assert!((LEAST..=MOST).contains(&factor), "{group:?} {factor}");
        }
        prop_assert!(tally.factor(EvidenceGroup::Hard) >= 1.0);
    }

    #[test]
    fn the_order_of_verdicts_does_not_matter(
        (given, shuffled) in verdicts()
            .prop_flat_map(|given| (Just(given.clone()), Just(given).prop_shuffle()))
    ) {
        prop_assert_eq!(Feedback::of(given), Feedback::of(shuffled));
    }

    #[test]
    fn a_theft_weakens_nothing_and_a_benign_verdict_strengthens_nothing(
        given in verdicts(),
        group in proptest::sample::select(&EvidenceGroup::ALL[..]),
    ) {
        let with = |decision| {
            let more = verdict(1_000, decision, &[(group, 5.0)]);
            Feedback::of(given.iter().cloned().chain([more])).tally
        };
        let before = Feedback::of(given.clone()).tally;
        for group in EvidenceGroup::ALL {
            prop_assert!(with(Decision::Theft).factor(group) >= before.factor(group));
            prop_assert!(with(Decision::Benign).factor(group) <= before.factor(group));
            prop_assert_eq!(with(Decision::Test).factor(group), before.factor(group));
        }
    }
}
