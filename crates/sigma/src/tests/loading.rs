//! What becomes of rule files: cards, reasons, doubts.

use crate::{Loaded, RuleFile, load};

use super::{file, rule};

const SELECTION: &str = "    selection:\n        eventName: CreateUser\n    condition: selection";

fn with(name: &str, from: &str, to: &str) -> RuleFile {
    let mut file = rule(name, SELECTION);
    assert!(file.text.contains(from));
    file.text = file.text.replace(from, to);
    file
}

fn correlation(name: &str, body: &str) -> RuleFile {
    let body = body.trim_matches('\n');
    file(
        &format!("rules/{name}.yml"),
        &format!("title: {name}\nid: {name}\nlevel: high\ncorrelation:\n{body}\n"),
    )
}

#[test]
fn what_cannot_be_used_is_named_with_the_reason() {
    let cases = [
        (file("a.yml", "title: [\n"), "YAML parse error"),
        (file("a.yml", "just words"), "not a YAML mapping"),
        (file("a.yml", "services:\n    web: {}\n"), "title"),
        (rule("a", "    selection:\n        eventName: X\n"), "condition"),
        (
            rule(
                "a",
                "    selection:\n        eventName: X\n    condition: selection | count() > 5",
            ),
            "takes a correlation",
        ),
        (
            rule("a", "    selection:\n        eventName: X\n    condition: selection and and"),
            "its condition cannot be read: expected",
        ),
        (rule("a", "    selection:\n        eventName: X\n    condition: other"), "other"),
        (rule("a", "    selection:\n        eventName|re: '('\n    condition: selection"), "regex"),
        (rule("a", "    selection:\n        eventName|like: X\n    condition: selection"), "like"),
        (
            rule(
                "a",
                "    selection:\n        userIdentity.arn|expand: '%admins%'\n    condition: selection",
            ),
            "|expand",
        ),
        (with("a", "status: test", "status: deprecated"), "deprecated"),
        (with("a", "status: test", "status: unsupported"), "not supported"),
        (
            correlation(
                "a",
                "    type: event_count\n    rules: [gone]\n    timespan: 1h\n    condition:\n        gte: 2",
            ),
            "`gone`",
        ),
        (correlation("a", "    type: temporal\n    rules: [a]\n    timespan: 1h"), "`a`"),
        (
            correlation(
                "a",
                "    type: event_count\n    rules: []\n    timespan: 1h\n    condition:\n        gte: 2",
            ),
            "",
        ),
        (correlation("a", "    type: dance\n    rules: [x]\n    timespan: 1h"), "dance"),
    ];
    for (file, reason) in cases {
        let Loaded { rules, left_out, foreign, .. } = load(vec![file.clone()]);
        assert!(rules.is_empty() && foreign == 0, "{}", file.text);
        assert_eq!(left_out.len(), 1, "{}: {left_out:?}", file.text);
        assert!(left_out[0].why.contains(reason), "{}: {left_out:?}", file.text);
        assert!(!left_out[0].why.contains('\n'), "{left_out:?}");
    }
}

#[test]
fn rules_for_other_logs_are_counted_and_left_alone() {
    let count = "    type: event_count\n    rules: [windows]\n    timespan: 1h\n    condition:\n        gte: 2";
    let files = vec![
        with("windows", "product: aws", "product: windows"),
        with("guardduty", "service: cloudtrail", "service: guardduty"),
        correlation("many", count),
        rule("own", SELECTION),
    ];
    let Loaded { rules, left_out, foreign, .. } = load(files);
    assert_eq!((rules.len(), left_out.len(), foreign), (1, 0, 3), "{left_out:?}");
}

