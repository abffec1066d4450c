//! `docs/reference/weights.md`: every constant of the judge with its value and its meaning.
//!
//! The meanings are the docstrings of `crates/detect/src/weights.rs`, the values are those of
//! `data/weights.json`; the source is read as syntax, so that this crate links no crate of the product.

use std::fmt::Write;
use std::fs;

use serde_json::{Map, Value};
use syn::{Expr, ExprLit, Fields, Item, Lit, Meta};

use crate::checkout;

const SOURCE: &str = "crates/detect/src/weights.rs";
const VALUES: &str = "data/weights.json";

/// The page. What is missing on either side is said in the page, where the drift check and every
/// reader meet it.
pub(crate) fn reference() -> String {
    let read = |path: &str| fs::read_to_string(checkout::root().join(path)).unwrap_or_default();
    page(&read(SOURCE), &read(VALUES))
}

fn page(source: &str, values: &str) -> String {
    let values: Map<String, Value> = serde_json::from_str(values).unwrap_or_default();
    let mut page = format!(
        "# Weights\n\n\
         Written by `cargo xtask docs` from `{SOURCE}` and `{VALUES}`; do not edit.\n\n\
         Every constant of the judge is a named value of `{VALUES}`; none is hidden in the code.\n\
         Numbers are bits where nothing else is said; scores are kept in 256ths of a bit.\n\
         [How Keyhound judges](../guide/how-it-judges.md) shows them at work, \
         [the signals](signals.md) have their bits on a page of their own.\n\
         `watch`, `alert`, `page` and `even_odds` are what [the configuration](configuration.md) may set; \
         the others change with a version of Keyhound, and only with an evaluation before and after.\n\n\
         | name | value | meaning |\n|---|---|---|\n"
    );
    for (name, meaning) in fields(source) {
        let value = match values.get(&name) {
            Some(Value::Object(map)) => format!("{} signals", map.len()),
            Some(value) => format!("`{value}`"),
            None => format!("**missing in {VALUES}**"),
        };
        let _ = writeln!(page, "| `{name}` | {value} | {} |", meaning.replace('|', "\\|"));
    }
    page
}

/// Names and docstrings of the fields of `Weights`, in their order.
fn fields(source: &str) -> Vec<(String, String)> {
    let items = syn::parse_file(source).map(|file| file.items).unwrap_or_default();
    let weights = items.into_iter().find_map(|item| match item {
        Item::Struct(found) if found.ident == "Weights" => Some(found.fields),
        _ => None,
    });
    let Some(Fields::Named(fields)) = weights else { return Vec::new() };
    fields
        .named
        .iter()
        // What is no constant is in no file.
        .filter(|field| !field.attrs.iter().any(is_skipped))
        .map(|field| {
            let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
            let lines: Vec<String> = field.attrs.iter().filter_map(doc_line).collect();
            (name, lines.join(" "))
        })
        .collect()
}

fn is_skipped(attribute: &syn::Attribute) -> bool {
    attribute.path().is_ident("serde")
        && attribute.parse_args::<syn::Path>().is_ok_and(|word| word.is_ident("skip"))
}

fn doc_line(attribute: &syn::Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value else { return None };
    pair.path.is_ident("doc").then(|| text.value().trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::{VALUES, page, reference};

    #[test]
    fn names_values_and_meanings_stand_side_by_side() {
        let source = "/// All.\npub struct Weights {\n/// First | line,\n/// second.\npub a: f64,\n/// Gone.\npub b: u32,\n/// Made.\n#[serde(skip)]\npub c: u32,\npub signals: M }";
        let page = page(source, r#"{"a": [1.5, 2], "signals": {"x": 1}}"#);
        assert!(page.contains("| `a` | `[1.5,2]` | First \\| line, second. |"), "{page}");
        assert!(page.contains("| `b` | **missing in data/weights.json** | Gone. |"), "{page}");
        assert!(!page.contains("Made."), "{page}");
        assert!(page.contains("| `signals` | 1 signals |"), "{page}");
    }

    #[test]
    fn every_weight_has_a_meaning_and_a_value() {
        let page = reference();
        assert!(page.lines().count() > 30, "{page}");
        assert!(!page.contains("missing in"), "{page}");
        assert!(!page.contains("|  |"), "a weight without a docstring: {page}");
        assert!(page.contains(VALUES));
    }
}
