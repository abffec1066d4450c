//! From the texts of rule files to a ruleset. What cannot be used is named, with the reason.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use detect::Rule;
use rsigma_eval::Engine;
use rsigma_eval::correlation::compile_correlation;
use rsigma_parser::{CorrelationRule, FilterRule, FilterRuleTarget, SigmaRule, parse_sigma_yaml};

use crate::correlate::{self, Building};
use crate::doubt;
use crate::file::{Named, RuleFile, line};
use crate::head::{Head, asks_for_placeholders, is_of_cloudtrail, names, stem};
use crate::ruleset::Ruleset;

/// What became of rule files.
#[derive(Debug)]
pub struct Loaded {
    /// The rules that can be used.
    pub rules: Ruleset,
    /// Rules and files that cannot, and why.
    pub left_out: Vec<Named>,
    /// Rules that are used and will not do what their author meant, and why.
    pub doubts: Vec<Named>,
    /// Rules for other logs than CloudTrail's.
    pub foreign: u64,
}

/// Loads rules. The result does not depend on the order of the files.
pub fn load(mut files: Vec<RuleFile>) -> Loaded {
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let mut loading = Loading::default();
    for file in &files {
        loading.file(file);
    }
    loading.filters();
    loading.correlations();
    let Loading { engine, cards, left_out, doubts, foreign, building, .. } = loading;
    Loaded { rules: Ruleset::new(engine, cards, building), left_out, doubts, foreign }
}

/// Events name rules by numbers of sixteen bits.
const MOST_RULES: usize = 1 << 16;

#[derive(Default)]
struct Loading {
    engine: Engine,
    /// In the order of their numbers.
    cards: Vec<Rule>,
    building: Building,
    filters: Vec<(Named, FilterRule)>,
    correlations: Vec<(Rule, CorrelationRule)>,
    /// Whatever a correlation or a filter may call a rule, and the rule's id.
    called: BTreeMap<String, CompactString>,
    /// The same for rules of other logs.
    called_elsewhere: BTreeSet<String>,
    left_out: Vec<Named>,
    doubts: Vec<Named>,
    foreign: u64,
}

impl Loading {
    fn file(&mut self, file: &RuleFile) {
        let parsed = match parse_sigma_yaml(&file.text) {
            Ok(parsed) => parsed,
            Err(error) => return self.leave_out(file, "", &reason(&error.to_string())),
        };
        for error in &parsed.errors {
            // Half a reference to a related rule changes nothing.
            if !error.starts_with("related") && !error.starts_with("'related'") {
                self.leave_out(file, "", &reason(error));
            }
        }
        for rule in parsed.rules {
            self.rule(file, rule);
        }
        for filter in parsed.filters {
            let named = named(file, &filter.title, String::new());
            self.filters.push((named, filter));
        }
        for correlation in parsed.correlations {
            let head = Head::of_correlation(&correlation);
            let reason = head.unusable();
            let card = self.card(file, &head);
            match reason {
                Some(reason) => self.leave_out(file, &correlation.title, reason),
                None => self.correlations.push((card, correlation)),
            }
        }
    }

    fn rule(&mut self, file: &RuleFile, mut rule: SigmaRule) {
        let called = names(file, rule.id.as_deref(), rule.name.as_deref(), &rule.title);
        if !is_of_cloudtrail(&rule.logsource) {
            self.foreign += 1;
            self.called_elsewhere.extend(called);
            return;
        }
        let head = Head::of_rule(&rule);
        let reason = head.unusable().or_else(|| {
            asks_for_placeholders(&rule)
                .then_some("it uses |expand, and nothing fills in the placeholder")
        });
        if let Some(reason) = reason {
            return self.leave_out(file, &rule.title, reason);
        }
        let card = self.card(file, &head);
        if let Some(known) = self.cards.iter().find(|known| known.id == card.id) {
            let why = format!("it has the same id as a rule in {}", known.file);
            return self.leave_out(file, &rule.title, &why);
        }
        if self.cards.len() >= MOST_RULES {
            return self.leave_out(file, &rule.title, "there are too many rules");
        }
        rule.id = Some(card.id.to_string());
        // Instructions to other engines that load the same rule.
        rule.custom_attributes.clear();
        if let Err(error) = self.engine.add_rule(&rule) {
            return self.leave_out(file, &rule.title, &error.to_string());
        }
        for why in doubt::doubts(&rule) {
            self.doubts.push(named(file, &rule.title, why));
        }
        for called in called {
            self.called.entry(called).or_insert_with(|| card.id.clone());
        }
        self.building.rule(rule);
        self.cards.push(card);
    }

    /// A filter takes matches away from the rules that it names.
    fn filters(&mut self) {
        for (mut named, mut filter) in std::mem::take(&mut self.filters) {
            if filter.logsource.as_ref().is_some_and(|source| !is_of_cloudtrail(source)) {
                self.foreign += 1;
                continue;
            }
            if let FilterRuleTarget::Specific(targets) = &mut filter.rules {
                targets.retain(|target| !self.called_elsewhere.contains(target));
                match self.resolved(targets) {
                    Ok(ids) => *targets = ids,
                    Err(missing) => {
                        named.why =
                            format!("it filters `{}`, which is not loaded", line(&missing, 80));
                        self.left_out.push(named);
                        continue;
                    }
                }
            }
            if let Err(error) = self.engine.apply_filter(&filter) {
                named.why = line(&error.to_string(), 300);
                self.left_out.push(named);
            }
        }
    }

