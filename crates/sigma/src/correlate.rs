//! Correlations: rules over the matches of other rules in several events.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use cloudtrail::{Correlations, Event};
use rsigma_eval::{
    CorrelationConfig, CorrelationEngine, DetectionBody, EvaluationResult, EventValue, ResultBody,
    RuleHeader, TimestampFallback,
};
use rsigma_parser::{
    ConditionOperator, CorrelationCondition, CorrelationRule, CorrelationType, SigmaRule,
};

/// The rules and correlations as they are loaded.
#[derive(Default)]
pub(crate) struct Building {
    /// By id.
    rules: BTreeMap<String, SigmaRule>,
    /// With the ids of what each builds on.
    correlations: Vec<(CorrelationRule, Vec<String>)>,
}

/// What correlations there are, and what they need of which rule.
#[derive(Default)]
pub(crate) struct Plan {
    /// Rules that some correlation builds on directly.
    rules: Vec<SigmaRule>,
    correlations: Vec<CorrelationRule>,
    numbers: HashMap<String, u16>,
    /// Names of fields, by number.
    fields: Vec<String>,
    /// By rule.
    asked: BTreeMap<u16, Asked>,
    /// Rules and correlations that count only as part of another.
    parts_only: BTreeSet<u16>,
}

/// A rule that correlations build on.
struct Asked {
    fields: Vec<u16>,
    /// What the engine is told when it matches.
    result: EvaluationResult,
}

impl Building {
    pub(crate) fn rule(&mut self, rule: SigmaRule) {
        if let Some(id) = rule.id.clone() {
            self.rules.insert(id, rule);
        }
    }

    /// Adds a correlation whose parts have these ids, in the order in which it names them.
    pub(crate) fn correlation(&mut self, correlation: CorrelationRule, parts: &[String]) {
        self.correlations.push((correlation, parts.to_vec()));
    }

    /// Whether the engine knows what has this id by this name.
    pub(crate) fn answers_to(&self, id: &str, name: &str) -> bool {
        let is = |other: &Option<String>| other.as_deref() == Some(name);
        let correlation = self.correlations.iter().map(|(known, _)| known);
        let correlation = correlation.into_iter().find(|known| known.id.as_deref() == Some(id));
        id == name
            || self.rules.get(id).is_some_and(|rule| is(&rule.name))
            || correlation.is_some_and(|known| is(&known.name))
    }

    pub(crate) fn plan(self, numbers: &HashMap<String, u16>) -> Plan {
        let mut plan = Plan { numbers: numbers.clone(), ..Plan::default() };
        let mut alone = BTreeSet::new();
        for (correlation, parts) in self.correlations {
            for (id, called) in parts.iter().zip(&correlation.rules) {
                let Some(number) = numbers.get(id).copied() else { continue };
                plan.parts_only.insert(number);
                if correlation.generate {
                    alone.insert(number);
                }
                if let Some(rule) = self.rules.get(id) {
                    plan.ask(number, rule, fields(&correlation, id, called));
                }
            }
            plan.correlations.push(correlation);
        }
        plan.parts_only.retain(|number| !alone.contains(number));
        plan
    }
}

/// Mends what the engine reads otherwise than the specification has it, and tells what it cannot do.
pub(crate) fn mended(correlation: &mut CorrelationRule) -> Option<String> {
    let kind = correlation.correlation_type;
    if kind == CorrelationType::ValuePercentile {
        return Some("correlations of percentiles are not supported".to_owned());
    }
    let CorrelationCondition::Threshold { predicates, .. } = &mut correlation.condition else {
        return None;
    };
    // Without a condition all parts are meant; the engine takes any one of them for enough.
    let in_time = matches!(kind, CorrelationType::Temporal | CorrelationType::TemporalOrdered);
    if in_time && matches!(predicates[..], [(ConditionOperator::Gte, 1)]) {
        *predicates = vec![(ConditionOperator::Gte, correlation.rules.len() as u64)];
    }
    let counts = matches!(kind, CorrelationType::EventCount | CorrelationType::ValueCount);
    let most = predicates.iter().map(|(_, number)| *number).max().unwrap_or(0);
    let too_many = counts && most >= Correlating::MOST_ENTRIES as u64;
    too_many.then(|| {
        format!("it counts to {most}, and at most {} events are counted", Correlating::MOST_ENTRIES)
    })
}

/// The fields that a correlation asks of one of its parts.
fn fields<'c>(correlation: &'c CorrelationRule, id: &str, called: &str) -> Vec<&'c str> {
    let resolved = |group: &'c String| {
        let alias = correlation.aliases.iter().find(|alias| alias.alias == *group);
        let field =
            alias.and_then(|alias| alias.mapping.get(id).or_else(|| alias.mapping.get(called)));
        field.unwrap_or(group).as_str()
    };
    let mut fields: Vec<&str> = correlation.group_by.iter().map(resolved).collect();
    if let CorrelationCondition::Threshold { field: Some(counted), .. } = &correlation.condition {
        fields.extend(counted.iter().map(String::as_str));
    }
    fields
}

