//! The resources that are affected, by what the credential may do with them.

use cloudtrail::EventId;
use incident::Incident;
use incident::investigation::Case;

use super::{MOST, Phase, Step, command};

/// So many events stand behind the case.
const EVENTS: usize = 8;

/// What to do about them.
pub(super) fn steps(incident: &Incident) -> Vec<Step> {
    let resolution = &incident.investigation.resolution;
    let step = |text: String| Step::new(Phase::Resources, text);
    let because = match resolution.because.as_str() {
        "" => String::new(),
        why => format!(" Why: {}.", why.trim_end_matches('.')),
    };
    let case = match resolution.case {
        Case::ReadAndWrite => {
            "The credential reads and writes: switch it off, never delete it, and see to what it \
             touched."
        }
        Case::PublicRead => "The credential reads what is public anyway: rotate it, without haste.",
        Case::Write => {
            "The credential writes: check that what it wrote is sound, list what was modified, \
             restore earlier versions, and switch it off."
        }
        Case::Unknown => {
            "What the credential may do is not known: act as if it reads and writes, and switch it \
             off without deleting it."
        }
    };
    let mut behind: Vec<EventId> = Vec::new();
    for event in resolution.resources.iter().flat_map(|one| &one.event_ids) {
        if behind.len() < EVENTS && !behind.contains(event) {
            behind.push(event.clone());
        }
    }
    let mut steps = vec![step(format!("{case}{because}")).seen(&behind)];
    for modified in resolution.modified.iter().take(MOST) {
        let restore = modified.restore.trim_end_matches('.');
        let text =
            format!("Check {}, which {} changed: {restore}.", modified.name, modified.action);
        steps.push(step(text).run(command::versions_of(&modified.name)).seen(&modified.event_ids));
    }
    steps
}
