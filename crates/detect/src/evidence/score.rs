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

impl Evidence {
    /// `S = Σ⁺ + max(−4, Σ⁻)`, with actions in falling order weighted `0.75^k`, stages and limits
    /// (shared/detection.md, section 5).
    pub fn score(&self, weights: &Weights) -> Score {
        let mut lines = self.action_lines(weights);
        lines.extend(self.stage_line(&lines, weights));
        lines.extend(self.rule_lines(weights));
        let mut negative = Bits::ZERO;
        for (key, item) in &self.items {
            let Some(signal) = signal_id(key) else { continue };
            if item.bits.is_negative() && !matches!(key, Key::Innocent(_)) {
                negative += item.bits;
            }
            if item.bits != Bits::ZERO {
                lines.push(believed(signal, item, weights));
            }
        }
        let limit = Bits::from_f64(weights.negative_limit);
        if negative < limit {
            lines.push(Line {
                signal: "limit-on-negative-evidence".into(),
                bits: limit - negative,
                alone: limit - negative,
                observed: "all evidence against theft together".into(),
                usual: format_compact!("counts {limit} bits at most"),
                ..Line::empty()
            });
        }
        lines.sort_by(|a, b| {
            b.bits
                .cmp(&a.bits)
                .then_with(|| a.signal.cmp(&b.signal))
                .then_with(|| a.about.cmp(&b.about))
        });
        Score { total: lines.iter().map(|line| line.bits).sum(), lines }
    }

    fn action_lines(&self, weights: &Weights) -> Vec<Line> {
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
        let mut lines = Vec::new();
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
                lines.push(Line { about: name.clone(), trust, ..line("action", item, bits) });
            }
        }
        lines
    }

    /// The user's rules share a limit: whoever loads many must not be alerted by them alone.
    fn rule_lines(&self, weights: &Weights) -> Vec<Line> {
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
        let mut lines = Vec::new();
        for (id, item) in rules {
            let bits = item.bits.scaled(trust).min(left);
            left = left - bits;
            if bits.is_positive() {
                lines.push(Line { about: id.clone(), trust, ..line(Line::RULE, item, bits) });
            }
        }
        lines
    }

    /// +1 for each further tactic among the new actions that count.
    fn stage_line(&self, actions: &[Line], weights: &Weights) -> Option<Line> {
        let mut tactics: Vec<Tactic> = Vec::new();
        let mut events = Vec::new();
        for action in actions {
            let item = self.get(&Key::Action(action.about.clone()))?;
            if let Some(tactic) = item.tactic
                && !tactics.contains(&tactic)
            {
                tactics.push(tactic);
                events.extend(item.events.first().cloned());
            }
        }
        let names: Vec<&str> = tactics.iter().map(|tactic| tactic.name()).collect();
        let further = (names.len() as u32).saturating_sub(1).min(weights.stages_counted);
        (further > 0).then(|| {
            let alone = Bits::from_f64(weights.stage * f64::from(further));
            let trust = weights.trust.of("stages", weights);
            Line {
                signal: "stages".into(),
                bits: alone.scaled(trust),
                alone,
                trust,
                observed: CompactString::from(names.join(", ")),
                usual: "one stage says nothing further".into(),
                events,
                ..Line::empty()
            }
        })
    }
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

/// What an observation says for theft counts as far as its group is believed.
fn believed(signal: &str, item: &Item, weights: &Weights) -> Line {
    if !item.bits.is_positive() {
        return line(signal, item, item.bits);
    }
    let trust = weights.trust.of(signal, weights);
    Line { trust, ..line(signal, item, item.bits.scaled(trust)) }
}

fn line(signal: &str, item: &Item, bits: Bits) -> Line {
    Line {
        signal: signal.into(),
        about: CompactString::default(),
        bits,
        alone: item.bits,
        trust: Trust::WHOLE,
        observed: item.words.observed().into(),
        usual: item.words.usual().into(),
        peers: item.words.peers().into(),
        events: item.events.to_vec(),
    }
}

impl Line {
    /// The signal of a line that a rule of the user's adds; `about` is the rule's id then.
    pub const RULE: &'static str = "sigma";

    fn empty() -> Self {
        Self {
            signal: CompactString::default(),
            about: CompactString::default(),
            bits: Bits::ZERO,
            alone: Bits::ZERO,
            trust: Trust::WHOLE,
            observed: CompactString::default(),
            usual: CompactString::default(),
            peers: CompactString::default(),
            events: Vec::new(),
        }
    }
}
