//! Who is shut out: the identities behind an incident's credentials.

use std::collections::BTreeMap;

use cloudtrail::{AccessKeyId, AccountId, Arn, EventId, KeyKind, Time};
use detect::{Kind, Subject};
use incident::Incident;
use incident::investigation::{How, Standing};
use serde::{Deserialize, Serialize};

use crate::names;

/// An identity that is shut out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// What it is.
    pub kind: TargetKind,
    /// The account that it belongs to.
    pub account: AccountId,
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    /// Its ARN as the records write it; of a role session, the role's without its path.
    pub arn: String,
    /// The name of the user or role.
    pub name: String,
    /// Its long-term access keys that were stolen or made by the thief.
    pub keys: Vec<String>,
    /// Sessions that the thief used or made.
    pub sessions: Vec<Session>,
    /// Whether the thief made it.
    pub by_thief: bool,
    /// Whether all that the thief has of it is a key that the thief made for it and that nobody used:
    /// its owner was not robbed, and goes on working.
    pub key_only: bool,
    /// Whether the thief made the session from another account.
    pub from: Vec<String>,
    /// The events behind it.
    pub event_ids: Vec<EventId>,
}

/// What kind of identity is shut out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TargetKind {
    /// An IAM user.
    User,
    /// The root of an account.
    Root,
    /// A role that people, pipelines or other accounts assume.
    Role,
    /// The role of a machine.
    Instance {
        /// The machine.
        instance: String,
        /// Where it is; empty where the records do not tell.
        region: String,
    },
    /// The role of a function.
    Function {
        /// The function.
        function: String,
        /// Where it is.
        region: String,
    },
    /// The role of a task or pod.
    Container,
    /// A person of Identity Center.
    IdentityCenter {
        /// The name of the session: who it is.
        person: String,
    },
}

impl TargetKind {
    /// Whether it is a role, whatever uses it.
    pub const fn is_role(&self) -> bool {
        !matches!(self, Self::User | Self::Root)
    }
}

impl Target {
    /// Its ARN as patterns: records of sessions leave a role's path out, and so do records of what
    /// was made. Names are unique whatever their path.
    pub(crate) fn patterns(&self) -> Vec<String> {
        let Self { partition, account, name, .. } = self;
        match self.kind {
            TargetKind::Root => vec![self.arn.clone()],
            TargetKind::User => names::patterns(partition, &account.to_string(), "user", name),
            _ => names::patterns(partition, &account.to_string(), "role", name),
        }
    }
}

/// A session that the thief used or made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// `role-session`, `session-token`, `federation-token` or `console`.
    pub kind: String,
    /// Its key, where the records name it.
    pub key: Option<String>,
    /// Whom it acts as.
    pub acts_as: String,
    /// Until when it works at the longest.
    pub ends: Option<Time>,
    /// The event that made it, or its first use.
    pub event_ids: Vec<EventId>,
}

/// The targets of an incident, and what could not be made one.
pub(crate) fn targets(incident: &Incident) -> (Vec<Target>, Vec<String>) {
    let mut found = Found::default();
    for principal in &incident.principals {
        found.add(principal, incident, false);
    }
    found.long_term_keys(incident);
    found.sessions(incident);
    found.made_by_the_thief(incident);
    found.keys_alone(incident);
    (found.targets, found.notes)
}

/// A target that somebody named: an ARN, or a key with its user.
pub(crate) fn named(arn: &str, key: Option<&str>) -> Result<Target, String> {
    let mut target = of_arn(arn, None)?;
    target.keys.extend(key.map(ToOwned::to_owned));
    Ok(target)
}

#[derive(Default)]
struct Found {
    targets: Vec<Target>,
    /// By the ARN as the records write it.
    places: BTreeMap<String, usize>,
    notes: Vec<String>,
}

impl Found {
    /// The target of a principal, added where it is new.
    fn add(&mut self, principal: &str, incident: &Incident, by_thief: bool) -> Option<&mut Target> {
        if let Some(place) = self.places.get(principal) {
            return self.targets.get_mut(*place);
        }
        // A federated user has the rights of the user who made the session.
        let maker = federated_by(principal, incident);
        match of_arn(maker.as_deref().unwrap_or(principal), Some(incident)) {
            Ok(target) => {
                let known = self.targets.iter().position(|one| same(one, &target));
                let place = known.unwrap_or(self.targets.len());
                if known.is_none() {
                    self.targets.push(Target { by_thief, ..target });
                }
                self.places.insert(principal.to_owned(), place);
                let events = incident.timeline.iter().filter(|act| act.principal == principal);
                let first: Vec<EventId> = events.take(1).map(|act| act.event_id.clone()).collect();
                let target = self.targets.get_mut(place)?;
                target.event_ids.extend(first);
                Some(target)
            }
            Err(why) => {
                self.notes.push(why);
                None
            }
        }
    }

