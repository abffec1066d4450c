//! The sum, as lines that anyone can add up.

use cloudtrail::EventId;
use compact_str::{CompactString, format_compact};
use intel::action::Tactic;

use super::{Evidence, Item, Key, Limit};
use crate::bits::Bits;
use crate::trust::Trust;
use crate::weights::Weights;

/// A total and the lines it consists of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Score {
    /// The sum of all lines.
    pub total: Bits,
    /// What each observation adds, strongest first.
    pub lines: Vec<Line>,
}

/// What one observation adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The signal's id: `network`, `action`, `stages`, …
    pub signal: CompactString,
    /// What the line is about within its signal: the action's name; else empty.
    pub about: CompactString,
    /// What it adds, after weights and limits.
    pub bits: Bits,
    /// What it would add alone.
    pub alone: Bits,
    /// How much of that is believed, in 256ths ([`crate::Trust`]).
    pub trust: i32,
    /// What was seen.
    pub observed: CompactString,
    /// What is usual.
    pub usual: CompactString,
    /// What peers do.
    pub peers: CompactString,
    /// The events behind it.
    pub events: Vec<EventId>,
}

/// What counts, before it is put into words.
struct Counted<'e> {
    signal: &'static str,
    about: &'e str,
    bits: Bits,
    alone: Bits,
    trust: i32,
    why: Why<'e>,
}

/// What a line rests on.
enum Why<'e> {
    /// An observation.
    Item(&'e Item),
    /// Several stages of an attack, and the first event of each.
    Stages(Vec<(Tactic, Option<&'e EventId>)>),
    /// Evidence against theft counts up to a limit.
    Limit(Bits),
}

impl Evidence {
    /// `S = Σ⁺ + max(−4, Σ⁻)`, with actions in falling order weighted `0.75^k`, stages and limits
    /// (shared/detection.md, section 5).
    pub fn score(&self, weights: &Weights) -> Score {
        let mut lines: Vec<Line> = self.counted(weights).into_iter().map(Line::from).collect();
        lines.sort_by(|a, b| {
            b.bits
                .cmp(&a.bits)
                .then_with(|| a.signal.cmp(&b.signal))
                .then_with(|| a.about.cmp(&b.about))
        });
        Score { total: lines.iter().map(|line| line.bits).sum(), lines }
    }

    /// The total of [`Evidence::score`] without its lines: most are never read.
    pub fn total(&self, weights: &Weights) -> Bits {
        self.counted(weights).iter().map(|counted| counted.bits).sum()
    }

    /// All that counts, in no particular order.
    fn counted(&self, weights: &Weights) -> Vec<Counted<'_>> {
        let mut counted = self.actions(weights);
        counted.extend(stages(&counted, weights));
        counted.extend(self.rules(weights));
        let mut negative = Bits::ZERO;
        for (key, item) in &self.items {
            let Some(signal) = signal_id(key) else { continue };
            if item.bits.is_negative() && !matches!(key, Key::Innocent(_)) {
                negative += item.bits;
            }
            if item.bits != Bits::ZERO {
                counted.push(Counted::believed(signal, item, weights));
            }
        }
        let limit = Bits::from_f64(weights.negative_limit);
        if negative < limit {
            let bits = limit - negative;
            counted.push(Counted {
                signal: "limit-on-negative-evidence",
                about: "",
                bits,
                alone: bits,
                trust: Trust::WHOLE,
                why: Why::Limit(limit),
            });
        }
        counted
    }

    fn actions(&self, weights: &Weights) -> Vec<Counted<'_>> {
        let mut actions: Vec<(&CompactString, &Item)> = self
            .items
            .iter()
            .filter_map(|(key, item)| match key {
                Key::Action(name) if item.bits.is_positive() => Some((name, item)),
                _ => None,
            })
            .collect();
        actions.sort_by(|a, b| b.1.bits.cmp(&a.1.bits).then_with(|| a.0.cmp(b.0)));
        let mut left =
            [Bits::from_f64(weights.cold_read_limit), Bits::from_f64(weights.cold_write_limit)];
        let trust = weights.trust.of("action", weights);
        let mut factor = 256;
        let mut counted = Vec::with_capacity(actions.len());
        for (name, item) in actions.into_iter().take(weights.actions_counted) {
            let mut bits = item.bits.scaled(trust).scaled(factor);
            factor = factor * weights.action_decay / 256;
            let share = match item.limit {
                Limit::Free => None,
                Limit::ColdRead => Some(&mut left[0]),
                Limit::ColdWrite => Some(&mut left[1]),
            };
            if let Some(share) = share {
                bits = bits.min(*share);
                *share = *share - bits;
            }
            if bits.is_positive() {
                counted.push(Counted::of("action", name, item, bits, trust));
            }
        }
        counted
    }

    /// The user's rules share a limit: whoever loads many must not be alerted by them alone.
    fn rules(&self, weights: &Weights) -> Vec<Counted<'_>> {
        let mut rules: Vec<(&CompactString, &Item)> = self
            .items
            .iter()
            .filter_map(|(key, item)| match key {
                Key::Rule(id) => Some((id, item)),
                _ => None,
            })
            .collect();
        rules.sort_by(|a, b| b.1.bits.cmp(&a.1.bits).then_with(|| a.0.cmp(b.0)));
        let trust = weights.trust.of(Line::RULE, weights);
        let mut left = Bits::from_f64(weights.rule_limit);
        let mut counted = Vec::new();
        for (id, item) in rules {
            let bits = item.bits.scaled(trust).min(left);
            left = left - bits;
            if bits.is_positive() {
                counted.push(Counted::of(Line::RULE, id, item, bits, trust));
            }
        }
        counted
    }
}

