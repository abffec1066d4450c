//! Incidents for the tests of the renderers.

mod investigation;

use cloudtrail::{AccessKeyId, EventId, Outcome, Time};
use incident::feedback::Feedback;
use incident::{
    Act, Edge, Hypothesis, IdentitySummary, Incident, LedgerLine, SCHEMA, Severity, Status, Verdict,
};

use ingest::Books;

use crate::engine::Scanned;
use investigation::investigation;

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SESSION: &str = "ASIAY34FZKBOKMUTVV7A";
const USER: &str = "arn:aws:iam::111122223333:user/deploy";
const TOR: &str = "185.220.101.4 (Tor exit, AS60729, DE)";
const KALI: &str = "aws-cli/2.15.0 on Kali Linux";

/// A loud theft: a long-term key used through Tor, persistence made, much refused.
pub(crate) fn theft() -> Incident {
    Incident {
        id: "inc-4f1c09ab77e2".to_owned(),
        schema: SCHEMA,
        title:
            "Long-term key AKIAIOSFODNN7EXAMPLE of user deploy in account 111122223333 is used by \
                somebody else, who made an administrator and switched logging off"
                .to_owned(),
        severity: Severity::Critical,
        status: Status::Alert,
        score: 27.332_031_25,
        probability: 0.999_97,
        first_seen: time("02:14:07"),
        last_seen: time("03:26:19"),
        detected_at: Some(time("02:15:31")),
        root_access_key_id: AccessKeyId::new(KEY),
        access_key_ids: [KEY, SESSION, "AKIAI44QH8DHBEXAMPLE"]
            .iter()
            .filter_map(|key| AccessKeyId::new(key))
            .collect(),
        principals: vec![USER.to_owned()],
        account_ids: ["111122223333".parse().unwrap()].to_vec(),
        networks: [
            TOR,
            "185.220.101.9 (Tor exit, AS60729, DE)",
            "198.51.100.7 (Mullvad VPN, AS39351, SE)",
            "198.51.100.8 (Mullvad VPN, AS39351, SE)",
            "203.0.113.77 (DigitalOcean, AS14061, NL)",
        ]
        .map(str::to_owned)
        .to_vec(),
        clients: vec![KALI.to_owned(), "Boto3/1.34 on Linux".to_owned()],
        first_event_id: event(1),
        event_ids: (1..=29).map(event).collect(),
        resources: vec![
            "backup-svc".to_owned(),
            "arn:aws:cloudtrail:eu-central-1:111122223333:trail/main".to_owned(),
        ],
        created: vec![
            "user backup-svc".to_owned(),
            "key AKIAI44QH8DHBEXAMPLE of backup-svc".to_owned(),
        ],
        tactics: ["Discovery", "Persistence", "Privilege Escalation", "Defense Evasion"]
            .map(str::to_owned)
            .to_vec(),
        techniques: ["T1580", "T1136.003", "T1098.001", "T1562.008"].map(str::to_owned).to_vec(),
        ledger: ledger(),
        hypotheses: hypotheses(),
        coverage: coverage(),
        timeline: timeline(),
        lineage: lineage(),
        episodes: Vec::new(),
        further_events: 3,
        investigation: investigation(&str::to_owned),
        kind: detect::Kind::UserWorkload,
    }
}

