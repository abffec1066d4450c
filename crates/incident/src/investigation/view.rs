//! What an investigation looks at: the incident's events, what was made, and the whole input.

use cloudtrail::{AccessKeyId, EventId, Outcome};
use detect::{Act, Fact, Kind, Subject};

use super::EVENTS;
use crate::closure::Known;
use crate::grants::{Grants, Made};
use crate::hypothesis::Finding;
use crate::incident::{LedgerLine, Status};
use crate::input::Input;

/// What an investigation looks at.
pub(crate) struct View<'a> {
    /// The episodes, in the order of their beginnings.
    pub(crate) members: &'a [&'a Known],
    /// What was done with the credentials, in order; what AWS says of them is left out.
    pub(crate) deeds: &'a [Act],
    /// Credentials, users and roles that were made, in order.
    pub(crate) made: &'a [&'a Made],
    /// Everything that was made by anybody, and how it ended.
    pub(crate) grants: &'a Grants,
    /// Why it is an incident, line by line.
    pub(crate) ledger: &'a [LedgerLine],
    pub(crate) findings: &'a [Finding],
    pub(crate) kind: Kind,
    pub(crate) status: Status,
    pub(crate) root_key: Option<&'a AccessKeyId>,
    /// Every credential that was used or made.
    pub(crate) keys: &'a [AccessKeyId],
    /// Who was impersonated.
    pub(crate) principals: &'a [String],
    /// Deeds that are counted and not kept.
    pub(crate) further: u64,
    pub(crate) input: &'a Input<'a>,
}

impl<'a> View<'a> {
    /// The line of the ledger of a signal.
    pub(super) fn line(&self, signal: &str) -> Option<&'a LedgerLine> {
        self.ledger.iter().find(|line| line.signal == signal)
    }

    /// What succeeded.
    pub(super) fn succeeded(&self) -> impl Iterator<Item = &'a Act> {
        self.deeds.iter().filter(|act| act.outcome == Outcome::Success)
    }
}

/// `service:Name` of an act, without a version in the name.
pub(super) fn base(act: &Act) -> &str {
    intel::action::base_name(&act.action)
}

/// The service of an act.
pub(super) fn service(act: &Act) -> &str {
    act.action.split_once(':').map_or("", |(service, _)| service)
}

/// What an act says about a subject.
pub(super) fn facts(act: &Act, about: Subject) -> impl Iterator<Item = &str> {
    let of = move |fact: &&Fact| fact.about == about;
    act.facts.iter().filter(of).map(|fact| fact.text.as_str())
}

/// Events, each once, at most ten, and how many there are beyond.
pub(super) fn cited<'e>(events: impl Iterator<Item = &'e EventId>) -> (Vec<EventId>, u64) {
    let mut all = crate::story::distinct(events.cloned());
    let further = all.len().saturating_sub(EVENTS);
    all.truncate(EVENTS);
    (all, further as u64)
}
