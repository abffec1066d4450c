//! What peers and the organisation do: how many principals have a value, never how often.

use std::collections::{BTreeSet, HashMap};

use cloudtrail::{AccountId, Outcome};
use compact_str::CompactString;
use foldhash::fast::FixedState;
use intel::action::ResourceClass;
use serde::{Deserialize, Serialize};

use crate::code::{Actions, Classes, Clients, Code, Dimension, Regions, Rules, Systems};
use crate::days::Day;
use crate::network::System;
use crate::profile::Fresh;

type Counts = HashMap<Code, u32, FixedState>;

/// A set of principals and the number of them that have each value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Crowd {
    /// How many principals belong to it.
    pub members: u32,
    /// Active days of all of them.
    pub days: u64,
    /// Days on which one of them showed a new system.
    pub system_days: u64,
    /// Days on which one of them showed a new client.
    pub client_days: u64,
    /// Days on which one of them showed a new region.
    pub region_days: u64,
    counts: Counts,
    action_total: u64,
    distinct_actions: u32,
}

impl Crowd {
    /// Hears what a member had not shown before.
    pub fn hear(&mut self, fresh: &Fresh) {
        self.members += u32::from(fresh.principal);
        self.days += u64::from(fresh.days);
        self.system_days += u64::from(fresh.system_days);
        self.client_days += u64::from(fresh.client_days);
        self.region_days += u64::from(fresh.region_days);
        for code in &fresh.codes {
            let count = self.counts.entry(*code).or_default();
            *count += 1;
            if code.dimension() == Actions::NUMBER {
                self.action_total += 1;
                self.distinct_actions += u32::from(*count == 1);
            }
        }
    }

    /// Takes off what a member had shown that belongs to another crowd now.
    fn forget(&mut self, gone: &Fresh) {
        self.members = self.members.saturating_sub(u32::from(gone.principal));
        self.days = self.days.saturating_sub(u64::from(gone.days));
        self.system_days = self.system_days.saturating_sub(u64::from(gone.system_days));
        self.client_days = self.client_days.saturating_sub(u64::from(gone.client_days));
        self.region_days = self.region_days.saturating_sub(u64::from(gone.region_days));
        for code in &gone.codes {
            let Some(count) = self.counts.get_mut(code) else { continue };
            *count = count.saturating_sub(1);
            let last = *count == 0;
            if last {
                self.counts.remove(code);
            }
            if code.dimension() == Actions::NUMBER {
                self.action_total = self.action_total.saturating_sub(1);
                self.distinct_actions = self.distinct_actions.saturating_sub(u32::from(last));
            }
        }
    }

    fn with<D: Dimension>(&self, value: &D::Value) -> u32 {
        self.counts.get(&D::code(value)).copied().unwrap_or(0)
    }

    /// How many principals use a system.
    pub fn with_system(&self, system: &System) -> u32 {
        self.with::<Systems>(system)
    }

    /// How many principals use a client family.
    pub fn with_client(&self, client: &str) -> u32 {
        self.with::<Clients>(client)
    }

    /// How many principals work in a region.
    pub fn with_region(&self, region: &str) -> u32 {
        self.with::<Regions>(region)
    }

    /// How many principals call an action.
    pub fn with_action(&self, action: &str) -> u32 {
        self.with::<Actions>(action)
    }

    /// How many principals had success with a kind of resource.
    pub fn with_class(&self, class: ResourceClass) -> u32 {
        self.with::<Classes>(&(class, Outcome::Success))
    }

    /// For how many principals a rule of the user's matches.
    pub fn with_rule(&self, rule: &str) -> u32 {
        self.with::<Rules>(rule)
    }

    /// (principal, action) pairs, and distinct actions: `n` and `T` of the back-off.
    pub fn action_totals(&self) -> (u64, u32) {
        (self.action_total, self.distinct_actions)
    }
}

/// Which principals are compared with each other: kind, account and dominant client, as text.
pub type Group = CompactString;

/// All crowds as they stood at the beginning of a UTC day.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Crowds {
    /// Accounts whose trails are read: the organisation's own.
    pub accounts: BTreeSet<AccountId>,
    /// The first day of anybody's history.
    pub first: Option<Day>,
    /// Everybody.
    pub organisation: Crowd,
    /// Everybody of one kind.
    pub kinds: HashMap<Group, Crowd, FixedState>,
    /// Everybody of one peer group.
    pub groups: HashMap<Group, Crowd, FixedState>,
}

impl Crowds {
    /// A peer group of fewer members tells nothing; the kind stands in for it.
    pub const FEWEST: u32 = 5;

    /// A day begins; the first one is remembered.
    pub fn begin(&mut self, day: Day) {
        self.first.get_or_insert(day);
    }

    /// Hears the news of a principal of this kind and group.
    pub fn hear(&mut self, kind: &Group, group: &Group, fresh: &Fresh) {
        self.organisation.hear(fresh);
        self.kinds.entry(kind.clone()).or_default().hear(fresh);
        self.groups.entry(group.clone()).or_default().hear(fresh);
    }

