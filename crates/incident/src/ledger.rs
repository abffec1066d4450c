//! The ledger's lines in words.

use compact_str::CompactString;
use detect::{EvidenceGroup, Line, Rule, Settings, Trust, Weights, signal};

use crate::incident::LedgerLine;

/// A line of the sum, with the sentence that says what it means.
pub(crate) fn line(line: &Line, settings: &Settings) -> LedgerLine {
    LedgerLine {
        signal: if line.about.is_empty() {
            line.signal.to_string()
        } else {
            format!("{}:{}", line.signal, line.about)
        },
        text: text(line, settings) + &trusted(line, &settings.weights),
        bits: line.bits.to_f64(),
        observed: line.observed.to_string(),
        usual: line.usual.to_string(),
        peers: line.peers.to_string(),
        event_ids: line.events.clone(),
    }
}

/// How a line that verdicts have reweighted came about.
fn trusted(line: &Line, weights: &Weights) -> String {
    let Some(group) = EvidenceGroup::of(&line.signal, weights) else { return String::new() };
    if line.trust == Trust::WHOLE {
        return String::new();
    }
    format!(
        "; counts {:.3} of its {} bits: what verdicts say of {} evidence",
        f64::from(line.trust) / f64::from(Trust::WHOLE),
        line.alone,
        group.as_str()
    )
}

fn text(line: &Line, settings: &Settings) -> String {
    let weights = &settings.weights;
    if let Some(about) = signal::about(&line.signal) {
        return about.text.to_owned();
    }
    let against = line.bits.is_negative();
    let text = match line.signal.as_str() {
        "network" if against => "the network is the usual one",
        "network" => "the network is unusual for this principal",
        "client" if against => "the client is the usual one",
        "client" => "the client is unusual for this principal",
        "region" if against => "the region is the usual one",
        "region" => "the region is unusual for this principal",
        "account" => "the account is unusual for this principal",
        "hour" if against => "active at a usual hour",
        "hour" => "active at an unusual hour",
        "refusals" => "calls were refused: an owner knows what is allowed",
        "overlap" => "the owner was at work from the usual network at the same time",
        "carry" => "an earlier episode of the same credential was suspicious",
        "stages" => "the new actions belong to several stages of an attack",
        "action" => return action_text(line, weights),
        Line::RULE => return rule_text(line, settings),
        "limit-on-negative-evidence" => "ordinary habits prove little: a thief can copy them",
        _ => "an innocent explanation is supported",
    };
    text.to_owned()
}

/// A rule is named with its author and licence, wherever it is told of.
fn rule_text(line: &Line, settings: &Settings) -> String {
    let Some(rule) = settings.rules.iter().find(|rule| rule.id == line.about) else {
        return format!("the Sigma rule {} matches", line.about);
    };
    let Rule { title, level, author, licence, file, .. } = rule;
    let given = |before: &str, text: &str| match text {
        "" => String::new(),
        text => format!(", {before}{text}"),
    };
    let source =
        format!("{level}{}{}{}", given("by ", author), given("", licence), given("in ", file));
    let matches = format!("the Sigma rule “{title}” matches ({source})");
    if line.bits == line.alone.scaled(line.trust) {
        return matches;
    }
    let limit = settings.weights.rule_limit;
    format!("{matches}; {} bits alone, all rules together count {limit:.1} at most", line.alone)
}

/// Actions count less and less: the ledger says how the number came about.
fn action_text(line: &Line, weights: &Weights) -> String {
    let action: &CompactString = &line.about;
    if line.bits == line.alone.scaled(line.trust) {
        return format!("{action} is what thieves do and this principal does not");
    }
    format!(
        "{action} is what thieves do and this principal does not ({} bits alone; the k-th strongest action counts {:.2}^k, and shared limits apply)",
        line.alone,
        f64::from(weights.action_decay) / 256.0
    )
}
