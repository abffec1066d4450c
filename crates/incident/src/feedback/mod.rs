//! What users said of incidents, and what follows for the judge: what may be learned, and how far
//! evidence of each group is believed.
//!
//! Pure: verdicts come from wherever they are kept, as values, and in any order.

mod trust;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use cloudtrail::{EventId, Time};
use detect::{EvidenceGroup, Lesson, Settings, Weights};
use serde::{Deserialize, Serialize};

use crate::incident::{Incident, LedgerLine};

pub use trust::{LEAST, MOST, NEEDED, PRIOR, Tally};

/// The version of the shape of a [`Verdict`].
pub const SCHEMA: u32 = 1;

/// What a user said of one incident, with the evidence as it stood then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The incident's id.
    pub incident: String,
    /// What it was.
    pub verdict: Decision,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// Who says so.
    #[serde(default)]
    pub by: String,
    /// When it was said, by the user's clock.
    pub given: Time,
    /// What the incident was called.
    pub title: String,
    /// Its score, in bits.
    pub score: f64,
    /// The bits that spoke for theft, by what they are about.
    pub evidence: BTreeMap<EvidenceGroup, f64>,
    /// The first event of each of its episodes.
    pub episodes: Vec<EventId>,
}

/// What an incident was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// The owner, or somebody who may.
    Benign,
    /// Somebody who was asked to behave like a thief.
    Test,
    /// A thief.
    Theft,
}

/// Everything that verdicts teach.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Feedback {
    /// The verdict in force on each incident, by its id.
    pub verdicts: BTreeMap<String, Verdict>,
    /// What they say of each group of evidence.
    pub tally: Tally,
}

impl Decision {
    /// Its name in files and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Benign => "benign",
            Self::Test => "test",
            Self::Theft => "theft",
        }
    }

    /// What it says about learning from what was seen.
    pub const fn lesson(self) -> Lesson {
        match self {
            Self::Benign => Lesson::Learn,
            Self::Test | Self::Theft => Lesson::Never,
        }
    }
}

impl Verdict {
    /// A verdict on an incident as it stands.
    pub fn on(incident: &Incident, verdict: Decision, given: Time, weights: &Weights) -> Self {
        Self {
            schema: SCHEMA,
            incident: incident.id.clone(),
            verdict,
            reason: String::new(),
            by: String::new(),
            given,
            title: incident.title.clone(),
            score: incident.score,
            evidence: by_group(&incident.ledger, weights),
            episodes: incident.episodes.clone(),
        }
    }

    /// What is wrong with a verdict that somebody else has written down.
    pub fn fault(&self) -> Option<&'static str> {
        const MOST_BITS: f64 = 10_000.0;
        if self.schema != SCHEMA {
            return Some("it is of another version of keyhound");
        }
        let mut bits = self.evidence.values().chain([&self.score]);
        let wrong = bits.any(|bits| !(0.0..=MOST_BITS).contains(bits));
        wrong.then_some("a number of bits is out of range")
    }

    /// Which of two verdicts on one incident counts: the greater one.
    fn order(&self, other: &Self) -> Ordering {
        (self.given, self.verdict)
            .cmp(&(other.given, other.verdict))
            .then_with(|| format!("{self:?}").cmp(&format!("{other:?}")))
    }
}

impl Feedback {
    /// What a number of verdicts teach. Of several on one incident the one given last counts; of
    /// several given at once the gravest.
    pub fn of(given: impl IntoIterator<Item = Verdict>) -> Self {
        let mut verdicts: BTreeMap<String, Verdict> = BTreeMap::new();
        for verdict in given {
            let known = verdicts.get(&verdict.incident);
            if known.is_none_or(|known| known.order(&verdict).is_lt()) {
                verdicts.insert(verdict.incident.clone(), verdict);
            }
        }
        // By id, so that sums do not depend on the order in which verdicts came.
        let tally = Tally::of(verdicts.values());
        Self { verdicts, tally }
    }

    /// Lets the judge know.
    pub fn inform(&self, settings: &mut Settings) {
        settings.lessons = self.lessons();
        settings.weights.trust = self.tally.trust();
    }

    /// What may be learned, by the first events of episodes. Where verdicts on two incidents speak
    /// of the same episode, nothing is learned unless both allow it.
    fn lessons(&self) -> BTreeMap<EventId, Lesson> {
        let mut lessons = BTreeMap::new();
        for verdict in self.verdicts.values() {
            let lesson = verdict.verdict.lesson();
            for episode in &verdict.episodes {
                let known = lessons.entry(episode.clone()).or_insert(lesson);
                *known = lesson.max(*known);
            }
        }
        lessons
    }
}

/// The bits of a ledger that speak for theft, by what they are about.
pub fn by_group(ledger: &[LedgerLine], weights: &Weights) -> BTreeMap<EvidenceGroup, f64> {
    let mut bits = BTreeMap::new();
    for line in ledger.iter().filter(|line| line.bits > 0.0) {
        // `action:iam:CreateUser` is an action, `sigma:…` a rule.
        let signal = line.signal.split_once(':').map_or(line.signal.as_str(), |(signal, _)| signal);
        if let Some(group) = EvidenceGroup::of(signal, weights) {
            *bits.entry(group).or_insert(0.0) += line.bits;
        }
    }
    bits
}

#[cfg(test)]
mod tests;
