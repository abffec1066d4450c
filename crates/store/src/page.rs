//! Lists in pages that are stable while things are added.
//!
//! A cursor holds the sort key of the last item of a page, and the next page is what sorts behind
//! it: nothing is counted, so what is inserted meanwhile neither repeats nor hides anything.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use crate::Error;

/// The most items of a page.
pub const MOST: u32 = 500;

/// How many items a page has at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u32);

impl Limit {
    /// That many, but at least one and at most [`MOST`].
    pub fn new(items: u32) -> Self {
        Self(items.clamp(1, MOST))
    }

    pub(crate) fn items(self) -> usize {
        self.0 as usize
    }

    /// One more, to see whether there is a page behind.
    pub(crate) fn with_next(self) -> i64 {
        i64::from(self.0) + 1
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

/// Some items of a list, and how to ask for the next ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// The cursor of the next page; none on the last one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page of what was asked for with [`Limit::with_next`].
    pub(crate) fn of(mut items: Vec<T>, limit: Limit, cursor: impl Fn(&T) -> Cursor) -> Self {
        let has_next = items.len() > limit.items();
        items.truncate(limit.items());
        let next = items.last().filter(|_| has_next).map(|last| cursor(last).encode());
        Self { items, next }
    }
}

/// Where a page ends: the list and its order, the sort key, and the id that tells equal keys apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) order: String,
    pub(crate) key: i64,
    pub(crate) id: String,
}

impl Cursor {
    pub(crate) fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{} {} {}", self.order, self.key, self.id))
    }

    /// Reads a cursor of that order. What is in it comes from outside and is bound like any value.
    pub(crate) fn decode(text: &str, order: &str) -> Result<Self, Error> {
        let wrong =
            || Error::invalid("cursor", "is none of this list: ask for its first page again");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
        let plain = String::from_utf8(bytes).map_err(|_| wrong())?;
        let mut parts = plain.splitn(3, ' ');
        let (Some(found), Some(key), Some(id)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(wrong());
        };
        let key = key.parse().map_err(|_| wrong())?;
        if found != order {
            return Err(wrong());
        }
        Ok(Self { order: found.to_owned(), key, id: id.to_owned() })
    }
}
