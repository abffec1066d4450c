//! A value of the configuration, read as what it should be, with errors that point at it.

use std::str::FromStr;

use cloudtrail::Time;
use ipnet::IpNet;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::place::Place;
use super::{Pattern, time};
use crate::cannot_run::CannotRun;

/// A value and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) place: Place<'a>,
    pub(super) inner: &'a Spanned<DeValue<'a>>,
}

/// A table whose fields are known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    value: Value<'a>,
    table: &'a DeTable<'a>,
}

impl<'a> Value<'a> {
    /// An error about this value.
    pub(super) fn fault(self, what: &str, tip: impl Into<String>) -> CannotRun {
        self.place.fault(&self.inner.span(), what, tip)
    }

    fn wanted(self, what: &str, example: &str) -> CannotRun {
        let got = match self.inner.get_ref() {
            DeValue::String(text) => format!("{:?}", text.chars().take(60).collect::<String>()),
            DeValue::Integer(number) => number.to_string(),
            DeValue::Float(number) => number.to_string(),
            DeValue::Boolean(value) => value.to_string(),
            DeValue::Datetime(time) => time.to_string(),
            DeValue::Array(_) => "a list".to_owned(),
            DeValue::Table(_) => "a table".to_owned(),
        };
        self.fault(&format!("expected {what}, found {got}"), format!("write for example {example}"))
    }

    /// A score: not negative, finite.
    pub(super) fn bits(self) -> Result<f64, CannotRun> {
        let number: Option<f64> = match self.inner.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse().ok(),
            DeValue::Float(number) => number.as_str().parse().ok(),
            _ => None,
        };
        number
            .filter(|number| number.is_finite() && *number >= 0.0)
            .ok_or_else(|| self.wanted("a number of bits from 0 on", "14 or 14.5"))
    }

    /// A whole number from 1 on.
    pub(super) fn positive(self) -> Result<u64, CannotRun> {
        let number: Option<u64> = match self.inner.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse().ok(),
            _ => None,
        };
        number
            .filter(|number| *number > 0)
            .ok_or_else(|| self.wanted("a whole number from 1 on", "5000"))
    }

    pub(super) fn boolean(self) -> Result<bool, CannotRun> {
        match self.inner.get_ref() {
            DeValue::Boolean(value) => Ok(*value),
            _ => Err(self.wanted("true or false", "true")),
        }
    }

    /// Text that is not empty.
    pub(super) fn text(self) -> Result<&'a str, CannotRun> {
        match self.inner.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => Ok(text),
            _ => Err(self.wanted("text", "\"office Berlin\"")),
        }
    }

    pub(super) fn pattern(self) -> Result<Pattern, CannotRun> {
        Pattern::new(self.text()?).ok_or_else(|| self.wanted("a pattern", "\"*role/audit*\""))
    }

    /// Text that is parsed.
    pub(super) fn parsed<T: FromStr>(self, what: &str, example: &str) -> Result<T, CannotRun> {
        let text = match self.inner.get_ref() {
            DeValue::String(text) => text.parse().ok(),
            _ => None,
        };
        text.ok_or_else(|| self.wanted(what, example))
    }

    /// An address or a network.
    pub(super) fn network(self) -> Result<IpNet, CannotRun> {
        let wanted = || self.wanted("an address or a network", "\"203.0.113.0/24\"");
        let DeValue::String(text) = self.inner.get_ref() else { return Err(wanted()) };
        let address = || text.parse().map(|address: std::net::IpAddr| IpNet::from(address));
        text.parse().or_else(|_| address()).map(|net: IpNet| net.trunc()).map_err(|_| wanted())
    }

    /// The first moment of a day, or the moment itself.
    pub(super) fn beginning(self) -> Result<Time, CannotRun> {
        self.time(time::beginning)
    }

    /// The first moment after a day, or the moment itself.
    pub(super) fn end(self) -> Result<Time, CannotRun> {
        self.time(time::end)
    }

    fn time(self, read: fn(&str) -> Option<Time>) -> Result<Time, CannotRun> {
        let time = match self.inner.get_ref() {
            DeValue::String(text) => read(text),
            DeValue::Datetime(datetime) => read(&datetime.to_string()),
            _ => None,
        };
        time.ok_or_else(|| self.wanted("a day or a time with its zone", time::FORM))
    }

    /// A list, read element by element.
    pub(super) fn list<T>(
        self,
        read: impl Fn(Value<'a>) -> Result<T, CannotRun>,
    ) -> Result<Vec<T>, CannotRun> {
        let elements = match self.inner.get_ref() {
            DeValue::Array(elements) => elements,
            DeValue::Table(_) => {
                let tip = "write [[…]] with two brackets above each element";
                return Err(self.fault("expected a list of tables, found one table", tip));
            }
            _ => return Err(self.wanted("a list", "[\"one\", \"two\"]")),
        };
        elements.iter().map(|inner| read(Value { place: self.place, inner })).collect()
    }

    /// A table with some of these fields and no others.
    pub(super) fn record(self, fields: &[&str]) -> Result<Record<'a>, CannotRun> {
        let DeValue::Table(table) = self.inner.get_ref() else {
            return Err(self.wanted("a table", &format!("{{ {} = … }}", fields.join(" = …, "))));
        };
        for key in table.keys() {
            let name: &str = key.get_ref();
            if !fields.contains(&name) {
                let what = format!("unknown field `{name}`");
                return Err(self.place.fault(
                    &key.span(),
                    &what,
                    meant(name, fields.iter().copied()),
                ));
            }
        }
        Ok(Record { value: self, table })
    }
}

impl<'a> Record<'a> {
    /// A field, if it is there.
    pub(super) fn get(self, name: &str) -> Option<Value<'a>> {
        self.table.get(name).map(|inner| Value { place: self.value.place, inner })
    }

    /// A field that must be there.
    pub(super) fn need(self, name: &str) -> Result<Value<'a>, CannotRun> {
        self.get(name).ok_or_else(|| {
            self.value.fault(&format!("`{name}` is missing"), format!("add `{name} = …`"))
        })
    }

    /// A field that may be missing.
    pub(super) fn may<T>(
        self,
        name: &str,
        read: impl Fn(Value<'a>) -> Result<T, CannotRun>,
    ) -> Result<Option<T>, CannotRun> {
        self.get(name).map(read).transpose()
    }

    /// An error about the whole table.
    pub(super) fn fault(self, what: &str, tip: &str) -> CannotRun {
        self.value.fault(what, tip)
    }
}

/// The tip for a name that is not known: the one that was probably meant, else all.
pub(super) fn meant<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let near = nearest(name, known.clone());
    near.map_or_else(
        || {
            let all: Vec<String> = known.map(|known| format!("`{known}`")).collect();
            format!("there are {}", all.join(", "))
        },
        |near| format!("did you mean `{near}`?"),
    )
}

/// The known name that differs from this one by a slip of the fingers at most.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|known| (strsim::normalized_damerau_levenshtein(name, known), known))
        .filter(|(likeness, _)| *likeness >= 0.65)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, known)| known)
}
