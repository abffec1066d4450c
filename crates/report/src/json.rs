//! JSON: one value on one line, harmless on a terminal as well, and a whole report as one document.

use std::io;

use cloudtrail::{AccessKeyId, AccountId, EventId, Outcome, Time};
use incident::{Act, Edge, Incident, SCHEMA};
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};

use crate::safe;
use crate::steps::{self, Phase, State, Step};
use crate::{Activity, Report};

/// One value as one line of JSON that is also harmless on a terminal.
pub fn write(out: &mut Vec<u8>, value: &impl Serialize) -> serde_json::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, Harmless))?;
    out.push(b'\n');
    Ok(())
}

/// The report: what was looked at, and of every incident the contract of NDJSON with its events,
/// its lineage, what to do, and what the owners did around it.
pub fn document(report: &Report<'_>) -> serde_json::Result<Vec<u8>> {
    let looked_at = report.looked_at;
    let document = Document {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        events: looked_at.events,
        principals: looked_at.principals,
        accounts: looked_at.accounts,
        first_event: looked_at.period.map(|(first, _)| first),
        last_event: looked_at.period.map(|(_, last)| last),
        coverage: &looked_at.coverage,
        incidents: report.incidents.iter().map(|incident| Whole::of(report, incident)).collect(),
    };
    let mut out = Vec::new();
    write(&mut out, &document)?;
    Ok(out)
}

/// One incident as a document of its own.
pub fn incident(report: &Report<'_>, incident: &Incident) -> serde_json::Result<Vec<u8>> {
    let mut out = Vec::new();
    write(&mut out, &Whole::of(report, incident))?;
    Ok(out)
}

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    version: &'static str,
    events: u64,
    principals: u64,
    accounts: u64,
    first_event: Option<Time>,
    last_event: Option<Time>,
    coverage: &'a [String],
    incidents: Vec<Whole<'a>>,
}

/// An incident with what NDJSON leaves out.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    incident: &'a Incident,
    events: Vec<Event<'a>>,
    further_events: u64,
    lineage: Vec<Made<'a>>,
    steps: Vec<Todo>,
    owner: Option<Owner>,
}

/// A suspicious event.
#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the names of the contract")]
struct Event<'a> {
    time: Time,
    event_id: &'a EventId,
    principal: &'a str,
    access_key_id: Option<&'a AccessKeyId>,
    account_id: Option<AccountId>,
    action: &'a str,
    region: &'a str,
    source: &'a str,
    client: &'a str,
    outcome: &'static str,
    error: &'a str,
    resource: &'a str,
}

#[derive(Serialize)]
struct Made<'a> {
    from: &'a str,
    to: &'a str,
    by: &'a str,
    event_id: &'a EventId,
    time: Time,
}

#[derive(Serialize)]
struct Todo {
    phase: &'static str,
    text: String,
    commands: Vec<String>,
    done: bool,
    event_ids: Vec<EventId>,
}

#[derive(Serialize)]
struct Owner {
    from: Time,
    hours: i64,
    bins: Vec<OwnerBin>,
}

#[derive(Serialize)]
struct OwnerBin {
    from: Time,
    calls: u64,
    first_event_id: EventId,
}

impl<'a> Whole<'a> {
    fn of(report: &Report<'a>, incident: &'a Incident) -> Self {
        let plan = steps::plan(incident, &report.setting.again);
        Self {
            incident,
            events: incident.timeline.iter().map(Event::of).collect(),
            further_events: incident.further_events,
            lineage: incident.lineage.iter().map(Made::of).collect(),
            steps: plan.into_iter().map(Todo::of).collect(),
            owner: report.activity.get(&incident.id).map(Owner::of),
        }
    }
}

impl<'a> Event<'a> {
    fn of(act: &'a Act) -> Self {
        Self {
            time: act.time,
            event_id: &act.event_id,
            principal: &act.principal,
            access_key_id: act.access_key.as_ref(),
            account_id: act.account,
            action: &act.action,
            region: &act.region,
            source: &act.source,
            client: &act.client,
            outcome: outcome(act.outcome),
            error: &act.error,
            resource: &act.resource,
        }
    }
}

/// How a call ended, as programs are told.
pub(crate) const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Success => "success",
        Outcome::Denied => "denied",
        Outcome::Failed => "failed",
    }
}

impl<'a> Made<'a> {
    fn of(edge: &'a Edge) -> Self {
        let Edge { from, to, by, event_id, time } = edge;
        Self { from, to, by, event_id, time: *time }
    }
}

impl Todo {
    fn of(step: Step) -> Self {
        let phase = match step.phase {
            Phase::Resources => "resources",
            Phase::Invalidate => "invalidate",
            Phase::Restore => "restore",
            Phase::Review => "review",
        };
        let Step { text, commands, state, event_ids, .. } = step;
        Self { phase, text, commands, done: state == State::Done, event_ids }
    }
}

impl Owner {
    fn of(activity: &Activity) -> Self {
        let bins = activity.bins.iter().map(|(number, bin)| OwnerBin {
            from: activity.from.plus_hours(number * activity.hours),
            calls: bin.calls,
            first_event_id: bin.first.1.clone(),
        });
        Self { from: activity.from, hours: activity.hours, bins: bins.collect() }
    }
}

/// Writes as `\u…` what JSON allows in a string but a terminal would obey or hide: the control
/// characters past ASCII, marks that turn the reading direction, characters without width. The
/// value that a parser reads is the same.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut plain = 0;
        for (at, character) in fragment.char_indices() {
            if !safe::spelled_out(character) {
                continue;
            }
            CompactFormatter.write_string_fragment(writer, &fragment[plain..at])?;
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            plain = at + character.len_utf8();
        }
        CompactFormatter.write_string_fragment(writer, &fragment[plain..])
    }
}

#[cfg(test)]
mod tests {
    use super::write;

    fn line(text: &str) -> String {
        let mut out = Vec::new();
        write(&mut out, &text).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn strings_stay_the_same_and_become_harmless() {
        assert_eq!(line("plain \"text\" é"), "\"plain \\\"text\\\" é\"\n");
        assert_eq!(
            line("\u{1b}[0m\u{9b}\u{202e}\u{e0041}"),
            "\"\\u001b[0m\\u009b\\u202e\\udb40\\udc41\"\n"
        );
        for text in ["a\nb", "\u{9b}31m", "\u{200f}x\u{feff}", "日本 \u{10ffff}"] {
            let back: String = serde_json::from_str(&line(text)).unwrap();
            assert_eq!(back, text);
        }
    }
}