    /// Keys that live until somebody switches them off, at their users.
    fn long_term_keys(&mut self, incident: &Incident) {
        let long_term = |key: &&AccessKeyId| key.kind() == KeyKind::LongTerm;
        for key in incident.access_key_ids.iter().filter(long_term) {
            let user = incident.timeline.iter().find(|act| act.access_key.as_ref() == Some(key));
            let made = incident
                .investigation
                .radius
                .changed
                .iter()
                .find(|changed| changed.kind == "access-key" && changed.name == key.as_str());
            let holder = user.map(|act| act.principal.clone());
            let holder = holder.or_else(|| holder_of(made?, incident));
            match holder {
                Some(holder) if names::is_key(key.as_str()) => {
                    if let Some(target) = self.add(&holder, incident, false) {
                        names::push(&mut target.keys, key.as_str());
                    }
                }
                _ => self.notes.push(format!(
                    "whose key {} is, the records do not tell: find its user with `aws iam \
                     get-access-key-last-used` and plan again for that user",
                    key.as_str()
                )),
            }
        }
    }

    /// Sessions at whoever they act for.
    fn sessions(&mut self, incident: &Incident) {
        for session in &incident.investigation.radius.sessions {
            if session.standing == Standing::Gone {
                continue;
            }
            let of_user = matches!(session.kind.as_str(), "session-token" | "federation-token");
            let maker = of_user.then(|| user_behind(&session.from, incident)).flatten();
            let whom = maker.unwrap_or_else(|| session.acts_as.clone());
            let from = principal_of(&session.from, incident);
            if let Some(target) = self.add(&whom, incident, false) {
                target.sessions.push(Session {
                    kind: session.kind.clone(),
                    key: session.access_key_id.as_ref().map(|key| key.as_str().to_owned()),
                    acts_as: session.acts_as.clone(),
                    ends: Some(session.ends),
                    event_ids: session.event_ids.clone(),
                });
                if let Some(from) = from.filter(|from| *from != whom) {
                    names::push(&mut target.from, &from);
                }
            }
        }
        for act in &incident.timeline {
            let temporary = act.access_key.as_ref().filter(|key| key.kind() == KeyKind::Temporary);
            let Some(key) = temporary else { continue };
            let Some(target) = self.places.get(&act.principal) else { continue };
            let Some(target) = self.targets.get_mut(*target) else { continue };
            let known = |one: &Session| one.key.as_deref() == Some(key.as_str());
            if !target.sessions.iter().any(known) {
                let of_role = act.principal.contains(":assumed-role/");
                target.sessions.push(Session {
                    kind: if of_role { "role-session" } else { "session-token" }.to_owned(),
                    key: Some(key.as_str().to_owned()),
                    acts_as: act.principal.clone(),
                    ends: None,
                    event_ids: vec![act.event_id.clone()],
                });
            }
        }
    }

    /// Who was not robbed: somebody who may make keys would have everybody locked out by us.
    fn keys_alone(&mut self, incident: &Incident) {
        let robbed: Vec<usize> =
            incident.principals.iter().filter_map(|arn| self.places.get(arn).copied()).collect();
        for (place, target) in self.targets.iter_mut().enumerate() {
            let lent = target.kind == TargetKind::User && !target.keys.is_empty();
            let robbed = robbed.contains(&place) || !target.sessions.is_empty();
            target.key_only = lent && !robbed && !target.by_thief;
        }
    }

    /// Users and roles that the thief made.
    fn made_by_the_thief(&mut self, incident: &Incident) {
        let changed = &incident.investigation.radius.changed;
        let made = |one: &&incident::investigation::Changed| {
            one.how == How::Made
                && one.standing != Standing::Gone
                && one.action.starts_with("iam:")
                && matches!(one.kind.as_str(), "user" | "role")
        };
        for one in changed.iter().filter(made) {
            let arn = match (Arn::parse(&one.name), one.account_id) {
                (Some(_), _) => one.name.clone(),
                (None, Some(account)) => {
                    let partition = partition_of(&one.by);
                    format!("arn:{partition}:iam::{account}:{}/{}", one.kind, one.name)
                }
                (None, None) => {
                    let text = "in which account the thief made the";
                    self.notes.push(format!("{text} {} {} is not known", one.kind, one.name));
                    continue;
                }
            };
            if let Some(target) = self.add(&arn, incident, true) {
                target.by_thief = true;
                // What sessions of it are called, and what its name begins with, the thief chose.
                if target.kind != TargetKind::User {
                    target.kind = TargetKind::Role;
                }
                target.event_ids.extend(one.event_ids.first().cloned());
            }
        }
    }
}

/// Whether two are the same user, role, root or person.
fn same(one: &Target, other: &Target) -> bool {
    let is_it = match (&one.kind, &other.kind) {
        (TargetKind::User, TargetKind::User) | (TargetKind::Root, TargetKind::Root) => true,
        (TargetKind::IdentityCenter { person }, TargetKind::IdentityCenter { person: another }) => {
            person == another
        }
        (one, other) => one.is_role() && other.is_role(),
    };
    is_it && one.account == other.account && one.name == other.name
}

