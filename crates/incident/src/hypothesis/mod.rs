//! "Why this might be just fine": innocent explanations, each held against the events.
//!
//! One explanation per file. What an explanation takes off stands in `data/weights.json`.

mod address_change;
mod announced_test;
mod break_glass;
mod ci_unchanged;
mod client_update;
mod console_pages;
mod key_rotation;
mod new_location;
mod new_principal;
mod owner_at_work;
mod peers_do_it;
mod scanner;
mod temporary_user;

use std::cell::RefCell;
use std::collections::BTreeSet;

use cloudtrail::{EventId, Time};
use compact_str::CompactString;
use detect::{Act, Bits, Evidence, Item, Key, Kind, Settings, Weights};
use intel::address::NetworkClass;

use crate::closure::{self, Known};
use crate::grants::Grants;
use crate::incident::Verdict;
use crate::movements::Movements;

/// What became of one explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The explanation's id.
    pub(crate) name: &'static str,
    /// What the events say of it.
    pub(crate) verdict: Verdict,
    /// Why.
    pub(crate) text: CompactString,
    /// What it takes off.
    pub(crate) bits: Bits,
    /// The events behind it.
    pub(crate) events: Vec<EventId>,
}

/// What the explanations are held against.
pub(crate) struct Case<'a> {
    /// The episodes.
    pub(crate) members: &'a [&'a Known],
    /// What was observed across them.
    pub(crate) across: &'a Evidence,
    /// Who made which credential.
    pub(crate) grants: &'a Grants,
    /// Who appeared where, and which machines got another address.
    pub(crate) movements: &'a Movements,
    /// What the user told.
    pub(crate) settings: &'a Settings,
    /// What explanations have taken off, and what the one that is being tested asks for: no
    /// observation is explained away twice.
    pub(crate) explained: RefCell<Explained>,
}

/// Observations that explanations account for.
#[derive(Debug, Default)]
pub(crate) struct Explained {
    before: BTreeSet<Key>,
    asked: BTreeSet<Key>,
}