    /// A correlation can be used as soon as all that it builds on can; what builds on itself never
    /// can.
    fn correlations(&mut self) {
        let mut waiting = std::mem::take(&mut self.correlations);
        loop {
            let before = waiting.len();
            for (card, correlation) in std::mem::take(&mut waiting) {
                match self.resolved(&correlation.rules) {
                    Ok(ids) => self.correlation(card, correlation, &ids),
                    Err(_) => waiting.push((card, correlation)),
                }
            }
            if waiting.len() == before {
                break;
            }
        }
        for (card, correlation) in waiting {
            let known = |rule: &&String| self.called.contains_key(*rule);
            let missing: Vec<&String> =
                correlation.rules.iter().filter(|rule| !known(rule)).collect();
            if missing.iter().all(|rule| self.called_elsewhere.contains(*rule)) {
                self.foreign += 1;
                continue;
            }
            let missing = missing.first().map_or_else(String::new, |rule| line(rule, 80));
            let why = format!("it builds on `{missing}`, which is not loaded");
            self.left_out.push(Named {
                file: card.file.to_string(),
                title: card.title.to_string(),
                why,
            });
        }
    }

    fn correlation(&mut self, card: Rule, mut correlation: CorrelationRule, ids: &[String]) {
        let (file, title) = (card.file.to_string(), card.title.to_string());
        let named = Named { file, title, why: String::new() };
        correlation.custom_attributes.clear();
        // What the condition and the aliases call a rule stays; what they cannot call it (a title,
        // a file) becomes its id.
        for (rule, id) in correlation.rules.iter_mut().zip(ids) {
            if !self.building.answers_to(id, rule) {
                for alias in &mut correlation.aliases {
                    if let Some(field) = alias.mapping.remove(rule) {
                        alias.mapping.insert(id.clone(), field);
                    }
                }
                rule.clone_from(id);
            }
        }
        if let Some(why) = self.unusable(&card, &mut correlation) {
            return self.left_out.push(Named { why, ..named });
        }
        if correlation.level.is_none() {
            self.doubts.push(Named { why: doubt::NO_LEVEL.to_owned(), ..named });
        }
        for called in [correlation.id.as_deref(), correlation.name.as_deref(), Some(&card.title)] {
            let called = called.unwrap_or(&card.id).to_owned();
            self.called.entry(called).or_insert_with(|| card.id.clone());
        }
        correlation.id = Some(card.id.to_string());
        self.building.correlation(correlation, ids);
        self.cards.push(card);
    }

    /// Why a correlation is not used whose parts are all there.
    fn unusable(&self, card: &Rule, correlation: &mut CorrelationRule) -> Option<String> {
        if correlation.rules.is_empty() {
            return Some("it builds on no rule".to_owned());
        }
        if self.cards.iter().any(|known| known.id == card.id) {
            return Some("a rule with the same id is loaded".to_owned());
        }
        if self.cards.len() >= MOST_RULES {
            return Some("there are too many rules".to_owned());
        }
        let why = correlate::mended(correlation);
        why.or_else(|| Some(line(&compile_correlation(correlation).err()?.to_string(), 300)))
    }

    /// The ids of what rules are called; the first that nothing is called by otherwise.
    fn resolved(&self, called: &[String]) -> Result<Vec<String>, String> {
        let id = |name: &String| self.called.get(name).map(ToString::to_string);
        called.iter().map(|name| id(name).ok_or_else(|| name.clone())).collect()
    }

    fn card(&self, file: &RuleFile, head: &Head<'_>) -> Rule {
        let id = head.id().map_or_else(|| self.id_by_file(file), CompactString::new);
        head.card(file, id)
    }

    /// Rules without an id go by their file: `aws_root_login`, `aws_root_login#2`.
    fn id_by_file(&self, file: &RuleFile) -> CompactString {
        let stem = stem(&file.path);
        let waiting = self.correlations.iter().map(|(card, _)| &card.id);
        let taken: BTreeSet<&CompactString> =
            self.cards.iter().map(|card| &card.id).chain(waiting).collect();
        let mut id = CompactString::new(stem);
        for number in 2..=MOST_RULES {
            if !taken.contains(&id) {
                break;
            }
            id = compact_str::format_compact!("{stem}#{number}");
        }
        id
    }

    fn leave_out(&mut self, file: &RuleFile, title: &str, why: &str) {
        self.left_out.push(named(file, title, line(why, 300)));
    }
}

/// What the parser says, without its drawing of where.
fn reason(error: &str) -> String {
    let Some((_, drawing)) = error.split_once("Condition parse error") else {
        return error.to_owned();
    };
    if drawing.contains(" | count(") || drawing.contains(" | near ") {
        return "its condition counts events, which takes a correlation now".to_owned();
    }
    let expected = drawing.rsplit_once(" = ").map_or(drawing, |(_, expected)| expected);
    format!("its condition cannot be read: {}", expected.trim())
}

fn named(file: &RuleFile, title: &str, why: String) -> Named {
    Named { file: file.path.clone(), title: line(title, 200), why }
}
