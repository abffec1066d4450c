//! The episodes of one theft, joined, and what they come to together.

use std::collections::BTreeMap;

use cloudtrail::{EventId, Outcome, Time};
use compact_str::CompactString;
use detect::{Act, Bits, Evidence, Key, Kind, Report};
use serde::{Deserialize, Serialize};

use crate::act::{action_of, changes};
use crate::hypothesis::Finding;

/// One episode as it was told last, and its suspicious events.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Known {
    /// What was told.
    pub(crate) report: Report,
    /// Its events, the first ones.
    pub(crate) acts: Vec<Act>,
    /// How many further events there were.
    pub(crate) further: u64,
}

/// Episodes that belong together.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
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
    /// Beyond these, so many that changed something: what was made must be found again.
    const CHANGES_KEPT: usize = 1_000;
    /// An address belongs to the suspicion when it brought at least one part in so many of what the
    /// strongest brought.
    const ADDRESS_COUNTS_FROM: i32 = 4;

    pub(crate) fn new(report: Report) -> Self {
        Self { report, acts: Vec::new(), further: 0 }
    }

    pub(crate) fn add(&mut self, act: Act) {
        self.report.last = self.report.last.max(act.time);
        let changed = || act.outcome == Outcome::Success && changes(&action_of(&act));
        if self.acts.len() < Self::ACTS_KEPT
            || self.acts.len() < Self::ACTS_KEPT + Self::CHANGES_KEPT && changed()
        {
            self.acts.push(act);
        } else {
            self.further += 1;
        }
    }

    /// The events that the suspicion is about, in the order in which they were told.
    ///
    /// On a network that owner and thief share, these are the events of the addresses that brought
    /// the evidence; what the owner did meanwhile stays out.
    pub(crate) fn suspicious(&self) -> impl Iterator<Item = &Act> {
        let by_address = self.bits_by_address();
        let most = by_address.values().copied().max().unwrap_or_default();
        let shared = !self.report.new_network && by_address.len() > 1;
        self.acts.iter().filter(move |act| {
            let brought = by_address.get(act.source.as_str()).copied().unwrap_or_default();
            !shared || brought.scaled(256 * Self::ADDRESS_COUNTS_FROM) >= most
        })
    }

    /// What the events of each address brought in evidence; an item counts for its first event.
    fn bits_by_address(&self) -> BTreeMap<&str, Bits> {
        let brought: BTreeMap<&EventId, Bits> = self
            .report
            .evidence
            .items()
            .filter(|(_, item)| item.bits.is_positive())
            .filter_map(|(_, item)| Some((item.events.first()?, item.bits)))
            .fold(BTreeMap::new(), |mut sums, (event, bits)| {
                *sums.entry(event).or_default() += bits;
                sums
            });
        let mut sums = BTreeMap::new();
        for act in &self.acts {
            let bits = brought.get(&act.event_id).copied().unwrap_or_default();
            *sums.entry(act.source.as_str()).or_default() += bits;
        }
        sums
    }

    /// The first event, by time and id.
    pub(crate) fn first(&self) -> (Time, &EventId) {
        let first = self.suspicious().min_by_key(|act| (act.time, &act.event_id));
        match first {
            Some(act) => (act.time, &act.event_id),
            None => (self.report.opened, &self.report.first_event),
        }
    }

    /// Whether it is what AWS or the trail says of a principal, not something that was done with
    /// its credentials.
    pub(crate) fn is_notice(&self) -> bool {
        self.report.id.number == 0
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