type Test = fn(&Case<'_>) -> Finding;

/// Every explanation, in the order in which they are told.
const TESTS: [Test; 13] = [
    key_rotation::test,
    temporary_user::test,
    new_principal::test,
    new_location::test,
    address_change::test,
    client_update::test,
    console_pages::test,
    ci_unchanged::test,
    owner_at_work::test,
    peers_do_it::test,
    scanner::test,
    announced_test::test,
    break_glass::test,
];

/// The order in which they are tested, by their places in [`TESTS`]: what explains a whole piece of
/// work goes before what explains a little of everything, since nothing is explained twice.
const ORDER: [usize; 13] = [11, 10, 1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 12];

/// Tests every explanation.
pub(crate) fn test(case: &Case<'_>) -> Vec<Finding> {
    let part = case.weights().explained;
    let mut findings: Vec<(usize, Finding)> = ORDER
        .into_iter()
        .map(|place| {
            let mut finding = TESTS[place](case);
            case.settle(finding.bits.is_negative());
            finding.bits = Bits::from_f64(finding.bits.to_f64() * part);
            (place, finding)
        })
        .collect();
    findings.sort_by_key(|(place, _)| *place);
    findings.into_iter().map(|(_, finding)| finding).collect()
}

impl Finding {
    /// An explanation that holds and takes off what the weights say under a name.
    fn supported(
        name: &'static str,
        text: impl Into<CompactString>,
        weights: &Weights,
        discount: &str,
    ) -> Self {
        let bits = weights.discount(discount);
        Self { bits, ..Self::without_bits(name, Verdict::Supported, text) }
    }

    /// An explanation that the events speak against.
    fn contradicted(name: &'static str, text: impl Into<CompactString>) -> Self {
        Self::without_bits(name, Verdict::Contradicted, text)
    }

    /// An explanation of which the events say nothing.
    fn unknown(name: &'static str, text: impl Into<CompactString>) -> Self {
        Self::without_bits(name, Verdict::Unknown, text)
    }

    fn without_bits(name: &'static str, verdict: Verdict, text: impl Into<CompactString>) -> Self {
        Self { name, verdict, text: text.into(), bits: Bits::ZERO, events: Vec::new() }
    }

    /// Takes off no more than what the observations that it explains have brought.
    fn at_most(self, explained: Bits) -> Self {
        Self { bits: self.bits.max(-explained), ..self }
    }

    fn shown_by(self, events: Vec<EventId>) -> Self {
        Self { events, ..self }
    }

    /// The line that a supported explanation has in the ledger; `first` is the incident's first
    /// event, for explanations that no event of their own speaks for.
    pub(crate) fn discount(&self, first: (Time, &EventId)) -> Option<(Key, Item)> {
        if !self.bits.is_negative() {
            return None;
        }
        let mut item = Item::new(self.bits, first.0, first.1);
        if !self.events.is_empty() {
            item.events = self.events.iter().cloned().collect();
        }
        Some((Key::Innocent(self.name), item.told(&self.text, "", "")))
    }
}

impl Case<'_> {
    fn weights(&self) -> &Weights {
        &self.settings.weights
    }

    /// The episodes in which somebody did something; notices are left out.
    fn episodes(&self) -> impl Iterator<Item = &Known> {
        self.members.iter().copied().filter(|known| !known.is_notice())
    }

    fn acts(&self) -> impl Iterator<Item = &Act> {
        self.members.iter().flat_map(|known| &known.acts)
    }

    fn any(&self, test: impl Fn(&Known) -> bool) -> bool {
        self.members.iter().any(|known| test(known))
    }

    fn all(&self, test: impl Fn(&Known) -> bool) -> bool {
        self.members.iter().all(|known| test(known))
    }

    fn has(&self, key: &Key) -> bool {
        self.any(|known| known.report.evidence.get(key).is_some_and(|item| item.bits.is_positive()))
    }

    /// Whether somebody works from a network that is new to them. A principal that was made a
    /// moment ago is at home where its maker is, and the runners of a job in whatever cloud.
    fn moved(&self) -> bool {
        let runner = |known: &Known| {
            known.report.kind == Kind::Ci
                && matches!(known.report.class, NetworkClass::Aws | NetworkClass::OtherCloud)
        };
        let home = |child: &Known| {
            child.report.founding
                && self.episodes().any(|known| {
                    !known.report.new_network && known.report.system == child.report.system
                })
        };
        self.any(|known| known.report.new_network && !home(known) && !runner(known))
    }

    /// Everything observed, without explanations.
    fn evidence(&self) -> Evidence {
        closure::united(self.members, self.across, &[])
    }

    /// An explanation has been tested; what it asked for is explained if it holds.
    fn settle(&self, holds: bool) {
        let mut explained = self.explained.borrow_mut();
        let asked = std::mem::take(&mut explained.asked);
        if holds {
            explained.before.extend(asked);
        }
    }

    /// What the sum loses when some observations are taken away.
    fn explained(&self, belongs: impl Fn(&Key) -> bool) -> Bits {
        let mut evidence = self.evidence();
        let with = evidence.score(self.weights()).total;
        let mut explained = self.explained.borrow_mut();
        let keys = evidence.items().map(|(key, _)| key);
        let keys: Vec<Key> =
            keys.filter(|key| belongs(key) && !explained.before.contains(key)).cloned().collect();
        for key in &keys {
            evidence.remove(key);
        }
        explained.asked.extend(keys);
        with - evidence.score(self.weights()).total
    }
}

/// What a change of place brings about.
fn is_of_place(key: &Key) -> bool {
    const SIGNALS: [&str; 5] = [
        "discovery-from-vpn-or-hoster",
        "everything-new",
        "many-new-networks",
        "new-source-on-several-keys",
        "workload-elsewhere",
    ];
    match key {
        Key::Network | Key::Overlap | Key::Hour | Key::Carry => true,
        Key::Signal(id) => SIGNALS.contains(id),
        _ => false,
    }
}

fn key_text(key: Option<&cloudtrail::AccessKeyId>) -> &str {
    key.map_or("the key", |key| key.as_str())
}