impl Plan {
    fn ask(&mut self, number: u16, rule: &SigmaRule, fields: Vec<&str>) {
        let mut numbers = Vec::with_capacity(fields.len());
        for field in fields {
            let known = self.fields.iter().position(|known| known == field);
            let index = known.unwrap_or_else(|| {
                self.fields.push(field.to_owned());
                self.fields.len() - 1
            });
            numbers.extend(u16::try_from(index));
        }
        let asked = self.asked.entry(number).or_insert_with(|| {
            self.rules.push(rule.clone());
            Asked { fields: Vec::new(), result: result(rule) }
        });
        for number in numbers {
            if !asked.fields.contains(&number) {
                asked.fields.push(number);
            }
        }
    }

    /// Whether a match of a rule is a line of its own.
    pub(crate) fn counts_by_itself(&self, number: u16) -> bool {
        !self.parts_only.contains(&number)
    }

    /// The fields that correlations ask of a rule's matches; `None` when none builds on it.
    pub(crate) fn fields_asked_of(&self, number: u16) -> Option<&[u16]> {
        self.asked.get(&number).map(|asked| asked.fields.as_slice())
    }

    /// The name of a field.
    pub(crate) fn field(&self, number: u16) -> Option<&str> {
        self.fields.get(usize::from(number)).map(String::as_str)
    }
}

/// A match of a rule, as the engine hears of it.
fn result(rule: &SigmaRule) -> EvaluationResult {
    let header = RuleHeader {
        rule_title: rule.title.clone(),
        rule_id: rule.id.clone(),
        level: None,
        tags: Vec::new(),
        custom_attributes: Arc::default(),
        enrichments: None,
    };
    let body =
        DetectionBody { matched_selections: Vec::new(), matched_fields: Vec::new(), event: None };
    EvaluationResult { header, body: ResultBody::Detection(body) }
}

/// Correlations that see events, in order, on one thread.
pub(crate) struct Correlating {
    plan: Arc<Plan>,
    engine: CorrelationEngine,
    today: i64,
}

impl Correlating {
    /// So many groups are remembered at once, over all correlations.
    const MOST_GROUPS: usize = 200_000;
    /// So many entries in each.
    const MOST_ENTRIES: usize = 2_000;

    /// Correlations that have seen nothing; `None` when there are none.
    pub(crate) fn begin(plan: &Arc<Plan>) -> Option<Self> {
        (!plan.correlations.is_empty()).then(|| Self {
            engine: fresh(plan),
            plan: Arc::clone(plan),
            today: i64::MIN,
        })
    }

    /// Forgets what nothing can complete any more. When to do so depends on the events alone.
    fn forget(&mut self, event: &Event) {
        let seconds = event.time.micros().div_euclid(1_000_000);
        let full = self.engine.state_count() >= Self::MOST_GROUPS;
        if event.time.day() > self.today || full {
            self.today = event.time.day();
            self.engine.evict_expired(seconds);
        }
        if full && self.engine.state_count() > Self::MOST_GROUPS / 10 * 9 {
            self.engine = fresh(&self.plan);
        }
    }
}

fn fresh(plan: &Plan) -> CorrelationEngine {
    let mut engine = CorrelationEngine::new(CorrelationConfig {
        timestamp_fallback: TimestampFallback::Skip,
        // The engine's own way to make room goes by the order of a hash table.
        max_state_entries: usize::MAX,
        max_group_entries: Some(Correlating::MOST_ENTRIES),
        ..CorrelationConfig::default()
    });
    // Both were compiled when they were loaded.
    for rule in &plan.rules {
        let _ = engine.add_rule(rule);
    }
    for correlation in &plan.correlations {
        let _ = engine.add_correlation(correlation);
    }
    engine
}

impl Correlations for Correlating {
    fn see(&mut self, event: &Event) -> Vec<u16> {
        self.forget(event);
        let seconds = event.time.micros().div_euclid(1_000_000);
        let Some(matches) = &event.matches else { return Vec::new() };
        let asked = matches.parts.iter().filter_map(|part| self.plan.asked.get(part));
        let parts: Vec<EvaluationResult> = asked.map(|asked| asked.result.clone()).collect();
        let kept = Kept { fields: &self.plan.fields, values: &matches.values };
        let results = self.engine.process_with_detections(&kept, parts, seconds);
        let mut completed: Vec<u16> = results
            .iter()
            .filter(|result| result.is_correlation())
            .filter_map(|result| self.plan.numbers.get(result.header.rule_id.as_ref()?).copied())
            .filter(|number| self.plan.counts_by_itself(*number))
            .collect();
        completed.sort_unstable();
        completed.dedup();
        completed
    }
}

/// What is left of a record: the fields that correlations ask for.
struct Kept<'a> {
    fields: &'a [String],
    values: &'a [(u16, Option<compact_str::CompactString>)],
}

impl rsigma_eval::Event for Kept<'_> {
    fn get_field(&self, path: &str) -> Option<EventValue<'_>> {
        let number = self.fields.iter().position(|field| field == path)?;
        let (_, value) = self.values.iter().find(|(field, _)| usize::from(*field) == number)?;
        Some(match value {
            Some(text) => EventValue::Str(Cow::Borrowed(text)),
            None => EventValue::Null,
        })
    }

    fn any_string_value(&self, _: &dyn Fn(&str) -> bool) -> bool {
        false
    }

    fn all_string_values(&self) -> Vec<Cow<'_, str>> {
        Vec::new()
    }

    fn to_json(&self) -> serde_json::Value {
        serde_json::Value::Null
    }
}
