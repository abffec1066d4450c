//! Links between documents lead somewhere.

use std::collections::BTreeSet;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{Rule, Tree, Violation, no_particulars};

pub(super) const RULE: Rule = Rule {
    name: "links",
    holds: "Every relative link in a Markdown file leads to a file, a folder or a heading that exists.",
    particulars: no_particulars,
    check,
};

fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in tree.with_extension("md") {
        for (target, line) in links(&file.text) {
            if target.contains("://") || target.starts_with("mailto:") || target.starts_with("//") {
                continue;
            }
            let (path, heading) = target.split_once('#').unwrap_or((target.as_str(), ""));
            let full = if path.is_empty() { file.path.clone() } else { resolve(&file.path, path) };
            let message = if !exists(tree, &full) {
                format!(
                    "the link `{target}` leads to `{full}`, which does not exist: mend or remove it"
                )
            } else if !heading.is_empty()
                && tree.file(&full).is_some_and(|page| {
                    page.extension() == "md" && !headings(&page.text).contains(heading)
                })
            {
                format!(
                    "the link `{target}` names a heading that `{full}` does not have: mend or remove it"
                )
            } else {
                continue;
            };
            violations.push(Violation::new(&file.path, line, message));
        }
    }
    violations
}

/// The targets of links and images with their lines; code is no link.
fn links(text: &str) -> Vec<(String, usize)> {
    let parser = Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter();
    let line_at = |offset: usize| text[..offset].matches('\n').count() + 1;
    parser
        .filter_map(|(event, span)| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                Some((dest_url.into_string(), line_at(span.start)))
            }
            _ => None,
        })
        .collect()
}

/// The anchors of a page, spelled as forges spell them: lower case, words joined by hyphens.
fn headings(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut heading: Option<String> = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(words) | Event::Code(words) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&words);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                anchors.extend(heading.take().map(|heading| anchor(&heading)));
            }
            _ => {}
        }
    }
    anchors
}

fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase().replace(' ', "-");
    kept.chars()
        .filter(|character| character.is_alphanumeric() || matches!(character, '-' | '_'))
        .collect()
}

fn exists(tree: &Tree, path: &str) -> bool {
    let folder = format!("{path}/");
    path.is_empty()
        || tree.paths.contains(path)
        || tree.paths.iter().any(|other| other.starts_with(&folder))
}

/// The path that a link in the file `from` leads to, from the root of the checkout.
fn resolve(from: &str, link: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree_of;
    use super::*;

    #[test]
    fn a_link_to_nowhere_is_told_with_its_line() {
        let files = [
            (
                "docs/guide/start.md",
                "# Start\n\nSee [the words](../GLOSSARY.md#one-word) and\n[nothing](gone.md).\n",
            ),
            ("docs/GLOSSARY.md", "# Words\n\n## One word\n"),
        ];
        let told: Vec<_> = check(&tree_of(&files)).iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "docs/guide/start.md:4: the link `gone.md` leads to `docs/guide/gone.md`, which does not exist: mend or remove it"
            ]
        );
    }

    #[test]
    fn a_heading_that_is_gone_is_told() {
        let files = [("a.md", "# A b\n\n[here](#a-b) [gone](#c)\n")];
        assert_eq!(check(&tree_of(&files)).len(), 1);
    }

    #[test]
    fn folders_addresses_and_code_are_fine() {
        let files = [
            ("README.md", "[data](data/) [site](https://example.org/x) `[no](link.md)`\n"),
            ("data/a.toml", ""),
        ];
        assert_eq!(check(&tree_of(&files)), []);
    }
}