/// A score that is worth a look: one call from a new network.
pub(crate) fn oddity() -> Incident {
    Incident {
        id: "inc-77aa01020304".to_owned(),
        title: "Temporary key of role report-builder in account 444455556666 is used from a new network".to_owned(),
        severity: Severity::Low,
        status: Status::Watch,
        score: 11.75,
        probability: 0.404,
        first_seen: time("09:00:00"),
        last_seen: time("09:00:00"),
        detected_at: None,
        root_access_key_id: AccessKeyId::new(SESSION),
        access_key_ids: vec![AccessKeyId::new(SESSION).unwrap()],
        principals: vec!["arn:aws:sts::444455556666:assumed-role/report-builder/nightly".to_owned()],
        account_ids: ["444455556666".parse().unwrap()].to_vec(),
        networks: vec!["203.0.113.77 (DigitalOcean, AS14061, NL)".to_owned()],
        clients: vec!["Boto3/1.34 on Linux".to_owned()],
        first_event_id: event(90),
        event_ids: vec![event(90)],
        created: Vec::new(),
        resources: Vec::new(),
        tactics: vec!["Discovery".to_owned()],
        techniques: Vec::new(),
        ledger: vec![line("network", 11.75, "A hoster that neither this role nor its peers ever used.")],
        hypotheses: Vec::new(),
        investigation: incident::Investigation::default(),
        timeline: vec![act("09:00:00", "sts:GetCallerIdentity", Outcome::Success)],
        lineage: Vec::new(),
        episodes: Vec::new(),
        further_events: 0,
        kind: detect::Kind::UserHuman,
        ..theft()
    }
}

/// The result of a scan that found these incidents.
pub(crate) fn scanned(incidents: Vec<Incident>) -> Scanned {
    Scanned {
        feedback: Feedback::default(),
        incidents,
        identities: identities(),
        books: Books {
            found: 1_210,
            files: 1_204,
            digests: 4,
            foreign: 2,
            read: 1_234_567,
            accepted: 1_230_000,
            duplicate: 4_000,
            skipped: 560,
            malformed: 7,
            ..Books::default()
        },
        excepted: 1,
        problems: Vec::new(),
        further_problems: 0,
        coverage: coverage(),
        period: Some((
            "2026-10-01T00:00:10Z".parse().unwrap(),
            "2026-11-20T09:00:00Z".parse().unwrap(),
        )),
        principals: 312,
        accounts: 4,
        kept: None,
    }
}

/// Identities in no particular order.
pub(crate) fn identities() -> Vec<IdentitySummary> {
    let identity = |principal: &str, kind: &str, events, score| IdentitySummary {
        principal: principal.to_owned(),
        kind: kind.to_owned(),
        events,
        service_events: 12,
        days: 51,
        first_seen: "2026-10-01T00:00:10Z".parse().unwrap(),
        last_seen: time("09:00:00"),
        access_key_ids: vec![AccessKeyId::new(KEY).unwrap()],
        keys: 2,
        networks: 3,
        clients: 2,
        regions: 5,
        refusals: events / 100,
        sensitive: 9,
        score,
    };
    vec![
        identity(
            "arn:aws:sts::444455556666:assumed-role/report-builder/nightly",
            "container",
            48_210,
            11.75,
        ),
        identity("arn:aws:iam::111122223333:user/anna", "user-human", 730, 0.0),
        identity(USER, "user-workload", 1_150_002, 27.332),
        identity("arn:aws:iam::111122223333:user/bert", "user-human", 730, 0.0),
    ]
}

