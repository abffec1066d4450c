//! What the user knows and the judge cannot see: accounts, networks by name, canaries, scanners.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cloudtrail::{AccessKeyId, AccountId, EventId, Time};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::bits::Bits;
use crate::pattern::Pattern;
use crate::principal::Kind;
use crate::rule::Rule;
use crate::weights::Weights;

/// The user's facts and weights. The default knows nothing and uses the shipped weights.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Accounts of the organisation. Every account whose trail is read counts as its own, too.
    pub accounts: BTreeSet<AccountId>,
    /// Keys that nobody may ever use.
    pub canary_keys: BTreeSet<AccessKeyId>,
    /// Principals that look at everything by trade, by their ARN or id.
    pub scanners: Vec<Pattern>,
    /// Principals for emergencies, by their ARN or id.
    pub break_glass: Vec<Pattern>,
    /// Announced penetration tests.
    pub announced_tests: Vec<AnnouncedTest>,
    /// Kinds of principals whose alerts begin elsewhere than at [`Weights::alert`], in bits.
    pub alert_by_kind: BTreeMap<Kind, f64>,
    /// What verdicts say about learning from an episode, by its first event.
    pub lessons: BTreeMap<EventId, Lesson>,
    /// The user's own rules, in the order of the numbers under which events name them.
    pub rules: Arc<[Rule]>,
    /// Whether nothing counts but signals that stand on their own: shows what the rest costs.
    pub hard_only: bool,
    /// The constants of the judge.
    pub weights: Weights,
}

impl Settings {
    /// The score from which on something about a principal of this kind is an alert.
    pub fn alert_from(&self, kind: Kind) -> Bits {
        Bits::from_f64(self.alert_by_kind.get(&kind).copied().unwrap_or(self.weights.alert))
    }
}

/// What a verdict says about learning from an episode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Lesson {
    /// It was the owner: what it showed is learned when it is over, however suspicious it was.
    Learn,
    /// It was somebody else: what it showed is never learned, however harmless it looked.
    Never,
}

/// A penetration test that somebody announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncedTest {
    /// From this moment on.
    pub from: Time,
    /// Up to this moment.
    pub until: Time,
    /// Where the testers come from.
    pub sources: Vec<IpNet>,
    /// Who announced it and why.
    pub reason: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            accounts: BTreeSet::new(),
            canary_keys: BTreeSet::new(),
            scanners: Vec::new(),
            break_glass: Vec::new(),
            announced_tests: Vec::new(),
            alert_by_kind: BTreeMap::new(),
            lessons: BTreeMap::new(),
            rules: Arc::default(),
            hard_only: false,
            weights: Weights::shipped().clone(),
        }
    }
}
