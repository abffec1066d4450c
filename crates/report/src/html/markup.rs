//! The one way to write HTML: what is not a literal of this program is escaped.

use std::fmt::{Display, Write};

use cloudtrail::EventId;

use crate::safe::Safe;

/// A page, or a piece of one, as it is written.
#[derive(Debug, Default)]
pub(crate) struct Markup {
    out: String,
}

impl Markup {
    /// Markup of this program's own: a literal, so that no record can be in it.
    pub(crate) fn raw(&mut self, literal: &'static str) -> &mut Self {
        self.out.push_str(literal);
        self
    }

    /// Anybody's text, up to a thousand columns.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.escaped(Safe::new(text).as_str());
        self
    }

    /// Anybody's text, up to some columns.
    pub(crate) fn within(&mut self, text: &str, columns: usize) -> &mut Self {
        self.escaped(Safe::within(text, columns).as_str());
        self
    }

    /// Both ends of anybody's text.
    pub(crate) fn ends(&mut self, text: &str, columns: usize) -> &mut Self {
        self.escaped(Safe::ends(text, columns).as_str());
        self
    }

    /// An attribute, with a space before it.
    pub(crate) fn attribute(&mut self, name: &'static str, value: impl Display) -> &mut Self {
        let _ = write!(self.out, " {name}=\"");
        self.escaped(Safe::new(&value.to_string()).as_str());
        self.out.push('"');
        self
    }

    /// A coordinate or length of a picture; a tenth is finer than any screen.
    pub(crate) fn at(&mut self, name: &'static str, value: f64) -> &mut Self {
        let _ = write!(self.out, " {name}=\"{}\"", (value * 10.0).round() / 10.0);
        self
    }

    /// A text in an element.
    pub(crate) fn element(&mut self, tag: &'static str, text: &str) -> &mut Self {
        let _ = write!(self.out, "<{tag}>");
        self.text(text);
        let _ = write!(self.out, "</{tag}>");
        self
    }

    /// A text in an element of a class.
    pub(crate) fn classed(
        &mut self,
        tag: &'static str,
        class: &'static str,
        text: &str,
    ) -> &mut Self {
        let _ = write!(self.out, "<{tag} class=\"{class}\">");
        self.text(text);
        let _ = write!(self.out, "</{tag}>");
        self
    }

    /// Writes the title of a section and what it is about, and opens it.
    pub(crate) fn section(&mut self, id: &str, title: &str, lead: &str) -> &mut Self {
        self.raw("<section").attribute("id", id).raw(">\n").element("h2", title);
        if !lead.is_empty() {
            self.classed("p", "lead", lead);
        }
        self.raw("\n")
    }

    /// A command to copy; the button appears where scripts run.
    pub(crate) fn command(&mut self, command: &str) -> &mut Self {
        self.raw("<div class=\"command\"><code>").text(command);
        self.raw("</code><button type=\"button\" hidden>copy</button></div>")
    }

    /// What was written.
    pub(crate) fn finish(self) -> String {
        self.out
    }

    fn escaped(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&#39;"),
                other => self.out.push(other),
            }
        }
    }
}

/// Where the events of an incident stand in its table, and the prefix of its anchors.
#[derive(Debug)]
pub(crate) struct Anchors<'a> {
    /// `i1-` and so on: ids are unique on the page.
    pub(crate) prefix: String,
    numbers: std::collections::BTreeMap<&'a EventId, usize>,
}

impl<'a> Anchors<'a> {
    /// The anchors of the incident of this number.
    pub(crate) fn of(number: usize, events: impl Iterator<Item = &'a EventId>) -> Self {
        let numbers = events.enumerate().map(|(index, id)| (id, index + 1)).collect();
        Self { prefix: format!("i{number}-"), numbers }
    }

    /// The anchor of a section.
    pub(crate) fn section(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// The number of an event, if it stands in the table.
    pub(crate) fn number(&self, event: &EventId) -> Option<usize> {
        self.numbers.get(event).copied()
    }

    /// Links to events; those that stand in no table are named.
    pub(crate) fn links(&self, page: &mut Markup, events: &[EventId], further: u64) {
        for (index, event) in events.iter().enumerate() {
            if index > 0 {
                page.raw(", ");
            }
            let id = event.to_string();
            match self.number(event) {
                Some(number) => {
                    page.raw("<a").attribute("href", format_args!("#{}e{number}", self.prefix));
                    page.attribute("data-event", &id).attribute("title", &id).raw(">");
                    page.raw(if index == 0 { "event " } else { "" }).text(&number.to_string());
                    page.raw("</a>");
                }
                None => {
                    page.raw("<code")
                        .attribute("data-event", &id)
                        .raw(">")
                        .text(&id)
                        .raw("</code>");
                }
            }
        }
        if further > 0 {
            page.text(&format!(" and {further} more"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Markup;

    #[test]
    fn nothing_but_literals_becomes_markup() {
        let mut page = Markup::default();
        page.raw("<p").attribute("title", "\"><script>").raw(">").text("<b>'\u{202e}&\u{1b}");
        page.raw("</p>").at("x", 1.0 / 3.0);
        assert_eq!(
            page.finish(),
            "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;b&gt;&#39;\\u{202e}&amp;\\u{1b}</p> x=\"0.3\""
        );
    }

    #[test]
    fn a_megabyte_of_name_is_cut() {
        let mut page = Markup::default();
        page.text(&"<".repeat(1 << 20));
        assert!(page.finish().len() < 10_000);
    }
}