/// +1 for each further tactic among the new actions that count.
fn stages<'e>(actions: &[Counted<'e>], weights: &Weights) -> Option<Counted<'e>> {
    let mut stages: Vec<(Tactic, Option<&EventId>)> = Vec::new();
    for action in actions {
        if let Why::Item(item) = action.why
            && let Some(tactic) = item.tactic
            && !stages.iter().any(|(known, _)| *known == tactic)
        {
            stages.push((tactic, item.events.first()));
        }
    }
    let further = (stages.len() as u32).saturating_sub(1).min(weights.stages_counted);
    (further > 0).then(|| {
        let alone = Bits::from_f64(weights.stage * f64::from(further));
        let trust = weights.trust.of("stages", weights);
        let bits = alone.scaled(trust);
        Counted { signal: "stages", about: "", bits, alone, trust, why: Why::Stages(stages) }
    })
}

/// The ledger's name for a key; actions and rules have lines of their own.
fn signal_id(key: &Key) -> Option<&'static str> {
    Some(match key {
        Key::Network => "network",
        Key::Client => "client",
        Key::Region => "region",
        Key::Account => "account",
        Key::Hour => "hour",
        Key::Class => "resource-class",
        Key::Refusals => "refusals",
        Key::Volume => "volume",
        Key::Overlap => "overlap",
        Key::Carry => "carry",
        Key::Signal(id) | Key::Innocent(id) => id,
        Key::Action(_) | Key::Rule(_) => return None,
    })
}

impl<'e> Counted<'e> {
    const fn of(
        signal: &'static str,
        about: &'e str,
        item: &'e Item,
        bits: Bits,
        trust: i32,
    ) -> Self {
        Self { signal, about, bits, alone: item.bits, trust, why: Why::Item(item) }
    }

    /// What an observation says for theft counts as far as its group is believed.
    fn believed(signal: &'static str, item: &'e Item, weights: &Weights) -> Self {
        if !item.bits.is_positive() {
            return Self::of(signal, "", item, item.bits, Trust::WHOLE);
        }
        let trust = weights.trust.of(signal, weights);
        Self::of(signal, "", item, item.bits.scaled(trust), trust)
    }
}

impl From<Counted<'_>> for Line {
    fn from(counted: Counted<'_>) -> Self {
        let Counted { signal, about, bits, alone, trust, why } = counted;
        let line = Self {
            signal: signal.into(),
            about: about.into(),
            bits,
            alone,
            trust,
            observed: CompactString::default(),
            usual: CompactString::default(),
            peers: CompactString::default(),
            events: Vec::new(),
        };
        match why {
            Why::Item(item) => Self {
                observed: item.words.observed().into(),
                usual: item.words.usual().into(),
                peers: item.words.peers().into(),
                events: item.events.to_vec(),
                ..line
            },
            Why::Stages(stages) => {
                let names: Vec<&str> = stages.iter().map(|(tactic, _)| tactic.name()).collect();
                Self {
                    observed: CompactString::from(names.join(", ")),
                    usual: "one stage says nothing further".into(),
                    events: stages.into_iter().filter_map(|(_, event)| event.cloned()).collect(),
                    ..line
                }
            }
            Why::Limit(limit) => Self {
                observed: "all evidence against theft together".into(),
                usual: format_compact!("counts {limit} bits at most"),
                ..line
            },
        }
    }
}

impl Line {
    /// The signal of a line that a rule of the user's adds; `about` is the rule's id then.
    pub const RULE: &'static str = "sigma";
}