/// A theft in which every text is as hostile as can be.
pub(crate) fn hostile() -> Incident {
    let nasty = |name: &str| {
        let length = if matches!(name, "title" | "principal") { 1 << 20 } else { 1 << 12 };
        format!(
            "{name}\u{1b}[2J\u{1b}]8;;http://evil\u{7}\r\nALERT\u{202e}dekaf\u{200b}\u{9b}31m\u{0}{}",
            "A".repeat(length)
        )
    };
    let act = Act {
        principal: nasty("principal"),
        access_key: AccessKeyId::new(&nasty("key")),
        action: nasty("action"),
        region: nasty("region"),
        source: nasty("source"),
        client: nasty("client"),
        error: nasty("error"),
        resource: nasty("resource"),
        console: false,
        touched: Vec::new(),
        made: Vec::new(),
        ..act("02:14:07", "", Outcome::Denied)
    };
    let edge = |from: &str, to: &str| Edge {
        from: nasty(from),
        to: nasty(to),
        by: nasty("by"),
        event_id: EventId::new(&nasty("event")),
        time: time("02:20:00"),
    };
    Incident {
        investigation: investigation(&nasty),
        title: nasty("title"),
        root_access_key_id: AccessKeyId::new(&nasty("root")),
        access_key_ids: vec![AccessKeyId::new(&nasty("key")).unwrap()],
        principals: vec![nasty("arn:aws:iam::111122223333:user/x")],
        networks: vec![nasty("network")],
        clients: vec![nasty("client")],
        first_event_id: EventId::new(&nasty("first")),
        event_ids: vec![EventId::new(&nasty("event"))],
        resources: vec![nasty("resource")],
        created: vec![nasty("created")],
        tactics: vec![nasty("tactic")],
        techniques: vec![nasty("technique")],
        ledger: vec![LedgerLine {
            signal: nasty("signal"),
            text: nasty("text"),
            bits: 27.332_031_25,
            observed: nasty("observed"),
            usual: nasty("usual"),
            peers: nasty("peers"),
            event_ids: vec![EventId::new(&nasty("event"))],
        }],
        hypotheses: vec![Hypothesis {
            name: nasty("hypothesis"),
            verdict: Verdict::Supported,
            text: nasty("why"),
            bits: -1.0,
            event_ids: vec![EventId::new(&nasty("event"))],
        }],
        coverage: vec![nasty("gap")],
        timeline: vec![Act { outcome: Outcome::Success, ..act.clone() }, act],
        // A circle, and a chain that hangs on it.
        lineage: vec![edge("a", "b"), edge("b", "a"), edge("b", "c")],
        ..theft()
    }
}

/// A moment on the day of the theft.
pub(crate) fn time(clock: &str) -> Time {
    format!("2026-11-20T{clock}Z").parse().unwrap()
}

/// One act of the thief.
pub(crate) fn act(clock: &str, action: &str, outcome: Outcome) -> Act {
    Act {
        time: time(clock),
        event_id: event(1),
        principal: USER.to_owned(),
        access_key: AccessKeyId::new(KEY),
        action: action.to_owned(),
        region: "us-east-1".to_owned(),
        account: "111122223333".parse().ok(),
        source: TOR.to_owned(),
        client: KALI.to_owned(),
        outcome,
        error: if outcome == Outcome::Success { String::new() } else { "AccessDenied".to_owned() },
        resource: String::new(),
        console: false,
        touched: Vec::new(),
        made: Vec::new(),
        facts: [].into(),
    }
}

fn event(number: u32) -> EventId {
    EventId::new(&format!("00000000-0000-4000-8000-{number:012}"))
}

fn line(signal: &str, bits: f64, text: &str) -> LedgerLine {
    LedgerLine {
        signal: signal.to_owned(),
        text: text.to_owned(),
        bits,
        observed: TOR.to_owned(),
        usual: "AS16509 Amazon on 49 of 50 days, AS3320 Deutsche Telekom on 1 (since 2026-10-01)"
            .to_owned(),
        peers: "0 of 7 peers used Tor".to_owned(),
        event_ids: (1..=4).map(event).collect(),
    }
}

fn ledger() -> Vec<LedgerLine> {
    let mut lines = vec![
        line(
            "network",
            9.0,
            "A Tor exit; this key has only ever come from Amazon and from the office.",
        ),
        line("tampering", 6.0, "Logging was switched off."),
        line(
            "client",
            5.164_062_5,
            "Kali Linux, a distribution for attackers, which this principal never used.",
        ),
        line(
            "who-am-i-first",
            4.0,
            "The first call from the new network asked who the key belongs to, then came breadth.",
        ),
        line("refusals", 3.5, "12 refusals of one action within a minute."),
        line("overlap", 3.0, "The owner's own network was in use at the same time."),
        line("hour", 0.668, "Night: this principal works from 6 to 20 o'clock UTC."),
        line("known-region", -1.5, "The region is the usual one."),
        line("known-actions", -2.5, "Three of the actions are everyday ones of this principal."),
    ];
    let other = |line: &mut LedgerLine, observed: &str, usual: &str| {
        observed.clone_into(&mut line.observed);
        usual.clone_into(&mut line.usual);
        line.peers = String::new();
    };
    other(&mut lines[1], "cloudtrail:StopLogging on trail main", "never, in 50 days");
    other(&mut lines[2], KALI, "aws-sdk-go/1.44 on Linux (48,210 calls)");
    other(&mut lines[7], "eu-central-1", "eu-central-1 on 50 of 50 days");
    lines
}

