//! What it cost: data, secrets, machines, mail, defences.

use std::fmt::Write;

use cloudtrail::EventId;
use compact_str::CompactString;
use detect::Act;
use intel::action::{ResourceClass, Tactic};

use super::rights::told;
use super::{Answer, Case, count, named};
use crate::act::{action_of, changes};
use crate::investigation::view::{base, service};
use crate::investigation::{Changed, Found, How};
use crate::severity::is_secret_read;

/// Reading of an object, a table, a queue, a disk.
const OBJECTS: [&str; 4] =
    ["s3:GetObject", "s3:SelectObjectContent", "s3:GetObjectTorrent", "s3:GetObjectVersion"];
/// Reading of other data.
const DATA: [&str; 12] = [
    "dynamodb:GetItem",
    "dynamodb:BatchGetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:ExportTableToPointInTime",
    "rds:StartExportTask",
    "rds:DownloadDBLogFilePortion",
    "ebs:GetSnapshotBlock",
    "athena:GetQueryResults",
    "rds-data:ExecuteStatement",
    "codecommit:GetFile",
    "ecr:GetDownloadUrlForLayer",
];

pub(super) fn data(case: &Case<'_>) -> Answer {
    let reads = |act: &&Act| {
        is_secret_read(&act.action) || OBJECTS.contains(&base(act)) || DATA.contains(&base(act))
    };
    let found: Vec<&Act> = case.view.succeeded().filter(reads).collect();
    let shared: Vec<&Changed> = case.radius.changed.iter().filter(|one| is_given(one)).collect();
    if found.is_empty() && shared.is_empty() {
        let shown = case.view.input.shown;
        let missing = match (shown.objects, shown.other_data) {
            (true, true) => return Answer::no("no: no secret, object, table or snapshot was read"),
            (true, false) => "there are no data events of services other than S3 in the input",
            (false, true) => "there are no S3 data events in the input",
            (false, false) => "there are no data events in the input",
        };
        return Answer::unknown(format!("{missing}; no secret was read and no snapshot shared"));
    }
    let names = found
        .iter()
        .map(|act| if act.resource.is_empty() { base(act) } else { act.resource.as_str() })
        .chain(shared.iter().map(|one| one.name.as_str()));
    let events = found.iter().map(|act| &act.event_id).chain(of(&shared));
    Answer::new(Found::Yes, named(names), events)
}

fn is_given(one: &Changed) -> bool {
    one.how == How::Shared
        && matches!(one.kind.as_str(), "snapshot" | "image" | "bucket-policy" | "bucket-copy")
}

