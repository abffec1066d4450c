//! A rule of the user's, as ledgers name it. What it asks of a record is no concern of this crate.

use std::collections::BTreeMap;
use std::fmt;

use cloudtrail::EventId;

use compact_str::CompactString;

use crate::bits::Bits;
use crate::weights::Weights;

/// A rule that somebody else wrote. All its text is foreign and is escaped where it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its id, the same in every run; no two rules share one.
    pub id: CompactString,
    /// What it is called.
    pub title: CompactString,
    /// How grave its author takes it to be.
    pub level: Level,
    /// Who wrote it; empty when it does not say.
    pub author: CompactString,
    /// The licence it comes under; empty when neither it nor its folder says.
    pub licence: CompactString,
    /// The file it stands in.
    pub file: CompactString,
    /// ATT&CK techniques that it names.
    pub techniques: Vec<CompactString>,
}

/// The rules over several events that an event completes, by their numbers.
pub type Completed = BTreeMap<EventId, Vec<u16>>;

/// How grave a match is, as Sigma's specification has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing, not worth a look. Also where a rule does not say.
    #[default]
    Informational,
    /// Now and then of interest.
    Low,
    /// Worth a look in its surroundings.
    Medium,
    /// Worth a look soon.
    High,
    /// An incident, in the author's eyes.
    Critical,
}

impl Level {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// What a match says before anything is known of the principal's habits.
    pub fn bits(self, weights: &Weights) -> Bits {
        let levels = [Self::Informational, Self::Low, Self::Medium, Self::High, Self::Critical];
        let place = levels.iter().position(|level| *level == self);
        let bits = place.and_then(|place| weights.rule_levels.get(place));
        Bits::from_f64(bits.copied().unwrap_or(0.0))
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