fn hypotheses() -> Vec<Hypothesis> {
    let tested = |name: &str, verdict, text: &str, bits| Hypothesis {
        name: name.to_owned(),
        verdict,
        text: text.to_owned(),
        bits,
        event_ids: if verdict == Verdict::Contradicted {
            vec![event(1), event(2), event(3)]
        } else {
            Vec::new()
        },
    };
    vec![
        tested(
            "key-rotation",
            Verdict::Contradicted,
            "no key of this user was made or ended within 14 days",
            0.0,
        ),
        tested(
            "new-location",
            Verdict::Contradicted,
            "the old network stayed in use, and no other principal moved",
            0.0,
        ),
        tested("announced-test", Verdict::Unknown, "no test is configured", 0.0),
        tested(
            "client-update",
            Verdict::Supported,
            "aws-cli 2.15.0 is a newer version of a client that peers use",
            -0.75,
        ),
    ]
}

fn coverage() -> Vec<String> {
    vec![
        "S3 data events: none are in the input, so objects that were read cannot be told"
            .to_owned(),
        "regions: only 3 of 17 have events; trails of single regions would hide calls elsewhere"
            .to_owned(),
    ]
}

fn timeline() -> Vec<Act> {
    use Outcome::{Denied, Failed, Success};
    let mut acts = vec![
        act("02:14:07", "sts:GetCallerIdentity", Success),
        act("02:14:30", "iam:ListUsers", Denied),
    ];
    for (second, region) in (31..41).zip(["us-east-1", "us-west-2", "eu-west-1"].iter().cycle()) {
        acts.push(Act {
            region: (*region).to_owned(),
            ..act(&format!("02:15:{second}"), "ec2:DescribeInstances", Denied)
        });
    }
    for (clock, bucket) in
        [("02:17:00", "payroll"), ("02:17:01", "backups"), ("02:17:09", "payroll")]
    {
        acts.push(Act {
            resource: format!("arn:aws:s3:::{bucket}"),
            console: false,
            touched: Vec::new(),
            made: Vec::new(),
            ..act(clock, "s3:GetBucketAcl", Success)
        });
    }
    let moved = |act: Act| Act {
        source: "198.51.100.7 (Mullvad VPN, AS39351, SE)".to_owned(),
        client: "Boto3/1.34 on Linux".to_owned(),
        access_key: AccessKeyId::new(SESSION),
        ..act
    };
    acts.push(moved(act("02:40:12", "iam:CreateUser", Success)));
    acts.push(moved(act("02:40:20", "iam:CreateAccessKey", Success)));
    acts.push(moved(act("02:40:31", "iam:AttachUserPolicy", Success)));
    acts.push(moved(Act {
        error: "NoSuchEntity".to_owned(),
        ..act("02:40:40", "iam:GetLoginProfile", Failed)
    }));
    acts.push(moved(Act {
        resource: "main".to_owned(),
        console: false,
        touched: Vec::new(),
        made: Vec::new(),
        region: "eu-central-1".to_owned(),
        ..act("03:26:19", "cloudtrail:StopLogging", Success)
    }));
    acts
}

fn lineage() -> Vec<Edge> {
    let edge = |from: &str, to: &str, by: &str, clock| Edge {
        from: from.to_owned(),
        to: to.to_owned(),
        by: by.to_owned(),
        event_id: event(5),
        time: time(clock),
    };
    vec![
        edge(KEY, SESSION, "GetSessionToken", "02:30:00"),
        edge(SESSION, "user backup-svc", "CreateUser", "02:40:12"),
        edge("user backup-svc", "AKIAI44QH8DHBEXAMPLE", "CreateAccessKey", "02:40:20"),
        edge(KEY, "ASIAQNZGKIQY56JQ7WML", "AssumeRole", "02:50:00"),
    ]
}
