//! The message as HTML that fetches nothing, with its style in place, as readers of mail want it.

use std::fmt::Write as _;

use crate::Severity;
use crate::story::Story;

/// A whole page. Every text goes through [`escaped`].
pub(super) fn page(story: &Story) -> String {
    let mut page = String::from(
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head>\n<body style=\"font-family: sans-serif\">\n",
    );
    let color = color(story.severity);
    let _ = writeln!(
        page,
        "<h2 style=\"border-left: 6px solid {color}; padding-left: 10px\">{}</h2>",
        escaped(&story.headline)
    );
    if !story.facts.is_empty() {
        page += "<table>\n";
        for fact in &story.facts {
            let (label, value) = (escaped(fact.label), escaped(&fact.value));
            let _ = writeln!(page, "<tr><th align=\"left\">{label}</th><td>{value}</td></tr>");
        }
        page += "</table>\n";
    }
    for section in &story.sections {
        let _ = writeln!(page, "<h3>{}</h3>\n<ul>", escaped(section.title));
        for line in &section.lines {
            let _ = writeln!(page, "<li>{}</li>", escaped(line));
        }
        page += "</ul>\n";
    }
    if let Some(link) = &story.link {
        let _ =
            writeln!(page, "<p><a href=\"{}\">Open in Keyhound</a></p>", escaped(link.as_str()));
    }
    let reference = escaped(&story.reference);
    let _ = writeln!(page, "<p><small>Keyhound, {reference}</small></p>\n</body></html>");
    page
}

/// Text for HTML, inside elements and quoted attributes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            other => out.push(other),
        }
    }
    out
}

const fn color(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "#6b7280",
        Severity::Medium => "#2563eb",
        Severity::High => "#d97706",
        Severity::Critical => "#b91c1c",
    }
}
