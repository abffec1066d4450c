//! The constants of the judge, read from `data/weights.json`. Each is a named value; none is hidden
//! in the code. Change one only with the evaluation beside it, before and after.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::bits::Bits;
use crate::principal::Kind;
use crate::trust::Trust;

/// Everything that can be tuned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// μ: the share of thieves who copy the victim in a dimension; bounds negative evidence.
    pub mimic: f64,
    /// Least and most that one context value may say, in bits.
    pub context_clip: (f64, f64),
    /// Likewise for the hour of the week.
    pub hour_clip: (f64, f64),
    /// A new action that only reads says at most this.
    pub read_clip: f64,
    /// A new action that changes something says at most this.
    pub write_clip: f64,
    /// Most that a new action may say for a principal without history.
    pub cold_clip: f64,
    /// A known address range takes off at least this much.
    pub known_range: f64,
    /// A value needs so many days before it speaks against theft.
    pub negative_after_days: u32,
    /// All negative evidence together takes off at most this.
    pub negative_limit: f64,
    /// The k-th strongest action counts `action_decay^k`, in 256ths.
    pub action_decay: i32,
    /// So many actions count at most.
    pub actions_counted: usize,
    /// For each further tactic among the new actions.
    pub stage: f64,
    /// At most so many further tactics count.
    pub stages_counted: u32,
    /// The owner is at work elsewhere at the same time.
    pub overlap: f64,
    /// The same for a program that never moved: it does not work in two places.
    pub overlap_fixed: f64,
    /// Share of the profile's days that makes a network the dominant one, in percent.
    pub dominant_percent: u32,
    /// The other network counts as alive for so many hours.
    pub overlap_hours: i64,
    /// Below so many active days a principal has no history to speak of.
    pub cold_days: u32,
    /// The organisation's habits stand in for a principal's own after so many days of logs.
    pub settling_days: u32,
    /// How far they stand in, from 0 to 1.
    pub settled_by_others: f64,
    /// What is left of unusual context in the first hour of the logs, from 0 to 1.
    pub unsettled_context: f64,
    /// What is left of a new action that is not hot, likewise.
    pub unsettled_action: f64,
    /// What is left of a new hot action, likewise.
    pub unsettled_hot: f64,
    /// A region that others of the organisation use says at most this.
    pub shared_region: f64,
    /// Read-only actions of such a principal count at most this together.
    pub cold_read_limit: f64,
    /// Changing actions of such a principal count at most this together.
    pub cold_write_limit: f64,
    /// Factor on read-only actions of console pages and infrastructure code, in 256ths.
    pub fan_out: i32,
    /// The Beta prior of a principal's own refusals: refused, granted.
    pub refusal_prior: (f64, f64),
    /// Repeated refusals of one action count again at these numbers.
    pub refusal_steps: Vec<u32>,
    /// The first refused action says at most this.
    pub refusal_clip: f64,
    /// All refusals together count at most this.
    pub refusal_limit: f64,
    /// A kind of resource that is new to the principal says at most this.
    pub new_class_limit: f64,
    /// More than a principal ever takes in ten minutes says at most this.
    pub volume_limit: f64,
    /// What is taken off before it says anything: `log2` of the 144 windows of a day's episode, and
    /// 2 bits because three thieves of four take little.
    pub volume_allowance: f64,
    /// The window that is assumed before the first one: objects, mebibytes.
    pub volume_usual: (f64, f64),
    /// Fewer objects or mebibytes than this are not looked at.
    pub volume_least: u64,
    /// Half-life of values, in days.
    pub half_life: u32,
    /// Half-life of a workload's networks, in days.
    pub workload_half_life: u32,
    /// An episode ends after so many hours without an event.
    pub idle_hours: i64,
    /// And after so many hours in any case: what never pauses would gather evidence for ever.
    pub episode_hours: i64,
    /// An episode from this score on teaches the profile nothing.
    pub quarantine: f64,
    /// What a suspicious episode showed is learned after so many days without another one.
    pub release_days: i64,
    /// Share of a later episode's start that the last one of the same credential gives.
    pub carry: f64,
    /// Half-life of that share, in hours.
    pub carry_half_life_hours: f64,
    /// What is left of the bits that an innocent explanation takes off, from 0 to 1.
    pub explained: f64,
    /// Episodes from this score on are told to whoever builds incidents.
    pub report: f64,
    /// Watched from this score on.
    pub watch: f64,
    /// An alert from this score on.
    pub alert: f64,
    /// Paged from this score on.
    pub page: f64,
    /// Even odds, at one theft per 5,000 key-weeks.
    pub even_odds: f64,
    /// What a rule of the user's says, by its level: informational, low, medium, high, critical.
    pub rule_levels: [f64; 5],
    /// All rules of the user's together say at most this.
    pub rule_limit: f64,
    /// A rule that matched the same principal on so many earlier days is its habit and says nothing.
    pub rule_habit_days: u32,
    /// New work from the usual place with the usual client counts at most this.
    pub new_work_limit: f64,
    /// The same from another address of the usual provider.
    pub new_work_near_limit: f64,
    /// Signals from these bits on stand on their own, whatever explains the rest.
    pub strong: f64,
    /// Signals from these bits on say that the key is known to be stolen; no announcement explains
    /// them.
    pub certain: f64,
    /// What each innocent explanation takes off, by its name.
    pub discounts: BTreeMap<String, f64>,
    /// What each hard or sequence signal says, by its id.
    pub signals: BTreeMap<String, f64>,
    /// How far evidence of each group is believed: all of it, unless verdicts have taught otherwise.
    #[serde(skip)]
    pub trust: Trust,
}

