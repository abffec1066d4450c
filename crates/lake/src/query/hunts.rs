//! Saved hunts: one file each in `hunts/`, a question with what it means and what it leaves open.
//!
//! A file begins with comments: what the hunt shows, then a line for each value that it leaves
//! open, `-- $name: what it is`, with ` = default` at its end where it may be left out. Every hunt
//! also knows `$since` and `$until`.

use std::sync::LazyLock;

use cloudtrail::Time;

use super::{Value, Values};

/// A saved hunt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunt {
    /// Its name.
    pub name: &'static str,
    /// What it shows, in one sentence.
    pub about: &'static str,
    /// The values that it leaves open.
    pub parameters: Vec<Parameter>,
    /// The question.
    pub sql: &'static str,
}

/// A value that a hunt leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, without the dollar.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// What it is when it is left out; must be given if there is nothing here.
    pub default: Option<&'static str>,
}

macro_rules! files {
    ($($name:literal,)*) => {
        &[$(($name, include_str!(concat!("../../hunts/", $name, ".sql"))),)*]
    };
}

static FILES: &[(&str, &str)] = files![
    "address-keys",
    "assumed-roles",
    "attack-tools",
    "data-access",
    "hidden-networks",
    "hourly",
    "incident-events",
    "incidents",
    "instance-keys-elsewhere",
    "key-actions",
    "key-calls",
    "key-sources",
    "lineage-down",
    "lineage-up",
    "long-term-keys",
    "machines-started",
    "mail-sending",
    "model-use",
    "objects-destroyed",
    "open-security-groups",
    "other-accounts",
    "persistence",
    "public-sharing",
    "refusals",
    "regions",
    "rights-changed",
    "root-use",
    "secrets-read",
    "shared-addresses",
    "sign-ins",
    "sign-ins-without-mfa",
    "trail-tampering",
    "valuable-reads",
];

static HUNTS: LazyLock<Vec<Hunt>> =
    LazyLock::new(|| FILES.iter().map(|(name, text)| Hunt::read(name, text)).collect());

/// All saved hunts, by name.
pub fn hunts() -> &'static [Hunt] {
    &HUNTS
}

/// The period of a question: from its first moment up to before its second; without a bound where
/// none is given.
pub fn period(since: Option<Time>, until: Option<Time>) -> Values {
    const BEGINNING_OF_1970: Time = Time::from_seconds(0);
    const BEGINNING_OF_2200: Time = Time::from_seconds(7_258_118_400);
    Values::from([
        ("since".to_owned(), Value::Time(since.unwrap_or(BEGINNING_OF_1970))),
        ("until".to_owned(), Value::Time(until.unwrap_or(BEGINNING_OF_2200))),
    ])
}

impl Hunt {
    /// The hunt of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        hunts().iter().find(|hunt| hunt.name == name)
    }

    fn read(name: &'static str, text: &'static str) -> Self {
        let comments = text.lines().map_while(|line| line.strip_prefix("-- "));
        let mut about = "";
        let mut parameters = Vec::new();
        for line in comments {
            match line.strip_prefix('$').and_then(|rest| rest.split_once(": ")) {
                Some((name, rest)) => {
                    let (about, default) = match rest.rsplit_once(" =") {
                        Some((about, default)) => (about, Some(default.trim())),
                        None => (rest, None),
                    };
                    parameters.push(Parameter { name, about, default });
                }
                None => about = line,
            }
        }
        Self { name, about, parameters, sql: text }
    }

    /// What the hunt is asked with: what is given, and the defaults of what is not. Fails with the
    /// parameter that lacks, or with a name that is given and not known.
    pub fn values(&self, given: &Values) -> Result<Values, Lacking> {
        let known = |name: &str| self.parameters.iter().any(|parameter| parameter.name == name);
        if let Some(name) = given.keys().find(|name| !known(name) && !is_period(name)) {
            return Err(Lacking::Unknown(name.clone()));
        }
        let mut values = given.clone();
        for parameter in &self.parameters {
            if values.contains_key(parameter.name) {
                continue;
            }
            match parameter.default {
                Some(default) => {
                    values.insert(parameter.name.to_owned(), Value::Text(default.to_owned()));
                }
                None => return Err(Lacking::Missing(parameter.clone())),
            }
        }
        Ok(values)
    }
}

fn is_period(name: &str) -> bool {
    matches!(name, "since" | "until")
}

/// Why a hunt cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lacking {
    /// A value that must be given is not.
    Missing(Parameter),
    /// A value is given that the hunt does not know.
    Unknown(String),
}

#[cfg(test)]
mod tests {
    use super::{Lacking, hunts};
    use crate::query::{Value, Values};

    #[test]
    fn every_file_is_a_hunt_that_says_what_it_shows() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("hunts");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .map(|name| name.strip_suffix(".sql").unwrap().to_owned())
            .collect();
        files.sort_unstable();
        let known: Vec<&str> = hunts().iter().map(|hunt| hunt.name).collect();
        assert_eq!(files, known);
        for hunt in hunts() {
            assert!(hunt.about.len() > 20, "{}", hunt.name);
            for parameter in &hunt.parameters {
                assert!(hunt.sql.contains(&format!("${}", parameter.name)), "{}", hunt.name);
            }
            assert!(hunt.sql.contains("$since") && hunt.sql.contains("$until"), "{}", hunt.name);
        }
    }

    #[test]
    fn values_are_asked_for_by_name() {
        let calls = super::Hunt::named("key-calls").unwrap();
        assert!(
            matches!(calls.values(&Values::new()), Err(Lacking::Missing(one)) if one.name == "key")
        );
        let given = Values::from([("color".to_owned(), Value::Text("red".to_owned()))]);
        assert_eq!(calls.values(&given), Err(Lacking::Unknown("color".to_owned())));
        let persistence = super::Hunt::named("persistence").unwrap();
        let values = persistence.values(&Values::new()).unwrap();
        assert_eq!(values["key"], Value::Text(String::new()));
    }
}
