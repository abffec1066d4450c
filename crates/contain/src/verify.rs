//! Proof that a containment worked: nobody of the lineage succeeds any more.
//!
//! Silence counts only where somebody would be heard: as long as the logs do not reach the end of
//! the watch, nothing is proven.

use std::collections::BTreeMap;

use cloudtrail::{AccessKeyId, AccountId, Event, EventId, GrantKind, Outcome, Time};
use serde::Serialize;

use crate::account::{Account, Accounts, Fault};
use crate::document;
use crate::journal::{Changing, Entry, Line};
use crate::plan::{Action, Plan, Step, Stops};
use crate::progress::{self, Progress};
use crate::target::Target;
use crate::thing::{Identity, State, Thing};

/// Listens to events after a containment.
pub struct Listener<'a> {
    plan: &'a Plan,
    since: Time,
    window: i64,
    /// Credentials that watched ones made, by key, with what stops them.
    made: BTreeMap<AccessKeyId, (Stops, Vec<String>)>,
    survivors: Vec<Survivor>,
    further: u64,
    powerless: u64,
    refused: u64,
    last_refused: Option<Time>,
    heard: u64,
    /// The last event of each account.
    reached: BTreeMap<AccountId, Time>,
    doubtful: u64,
}

/// A success after the containment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Survivor {
    /// The key or principal that succeeded.
    pub who: String,
    /// `service:Name`.
    pub action: String,
    /// From where.
    pub source: String,
    /// When.
    pub time: Time,
    /// The event.
    pub event_id: EventId,
    /// Why it still works and what to do, in a sentence.
    pub text: String,
    /// The steps that would stop it, the surest first.
    pub steps: Vec<String>,
}

/// What a watch found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// Whether nobody succeeded through the whole of the watch, and would have been heard.
    pub proven: bool,
    /// In a sentence.
    pub text: String,
    /// From when on silence is asked for: the last change, and the time that IAM takes.
    pub since: Time,
    /// Seconds of silence that are asked for.
    pub window: i64,
    /// The last event of all that was heard.
    pub until: Option<Time>,
    /// How many events of anybody were heard since.
    pub heard: u64,
    /// Successes of the lineage.
    pub survivors: Vec<Survivor>,
    /// Successes beyond those.
    pub further: u64,
    /// Calls of the lineage that were refused since: the thief still tries.
    pub refused: u64,
    /// The last of them.
    pub last_refused: Option<Time>,
    /// Calls of the lineage that failed, but not for being refused: the credential may still work.
    pub doubtful: u64,
    /// `GetCallerIdentity` of the lineage, which no policy can refuse and which gives nothing.
    pub powerless: u64,
    /// Steps that were taken and hold no longer.
    pub broken: Vec<Broken>,
}

/// A step that was taken and holds no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// The step.
    pub step: String,
    /// The setting, in words.
    pub what: String,
    /// What is there now, or why nobody can tell.
    pub found: String,
}

/// IAM takes some seconds until a change is known everywhere; no call in these counts.
pub const SETTLING: i64 = 60;
/// The playbook asks for half an hour without a success.
pub const WINDOW: i64 = 30 * 60;
/// CloudTrail delivers what happened within a quarter of an hour, most of it within five minutes: until
/// the logs are that much further, some of the watch may still be on its way.
pub const DELIVERY: i64 = 15 * 60;
/// So many survivors are told one by one.
const MOST: usize = 100;

/// When the containment was complete: its last change that was not taken back. Nothing if nothing
/// is changed.
pub fn contained_at(plan: &Plan, lines: &[Line]) -> Option<Time> {
    let stands = |step: &str, change: usize| {
        plan.step(step).is_some() && matches!(progress::of(lines, step, change), Progress::Done(_))
    };
    let done = lines.iter().filter(|line| match &line.entry {
        Entry::Done { step, change } => stands(step, *change),
        _ => false,
    });
    done.map(|line| line.at).max()
}

