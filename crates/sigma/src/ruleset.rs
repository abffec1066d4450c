//! The rules that are in use, and what they say of one record.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use cloudtrail::{Correlations, Event, Matches, RecordRules};
use compact_str::CompactString;
use detect::Rule;
use rsigma_eval::{Engine, Event as _, EventValue};

use crate::correlate::{Building, Correlating, Plan};
use crate::record::Record;

/// Rules that can be used, each with a number.
pub struct Ruleset {
    engine: Engine,
    cards: Arc<[Rule]>,
    numbers: HashMap<String, u16>,
    plan: Arc<Plan>,
}

impl Ruleset {
    pub(crate) fn new(engine: Engine, cards: Vec<Rule>, building: Building) -> Self {
        let numbers: HashMap<String, u16> =
            cards.iter().zip(0..).map(|(card, number)| (card.id.to_string(), number)).collect();
        let plan = Arc::new(building.plan(&numbers));
        Self { engine, cards: cards.into(), numbers, plan }
    }

    /// The rules in the order of their numbers, as ledgers name them.
    pub fn cards(&self) -> Arc<[Rule]> {
        Arc::clone(&self.cards)
    }

    /// How many rules there are, correlations among them.
    pub fn len(&self) -> usize {
        self.cards.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.cards.is_empty()
    }
}

impl RecordRules for Ruleset {
    fn look(&self, record: &str, _event: &Event) -> Option<Box<Matches>> {
        let record = Record::parse(record)?;
        let found = self.engine.evaluate(&record);
        if found.is_empty() {
            return None;
        }
        let mut matches = Matches::default();
        for result in found {
            let Some(id) = &result.header.rule_id else { continue };
            let Some(number) = self.numbers.get(id).copied() else { continue };
            if self.plan.counts_by_itself(number) {
                matches.rules.push(number);
            }
            if let Some(fields) = self.plan.fields_asked_of(number) {
                matches.parts.push(number);
                matches
                    .values
                    .extend(fields.iter().filter_map(|field| self.value(&record, *field)));
            }
        }
        matches.rules.sort_unstable();
        matches.parts.sort_unstable();
        matches.values.sort_unstable();
        matches.values.dedup();
        Some(Box::new(matches))
    }

    fn correlations(&self) -> Option<Box<dyn Correlations>> {
        Correlating::begin(&self.plan).map(|correlating| Box::new(correlating) as Box<_>)
    }
}

impl Ruleset {
    /// A field's number and value, if it has one that can be counted or grouped by.
    fn value(&self, record: &Record<'_>, field: u16) -> Option<(u16, Option<CompactString>)> {
        /// Longer values are kept up to here; what differs only beyond is taken for the same.
        const LONGEST: usize = 512;
        let value = record.get_field(self.plan.field(field)?)?;
        match &value {
            EventValue::Null => Some((field, None)),
            EventValue::Array(_) | EventValue::Map(_) => None,
            value => {
                let text = value.as_str()?;
                let kept = &text[..text.floor_char_boundary(LONGEST)];
                Some((field, Some(CompactString::new(kept))))
            }
        }
    }
}

impl fmt::Debug for Ruleset {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Ruleset").field("rules", &self.cards.len()).finish_non_exhaustive()
    }
}
