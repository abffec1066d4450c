//! Rules that look at a record while it is still JSON, and what they leave with its event.

use std::fmt::Debug;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::Event;

/// The user's own rules, asked about every record that became an event.
///
/// Nothing to the right of this crate sees the JSON of a record, rules excepted: what they ask for
/// is written by their authors and not known here. They see it once, in the thread that decodes.
pub trait RecordRules: Debug + Send + Sync {
    /// What the rules say of a record. `record` is its text as it stands in the file.
    fn look(&self, record: &str, event: &Event) -> Option<Box<Matches>>;

    /// The rules over several events, before they have seen one; `None` when there are none.
    fn correlations(&self) -> Option<Box<dyn Correlations>>;
}

/// Rules over several events.
pub trait Correlations: Send {
    /// Sees an event of which [`Matches::parts`] is not empty, and tells the numbers of the rules
    /// that it completes, ascending. Events come in the order of (time, id).
    fn see(&mut self, event: &Event) -> Vec<u16>;
}

/// What rules found in one record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matches {
    /// The numbers of the rules that match, ascending.
    pub rules: Vec<u16>,
    /// The numbers of the matching rules that [`Correlations`] build on, whether or not they count
    /// by themselves.
    pub parts: Vec<u16>,
    /// What correlations will ask of the event: the number of a field and its value, `None` for
    /// null. Fields that the record has not are not listed.
    pub values: Vec<(u16, Option<CompactString>)>,
}