impl<'a> Listener<'a> {
    /// Listens for so many seconds after the containment, once IAM has settled.
    pub fn new(plan: &'a Plan, contained: Time, window: i64) -> Self {
        Self {
            plan,
            since: contained.plus_seconds(SETTLING),
            window,
            made: BTreeMap::new(),
            survivors: Vec::new(),
            further: 0,
            powerless: 0,
            refused: 0,
            last_refused: None,
            heard: 0,
            reached: BTreeMap::new(),
            doubtful: 0,
        }
    }

    /// Hears an event. Events may come in any order, but what makes a session before its use.
    pub fn hear(&mut self, event: &Event) {
        let near = event
            .account
            .filter(|account| self.plan.targets.iter().any(|target| target.account == *account));
        if let Some(account) = near {
            let last = self.reached.entry(account).or_insert(event.time);
            *last = event.time.max(*last);
        }
        let Some((stopped_by, steps)) = self.lineage(event) else {
            self.heard += u64::from(near.is_some() && event.time >= self.since);
            return;
        };
        self.learn(event);
        if event.time < self.since {
            return;
        }
        self.heard += 1;
        let (stopped_by, steps) = if event.name == "ConsoleLogin" {
            (Stops::Password, self.against_passwords(event))
        } else {
            (stopped_by, steps)
        };
        match event.outcome {
            Outcome::Denied => {
                self.refused += 1;
                self.last_refused = self.last_refused.max(Some(event.time));
            }
            _ if event.service == "sts" && event.name == "GetCallerIdentity" => self.powerless += 1,
            Outcome::Success if self.survivors.len() >= MOST => self.further += 1,
            Outcome::Success => self.survivors.push(survivor(event, stopped_by, steps)),
            // A sign-in that failed, and what was too much, was let in nowhere.
            Outcome::Failed if event.name == "ConsoleLogin" || is_throttled(&event.error) => {
                self.refused += 1;
            }
            Outcome::Failed => self.doubtful += 1,
        }
    }

    /// The steps that take the password of an event's user away: no policy refuses a sign-in.
    fn against_passwords(&self, event: &Event) -> Vec<String> {
        let of_user = |step: &&Step| {
            step.action == Action::DeleteLoginProfile && step.subject == event.identity.arn
        };
        self.plan.steps.iter().filter(of_user).map(|step| step.name.clone()).collect()
    }

    /// What stops the credential of an event, if it is of the lineage.
    fn lineage(&self, event: &Event) -> Option<(Stops, Vec<String>)> {
        let key = event.identity.access_key.as_ref();
        if let Some(made) = key.and_then(|key| self.made.get(key)) {
            return Some(made.clone());
        }
        let source = event.source.to_string();
        let known = self.plan.watch.credentials.iter().find(|watched| {
            let by_key = key.is_some_and(|key| key.as_str() == watched.who);
            let by_name = || is_of(&event.identity.arn, &watched.who);
            let from_there =
                || !watched.only_from_addresses || self.plan.watch.addresses.contains(&source);
            by_key || by_name() && from_there()
        })?;
        Some((known.stopped_by, known.steps.clone()))
    }

    /// Sessions that the lineage makes belong to it.
    fn learn(&mut self, event: &Event) {
        let Some(grant) = event.grant.as_deref().filter(|grant| !grant.ends) else { return };
        let Some(key) = grant.key.clone() else { return };
        let of_role = matches!(grant.kind, GrantKind::RoleSession);
        let stopped_by = match grant.kind {
            GrantKind::RoleSession => Stops::RoleSessions,
            GrantKind::AccessKey => Stops::Key,
            _ => Stops::TokenSessions,
        };
        // A role's session is stopped at the role, a user's at the user; at those of the plan only.
        let whose = if of_role { &grant.owner } else { &event.identity.arn };
        let target = self.plan.targets.iter().find(|target| is_of(whose, &target.arn));
        let steps = target.map_or_else(Vec::new, |target| {
            let account = format!("account {}", target.account);
            let at_it = |step: &&Step| step.subject == target.arn || step.subject == account;
            let steps = self.plan.steps.iter().filter(at_it);
            let stopping = steps.filter(|step| step.stops.contains(&stopped_by));
            stopping.map(|step| step.name.clone()).collect()
        });
        self.made.insert(key, (stopped_by, steps));
    }