fn of_arn(text: &str, incident: Option<&Incident>) -> Result<Target, String> {
    let shown = names::shown(text);
    let arn = Arn::parse(text).ok_or_else(|| format!("{shown} is no ARN of a user or role"))?;
    let account = arn.account.ok_or_else(|| format!("{shown} names no account"))?;
    let target = |kind, name: &str, arn: String| {
        if kind != TargetKind::Root && !names::is_identity(name) {
            return Err(format!("{shown} has a name that AWS does not allow, and is left out"));
        }
        Ok(Target {
            kind,
            account,
            partition: text.split(':').nth(1).unwrap_or("aws").to_owned(),
            arn,
            name: name.to_owned(),
            keys: Vec::new(),
            sessions: Vec::new(),
            by_thief: false,
            key_only: false,
            from: Vec::new(),
            event_ids: Vec::new(),
        })
    };
    if arn.resource == "root" {
        return target(TargetKind::Root, "root", text.to_owned());
    }
    if let Some(path) = arn.resource.strip_prefix("user/") {
        let name = path.rsplit('/').next().unwrap_or(path);
        return target(TargetKind::User, name, text.to_owned());
    }
    if let Some(path) = arn.resource.strip_prefix("role/") {
        let name = path.rsplit('/').next().unwrap_or(path);
        return target(TargetKind::Role, name, text.to_owned());
    }
    let (role, session) = arn
        .assumed_role()
        .ok_or_else(|| format!("{shown} is neither a user nor a role, and is left to people"))?;
    let kind = role_kind(role, session, text, incident);
    let arn = format!("arn:{}:iam::{account}:role/{role}", arn.partition);
    target(kind, role, arn)
}

/// What a role is used for, as the session's name and the incident tell.
fn role_kind(role: &str, session: &str, text: &str, incident: Option<&Incident>) -> TargetKind {
    let region = || {
        let act = incident?.timeline.iter().find(|act| act.principal == text)?;
        Some(act.region.clone()).filter(|region| names::is_region(region))
    };
    let region = || region().unwrap_or_default();
    // The service that makes roles of permission sets keeps this beginning to itself.
    if role.starts_with("AWSReservedSSO_") {
        return TargetKind::IdentityCenter { person: session.to_owned() };
    }
    if names::is_instance(session) {
        return TargetKind::Instance { instance: session.to_owned(), region: region() };
    }
    match incident.map(|incident| incident.kind) {
        Some(Kind::Function) if names::is_function(session) => {
            TargetKind::Function { function: session.to_owned(), region: region() }
        }
        Some(Kind::Container) => TargetKind::Container,
        _ => TargetKind::Role,
    }
}

fn partition_of(arn: &str) -> &str {
    Arn::parse(arn).map_or("aws", |arn| arn.partition)
}

/// The user whose `GetFederationToken` made a federated user's session.
fn federated_by(principal: &str, incident: &Incident) -> Option<String> {
    Arn::parse(principal)?.resource.strip_prefix("federated-user/")?;
    let sessions = &incident.investigation.radius.sessions;
    let session = sessions.iter().find(|session| session.acts_as == principal)?;
    user_behind(&session.from, incident)
}

/// The user with this key, or of this name.
fn user_behind(from: &str, incident: &Incident) -> Option<String> {
    let principal = principal_of(from, incident)?;
    Arn::parse(&principal)?.resource.starts_with("user/").then_some(principal)
}

/// The principal with this key; an ARN is one itself.
fn principal_of(from: &str, incident: &Incident) -> Option<String> {
    if Arn::parse(from).is_some() {
        return Some(from.to_owned());
    }
    let with = |key: &AccessKeyId| key.as_str() == from;
    let act = incident.timeline.iter().find(|act| act.access_key.as_ref().is_some_and(with));
    act.map(|act| act.principal.clone())
}

/// The user for whom an access key was made, as an ARN.
fn holder_of(made: &incident::investigation::Changed, incident: &Incident) -> Option<String> {
    let account = made.account_id?;
    let partition = partition_of(&made.by);
    let act = incident.timeline.iter().find(|act| made.event_ids.contains(&act.event_id));
    let named = act.map(|act| act.resource.as_str()).filter(|name| names::is_identity(name));
    let owner = made.detail.strip_prefix("of ").filter(|name| names::is_identity(name));
    match named.or(owner) {
        Some(name) => Some(format!("arn:{partition}:iam::{account}:user/{name}")),
        // Who names no user makes a key for themselves.
        None => Arn::parse(&made.by)?.resource.starts_with("user/").then(|| made.by.clone()),
    }
}

/// What an act says about a subject.
pub(crate) fn said(act: &detect::Act, about: Subject) -> impl Iterator<Item = &str> {
    act.facts.iter().filter(move |fact| fact.about == about).map(|fact| fact.text.as_str())
}