#[test]
fn author_and_licence_stay_with_the_rule() {
    let mut own = with(
        "own",
        "status: test",
        "status: test\nauthor: A. Author,\n  B. Author\ntags:\n    - attack.t1078.004\n    - attack.persistence\n    - attack.t12",
    );
    own.licence = "Detection Rule License 1.1".into();
    let other = with("other", "status: test", "status: test\nlicense: MIT");
    let nameless = with("some", "id: some\n", "");
    let rules = load(vec![own, other, nameless]).rules;
    let cards: Vec<String> = rules
        .cards()
        .iter()
        .map(|card| {
            let techniques = card.techniques.join(" ");
            format!(
                "{}|{}|{}|{}|{}|{techniques}",
                card.id, card.level, card.author, card.licence, card.file
            )
        })
        .collect();
    assert_eq!(
        cards,
        [
            "other|high||MIT|rules/other.yml|",
            "own|high|A. Author, B. Author|Detection Rule License 1.1|rules/own.yml|T1078.004",
            "some|high|||rules/some.yml|",
        ]
    );
}

#[test]
fn the_order_of_files_changes_nothing_and_no_id_is_used_twice() {
    let mut copy = rule("own", SELECTION);
    copy.path = "rules/z-copy.yml".into();
    let two = format!("{0}---\n{0}", with("two", "id: two\n", "").text);
    let files = vec![copy, rule("own", SELECTION), file("rules/two.yml", &two)];
    let mut backwards = files.clone();
    backwards.reverse();
    for files in [files, backwards] {
        let Loaded { rules, left_out, .. } = load(files);
        let cards = rules.cards();
        let ids: Vec<&str> = cards.iter().map(|card| card.id.as_str()).collect();
        assert_eq!(ids, ["own", "two", "two#2"]);
        assert_eq!(
            left_out[0].to_string(),
            "rules/z-copy.yml: “own”: it has the same id as a rule in rules/own.yml"
        );
    }
}

#[test]
fn rules_that_cannot_match_are_told() {
    let never = |selection: &str| format!("    selection:\n{selection}\n    condition: selection");
    let cases = [
        (never("        status: success\n        eventName: X"), "can never match: no record has a field `status`"),
        (never("        errorCode: Success"), "can never match: successful calls have no errorCode"),
        (never("        eventName:\n            - PutLifecycleConfiguration"), "records say PutBucketLifecycle"),
        (never("        detail.eventName|exists: true"), "no record has a field `detail.eventName`"),
        (
            "    selection:\n        eventName: X\n    filter:\n        status: null\n    condition: selection and not filter".into(),
            "",
        ),
        (
            "    selection:\n        eventName: X\n    filter:\n        userIdentity.arn|contains: responseElements.accessKey.userName\n    condition: selection and not filter".into(),
            "compares with the text `responseElements.accessKey.userName`",
        ),
        (
            "    selection:\n        eventName: X\n    filter:\n        type: AssumedRole\n    condition: selection and not filter".into(),
            "its part `filter` can never match: no record has a field `type`",
        ),
        (
            "    one:\n        eventName: X\n    two:\n        status: ok\n    condition: 1 of them".into(),
            "its part `two` can never match",
        ),
        (
            never("        requestParameters|contains|all:\n            - a\n            - b"),
            "can never match: `requestParameters` is no text in records",
        ),
    ];
    for (detection, doubt) in cases {
        let Loaded { rules, doubts, .. } = load(vec![rule("a", &detection)]);
        assert_eq!((rules.len(), doubts.len()), (1, 1), "{detection}: {doubts:?}");
        assert!(doubts[0].why.contains(doubt), "{doubts:?}");
    }
    let fine = [
        "    selection:\n        eventName: X\n        errorCode:\n            - Success\n            - null\n    condition: selection",
        "    selection:\n        eventName:\n            - PutLifecycleConfiguration\n            - PutBucketLifecycle\n    condition: selection",
        "    selection:\n        tlsDetails.clientProvidedHostHeader|contains: sts.amazonaws.com\n    condition: selection",
    ];
    for detection in fine {
        let Loaded { doubts, .. } = load(vec![rule("a", detection)]);
        assert_eq!(doubts, [], "{detection}");
    }
    let Loaded { doubts, .. } = load(vec![with("a", "level: high\n", "")]);
    assert!(doubts[0].why.contains("no level"), "{doubts:?}");
}
