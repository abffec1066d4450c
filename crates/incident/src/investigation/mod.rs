//! What a responder asks first, answered when an incident is raised: the questions of AWS's
//! playbook, three rings of blast radius, and what to do about the resources.
//!
//! Everything here is computed from the incident's own events, the whole of the input
//! ([`Input`](crate::Input)) and, where it was given, what the account's policies allow. Every
//! statement names its events; where the input cannot tell, the answer is *unknown, because …*.

mod changes;
mod question;
mod radius;
mod reachable;
mod resolution;
mod restore;
mod session;
mod tried;
mod view;
mod words;

use cloudtrail::{AccessKeyId, AccountId, EventId, Time};
use serde::Serialize;

pub(crate) use view::View;

/// So many events stand under one answer; the rest are counted.
const EVENTS: usize = 10;
/// So many things of one sort are listed; the rest are counted.
const LISTED: usize = 500;

/// The investigation of an incident.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Investigation {
    /// The questions of AWS's playbook and those of scope, in the order in which they are asked.
    pub questions: Vec<Question>,
    /// What was touched, what was made or changed, what could be reached.
    pub radius: Radius,
    /// Calls by action: tried against succeeded, the most tried first.
    pub tried: Vec<Tried>,
    /// Actions beyond those in [`Investigation::tried`].
    pub further_actions: u64,
    /// What to do about the resources.
    pub resolution: Resolution,
}

/// A question and what the events say.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Question {
    /// Its name, for example `still-active`.
    pub id: String,
    /// When it is asked.
    pub stage: Stage,
    /// The question.
    pub text: String,
    /// What kind of answer there is.
    pub found: Found,
    /// The answer in a sentence or two; of what is unknown, why.
    pub answer: String,
    /// The events behind it, at most ten.
    pub event_ids: Vec<EventId>,
    /// How many further events are behind it.
    pub further_events: u64,
}

/// When a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// At once: how bad, and what to do first.
    Triage,
    /// Then: how far it goes.
    Scope,
}

/// What kind of answer a question has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// Yes: it is so, and that is bad.
    Yes,
    /// No: nothing of it was seen, and it would have been seen.
    No,
    /// Neither yes nor no: the answer is a fact, as which key or which regions.
    Told,
    /// The input cannot tell; the answer says why.
    Unknown,
}

/// The three rings.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Radius {
    /// Ring one: things that were read or listed.
    pub touched: Vec<Touched>,
    /// Things beyond those in [`Radius::touched`].
    pub further_touched: u64,
    /// Ring one as well: calls that read or listed without naming a thing.
    pub listed: Vec<Tried>,
    /// Ring two: what was made, changed, given away or deleted, in the order of events.
    pub changed: Vec<Changed>,
    /// Changes beyond those in [`Radius::changed`].
    pub further_changed: u64,
    /// Ring two as well: sessions that were made, and until when they work.
    pub sessions: Vec<Session>,
    /// Sessions beyond those in [`Radius::sessions`].
    pub further_sessions: u64,
    /// Ring three: what the credentials may do.
    pub reachable: Reachable,
}

/// A thing that was read or listed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Touched {
    /// Its ARN or name; objects are told by their bucket.
    pub name: String,
    /// The strongest that was done with it: `list`, `read`; more where it was used for a change of
    /// something else, as a disk is for a snapshot.
    pub access: String,
    /// With which actions.
    pub actions: Vec<String>,
    /// How many calls.
    pub calls: u64,
    /// The first of them.
    pub first: Time,
    /// The last of them.
    pub last: Time,
    /// The events, at most ten.
    pub event_ids: Vec<EventId>,
    /// How many further events.
    pub further_events: u64,
}

/// How often an action was tried, and how often it succeeded.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tried {
    /// `service:Name`.
    pub action: String,
    /// What it does: `list`, `read`, `write`, `permissions`, `tagging` or `unknown`.
    pub access: String,
    /// How many calls.
    pub tried: u64,
    /// How many of them succeeded.
    pub succeeded: u64,
    /// How many of them were not allowed.
    pub denied: u64,
    /// The events, at most ten, those that succeeded first.
    pub event_ids: Vec<EventId>,
}

/// Something that was made or changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Changed {
    /// What it is: `user`, `access-key`, `role`, `trust-policy`, `function-url` …
    pub kind: String,
    /// Its ARN or name.
    pub name: String,
    /// What was done to it.
    pub how: How,
    /// What there is to know beyond the name: the policy, whom it lets in; may be empty.
    pub detail: String,
    /// Whether it lets somebody back in or gives more rights.
    pub way_in: bool,
    /// Whether it is still there.
    pub standing: Standing,
    /// By whom, as an ARN or a name.
    pub by: String,
    /// With which key.
    pub access_key_id: Option<AccessKeyId>,
    /// `service:Name`.
    pub action: String,
    /// In which account.
    pub account_id: Option<AccountId>,
    /// In which region.
    pub region: String,
    /// When.
    pub time: Time,
    /// The event; and the one that ended it, where there is one.
    pub event_ids: Vec<EventId>,
}

/// What was done to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// It was made.
    Made,
    /// It was changed.
    Changed,
    /// Rights were given or a policy was written.
    Empowered,
    /// It was given to somebody else.
    Shared,
    /// It was switched off.
    SwitchedOff,
    /// It was deleted.
    Deleted,
}

/// Whether something is still there at the end of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Nothing in the input ended it.
    Stands,
    /// It was ended, or has run out.
    Gone,
    /// The input does not tell.
    Unknown,
}

