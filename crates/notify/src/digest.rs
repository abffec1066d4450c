//! What was watched during a day, in one message for each channel that asked for it.

use serde::{Deserialize, Serialize};

use crate::delivery::key;
use crate::rules::Rules;
use crate::{Notice, Severity, Standing, Status};

/// A digest for one channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Digest {
    /// The configured name of the channel.
    pub channel: String,
    /// What it is of, in words: `2026-11-26`.
    pub day: String,
    /// The incidents, the highest score first.
    pub entries: Vec<Entry>,
    /// So many more there were.
    pub left_out: usize,
    /// The page that lists them.
    pub link: Option<String>,
    /// What receivers know duplicates by: the same for the same day and channel.
    pub key: String,
}

/// One incident of a digest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The incident.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How bad it is if it is true.
    pub severity: Severity,
    /// In bits.
    pub score: f64,
}

/// So many incidents are named.
const ENTRIES: usize = 20;

impl Digest {
    /// `3 watched incidents on 2026-11-26`.
    pub(crate) fn headline(&self) -> String {
        let count = self.entries.len() + self.left_out;
        let incidents = if count == 1 { "incident" } else { "incidents" };
        format!("{count} watched {incidents} on {}", crate::text::line(&self.day, 40))
    }
}

/// The digests of a day: one for each channel of a rule with `digest = true` that at least one
/// watched incident fits. What is an alert, or closed, is not in it.
pub fn digests(rules: &Rules, notices: &[Notice], day: &str, link: Option<&str>) -> Vec<Digest> {
    let mut digests = Vec::new();
    for channel in rules.digest_channels() {
        let mut fitting: Vec<&Notice> = notices
            .iter()
            .filter(|notice| notice.standing == Standing::Watch && notice.status != Status::Closed)
            .filter(|notice| rules.digests_to(channel, notice))
            .collect();
        if fitting.is_empty() {
            continue;
        }
        fitting.sort_by(|one, other| {
            other.score.total_cmp(&one.score).then_with(|| one.id.cmp(&other.id))
        });
        let entries = fitting.iter().take(ENTRIES).map(|notice| Entry {
            id: notice.id.clone(),
            title: notice.title.clone(),
            severity: notice.severity,
            score: notice.score,
        });
        digests.push(Digest {
            channel: channel.to_owned(),
            day: day.to_owned(),
            entries: entries.collect(),
            left_out: fitting.len().saturating_sub(ENTRIES),
            link: link.map(ToOwned::to_owned),
            key: key(&["digest", channel, day]),
        });
    }
    digests
}