static SHIPPED: LazyLock<Weights> = LazyLock::new(|| {
    let text = include_str!("../../../data/weights.json");
    match serde_json::from_str(text) {
        Ok(weights) => weights,
        Err(error) => unreachable!("data/weights.json is checked by a test: {error}"),
    }
});

impl Weights {
    /// The weights that come with this version.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// These weights with other values for what a JSON object names; signals are named one by one
    /// within `signals`. Fails on a name that is no weight and on a value of the wrong kind.
    pub fn changed(&self, changes: &str) -> Result<Self, serde_json::Error> {
        let mut values = serde_json::to_value(self)?;
        let mut changes: Map<String, Value> = serde_json::from_str(changes)?;
        if let (Some(Value::Object(signals)), Some(Value::Object(own))) =
            (changes.remove("signals"), values.get_mut("signals"))
        {
            own.extend(signals);
        }
        if let Value::Object(values) = &mut values {
            values.extend(changes);
        }
        serde_json::from_value(values)
    }

    /// Half-life of networks, in days: workloads move seldom and are remembered longer.
    pub const fn network_half_life(&self, kind: Kind) -> u32 {
        if kind.is_person() { self.half_life } else { self.workload_half_life }
    }

    /// What an innocent explanation takes off, as a negative number; nothing when the file does not
    /// name it.
    pub fn discount(&self, name: &str) -> Bits {
        Bits::from_f64(self.discounts.get(name).copied().unwrap_or(0.0))
    }

    /// What a signal says; nothing when the file does not name it.
    pub fn signal(&self, id: &str) -> Bits {
        Bits::from_f64(self.signals.get(id).copied().unwrap_or(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::Weights;
    use crate::signal;

    #[test]
    fn every_signal_has_a_weight_and_every_weight_a_signal() {
        let weights = Weights::shipped();
        let ids: Vec<&str> = signal::catalogue().map(|about| about.id).collect();
        for id in &ids {
            assert!(weights.signals.contains_key(*id), "{id} has no weight");
        }
        for id in weights.signals.keys() {
            assert!(ids.contains(&id.as_str()), "{id} has a weight and no signal");
        }
    }

    #[test]
    fn changes_replace_what_they_name_and_nothing_else() {
        let shipped = Weights::shipped();
        let changed = shipped.changed(r#"{"carry": 0.25, "signals": {"tor-exit": 1}}"#).unwrap();
        let mut expected = shipped.clone();
        expected.carry = 0.25;
        expected.signals.insert("tor-exit".into(), 1.0);
        assert_eq!(changed, expected);
        assert_eq!(&shipped.changed("{}").unwrap(), shipped);
        for (wrong, told) in [
            (r#"{"mimicry": 1}"#, "mimicry"),
            (r#"{"carry": "much"}"#, "expected f64"),
            (r#"{"signals": {"tor-exit": []}}"#, "expected f64"),
            ("[]", "expected a map"),
        ] {
            let error = shipped.changed(wrong).unwrap_err().to_string();
            assert!(error.contains(told), "{wrong}: {error}");
        }
    }
}
