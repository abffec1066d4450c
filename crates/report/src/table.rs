//! CSV that a spreadsheet opens as text: nothing in a cell is taken for a formula.

use cloudtrail::AccessKeyId;
use incident::{Act, Incident};

use crate::facts;
use crate::json::outcome;
use crate::safe::spell_out;

/// The columns of [`incidents`].
const INCIDENT: [&str; 22] = [
    "id",
    "status",
    "severity",
    "score",
    "probability",
    "title",
    "first_seen",
    "last_seen",
    "detected_at",
    "root_access_key_id",
    "access_key_ids",
    "principals",
    "account_ids",
    "networks",
    "clients",
    "suspicious_events",
    "first_event_id",
    "created",
    "resources",
    "tactics",
    "techniques",
    "coverage",
];

/// The columns of [`events`].
const EVENT: [&str; 13] = [
    "time",
    "event_id",
    "action",
    "outcome",
    "error",
    "principal",
    "access_key_id",
    "account_id",
    "region",
    "source",
    "client",
    "resource",
    "sensitive",
];

/// One row for each incident; lists are joined with `; `.
pub fn incidents(incidents: &[Incident]) -> String {
    let mut table = Table::new(&INCIDENT);
    for incident in incidents {
        let joined = |values: &[String]| values.join("; ");
        let keys: Vec<&str> = incident.access_key_ids.iter().map(AccessKeyId::as_str).collect();
        let accounts: Vec<String> = incident.account_ids.iter().map(ToString::to_string).collect();
        table.row(&[
            incident.id.clone(),
            facts::status(incident.status).to_owned(),
            facts::severity(incident.severity).to_owned(),
            incident.score.to_string(),
            incident.probability.to_string(),
            incident.title.clone(),
            incident.first_seen.to_string(),
            incident.last_seen.to_string(),
            incident.detected_at.map(|time| time.to_string()).unwrap_or_default(),
            incident.root_access_key_id.as_ref().map(ToString::to_string).unwrap_or_default(),
            keys.join("; "),
            joined(&incident.principals),
            accounts.join("; "),
            joined(&incident.networks),
            joined(&incident.clients),
            incident.event_ids.len().to_string(),
            incident.first_event_id.to_string(),
            joined(&incident.created),
            joined(&incident.resources),
            joined(&incident.tactics),
            joined(&incident.techniques),
            joined(&incident.coverage),
        ]);
    }
    table.text
}

/// One row for each event.
pub fn events(acts: &[Act]) -> String {
    let mut table = Table::new(&EVENT);
    for act in acts {
        table.row(&[
            act.time.to_string(),
            act.event_id.to_string(),
            act.action.clone(),
            outcome(act.outcome).to_owned(),
            act.error.clone(),
            act.principal.clone(),
            act.access_key.as_ref().map(ToString::to_string).unwrap_or_default(),
            act.account.map(|account| account.to_string()).unwrap_or_default(),
            act.region.clone(),
            act.source.clone(),
            act.client.clone(),
            act.resource.clone(),
            facts::is_sensitive(act).to_string(),
        ]);
    }
    table.text
}

/// A table as RFC 4180 has it.
struct Table {
    text: String,
}

impl Table {
    fn new(columns: &[&str]) -> Self {
        Self { text: columns.join(",") + "\r\n" }
    }

    fn row(&mut self, cells: &[String]) {
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            self.text.push_str(&quoted(cell));
        }
        self.text.push_str("\r\n");
    }
}

/// A cell: control characters spelled out, quoted where need be, and with an apostrophe before what
/// a spreadsheet would take for a formula. A number stays a number.
fn quoted(cell: &str) -> String {
    let plain = spell_out(cell);
    let begins = plain.trim_start().chars().next();
    // The wide forms are folded to the narrow ones by some programs.
    let formula =
        |letter| matches!(letter, '=' | '+' | '-' | '@' | '|' | '%' | '＝' | '＋' | '－' | '＠');
    let harmless = if begins.is_some_and(formula) && plain.parse::<f64>().is_err() {
        format!("'{plain}")
    } else {
        plain
    };
    if harmless.contains([',', '"', ';', '\'']) || harmless.starts_with(' ') {
        format!("\"{}\"", harmless.replace('"', "\"\""))
    } else {
        harmless
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn no_cell_is_a_formula_or_breaks_its_row() {
        for (cell, expected) in [
            ("plain", "plain"),
            ("", ""),
            ("-12.5", "-12.5"),
            ("=1+1", "\"'=1+1\""),
            ("+1;-x", "\"'+1;-x\""),
            ("-cmd", "\"'-cmd\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            (" =1", "\"' =1\""),
            ("\t=1", r"\t=1"),
            ("\r=1", r"\r=1"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("a\nb", r"a\nb"),
            ("＝1", "\"'＝1\""),
        ] {
            assert_eq!(quoted(cell), expected, "{cell:?}");
        }
    }
}
