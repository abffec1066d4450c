//! What several kinds of reader are told of an incident, in words.

use cloudtrail::{AccessKeyId, Arn, KeyKind, Outcome};
use incident::{Act, Incident, Severity, Status};
use intel::action::{Access, Tactic};

use crate::words;

/// The title in two halves: whose credential it is, and what was achieved with it.
pub(crate) fn halves(incident: &Incident) -> (&str, &str) {
    incident.title.rsplit_once(": ").unwrap_or((&incident.title, ""))
}

/// The part of an ARN that people use as a name.
pub(crate) fn name(arn: &str) -> &str {
    Arn::parse(arn).map_or(arn, |arn| arn.resource)
}

/// Who was robbed first.
pub(crate) fn owner(incident: &Incident) -> &str {
    let root = incident.root_access_key_id.as_ref();
    let user =
        incident.timeline.iter().find(|act| root.is_some() && act.access_key.as_ref() == root);
    let first = user.map(|act| act.principal.as_str());
    first.or_else(|| incident.principals.first().map(String::as_str)).unwrap_or("")
}

/// `long-term`, `temporary`, or nothing.
pub(crate) fn kind_of(key: &AccessKeyId) -> &'static str {
    match key.kind() {
        KeyKind::LongTerm => "long-term",
        KeyKind::Temporary => "temporary",
        KeyKind::Other => "",
    }
}

pub(crate) const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "low",
        Severity::Medium => "medium",
        Severity::High => "high",
        Severity::Critical => "critical",
    }
}

pub(crate) const fn status(status: Status) -> &'static str {
    match status {
        Status::Alert => "alert",
        Status::Watch => "watch",
    }
}

pub(crate) const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Success => "done",
        Outcome::Denied => "refused",
        Outcome::Failed => "failed",
    }
}

/// How many calls there were, and how they ended.
pub(crate) fn done(incident: &Incident) -> String {
    let told = &incident.timeline;
    let all = incident.event_ids.len().max(told.len()) as u64;
    let calls = words::count(all, "suspicious call", "suspicious calls");
    let ended = |outcome| told.iter().filter(|act| act.outcome == outcome).count() as u64;
    let ends: Vec<String> = [
        (ended(Outcome::Success), "succeeded"),
        (ended(Outcome::Denied), "refused"),
        (ended(Outcome::Failed), "failed"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, word)| format!("{} {word}", words::grouped(number)))
    .collect();
    let of = match incident.further_events {
        0 => String::new(),
        _ => format!("; of the first {}", words::grouped(told.len() as u64)),
    };
    if ends.is_empty() { calls } else { format!("{calls}{of}: {}", ends.join(", ")) }
}

/// `2026-11-20 02:14:07 to 03:26:19 UTC`.
pub(crate) fn span(incident: &Incident) -> String {
    let (first, last) = (incident.first_seen, incident.last_seen);
    let mut text = words::moment(first);
    if last > first {
        text += " to ";
        text += &if first.day() == last.day() { words::clock(last) } else { words::moment(last) };
    }
    text + " UTC"
}

/// How long it lasted.
pub(crate) fn length(incident: &Incident) -> String {
    let seconds = incident.last_seen.seconds_since(incident.first_seen);
    if seconds > 0 { words::duration(seconds) } else { "one moment".to_owned() }
}

/// When it was found.
pub(crate) fn detected(incident: &Incident, alert_from: f64) -> String {
    let Some(time) = incident.detected_at else {
        return format!("not as an alert: that begins at {alert_from:.1} bits");
    };
    let delay = time.seconds_since(incident.first_seen);
    if delay <= 0 {
        return format!("{} UTC, with the first suspicious event", words::moment(time));
    }
    let delay = words::duration(delay);
    format!("{} UTC, {delay} after the first suspicious event", words::moment(time))
}

/// The actions that succeeded and mean most, at most four, worst first.
pub fn worst(acts: &[Act]) -> Vec<String> {
    let mut found: Vec<(u8, &str, u64)> = Vec::new();
    for act in acts.iter().filter(|act| act.outcome == Outcome::Success) {
        match found.iter_mut().find(|(_, action, _)| *action == act.action) {
            Some((_, _, times)) => *times += 1,
            None => found.push((weight(&act.action), &act.action, 1)),
        }
    }
    // The sort is stable: among equals, what came first stays first.
    found.sort_by_key(|(weight, ..)| std::cmp::Reverse(*weight));
    let heavy = found.into_iter().filter(|(weight, ..)| *weight > 0).take(4);
    heavy
        .map(
            |(_, action, times)| {
                if times > 1 { format!("{action} × {times}") } else { action.to_owned() }
            },
        )
        .collect()
}

/// From this weight on a call that succeeded is told as sensitive.
pub(crate) const SENSITIVE: u8 = 3;

/// How much an action means when it succeeds: rights and defences first, then what stays and
/// what is destroyed, then reads that thieves prize, then other changes.
pub(crate) fn weight(action: &str) -> u8 {
    let (service, name) = action.split_once(':').unwrap_or(("", action));
    let known = intel::action::lookup(service, name, None);
    let serves = |tactic| known.tactics.contains(tactic);
    match known.access {
        Access::Permissions => 5,
        Access::Write if serves(Tactic::DefenseEvasion) => 5,
        Access::Write if serves(Tactic::Persistence) || serves(Tactic::Impact) => 4,
        Access::List | Access::Read if known.hot => 3,
        Access::Write if known.incidents > 0 => 2,
        Access::Write | Access::Tagging => 1,
        Access::List | Access::Read | Access::Unknown => 0,
    }
}

/// Whether a call succeeded that reads secrets, changes rights, leaves a way in or switches
/// something off.
pub(crate) fn is_sensitive(act: &Act) -> bool {
    act.outcome == Outcome::Success && weight(&act.action) >= SENSITIVE
}

/// Whether it is a sign-in.
pub(crate) fn is_sign_in(act: &Act) -> bool {
    act.action.starts_with("signin:")
}

/// `key-rotation` as it is read: `key rotation`.
pub(crate) fn spaced(name: &str) -> String {
    name.replace('-', " ")
}
