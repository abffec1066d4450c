//! An investigation for the tests of the renderers.

use cloudtrail::{AccessKeyId, EventId};
use incident::investigation::{
    Affected, Case, Changed, Found, How, Investigation, Level, Modified, Question, Radius, Reach,
    Reachable, Resolution, ServiceReach, Session, Stage, Standing, Touched, Tried,
};

use super::time;

/// Makes the texts that records bring.
type Text<'a> = &'a dyn Fn(&str) -> String;

/// An investigation with something in every part; `text` makes the texts that records bring.
pub(crate) fn investigation(text: Text<'_>) -> Investigation {
    Investigation {
        questions: questions(text),
        radius: radius(text),
        tried: vec![tried(text)],
        further_actions: 0,
        resolution: resolution(text),
    }
}

fn events(text: Text<'_>) -> Vec<EventId> {
    vec![EventId::new(&text("00000000-0000-4000-8000-000000000001"))]
}

fn questions(text: Text<'_>) -> Vec<Question> {
    let question = |stage, found, id: &str, asked: &str, answer: &str| Question {
        id: id.to_owned(),
        stage,
        text: asked.to_owned(),
        found,
        answer: text(answer),
        event_ids: events(text),
        further_events: 3,
    };
    vec![
        question(
            Stage::Triage,
            Found::Yes,
            "persistence",
            "Was a way back in left behind?",
            "user backup-svc made",
        ),
        question(
            Stage::Triage,
            Found::Unknown,
            "sensitive-data",
            "Was sensitive data read?",
            "unknown, because there are no data events in the input",
        ),
        question(
            Stage::Scope,
            Found::No,
            "mail",
            "Was mail sent, or prepared?",
            "no: no call to a mail or message service succeeded",
        ),
        question(
            Stage::Scope,
            Found::Told,
            "refused",
            "What was tried and refused?",
            "1 call: iam:ListUsers",
        ),
    ]
}

fn tried(text: Text<'_>) -> Tried {
    Tried {
        action: text("iam:ListUsers"),
        access: "list".to_owned(),
        tried: 3,
        succeeded: 2,
        denied: 1,
        event_ids: events(text),
    }
}

fn radius(text: Text<'_>) -> Radius {
    Radius {
        touched: vec![Touched {
            name: text("arn:aws:s3:::backups"),
            access: "read".to_owned(),
            actions: vec![text("s3:GetObject")],
            calls: 12,
            first: time("02:20:00"),
            last: time("02:30:00"),
            event_ids: events(text),
            further_events: 2,
        }],
        further_touched: 4,
        listed: vec![tried(text)],
        changed: vec![Changed {
            kind: "user".to_owned(),
            name: text("arn:aws:iam::111122223333:user/backup-svc"),
            how: How::Made,
            detail: text("AdministratorAccess"),
            way_in: true,
            standing: Standing::Stands,
            by: text("arn:aws:iam::111122223333:user/deploy"),
            access_key_id: AccessKeyId::new(&text("AKIAIOSFODNN7EXAMPLE")),
            action: text("iam:CreateUser"),
            account_id: "111122223333".parse().ok(),
            region: text("us-east-1"),
            time: time("02:16:00"),
            event_ids: events(text),
        }],
        further_changed: 0,
        sessions: vec![Session {
            access_key_id: AccessKeyId::new(&text("ASIAY34FZKBOKMUTVV7A")),
            kind: "federation-token".to_owned(),
            acts_as: text("arn:aws:sts::111122223333:federated-user/system"),
            from: text("AKIAIOSFODNN7EXAMPLE"),
            begun: time("02:20:00"),
            ends: time("14:20:00"),
            end_is_told: true,
            standing: Standing::Stands,
            stopped_by: "a policy on the user that denies everything".to_owned(),
            uses: 7,
            event_ids: events(text),
        }],
        further_sessions: 0,
        reachable: reachable(text),
    }
}

fn reachable(text: Text<'_>) -> Reachable {
    let level = |allowed, limited, of| Level { allowed, limited, of };
    Reachable {
        known: true,
        why: "evaluated from the policies that were given".to_owned(),
        identities: vec![Reach {
            principal: text("arn:aws:iam::111122223333:user/deploy"),
            everything: false,
            services: vec![ServiceReach {
                service: "s3".to_owned(),
                list: level(4, 0, 12),
                read: level(30, 2, 60),
                write: level(0, 3, 70),
                permissions: level(0, 0, 20),
                tagging: level(0, 0, 10),
            }],
            roles: vec![text("arn:aws:iam::111122223333:role/ci")],
            escalations: vec!["a key for another user (iam:CreateAccessKey)".to_owned()],
            notes: vec![text("policy p is not in the given policies")],
            event_ids: events(text),
        }],
    }
}

fn resolution(text: Text<'_>) -> Resolution {
    Resolution {
        case: Case::ReadAndWrite,
        because: "its policies allow reading and writing".to_owned(),
        from: "policies".to_owned(),
        resources: vec![Affected {
            name: text("arn:aws:s3:::backups"),
            read: true,
            written: false,
            public: None,
            event_ids: events(text),
        }],
        further_resources: 0,
        modified: vec![Modified {
            name: text("s3://backups/db.sql"),
            how: How::Deleted,
            action: text("s3:DeleteObject"),
            version: Some(text("m1")),
            old_version: None,
            delete_marker: true,
            restore: "remove the delete marker".to_owned(),
            time: time("02:25:00"),
            event_ids: events(text),
        }],
        further_modified: 0,
    }
}
