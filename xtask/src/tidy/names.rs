//! Types and modules carry the field's nouns, not words that fit anything.

use proc_macro2::Ident;
use syn::visit::{self, Visit};

use super::{Rule, Tree, Violation};

pub(super) const RULE: Rule = Rule {
    name: "names",
    holds: "No type, module or file is named by a word that fits anything; `docs/GLOSSARY.md` has the words to use.",
    particulars,
    check,
};

/// Words that say nothing about what a thing is, in the singular.
const EMPTY_WORDS: &[&str] =
    &["common", "helper", "manager", "misc", "processor", "util", "utility"];

/// AWS's own names, which keep their words.
const AWS_NAMES: &[&str] =
    &["certificate manager", "secrets manager", "session manager", "systems manager"];

fn particulars() -> Vec<String> {
    let quoted = |words: &[&str]| {
        words.iter().map(|word| format!("“{word}”")).collect::<Vec<_>>().join(", ")
    };
    vec![
        format!("words: {}", quoted(EMPTY_WORDS)),
        format!("allowed, being AWS's names: {}", quoted(AWS_NAMES)),
    ]
}

fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in &tree.files {
        if !matches!(file.extension(), "rs" | "ts" | "tsx" | "py" | "sh") {
            continue;
        }
        for part in file.path.split('/') {
            let name = part.split('.').next().unwrap_or_default();
            if let Some(word) = empty_word(name) {
                violations.push(Violation::new(&file.path, 0, told("file or folder", name, word)));
            }
        }
        if let Some(code) = file.production() {
            let mut names = Names::default();
            names.visit_file(code);
            for (name, line) in names.found {
                if let Some(word) = empty_word(&name) {
                    violations.push(Violation::new(&file.path, line, told("name", &name, word)));
                }
            }
        }
    }
    violations
}

fn told(what: &str, name: &str, word: &str) -> String {
    format!(
        "the {what} `{name}` says “{word}”, which fits anything: name what the thing is, with a word of docs/GLOSSARY.md"
    )
}

/// The first empty word in a name, written in either case.
fn empty_word(name: &str) -> Option<&'static str> {
    let mut words = words(name).join(" ");
    for aws in AWS_NAMES {
        words = words.replace(aws, "");
    }
    let singular = |word: &str| match word.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => word.strip_suffix('s').unwrap_or(word).to_owned(),
    };
    words
        .split(' ')
        .find_map(|word| EMPTY_WORDS.iter().find(|empty| **empty == singular(word)).copied())
}

/// `RetryHelper` and `retry_helper` are both “retry helper”.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for character in name.chars() {
        if character.is_uppercase() || !character.is_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| character.is_alphanumeric()) {
            word.extend(character.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[derive(Default)]
struct Names {
    found: Vec<(String, usize)>,
}

impl Names {
    fn add(&mut self, name: &Ident) {
        self.found.push((name.to_string(), name.span().start().line));
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.add(&item.ident);
    }
    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.add(&item.ident);
    }
    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.add(&item.ident);
    }
    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        self.add(&item.ident);
    }
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.add(&item.ident);
        visit::visit_item_mod(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree_of;
    use super::*;

    #[test]
    fn empty_words_are_told_where_they_stand() {
        let code =
            "//! A.\npub struct StateManager;\nmod string_utils {\n    enum RetryHelpers {}\n}\n";
        let told: Vec<_> =
            check(&tree_of(&[("a.rs", code)])).iter().map(|violation| violation.line).collect();
        assert_eq!(told, [2, 3, 4]);
    }

    #[test]
    fn file_names_count() {
        assert_eq!(
            check(&tree_of(&[("ui/src/common.ts", ""), ("crates/x/src/utils/a.rs", "//! A.\n")]))
                .len(),
            2
        );
    }

    #[test]
    fn the_names_of_aws_and_words_inside_words_are_fine() {
        let code = "//! A.\nstruct SecretsManagerBatch;\nstruct Uncommon;\nmod systems_manager {}\nstruct Utilisation;\n";
        assert_eq!(check(&tree_of(&[("secrets_manager.rs", code)])), []);
    }
}