    /// A principal turns out to be of another kind or group, and takes along all that it has shown:
    /// what programs do must not pass for the habits of people.
    pub fn regroup(&mut self, from: (&Group, &Group), to: (&Group, &Group), all: &Fresh) {
        for (crowds, before, now) in
            [(&mut self.kinds, from.0, to.0), (&mut self.groups, from.1, to.1)]
        {
            if before == now {
                continue;
            }
            if let Some(crowd) = crowds.get_mut(before) {
                crowd.forget(all);
            }
            crowds.entry(now.clone()).or_default().hear(all);
        }
    }

    /// The peers of a principal, `None` when there are too few of any sort.
    pub fn peers(&self, kind: &str, group: &str) -> Option<&Crowd> {
        let enough = |crowd: &&Crowd| crowd.members >= Self::FEWEST;
        self.groups.get(group).filter(enough).or_else(|| self.kinds.get(kind).filter(enough))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Crowds, Group};
    use crate::{Actions, Dimension, Fresh};

    /// News of a principal: its kind, its group, what it had not shown before.
    fn news() -> impl Strategy<Value = Vec<(Group, Group, Fresh)>> {
        let one =
            (0..3_u8, 0..5_u8, any::<bool>(), 0..4_u32, prop::collection::vec(0..20_u8, 0..6));
        let one = one.prop_map(|(kind, group, principal, days, actions)| {
            let action = |number: u8| Actions::code(format!("s3:Action{number}").as_str());
            let codes = actions.into_iter().map(action).collect();
            let fresh = Fresh { principal, days, codes, ..Fresh::default() };
            (format!("kind{kind}").into(), format!("group{group}").into(), fresh)
        });
        prop::collection::vec(one, 0..20)
    }

    fn heard<'n>(news: impl Iterator<Item = &'n (Group, Group, Fresh)>) -> Crowds {
        let mut crowds = Crowds::default();
        news.for_each(|(kind, group, fresh)| crowds.hear(kind, group, fresh));
        crowds
    }

    proptest! {
        #[test]
        fn who_is_heard_first_makes_no_difference(news in news()) {
            prop_assert_eq!(heard(news.iter()), heard(news.iter().rev()));
        }

        #[test]
        fn what_is_put_away_comes_back(news in news()) {
            let crowds = heard(news.iter());
            let bytes = postcard::to_stdvec(&crowds).unwrap();
            prop_assert_eq!(postcard::from_bytes::<Crowds>(&bytes).unwrap(), crowds);
        }
    }

    #[test]
    fn principals_are_counted_not_events() {
        let mut crowds = Crowds::default();
        let fresh = Fresh {
            principal: true,
            codes: vec![Actions::code("s3:GetObject")],
            ..Fresh::default()
        };
        let again = Fresh { days: 3, ..Fresh::default() };
        for _ in 0..5 {
            crowds.hear(&"ci".into(), &"ci/1".into(), &fresh);
            crowds.hear(&"ci".into(), &"ci/1".into(), &again);
        }
        assert_eq!(crowds.organisation.with_action("s3:GetObject"), 5);
        assert_eq!(crowds.organisation.days, 15);
        assert!(crowds.peers("ci", "ci/1").is_some());
        assert!(crowds.peers("function", "function/1").is_none());
    }

    #[test]
    fn who_turns_out_to_be_a_program_takes_its_habits_along() {
        let mut crowds = Crowds::default();
        let shown = Fresh {
            principal: true,
            days: 2,
            codes: vec![Actions::code("s3:GetObject")],
            ..Fresh::default()
        };
        for _ in 0..5 {
            crowds.hear(&"user-human".into(), &"user-human/1".into(), &shown);
        }
        let before = crowds.clone();
        let (human, program) = (("user-human", "user-human/1"), ("program", "program/1"));
        let group = |(kind, group): (&str, &str)| (kind.into(), group.into());
        let (from, to) = (group(human), group(program));
        for _ in 0..5 {
            crowds.regroup((&from.0, &from.1), (&to.0, &to.1), &shown);
        }
        assert!(crowds.peers(human.0, human.1).is_none());
        let peers = crowds.peers(program.0, program.1).unwrap();
        assert_eq!((peers.members, peers.days), (5, 10));
        assert_eq!(peers.with_action("s3:GetObject"), 5);
        assert_eq!(crowds.organisation, before.organisation);
        for _ in 0..5 {
            crowds.regroup((&to.0, &to.1), (&from.0, &from.1), &shown);
        }
        let (groups, kinds) = (&crowds.groups, &crowds.kinds);
        assert_eq!(groups[human.1], before.groups[human.1]);
        assert_eq!(kinds[human.0], before.kinds[human.0]);
        assert_eq!((groups[program.1].members, kinds[program.0].members), (0, 0));
    }
}