fn of<'c>(changed: &'c [&'c Changed]) -> impl Iterator<Item = &'c EventId> {
    changed.iter().flat_map(|one| &one.event_ids)
}

pub(super) fn secrets(case: &Case<'_>) -> Answer {
    let found: Vec<&Act> =
        case.view.succeeded().filter(|act| is_secret_read(&act.action)).collect();
    if found.is_empty() {
        return Answer::no("none: no call that reads a secret, parameter or password succeeded");
    }
    let nameless = found.iter().filter(|act| act.resource.is_empty()).count();
    let mut text =
        named(found.iter().flat_map(|act| act.touched.iter().map(CompactString::as_str)));
    if nameless > 0 {
        let _ = write!(text, "; {} not say which", count(nameless, "call does", "calls do"));
    }
    Answer::new(Found::Yes, text, found.iter().map(|act| &act.event_id))
}

pub(super) fn objects(case: &Case<'_>) -> Answer {
    if !case.view.input.shown.objects {
        return Answer::unknown("there are no S3 data events in the input");
    }
    let of = |act: &&Act| service(act) == "s3" && act.resource.matches('/').count() > 2;
    let found: Vec<&Act> = case.view.succeeded().filter(of).collect();
    if found.is_empty() {
        return Answer::no("none");
    }
    let written = found.iter().filter(|act| changes(&action_of(act))).count();
    let text = format!(
        "{} read, {written} changed or deleted: {}",
        found.len() - written,
        named(found.iter().map(|act| act.resource.as_str()))
    );
    Answer::new(Found::Yes, text, found.iter().map(|act| &act.event_id))
}

pub(super) fn shared(case: &Case<'_>) -> Answer {
    told(case, |one| one.how == How::Shared, "no: nothing was given to others")
}

pub(super) fn compute(case: &Case<'_>) -> Answer {
    const STARTS: [&str; 9] =
        ["Run", "Start", "Create", "Launch", "Request", "Invoke", "Converse", "Submit", "Send"];
    let costs = |act: &&Act| {
        let known = action_of(act);
        let name = base(act).split_once(':').map_or("", |(_, name)| name);
        matches!(known.resource_class, Some(ResourceClass::Compute | ResourceClass::Model))
            && changes(&known)
            && STARTS.iter().any(|verb| name.starts_with(verb))
            || service(act) == "bedrock" && name.starts_with("Invoke")
    };
    let found: Vec<&Act> = case.view.succeeded().filter(costs).collect();
    if !found.is_empty() {
        let text = format!(
            "{}: {}",
            count(found.len(), "call", "calls"),
            named(found.iter().map(|act| base(act)))
        );
        return Answer::new(Found::Yes, text, found.iter().map(|act| &act.event_id));
    }
    if case.view.input.shown.other_data {
        return Answer::no("no: nothing was started");
    }
    Answer::no("nothing was started; invocations of functions would not show without data events")
}

pub(super) fn mail(case: &Case<'_>) -> Answer {
    let of = |act: &&Act| {
        action_of(act).resource_class == Some(ResourceClass::Mail)
            && !act.action.starts_with("sqs:")
    };
    let found: Vec<&Act> = case.view.succeeded().filter(of).collect();
    if found.is_empty() {
        return Answer::no("no: no call to a mail or message service succeeded");
    }
    let sends = |act: &Act| base(act).contains(":Send") || base(act).ends_with(":Publish");
    let sent = found.iter().filter(|act| sends(act)).count();
    let prepared = found.iter().filter(|act| !sends(act) && changes(&action_of(act))).count();
    let looked = found.len() - sent - prepared;
    let parts = [
        (sent, "call sent something", "calls sent something"),
        (prepared, "call prepared it", "calls prepared it"),
        (looked, "call looked at what is there", "calls looked at what is there"),
    ];
    let parts = parts.into_iter().filter(|(calls, ..)| *calls > 0);
    let text = parts.map(|(calls, one, many)| count(calls, one, many)).collect::<Vec<_>>();
    let text = format!("{}: {}", text.join(", "), named(found.iter().map(|act| base(act))));
    // Who only looks has sent nothing; it tells what they were after.
    let verdict = if sent + prepared > 0 { Found::Yes } else { Found::Told };
    Answer::new(verdict, text, found.iter().map(|act| &act.event_id))
}

pub(super) fn defences(case: &Case<'_>) -> Answer {
    let evades = |act: &&Act| {
        let known = action_of(act);
        changes(&known)
            && known.tactics.contains(Tactic::DefenseEvasion)
            && known.resource_class == Some(ResourceClass::Logging)
    };
    let found: Vec<&Act> = case.view.succeeded().filter(evades).collect();
    if found.is_empty() {
        return Answer::no("no: no call that switches them off succeeded");
    }
    let text = named(found.iter().map(|act| base(act)));
    Answer::new(Found::Yes, text, found.iter().map(|act| &act.event_id))
}

pub(super) fn destroyed(case: &Case<'_>) -> Answer {
    let modified = &case.resolution.modified;
    if modified.is_empty() {
        let shown = case.view.input.shown.objects;
        return if shown {
            Answer::no("nothing that was there before")
        } else {
            Answer::unknown("there are no S3 data events in the input; nothing else was modified")
        };
    }
    let text = format!(
        "{}: {}",
        count(modified.len(), "change", "changes"),
        named(modified.iter().map(|one| one.name.as_str()))
    );
    Answer::new(Found::Yes, text, modified.iter().flat_map(|one| &one.event_ids))
}
