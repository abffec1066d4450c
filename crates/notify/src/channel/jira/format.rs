//! A message in the two forms that Jira reads: its cloud takes documents (ADF), its servers wiki
//! markup.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Deployment;
use crate::story::Story;
use crate::text::cut_utf16;

/// The text of an issue or comment, of at most about `most` characters; `key` is what a repeat
/// finds it by.
pub(super) fn text_of(
    deployment: Deployment,
    story: &Story,
    key: Option<&str>,
    most: usize,
) -> Value {
    // Lines are bounded, so it is few of them that are ever cut.
    let fair = most / lines(story).max(1);
    let key = key.map(|key| format!(", delivery {key}")).unwrap_or_default();
    let reference = format!("Keyhound, {}{key}", story.reference);
    match deployment {
        Deployment::Cloud => document(story, &reference, fair),
        Deployment::Server => json!(wiki(story, &reference, fair)),
    }
}

fn lines(story: &Story) -> usize {
    2 + story.facts.len()
        + story.sections.iter().map(|section| section.lines.len() + 1).sum::<usize>()
}

/// Atlassian Document Format: text nodes hold text and nothing else.
fn document(story: &Story, reference: &str, fair: usize) -> Value {
    let text = |text: &str| json!({ "type": "text", "text": cut_utf16(text, fair) });
    let strong =
        |text: &str| json!({ "type": "text", "text": text, "marks": [{ "type": "strong" }] });
    let paragraph = |content: Vec<Value>| json!({ "type": "paragraph", "content": content });
    let list = |items: Vec<Value>| {
        let items: Vec<Value> = items
            .into_iter()
            .map(|item| json!({ "type": "listItem", "content": [item] }))
            .collect();
        json!({ "type": "bulletList", "content": items })
    };
    let mut content = vec![paragraph(vec![text(&story.headline)])];
    if !story.facts.is_empty() {
        let facts = story
            .facts
            .iter()
            .map(|fact| paragraph(vec![strong(&format!("{}: ", fact.label)), text(&fact.value)]));
        content.push(list(facts.collect()));
    }
    for section in &story.sections {
        let title = strong(section.title);
        content.push(json!({ "type": "heading", "attrs": { "level": 3 }, "content": [title] }));
        content.push(list(section.lines.iter().map(|line| paragraph(vec![text(line)])).collect()));
    }
    if let Some(link) = &story.link {
        let mark = json!({ "type": "link", "attrs": { "href": link.as_str() } });
        let link = json!({ "type": "text", "text": "Open in Keyhound", "marks": [mark] });
        content.push(paragraph(vec![link]));
    }
    content.push(paragraph(vec![text(reference)]));
    json!({ "type": "doc", "version": 1, "content": content })
}

/// Wiki markup: <https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all>.
fn wiki(story: &Story, reference: &str, fair: usize) -> String {
    // An escaped character takes up to five.
    let text = |text: &str| escaped(&cut_utf16(text, fair / 2));
    let mut page = format!("{}\n\n", text(&story.headline));
    for fact in &story.facts {
        let _ = writeln!(page, "* *{}:* {}", fact.label, text(&fact.value));
    }
    for section in &story.sections {
        let _ = writeln!(page, "\nh3. {}", section.title);
        for line in &section.lines {
            let _ = writeln!(page, "* {}", text(line));
        }
    }
    if let Some(link) = &story.link {
        let link = link.as_str().replace('|', "%7C").replace('[', "%5B").replace(']', "%5D");
        let _ = writeln!(page, "\n[Open in Keyhound|{link}]");
    }
    let _ = writeln!(page, "\n{}", text(reference));
    page
}

/// Text in which nothing is markup: no link, mention, macro, emphasis or picture.
fn escaped(text: &str) -> String {
    const MARKS: &str = "{}[]!*_-+^~?|#@()";
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            // Two of them break the line, and one at the end would swallow what follows.
            '\\' => out += "&#92;",
            // An address is made a link wherever it stands.
            ':' => out += "&#58;",
            mark if MARKS.contains(mark) => out.extend(['\\', mark]),
            other => out.push(other),
        }
    }
    out
}
