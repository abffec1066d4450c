//! The episodes of one theft, joined, and what they come to together.

use cloudtrail::{EventId, Time};
use compact_str::CompactString;
use detect::{Act, Bits, Evidence, Key, Kind, Report};

use crate::hypothesis::Finding;

/// One episode as it was told last, and its suspicious events.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    /// What was told.
    pub(crate) report: Report,
    /// Its events, the first ones.
    pub(crate) acts: Vec<Act>,
    /// How many further events there were.
    pub(crate) further: u64,
}

/// Episodes that belong together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Closure {
    /// Keys of the episodes in the tracker.
    pub(crate) members: Vec<u64>,
    /// When the sum first reached the alert threshold.
    pub(crate) detected: Option<Time>,
    /// The sum when it was last taken.
    pub(crate) score: Bits,
}

impl Known {
    /// So many events are kept of each episode; the rest are counted.
    const ACTS_KEPT: usize = 2_000;

    pub(crate) fn new(report: Report) -> Self {
        Self { report, acts: Vec::new(), further: 0 }
    }

    pub(crate) fn add(&mut self, act: Act) {
        self.report.last = self.report.last.max(act.time);
        if self.acts.len() < Self::ACTS_KEPT {
            self.acts.push(act);
        } else {
            self.further += 1;
        }
    }

    /// The first event, by time and id.
    pub(crate) fn first(&self) -> (Time, &EventId) {
        match self.acts.iter().min_by(|a, b| (a.time, &a.event_id).cmp(&(b.time, &b.event_id))) {
            Some(act) => (act.time, &act.event_id),
            None => (self.report.opened, &self.report.first_event),
        }
    }
}

/// What was robbed: the kind of the principal whose episode began first. A notice is no episode.
pub(crate) fn kind(members: &[&Known]) -> Kind {
    let first = members.iter().min_by_key(|known| (known.report.id.number == 0, known.first()));
    first.map_or(Kind::UserHuman, |known| known.report.kind)
}

/// The evidence of all episodes together: of each observation the strongest.
pub(crate) fn united(members: &[&Known], across: &Evidence, findings: &[Finding]) -> Evidence {
    let mut evidence = across.clone();
    for member in members {
        evidence.merge(&member.report.evidence);
    }
    // What an earlier episode left is here in full when that episode is.
    let lines: Vec<(&CompactString, &CompactString)> =
        members.iter().map(|known| (&known.report.id.principal, &known.report.line)).collect();
    let repeated = (1..lines.len()).any(|index| lines[..index].contains(&lines[index]));
    if repeated {
        evidence.remove(&Key::Carry);
    }
    let Some(first) = members.iter().map(|known| known.first()).min() else { return evidence };
    for finding in findings {
        if let Some((key, item)) = finding.discount(first) {
            evidence.add(key, item);
        }
    }
    evidence
}
