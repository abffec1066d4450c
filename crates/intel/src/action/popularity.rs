//! How likely a benign principal's next new action is each action there is.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::Access;
use super::table::rows;

/// Weights of `data/popularity.tsv`, ready to be shared out and scaled so that all actions sum to one.
pub(super) struct Popularity {
    listed: HashMap<(&'static str, &'static str), f64, FixedState>,
    /// Weight of one unit of access factor in each service, for the actions that are not listed.
    units: HashMap<&'static str, f64, FixedState>,
    unknown: f64,
    total: f64,
}

/// Number of actions that stand in no table, which share the weight of the unknown.
const UNKNOWN_ACTIONS: f64 = 4000.0;

impl Popularity {
    /// Shares the weights out over the actions.
    pub(super) fn of(levels: &HashMap<(&'static str, &'static str), Access, FixedState>) -> Self {
        let mut listed = HashMap::with_hasher(FixedState::default());
        let mut rest: HashMap<&str, f64, FixedState> = HashMap::with_hasher(FixedState::default());
        let mut unknown = 0.0;
        for line in rows(include_str!("../../../../data/popularity.tsv")) {
            let mut fields = line.split('\t');
            let (Some(what), Some(weight), Some(names)) =
                (fields.next(), fields.next(), fields.next())
            else {
                continue;
            };
            let weight: f64 = weight.parse().unwrap_or_default();
            let names = names.split_ascii_whitespace();
            match what {
                "actions" => {
                    listed.extend(
                        names.filter_map(|name| name.split_once(':')).map(|key| (key, weight)),
                    );
                }
                "rest" => rest.extend(names.map(|service| (service, weight))),
                _ => unknown = weight,
            }
        }
        listed.retain(|key, _| levels.contains_key(key));
        let mut factors: HashMap<&str, f64, FixedState> =
            HashMap::with_hasher(FixedState::default());
        for (&(service, name), &access) in levels {
            if !listed.contains_key(&(service, name)) {
                *factors.entry(service).or_default() += factor(access);
            }
        }
        let other = rest.get("*").copied().unwrap_or_default();
        let mass = |service: &str| rest.get(service).copied().unwrap_or(other);
        let units = factors.iter().map(|(&service, &sum)| (service, mass(service) / sum)).collect();
        // Added up as whole numbers, so that the order of the maps cannot show in the last digit.
        let tenths = |weights: &mut dyn Iterator<Item = f64>| {
            weights.map(|w| (w * 10.0) as u64).sum::<u64>()
        };
        let sum =
            tenths(&mut listed.values().copied()) + tenths(&mut factors.keys().map(|s| mass(s)));
        Self { listed, units, unknown, total: sum as f64 / 10.0 + unknown }
    }

    /// Probability of a known action.
    pub(super) fn get(&self, key: (&'static str, &'static str), access: Access) -> f64 {
        let rest = || self.units.get(key.0).map_or(0.0, |unit| unit * factor(access));
        self.listed.get(&key).copied().unwrap_or_else(rest) / self.total
    }

    /// Probability of one action that stands in no table.
    pub(super) fn unknown(&self) -> f64 {
        self.unknown / UNKNOWN_ACTIONS / self.total
    }
}

/// New things that people and programs do are looks more often than deeds, and seldom change permissions.
///
/// The factors are binary fractions: their sums are exact in any order.
fn factor(access: Access) -> f64 {
    match access {
        Access::List | Access::Read => 1.0,
        Access::Write | Access::Unknown => 0.5,
        Access::Tagging => 0.375,
        Access::Permissions => 0.25,
    }
}
