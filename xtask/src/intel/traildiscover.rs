//! What attackers were seen to call: an extract of the TrailDiscover catalogue.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    event_name: String,
    event_source: String,
    mitre_attack_tactics: Vec<String>,
    mitre_attack_techniques: Vec<String>,
    mitre_attack_sub_techniques: Vec<String>,
    incidents: Vec<Incident>,
}

#[derive(Deserialize)]
struct Incident {
    link: String,
}

/// One line per API call: source, event, tactic ids, technique ids, names of the incidents it was seen in.
pub(super) fn compile(catalogue: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes =
        fs::read(catalogue).with_context(|| format!("cannot read {}", catalogue.display()))?;
    let text = if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut text = String::new();
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text)?;
        text
    } else {
        String::from_utf8(bytes)?
    };
    let entries: Vec<Entry> = serde_json::from_str(&text)?;
    let mut lines = BTreeSet::new();
    for entry in &entries {
        let techniques =
            entry.mitre_attack_techniques.iter().chain(&entry.mitre_attack_sub_techniques);
        let incidents: BTreeSet<String> = entry.incidents.iter().map(|i| slug(&i.link)).collect();
        let incidents: Vec<String> = incidents.into_iter().collect();
        lines.insert(format!(
            "{}\t{}\t{}\t{}\t{}",
            entry.event_source.trim(),
            entry.event_name.trim(),
            ids(&entry.mitre_attack_tactics),
            ids(techniques),
            incidents.join(" "),
        ));
    }
    let mut out = String::from(
        "# Extract of TrailDiscover by Adan Álvarez (https://traildiscover.cloud), CC BY 4.0.\n\
         # event source\tevent name\tATT&CK tactics\ttechniques\tpublic incidents it was used in\n",
    );
    for line in lines {
        writeln!(out, "{line}")?;
    }
    Ok(out.into_bytes())
}

/// `TA0007 - Discovery` gives `TA0007`.
fn ids<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    let ids: BTreeSet<&str> = names
        .into_iter()
        .filter_map(|name| name.split_whitespace().next())
        .filter(|id| id.starts_with('T'))
        .collect();
    ids.into_iter().collect::<Vec<_>>().join(" ")
}

/// Last part of the address of the report, the stable name of an incident.
fn slug(link: &str) -> String {
    let path = link.split("://").last().unwrap_or(link);
    let path = path.split(['?', '#']).next().unwrap_or(path).trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or(path);
    let last = if last.len() < 6 { path } else { last };
    let words: String = last
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .collect();
    words.trim_matches('-').chars().take(64).collect()
}
