//! How far evidence of each group is believed: what verdicts have taught, applied to the sum.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::bits::Bits;
use crate::evidence::Line;
use crate::signal;
use crate::weights::Weights;

/// What evidence is about, coarsely enough that a few dozen verdicts say something of each part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceGroup {
    /// Where from: `network`, `overlap`.
    Network,
    /// With what: `client`.
    Client,
    /// Where in AWS: `region`, `account`.
    Region,
    /// When: `hour`.
    Hour,
    /// What was done: `action`, `stages`, `resource-class`.
    Action,
    /// What was refused: `refusals`.
    Refusals,
    /// `volume`, and signals that do not stand on their own: sequences, single observations.
    Sequence,
    /// Rules of the user's.
    Sigma,
    /// Signals that stand on their own ([`Weights::strong`]).
    Hard,
}

/// How much of a positive line counts, by its group. Lines that speak against theft are bounded
/// already and stay as they are, and hard evidence is never weakened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust([i32; EvidenceGroup::ALL.len()]);

impl EvidenceGroup {
    /// All groups, in the order of their declaration.
    pub const ALL: [Self; 9] = [
        Self::Network,
        Self::Client,
        Self::Region,
        Self::Hour,
        Self::Action,
        Self::Refusals,
        Self::Sequence,
        Self::Sigma,
        Self::Hard,
    ];

    /// Its name in files and ledgers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Client => "client",
            Self::Region => "region",
            Self::Hour => "hour",
            Self::Action => "action",
            Self::Refusals => "refusals",
            Self::Sequence => "sequence",
            Self::Sigma => "sigma",
            Self::Hard => "hard",
        }
    }

    /// The group of a ledger line by its signal. What an earlier episode left, limits and innocent
    /// explanations belong to none: they follow from the others.
    pub fn of(signal: &str, weights: &Weights) -> Option<Self> {
        Some(match signal {
            "network" | "overlap" => Self::Network,
            "client" => Self::Client,
            "region" | "account" => Self::Region,
            "hour" => Self::Hour,
            "action" | "stages" | "resource-class" => Self::Action,
            "volume" => Self::Sequence,
            "refusals" => Self::Refusals,
            Line::RULE => Self::Sigma,
            id if signal::about(id).is_none() => return None,
            id if weights.signal(id) >= Bits::from_f64(weights.strong) => Self::Hard,
            _ => Self::Sequence,
        })
    }
}

impl Trust {
    /// All of a line, in 256ths.
    pub const WHOLE: i32 = 256;

    /// Factors by group; 1 where none is given. Hard evidence keeps at least all its bits.
    pub fn new(factors: &BTreeMap<EvidenceGroup, f64>) -> Self {
        let mut trust = Self::default();
        for (group, factor) in factors {
            let least = if *group == EvidenceGroup::Hard { 1.0 } else { 0.0 };
            trust.0[*group as usize] = (factor.max(least) * f64::from(Self::WHOLE)).round() as i32;
        }
        trust
    }

    /// How much of a line with this signal counts, in 256ths.
    pub(crate) fn of(&self, signal: &str, weights: &Weights) -> i32 {
        // Without verdicts, which is the rule, no line is looked up.
        if *self == Self::default() {
            return Self::WHOLE;
        }
        EvidenceGroup::of(signal, weights).map_or(Self::WHOLE, |group| self.0[group as usize])
    }
}

impl Default for Trust {
    fn default() -> Self {
        Self([Self::WHOLE; EvidenceGroup::ALL.len()])
    }
}

#[cfg(test)]
mod tests {
    use super::{EvidenceGroup, Trust};
    use crate::weights::Weights;

    #[test]
    fn lines_belong_to_their_groups() {
        let weights = Weights::shipped();
        for (signal, group) in [
            ("overlap", Some(EvidenceGroup::Network)),
            ("stages", Some(EvidenceGroup::Action)),
            ("resource-class", Some(EvidenceGroup::Action)),
            ("volume", Some(EvidenceGroup::Sequence)),
            ("quarantined-by-aws", Some(EvidenceGroup::Hard)),
            ("many-secrets", Some(EvidenceGroup::Sequence)),
            ("sigma", Some(EvidenceGroup::Sigma)),
            ("carry", None),
            ("key-rotation", None),
            ("limit-on-negative-evidence", None),
        ] {
            assert_eq!(EvidenceGroup::of(signal, weights), group, "{signal}");
        }
        for (index, group) in EvidenceGroup::ALL.into_iter().enumerate() {
            assert_eq!(group as usize, index);
        }
    }

    #[test]
    fn hard_evidence_is_never_weakened() {
        let weights = Weights::shipped();
        let factors = EvidenceGroup::ALL.map(|group| (group, 0.5)).into();
        let trust = Trust::new(&factors);
        assert_eq!(trust.of("network", weights), 128);
        assert_eq!(trust.of("many-secrets", weights), 128);
        assert_eq!(trust.of("quarantined-by-aws", weights), 256);
        assert_eq!(trust.of("carry", weights), 256);
    }
}
