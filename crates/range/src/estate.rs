//! What exists in an account: buckets, functions, secrets, users, with their names.
//!
//! Names are functions of the account's seed, so an estate takes no memory; things that are known
//! (because a principal is one of them, or because a real trail names them) go before those.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::seed::{Dice, Seed};
use crate::template::{Template, Values};

/// The table of kinds of things.
#[derive(Debug, Default)]
pub struct Things {
    words: BTreeMap<String, Vec<String>>,
    things: BTreeMap<String, Thing>,
}

#[derive(Debug)]
struct Thing {
    count: u64,
    forms: Vec<Template>,
}

impl Things {
    /// The table that is shipped.
    pub fn shipped() -> Result<&'static Self> {
        static SHIPPED: LazyLock<Result<Things>> = LazyLock::new(Things::read);
        SHIPPED.as_ref().map_err(|error| Error::Data {
            file: "data/range/estate.toml".to_owned(),
            reason: error.to_string(),
        })
    }

    fn read() -> Result<Self> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            words: BTreeMap<String, Vec<String>>,
            things: BTreeMap<String, Entry>,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Entry {
            #[serde(default)]
            count: u64,
            forms: Vec<String>,
        }
        let file: File =
            toml::from_str(include_str!("../../../data/range/estate.toml")).map_err(|error| {
                Error::Data { file: "estate.toml".into(), reason: error.to_string() }
            })?;
        let things = file.things.into_iter().map(|(name, entry)| {
            let forms = entry.forms.iter().map(|form| Template::new(form)).collect();
            (name, Thing { count: entry.count, forms })
        });
        Ok(Self { words: file.words, things: things.collect() })
    }
}

/// What exists in one account.
#[derive(Debug, Clone)]
pub struct Estate {
    table: &'static Things,
    seed: Seed,
    /// The organisation's short name, part of many names.
    pub organisation: Arc<str>,
    /// The account's number, twelve digits.
    pub account: Arc<str>,
    known: BTreeMap<String, Vec<String>>,
}

impl Estate {
    /// The estate of an account.
    pub fn new(organisation: &str, account: &str, seed: Seed) -> Result<Self> {
        Ok(Self {
            table: Things::shipped()?,
            seed: seed.part("estate", account.parse().unwrap_or_default()),
            organisation: organisation.into(),
            account: account.into(),
            known: BTreeMap::new(),
        })
    }

    /// Says that a thing of this kind exists; from then on, things of the kind are those known.
    pub fn add(&mut self, kind: &str, name: &str) {
        let names = self.known.entry(kind.to_owned()).or_default();
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }

    /// The names of a kind that are known, none if they are made up.
    pub fn known(&self, kind: &str) -> &[String] {
        self.known.get(kind).map_or(&[], Vec::as_slice)
    }

    /// Appends a word of a list; false if there is no such list.
    pub fn word(&self, list: &str, into: &mut String, dice: &mut Dice) -> bool {
        let word = self.table.words.get(list).and_then(|words| dice.pick(words));
        word.inspect(|word| into.push_str(word)).is_some()
    }

    /// Appends the name of a thing in a region; false if there is no such kind.
    pub fn thing(
        &self,
        kind: &str,
        region: &str,
        time: Timestamp,
        dice: &mut Dice,
        into: &mut String,
    ) -> bool {
        if let Some(name) = self.known.get(kind).and_then(|names| dice.pick_ranked(names)) {
            into.push_str(name);
            return true;
        }
        let Some(thing) = self.table.things.get(kind) else { return false };
        let mut names = Names { estate: self, region };
        if thing.count == 0 {
            if let Some(form) = dice.pick(&thing.forms) {
                form.render(time, &mut names, dice, into);
            }
        } else {
            let reach = dice.below(thing.count) + 1;
            let index = dice.below(reach);
            let mut own = self.seed.part(kind, index).part(region, 0).dice();
            if let Some(form) = own.pick(&thing.forms) {
                form.render(time, &mut names, &mut own, into);
            }
        }
        true
    }
}

/// The values that names of things are made of.
struct Names<'a> {
    estate: &'a Estate,
    region: &'a str,
}

impl Values for Names<'_> {
    fn value(&mut self, name: &str, into: &mut String, _: &mut Dice) -> bool {
        let value = match name {
            "org" => &*self.estate.organisation,
            "account" => &*self.estate.account,
            "region" => self.region,
            _ => return false,
        };
        into.push_str(value);
        true
    }

    fn word(&mut self, list: &str, into: &mut String, dice: &mut Dice) -> bool {
        self.estate.word(list, into, dice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(estate: &Estate, kind: &str, dice: u64) -> String {
        let mut out = String::new();
        let mut dice = Seed::new(dice).dice();
        assert!(estate.thing(kind, "eu-west-1", Timestamp::UNIX_EPOCH, &mut dice, &mut out));
        out
    }

    #[test]
    fn an_account_has_a_fixed_set_of_things() {
        let estate = Estate::new("acme", "111122223333", Seed::new(1)).unwrap();
        let buckets: std::collections::BTreeSet<_> =
            (0..500).map(|n| name(&estate, "bucket", n)).collect();
        assert!((8..=24).contains(&buckets.len()), "{buckets:?}");
        assert!(buckets.iter().all(|bucket| bucket.starts_with("acme-")));
    }

    #[test]
    fn what_is_known_goes_first() {
        let mut estate = Estate::new("acme", "111122223333", Seed::new(1)).unwrap();
        estate.add("bucket", "real-bucket");
        estate.add("bucket", "real-bucket");
        assert_eq!(name(&estate, "bucket", 3), "real-bucket");
        assert_eq!(estate.known("bucket").len(), 1);
    }

    #[test]
    fn every_form_can_be_filled_in() {
        let estate = Estate::new("acme", "111122223333", Seed::new(1)).unwrap();
        for kind in estate.table.things.keys() {
            for n in 0..20 {
                let name = name(&estate, kind, n);
                assert!(!name.contains('<'), "{kind}: {name}");
            }
        }
    }
}