/// A session that was made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Session {
    /// Its key, where the record names it.
    pub access_key_id: Option<AccessKeyId>,
    /// `role-session`, `session-token`, `federation-token` or `console`.
    pub kind: String,
    /// Whom it acts as.
    pub acts_as: String,
    /// The maker: its key, else its name.
    pub from: String,
    /// When it was made.
    pub begun: Time,
    /// Until when it works.
    pub ends: Time,
    /// Whether the answer says so; otherwise it is the longest that AWS allows.
    pub end_is_told: bool,
    /// Whether it still works at the end of the input.
    pub standing: Standing,
    /// What stops it: switching off the key that made it does not.
    pub stopped_by: String,
    /// How many suspicious events were made with it.
    pub uses: u64,
    /// The event that made it.
    pub event_ids: Vec<EventId>,
}

/// Ring three: what the credentials may do.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Reachable {
    /// Whether policies were given.
    pub known: bool,
    /// Why it is not known, or how it was found.
    pub why: String,
    /// Who may do what.
    pub identities: Vec<Reach>,
}

/// What one identity may do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reach {
    /// Who, as an ARN.
    pub principal: String,
    /// Whether it may do everything.
    pub everything: bool,
    /// By service, in the order of names.
    pub services: Vec<ServiceReach>,
    /// Roles that it may assume, as far as its own policies and their trust policies tell.
    pub roles: Vec<String>,
    /// Ways to more rights than it has.
    pub escalations: Vec<String>,
    /// What limits or widens the answer: boundaries, conditions, session policies.
    pub notes: Vec<String>,
    /// Events with which it acted, at most ten.
    pub event_ids: Vec<EventId>,
}

/// What may be done in one service, by access level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServiceReach {
    /// IAM's prefix of the service.
    pub service: String,
    /// Actions that list.
    pub list: Level,
    /// Actions that read.
    pub read: Level,
    /// Actions that write.
    pub write: Level,
    /// Actions that change who may do what.
    pub permissions: Level,
    /// Actions that change tags.
    pub tagging: Level,
}

/// How many actions of one access level are allowed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Level {
    /// On everything.
    pub allowed: u32,
    /// On some things, or under conditions.
    pub limited: u32,
    /// Of so many.
    pub of: u32,
}

/// What to do about the resources behind a credential.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Resolution {
    /// Which of the four cases applies.
    pub case: Case,
    /// Why.
    pub because: String,
    /// Whether that is read from `policies`, from `events`, or from nothing.
    pub from: String,
    /// The resources behind it.
    pub resources: Vec<Affected>,
    /// Resources beyond those.
    pub further_resources: u64,
    /// What was modified or deleted, for restoring.
    pub modified: Vec<Modified>,
    /// Modifications beyond those.
    pub further_modified: u64,
}

/// The four cases of the playbook.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Case {
    /// It reads and writes: switch it off, never delete it.
    ReadAndWrite,
    /// It reads what is public anyway: rotate it.
    PublicRead,
    /// It writes: check what was written, restore, switch it off.
    Write,
    /// Nobody can tell: act as for [`Case::ReadAndWrite`].
    #[default]
    Unknown,
}

/// A resource that a credential reads or writes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Affected {
    /// Its ARN or name.
    pub name: String,
    /// Whether it was read.
    pub read: bool,
    /// Whether it was written.
    pub written: bool,
    /// Whether everybody may read it anyway; null where the input does not tell.
    pub public: Option<bool>,
    /// The events, at most ten.
    pub event_ids: Vec<EventId>,
}

/// Something that was modified or deleted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Modified {
    /// Its ARN or name; of an object, `s3://bucket/key`.
    pub name: String,
    /// What was done.
    pub how: How,
    /// `service:Name`.
    pub action: String,
    /// The version that this made, where the answer tells.
    pub version: Option<String>,
    /// The version that was named by the call: overwritten or deleted for good.
    pub old_version: Option<String>,
    /// Whether a delete marker was left, under which earlier versions lie.
    pub delete_marker: bool,
    /// How to get back what was there before, in a sentence.
    pub restore: String,
    /// When.
    pub time: Time,
    /// The event.
    pub event_ids: Vec<EventId>,
}

impl Investigation {
    /// Investigates an incident.
    pub(crate) fn of(view: &View<'_>) -> Self {
        let (tried, further_actions) = tried::tried(view);
        let radius = radius::rings(view);
        let resolution = resolution::resolve(view, &radius);
        let questions = question::answer(view, &radius, &resolution);
        Self { questions, radius, tried, further_actions, resolution }
    }

    /// Every event that a statement rests on.
    pub fn event_ids(&self) -> impl Iterator<Item = &EventId> {
        let Self { questions, radius, tried, resolution, .. } = self;
        let Radius { touched, listed, changed, sessions, reachable, .. } = radius;
        (questions.iter().map(|one| &one.event_ids))
            .chain(touched.iter().map(|one| &one.event_ids))
            .chain(tried.iter().chain(listed).map(|one| &one.event_ids))
            .chain(changed.iter().map(|one| &one.event_ids))
            .chain(sessions.iter().map(|one| &one.event_ids))
            .chain(reachable.identities.iter().map(|one| &one.event_ids))
            .chain(resolution.resources.iter().map(|one| &one.event_ids))
            .chain(resolution.modified.iter().map(|one| &one.event_ids))
            .flatten()
    }
}