    /// What was found, given what holds no longer.
    pub fn proof(self, broken: Vec<Broken>) -> Proof {
        let end = self.since.plus_seconds(self.window + DELIVERY);
        // Logs of one account say nothing of another.
        let last = |target: &Target| self.reached.get(&target.account).copied();
        let until = self.plan.targets.iter().map(last).min().flatten();
        let reached = until.is_some_and(|until| until >= end);
        let successes = self.survivors.len() as u64 + self.further;
        let silent = successes == 0 && self.doubtful == 0 && broken.is_empty();
        let proven = silent && reached && self.heard > 0;
        let text = text(&self, successes, &broken, until, end);
        Proof {
            proven,
            text,
            since: self.since,
            window: self.window,
            until,
            heard: self.heard,
            survivors: self.survivors,
            further: self.further,
            refused: self.refused,
            last_refused: self.last_refused,
            doubtful: self.doubtful,
            powerless: self.powerless,
            broken,
        }
    }
}

fn text(
    listener: &Listener<'_>,
    successes: u64,
    broken: &[Broken],
    until: Option<Time>,
    end: Time,
) -> String {
    let Listener { since, window, refused, doubtful, .. } = listener;
    if successes > 0 {
        return format!("not contained: {successes} calls of the lineage succeeded after {since}");
    }
    if let Some(first) = broken.first() {
        return format!(
            "not contained: {}: {} ({}); apply again",
            first.what, first.found, first.step
        );
    }
    if *doubtful > 0 {
        return format!(
            "not proven: {doubtful} calls of the lineage after {since} failed, but not for being \
             refused: the credential may still work"
        );
    }
    if until.is_none_or(|until| until < end) {
        let none = "of an account there are none".to_owned();
        let ends = until.map_or(none, |until| format!("they end at {until}"));
        return format!(
            "not proven yet: the logs must reach {end}, and {ends}; CloudTrail delivers about five \
             minutes late"
        );
    }
    format!(
        "contained: no call of the lineage succeeded in {} minutes after {since}, and {refused} \
         were refused",
        window / 60
    )
}

/// Whether AWS said no before it asked who may do what.
fn is_throttled(error: &str) -> bool {
    ["Throttl", "RequestLimitExceeded", "TooManyRequests", "SlowDown"]
        .iter()
        .any(|word| error.contains(word))
}

/// Whether an event's principal is the watched one: itself, or a session of the watched role.
fn is_of(principal: &str, watched: &str) -> bool {
    if principal == watched {
        return !principal.is_empty();
    }
    let (Some(session), Some(role)) =
        (cloudtrail::Arn::parse(principal), cloudtrail::Arn::parse(watched))
    else {
        return false;
    };
    let of_role = || role.resource.strip_prefix("role/").map(|_| role.name());
    session.account == role.account
        && session.assumed_role().is_some_and(|(name, _)| of_role() == Some(name))
}

fn survivor(event: &Event, stopped_by: Stops, steps: Vec<String>) -> Survivor {
    let who = event.identity.access_key.as_ref();
    let who = who.map_or(event.identity.arn.to_string(), |key| key.as_str().to_owned());
    let works = match stopped_by {
        Stops::TokenSessions => {
            "a session that a user's key made lives on when the key is switched off"
        }
        Stops::RoleSessions => "a role's session lives on whatever happens to what made it",
        Stops::Key => "the key still works",
        Stops::Password => "the password still works",
        Stops::Reissue | Stops::WayIn => "a way back in is open",
    };
    let stopped = match steps.first() {
        Some(step) => format!("step `{step}` stops it"),
        None => "no step of this plan stops it: plan again with the new logs".to_owned(),
    };
    Survivor {
        who,
        action: event.action().to_string(),
        source: event.source.to_string(),
        time: event.time,
        event_id: event.id.clone(),
        text: format!("{works}; {stopped}"),
        steps,
    }
}

