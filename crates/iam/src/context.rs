//! What is known of a request beside its action and resource.

use std::collections::BTreeMap;

use compact_str::CompactString;

/// The keys of a request's context and their values. Names of keys are the same in capital and
/// small letters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    values: BTreeMap<CompactString, Vec<CompactString>>,
    /// Whether a key that is not here may be in the request all the same.
    open: bool,
}

impl Context {
    /// A context of which everything is known: a key that is not set is not in the request.
    pub fn complete() -> Self {
        Self::default()
    }

    /// A context of which only what is set is known.
    pub fn open() -> Self {
        Self { open: true, ..Self::default() }
    }

    /// Adds a value to a key.
    #[must_use]
    pub fn with(mut self, key: &str, value: &str) -> Self {
        let values = self.values.entry(key.to_ascii_lowercase().into()).or_default();
        values.push(value.into());
        self
    }

    /// The values of a key; `None` where it is not in the request, as far as is known.
    pub(crate) fn get(&self, key: &str) -> Option<&[CompactString]> {
        self.values.get(key.to_ascii_lowercase().as_str()).map(Vec::as_slice)
    }

    /// Whether nothing is known of a key.
    pub(crate) fn is_unknown(&self, key: &str) -> bool {
        self.open && self.get(key).is_none()
    }
}
