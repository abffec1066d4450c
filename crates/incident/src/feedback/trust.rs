//! From verdicts to how far evidence of each group is believed.

use std::collections::BTreeMap;

use detect::{EvidenceGroup, Trust};

use super::{Decision, Verdict};

/// κ: the prior weighs as much as so many incidents of either kind that rest on one group alone.
pub const PRIOR: f64 = 10.0;
/// A group is weakened only after so many benign verdicts, and strengthened only after so many
/// thefts, so that no single verdict works against what it says.
pub const NEEDED: usize = 20;
/// The least that is left of a group.
pub const LEAST: f64 = 0.5;
/// The most that becomes of a group.
pub const MOST: f64 = 1.5;

/// How many verdicts there are, and how much of the evidence behind them was of which group.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    /// Incidents that were thefts.
    pub thefts: usize,
    /// Incidents that were benign.
    pub benign: usize,
    /// Incidents that were tests; a thief's behaviour without a thief says nothing of either.
    pub tests: usize,
    /// For each group its shares in the evidence of the thefts and of the benign incidents, summed.
    pub shares: BTreeMap<EvidenceGroup, (f64, f64)>,
}

impl Tally {
    /// Counts verdicts, one on each incident.
    pub(super) fn of<'a>(verdicts: impl Iterator<Item = &'a Verdict>) -> Self {
        let mut tally = Self::default();
        for verdict in verdicts {
            let all: f64 = verdict.evidence.values().sum();
            let shares = verdict.evidence.iter().filter(|_| all > 0.0);
            let shares = shares.map(|(group, bits)| (*group, bits / all));
            match verdict.verdict {
                Decision::Test => tally.tests += 1,
                Decision::Theft => {
                    tally.thefts += 1;
                    shares.for_each(|(group, share)| tally.shares_of(group).0 += share);
                }
                Decision::Benign => {
                    tally.benign += 1;
                    shares.for_each(|(group, share)| tally.shares_of(group).1 += share);
                }
            }
        }
        tally
    }

    fn shares_of(&mut self, group: EvidenceGroup) -> &mut (f64, f64) {
        self.shares.entry(group).or_default()
    }

    /// How far evidence of a group is believed: `(κ + T) / (κ + B)`, at least [`LEAST`] and at most
    /// [`MOST`], with T and B the group's summed shares in the evidence of thefts and of benign
    /// incidents; hard evidence never below 1.
    ///
    /// This is the posterior mean of a Poisson rate λ with exposure: T thefts in an exposure of B
    /// benign incidents, where the prior is Gamma(κ, κ), whose mean is 1 (Gelman et al., *Bayesian
    /// Data Analysis*, third edition, section 2.6). λ = 1 says that what rests on this group is a
    /// theft as often as not, which is what a score at even odds promises.
    pub fn factor(&self, group: EvidenceGroup) -> f64 {
        let (thefts, benign) = self.shares.get(&group).copied().unwrap_or_default();
        let factor = (PRIOR + thefts) / (PRIOR + benign);
        let weakened = self.benign >= NEEDED && group != EvidenceGroup::Hard;
        let least = if weakened { LEAST } else { 1.0 };
        let most = if self.thefts >= NEEDED { MOST } else { 1.0 };
        factor.clamp(least, most)
    }

    /// The factors of all groups, as the judge takes them.
    pub fn trust(&self) -> Trust {
        Trust::new(&EvidenceGroup::ALL.map(|group| (group, self.factor(group))).into())
    }
}
