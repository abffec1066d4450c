//! A message in words, before any channel lays it out: plain lines that still have to be escaped
//! for where they go.

use std::fmt::Write as _;

use url::Url;

use crate::text::{first, line};
use crate::{Delivery, Digest, News, Notice, Severity, Standing};

/// The words of a message. Each text is one line that hides nothing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Story {
    pub(crate) headline: String,
    /// The worst there is in it.
    pub(crate) severity: Severity,
    pub(crate) facts: Vec<Fact>,
    pub(crate) sections: Vec<Section>,
    pub(crate) link: Option<Url>,
    /// What the message is about, for whoever searches: the incident and its version.
    pub(crate) reference: String,
}

/// One fact, by the name of its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) label: &'static str,
    pub(crate) value: String,
}

/// Some lines under a title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    pub(crate) title: &'static str,
    pub(crate) lines: Vec<String>,
}

/// Who reads a notification reads no more; the page has the rest.
const LINES: usize = 6;
/// A name or sentence that is longer was made to be in the way.
const LONGEST: usize = 400;

impl Story {
    pub(crate) fn of_incident(notice: &Notice, delivery: &Delivery) -> Self {
        let news = delivery.news;
        let mut sections = Vec::new();
        let mut section = |title: &'static str, lines: &[String]| {
            let lines = first(lines, LINES, LONGEST);
            if !lines.is_empty() {
                sections.push(Section { title, lines });
            }
        };
        section("What is new", &delivery.changes);
        if matches!(news, News::Opened | News::Reopened | News::Test) {
            section("What was achieved", &notice.achieved);
            section("Why", &notice.reasons);
        }
        if !matches!(news, News::Closed | News::Taken) {
            section("What to do first", &notice.steps);
        }
        Self {
            headline: headline(notice, news),
            severity: notice.severity,
            facts: facts(notice),
            sections,
            link: notice.link.as_deref().and_then(link),
            reference: format!("{} version {}", line(&notice.id, LONGEST), notice.version),
        }
    }

    pub(crate) fn of_digest(digest: &Digest) -> Self {
        let lines = digest.entries.iter().map(|entry| {
            let score = bits(entry.score);
            let title = line(&entry.title, LONGEST);
            format!("{}, {score}: {title} ({})", entry.severity.word(), line(&entry.id, LONGEST))
        });
        let mut lines: Vec<String> = lines.collect();
        if digest.left_out > 0 {
            lines.push(format!("… and {} more", digest.left_out));
        }
        let severity = digest.entries.iter().map(|entry| entry.severity).max();
        Self {
            headline: digest.headline(),
            severity: severity.unwrap_or(Severity::Low),
            facts: Vec::new(),
            sections: vec![Section { title: "Watched", lines }],
            link: digest.link.as_deref().and_then(link),
            reference: format!("digest of {}", line(&digest.day, LONGEST)),
        }
    }

    /// The whole of it as lines of text, for receivers that know nothing else.
    pub(crate) fn text(&self) -> String {
        let facts = self.facts.iter().map(|fact| format!("{}: {}", fact.label, fact.value));
        let facts = facts.collect::<Vec<_>>().join("\n");
        let sections = self.sections.iter().map(|section| {
            let lines = section.lines.iter().map(|line| format!("\n- {line}"));
            format!("{}{}", section.title, lines.collect::<String>())
        });
        let link = self.link.as_ref().map(ToString::to_string).unwrap_or_default();
        let reference = format!("Keyhound, {}\n", self.reference);
        let parts = [self.headline.clone(), facts].into_iter().chain(sections);
        let parts = parts.chain([link, reference]).filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join("\n\n")
    }
}

fn headline(notice: &Notice, news: News) -> String {
    let severity = notice.severity.word();
    let level = match notice.standing {
        Standing::Watch => format!("{severity}, watched"),
        Standing::Alert => format!("{severity} alert"),
        Standing::Page => format!("{severity} alert, urgent"),
    };
    let title = line(&notice.title, LONGEST);
    match news {
        News::Opened => format!("{}: {title}", capital(&level)),
        News::Updated => format!("Update, {level}: {title}"),
        News::Reopened => format!("Reopened, {level}: {title}"),
        News::Taken => format!("In progress: {title}"),
        News::Closed => format!("Closed: {title}"),
        News::Test => title,
    }
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

fn facts(notice: &Notice) -> Vec<Fact> {
    let list = |items: &[String]| first(items, 3, LONGEST).join(", ");
    let mut status = notice.status.word().to_owned();
    if let Some(resolution) = &notice.resolution {
        let _ = write!(status, ": {}", line(resolution, LONGEST));
    }
    if let Some(assignee) = &notice.assignee {
        let _ = write!(status, ", assigned to {}", line(assignee, LONGEST));
    }
    let facts = [
        ("Access key", list(&notice.keys)),
        ("Owner", line(&notice.owner, LONGEST)),
        ("Account", list(&notice.accounts)),
        ("Score", bits(notice.score)),
        ("First seen", moment(notice.first_seen)),
        ("Last seen", moment(notice.last_seen)),
        ("Status", status),
        ("Incident", line(&notice.id, LONGEST)),
    ];
    let facts = facts.into_iter().filter(|(_, value)| !value.trim().is_empty());
    facts.map(|(label, value)| Fact { label, value }).collect()
}

/// A score in tenths, rounded down: what is told as 14.0 has reached 14.
pub(crate) fn bits(score: f64) -> String {
    format!("{:.1} bits", (score * 10.0 + 1e-6).floor() / 10.0)
}

fn moment(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// A link that may be shown as one: to a page, with nothing in it that ends it early.
fn link(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}