/// Reads every setting that was changed or found as wanted, and tells what is no longer so.
pub fn broken(
    plan: &Plan,
    lines: &[Line],
    accounts: &Accounts<'_>,
    management: Option<&dyn Account>,
) -> Vec<Broken> {
    let mut found = Vec::new();
    for step in &plan.steps {
        let Some(account) = step.account_among(accounts, management) else { continue };
        for (number, change) in step.changes.iter().enumerate() {
            let left = match progress::of(lines, &step.name, number) {
                Progress::Done(changing) => changing.to.clone(),
                // Another responder's, who may take it back.
                Progress::Already => change.to.at(Time::from_seconds(0)),
                _ => continue,
            };
            let now = match account.read(&change.thing) {
                Ok(now) if holds(&change.thing, left.as_ref(), &now) => continue,
                Ok(None) if without_holder(&change.thing, account).unwrap_or(false) => continue,
                Ok(None) => "it is gone".to_owned(),
                Ok(Some(_)) => "it is something else now".to_owned(),
                Err(fault) => format!("nobody can tell: {fault}"),
            };
            let what = change.thing.in_words();
            found.push(Broken { step: step.name.clone(), what, found: now });
        }
    }
    found
}

/// Changes that were begun and not finished, or taken back: while there are any, nothing is proven.
pub fn unfinished(plan: &Plan, lines: &[Line]) -> Vec<Broken> {
    let mut all = Vec::new();
    for step in &plan.steps {
        for (number, change) in step.changes.iter().enumerate() {
            let found = match progress::of(lines, &step.name, number) {
                Progress::Begun(_) => "it was begun and not finished",
                Progress::Undone => "it was taken back",
                _ => continue,
            };
            let (step, what) = (step.name.clone(), change.thing.in_words());
            all.push(Broken { step, what, found: found.to_owned() });
        }
    }
    all
}

/// Whether a change that was made still does what it was made for.
pub(crate) fn stands(ours: &Changing, now: &State, account: &dyn Account) -> Result<bool, Fault> {
    if holds(&ours.thing, ours.to.as_ref(), now) {
        return Ok(true);
    }
    Ok(now.is_none() && without_holder(&ours.thing, account)?)
}

/// Whether the user or role that a setting belongs to was deleted: there is nobody to deny.
fn without_holder(thing: &Thing, account: &dyn Account) -> Result<bool, Fault> {
    Ok(match thing {
        Thing::InlinePolicy { of, .. } | Thing::Boundary { of } => match of {
            Identity::User(name) => account.user(name)?.is_none(),
            Identity::Role(name) => account.role(name)?.is_none(),
            Identity::Group(_) => false,
        },
        Thing::Trust { role } => account.role(role)?.is_none(),
        _ => false,
    })
}

/// Whether a setting still does what it was set for: another responder may have denied more.
fn holds(thing: &Thing, left: Option<&State>, now: &State) -> bool {
    let Some(left) = left else { return now.is_some() };
    let moment = |state: &State| state.as_deref().and_then(document::denied_until);
    let later = || matches!((moment(left), moment(now)), (Some(left), Some(now)) if now >= left);
    let same = now == left || document::same(now.as_deref(), left.as_deref());
    match thing {
        Thing::InlinePolicy { .. } => same || later(),
        // A key that was deleted is as good as one that is off.
        Thing::AccessKey { .. } => same || now.is_none(),
        _ => same,
    }
}
