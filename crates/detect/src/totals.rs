//! What all values of a dimension weigh together, kept for a day because every share needs it.

use profile::{Code, Day, Entry, Profile};

use crate::principal::Kind;
use crate::weights::Weights;

/// The weights of whole dimensions in 256ths of a day, and what follows from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// The day for which they hold.
    pub today: Day,
    /// All networks, by the half-life that the kind of principal has.
    pub systems: u32,
    /// All client families.
    pub clients: u32,
    /// All regions.
    pub regions: u32,
    /// All actions.
    pub actions: u32,
    /// All hours of the week.
    pub time_bins: u32,
    /// The network on which the principal has been most of its days, if there is one.
    pub dominant: Option<Code>,
}

impl Default for Totals {
    fn default() -> Self {
        Self::NONE
    }
}

impl Totals {
    /// Those of a principal about which nothing is known.
    pub const NONE: Self = Self {
        today: Day::MIN,
        systems: 0,
        clients: 0,
        regions: 0,
        actions: 0,
        time_bins: 0,
        dominant: None,
    };

    /// Those of a profile on a day.
    pub fn of(profile: &Profile, kind: Kind, today: Day, weights: &Weights) -> Self {
        let half_life = weights.half_life;
        Self {
            today,
            systems: profile.systems().weight(today, weights.network_half_life(kind)),
            clients: profile.clients().weight(today, half_life),
            regions: profile.regions().weight(today, half_life),
            actions: profile.actions().weight(today, half_life),
            time_bins: profile.time_bins().weight(today, half_life),
            dominant: dominant(profile, kind, today, weights),
        }
    }
}

fn dominant(profile: &Profile, kind: Kind, today: Day, weights: &Weights) -> Option<Code> {
    if profile.active_days() < weights.cold_days {
        return None;
    }
    let weight = |days: profile::Days| days.weight(today, weights.half_life);
    let pinned = kind == Kind::UserWorkload && profile.is_pinned();
    let entries: Vec<Entry> = if pinned {
        profile.prefixes().entries().collect()
    } else {
        profile.systems().entries().collect()
    };
    let total: u32 = entries.iter().map(|entry| weight(entry.days)).sum();
    // More than half of the total is needed, so no two networks tie for it.
    let entry = entries.iter().max_by_key(|entry| weight(entry.days))?;
    (weight(entry.days) * 100 > total * weights.dominant_percent).then_some(entry.code)
}
