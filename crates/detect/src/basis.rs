//! What a call is compared with: the profile as it was, the crowds, the thief.

use cloudtrail::AccountId;
use intel::thief::{BenignKind, Thief};
use profile::{Crowd, Crowds, Day, Days, Profile};

use crate::evidence::benign_kind;
use crate::principal::Kind;
use crate::settings::Settings;
use crate::totals::Totals;
use crate::weights::Weights;

/// Everything that stays the same while one call is weighed.
#[derive(Debug, Clone, Copy)]
pub struct Basis<'a> {
    /// The principal's profile, frozen two hours before the hour of the call.
    pub profile: &'a Profile,
    /// What its dimensions weigh today.
    pub totals: &'a Totals,
    /// What the principal is.
    pub kind: Kind,
    /// The peer group's name.
    pub group: &'a str,
    /// Peers and organisation as they were at the beginning of the day.
    pub crowds: &'a Crowds,
    /// What thieves do.
    pub thief: &'a Thief,
    /// The user's facts.
    pub settings: &'a Settings,
    /// The constants.
    pub weights: &'a Weights,
    /// The day of the call.
    pub today: Day,
}

impl<'a> Basis<'a> {
    /// The peers, or everybody where there are too few.
    pub fn crowd(&self) -> &'a Crowd {
        self.peers().unwrap_or(&self.crowds.organisation)
    }

    /// The peers, if there are enough of them.
    pub fn peers(&self) -> Option<&'a Crowd> {
        self.crowds.peers(self.kind.as_str(), self.group)
    }

    /// Whether the principal has too little history to be known.
    pub fn is_cold(&self) -> bool {
        self.profile.active_days() < self.weights.cold_days
    }

    /// Whether an account is one of the organisation's, as far as is known.
    pub fn is_own_account(&self, account: AccountId) -> bool {
        self.settings.accounts.contains(&account) || self.crowds.accounts.contains(&account)
    }

    /// Whether the logs are old enough to tell what nobody of the organisation does.
    pub fn is_organisation_settled(&self) -> bool {
        let first = self.crowds.first.unwrap_or(self.today);
        self.today - first >= self.weights.settling_days as Day
    }

    /// How far a novelty may be believed, from 0 to 1: by the principal's own history, or by the
    /// organisation's, whose habits stand in for it. In the first days of the logs everything is
    /// new, and that says little.
    pub fn settled(&self) -> f64 {
        let own = f64::from(self.profile.active_days()) / f64::from(self.weights.cold_days);
        let age = self.crowds.first.map_or(0, |first| (self.today - first).max(0));
        let organisation = f64::from(age) / f64::from(self.weights.settling_days);
        own.max(organisation.min(1.0) * self.weights.settled_by_others).min(1.0)
    }

    /// The factor on a positive value, between what is left of it in the first hour and all of it.
    pub fn settling(&self, least: f64) -> f64 {
        least + (1.0 - least) * self.settled()
    }

    /// Which mixture describes benign novelties of such a principal.
    pub fn benign_kind(&self) -> BenignKind {
        benign_kind(self.kind)
    }

    /// Half-life of networks, in days: workloads move seldom and are remembered longer.
    pub fn network_half_life(&self) -> u32 {
        self.weights.network_half_life(self.kind)
    }

    /// A value's share among all values of its dimension, by weighted days: so many values weigh
    /// `total` together.
    pub fn share(&self, days: Days, half_life: u32, total: u32, values: usize) -> f64 {
        if total == 0 {
            return 1.0 / values.max(1) as f64;
        }
        f64::from(days.weight(self.today, half_life)) / f64::from(total)
    }
}
