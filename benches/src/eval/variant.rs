//! The product as it is, and the product without one of its ideas, expressed as other constants.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use intel::action;
use serde_json::{Map, Value, json};

/// One way to run the product.
pub(super) struct Variant {
    pub(super) name: &'static str,
    /// Weights that differ, of the form of `data/weights.json`.
    weights: Value,
    /// What thieves do, if it differs, of the form of `data/thief.json`.
    thief: Option<Value>,
    /// Whether incidents below the shipped threshold are told as well.
    open: bool,
}

/// The product as users run it.
pub(super) const SHIPPED: &str = "keyhound, as shipped";
/// The same, with incidents from 5 bits on: the curve needs what is below the threshold.
pub(super) const OPEN: &str = "keyhound";
/// The product without one of its ideas.
pub(super) const ABLATIONS: [&str; 5] = [
    "without the attacker prior",
    "without evidence against theft",
    "learning from suspicious activity",
    "without innocent explanations",
    "signals only, no habits",
];

/// All of them.
pub(super) fn all() -> Result<Vec<Variant>> {
    let variant = |name, weights| Variant { name, weights, thief: None, open: true };
    let [prior, against, learning, explained, signals] = ABLATIONS;
    Ok(vec![
        Variant { open: false, ..variant(SHIPPED, json!({})) },
        variant(OPEN, json!({})),
        Variant { thief: Some(indifferent()?), ..variant(prior, json!({})) },
        variant(against, json!({ "negative_limit": 0.0, "known_range": 0.0 })),
        // No score is high enough to be held back from learning.
        variant(learning, json!({ "quarantine": 1_000.0 })),
        variant(explained, json!({ "explained": 0.0 })),
        variant(
            signals,
            json!({
                "context_clip": [0.0, 0.0],
                "hour_clip": [0.0, 0.0],
                "known_range": 0.0,
                "read_clip": 0.0,
                "write_clip": 0.0,
                "cold_clip": 0.0,
                "refusal_limit": 0.0,
                "new_class_limit": 0.0,
                "volume_limit": 0.0,
                "overlap": 0.0,
                "stage": 0.0
            }),
        ),
    ])
}

impl Variant {
    /// The flags that make the program this variant; its files are put into a folder.
    pub(super) fn flags(&self, folder: &Path) -> Result<Vec<String>> {
        let mut flags = Vec::new();
        let mut set = |name: &str, value: &Value| -> Result<()> {
            let path = folder.join(format!("{name}.json"));
            fs::write(&path, value.to_string()).context("write a variant's constants")?;
            flags.extend(["--set".to_owned(), format!("judge.{name}={}", path.display())]);
            Ok(())
        };
        set("weights", &self.weights)?;
        if let Some(thief) = &self.thief {
            set("thief", thief)?;
        }
        if self.open {
            flags.extend(["--set".to_owned(), "thresholds.watch=5".to_owned()]);
        }
        Ok(flags)
    }
}

/// A thief of whom nothing is known: every network, client, region and action alike. What benign
/// principals do when they do something new stays as it is.
fn indifferent() -> Result<Value> {
    let shipped = include_str!("../../../data/thief.json");
    let mut thief: Value = serde_json::from_str(shipped).context("read data/thief.json")?;
    let even = |names: Vec<String>, part: &dyn Fn(f64) -> Value| -> Value {
        let share = 1.0 / names.len().max(1) as f64;
        names.into_iter().map(|name| (name, part(share))).collect::<Map<_, _>>().into()
    };
    let names = |value: &Value| -> Vec<String> {
        value.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
    };
    thief["networks"] = even(names(&thief["networks"]), &|share| json!(share));
    // Every family of every kind alike: a kind's mass is its share of all families.
    let kinds = names(&thief["clients"]["kinds"]);
    let families = |kind: &str| thief["clients"]["kinds"][kind]["families"].as_u64().unwrap_or(1);
    let all: u64 = kinds.iter().map(|kind| families(kind)).sum();
    let alike: Map<String, Value> = kinds
        .iter()
        .map(|kind| {
            let count = families(kind);
            (kind.clone(), json!({ "mass": count as f64 / all as f64, "families": count }))
        })
        .collect();
    thief["clients"] = json!({ "families": {}, "kinds": alike });
    thief["regions"] = json!({ "listed": {}, "others": { "mass": 1.0, "regions": 30 } });
    let actions = action::actions().map(|(service, name, _)| format!("{service}:{name}"));
    thief["incidents"] = json!({ "any": actions.collect::<Vec<_>>() });
    Ok(thief)
}
