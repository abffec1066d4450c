//! What the rules ask of Rust sources: the code without its tests, and the paths it names, resolved.

use std::collections::BTreeMap;

use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Attribute, File, Item, Meta, Token, UseTree};

/// A path that the code names, as far as the file's own `use` lines resolve it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// `std::fs::read`, `HashMap::new`, …
    pub(super) path: String,
    /// The number of generic arguments of the last segment.
    pub(super) arguments: usize,
    /// The line in the file, from 1.
    pub(super) line: usize,
}

/// The syntax of a file without the items that are compiled for tests only; nothing when it does not parse,
/// which the compiler tells better.
pub(super) fn production(text: &str) -> Option<File> {
    let mut file = syn::parse_file(text).ok()?;
    drop_tests(&mut file.items);
    Some(file)
}

/// Every path in the code: what is imported, and what is named where it is used.
pub(super) fn named_paths(file: &File) -> Vec<Named> {
    let mut imports = Imports::default();
    imports.visit_file(file);
    let mut found = Paths { scope: &imports.scope, named: imports.named.clone() };
    found.visit_file(file);
    found.named
}

fn drop_tests(items: &mut Vec<Item>) {
    items.retain(|item| !attributes(item).iter().any(is_test_attribute));
    for item in items {
        if let Item::Mod(module) = item
            && let Some((_, inner)) = &mut module.content
        {
            drop_tests(inner);
        }
    }
}

/// `#[test]`, or `#[cfg(…)]` that asks for `test`.
fn is_test_attribute(attribute: &Attribute) -> bool {
    match &attribute.meta {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("cfg") => {
            let condition = list.tokens.to_string();
            !condition.contains("not")
                && condition.split(|c: char| !c.is_alphanumeric()).any(|word| word == "test")
        }
        _ => false,
    }
}

/// The attributes of an item, whichever kind it is.
fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Collects the `use` lines: what they name, and which short name stands for it.
#[derive(Default)]
struct Imports {
    scope: BTreeMap<String, String>,
    named: Vec<Named>,
}

impl Imports {
    fn add(&mut self, prefix: &str, tree: &UseTree) {
        let joined = |name: &str| {
            if prefix.is_empty() { name.to_owned() } else { format!("{prefix}::{name}") }
        };
        match tree {
            UseTree::Path(path) => self.add(&joined(&path.ident.to_string()), &path.tree),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add(prefix, tree)),
            UseTree::Name(name) if name.ident == "self" => {
                let short = prefix.rsplit("::").next().unwrap_or_default().to_owned();
                self.bind(short, prefix.to_owned(), name.ident.span().start().line);
            }
            UseTree::Name(name) => {
                let short = name.ident.to_string();
                self.bind(short.clone(), joined(&short), name.ident.span().start().line);
            }
            UseTree::Rename(rename) => {
                let full = joined(&rename.ident.to_string());
                self.bind(rename.rename.to_string(), full, rename.ident.span().start().line);
            }
            UseTree::Glob(glob) => {
                let line = glob.star_token.spans[0].start().line;
                self.named.push(Named { path: joined("*"), arguments: 0, line });
            }
        }
    }

    fn bind(&mut self, short: String, full: String, line: usize) {
        self.named.push(Named { path: full.clone(), arguments: 0, line });
        self.scope.insert(short, full);
    }
}

impl<'ast> Visit<'ast> for Imports {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.add("", &item.tree);
    }
}

/// Collects the paths of expressions, types and patterns, also inside macro calls that read as expressions.
struct Paths<'scope> {
    scope: &'scope BTreeMap<String, String>,
    named: Vec<Named>,
}

impl<'ast> Visit<'ast> for Paths<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let mut names: Vec<String> =
            path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if let Some(full) = names.first().and_then(|first| self.scope.get(first)) {
            names[0].clone_from(full);
        }
        let arguments = match path.segments.last().map(|segment| &segment.arguments) {
            Some(syn::PathArguments::AngleBracketed(arguments)) => arguments.args.len(),
            _ => 0,
        };
        let line = path.segments.first().map_or(0, |segment| segment.ident.span().start().line);
        self.named.push(Named { path: names.join("::"), arguments, line });
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let parser = Punctuated::<syn::Expr, Token![,]>::parse_terminated;
        if let Ok(expressions) = call.parse_body_with(parser) {
            // The expressions live only here, so a second visitor reads them.
            let mut inner = Paths { scope: self.scope, named: Vec::new() };
            for expression in &expressions {
                inner.visit_expr(expression);
            }
            self.named.append(&mut inner.named);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<(String, usize)> {
        let file = production(text).expect("parse");
        named_paths(&file).into_iter().map(|named| (named.path, named.line)).collect()
    }

    #[test]
    fn short_names_are_resolved_through_the_imports() {
        let found = paths(
            "use std::{fs, io as terminal};\nfn f() {\n    fs::read(p);\n    terminal::stdin();\n}\n",
        );
        assert!(found.contains(&("std::fs::read".to_owned(), 3)), "{found:?}");
        assert!(found.contains(&("std::io::stdin".to_owned(), 4)), "{found:?}");
    }

    #[test]
    fn macro_arguments_are_read() {
        let found = paths("fn f() {\n    format!(\"{}\", std::env::var(\"X\"));\n}\n");
        assert!(found.contains(&("std::env::var".to_owned(), 2)), "{found:?}");
    }

    #[test]
    fn test_items_are_left_out() {
        let found = paths(
            "#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n#[test]\nfn t() { std::env::args(); }\n",
        );
        assert!(!found.iter().any(|(path, _)| path.starts_with("std")), "{found:?}");
    }

    #[test]
    fn code_outside_tests_is_kept() {
        let found = paths("#[cfg(not(test))]\nfn f() { std::env::args(); }\n");
        assert!(found.iter().any(|(path, _)| path == "std::env::args"), "{found:?}");
    }
}
