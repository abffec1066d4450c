//! What can be done against a thief, one kind of step per file.
//!
//! Each file answers for one target which steps it has, with reason, effect and risk. Which kinds a
//! target gets is the containment matrix ([`crate::matrix`]).

mod block_address;
mod boundary;
mod deactivate_key;
mod delete_login_profile;
mod deny_user;
mod function_concurrency;
mod identity_center;
mod instance_profile;
mod quarantine_scp;
mod remove_persistence;
mod restore_access;
mod restrict_trust;
mod revoke_sessions;
mod root_user;
mod rotate;

use cloudtrail::{AccountId, EventId};
use incident::Incident;

use crate::account::{Account, Accounts, User};
use crate::plan::{Action, Change, Phase, Place, Reversible, Step, Stops, Wanted, When};
use crate::target::Target;
use crate::thing::{Identity, State, Thing};

pub(crate) use block_address::blocks;
pub(crate) use quarantine_scp::steps as quarantine;
pub(crate) use remove_persistence::{add, steps as remove_persistence};

/// What steps are made from.
pub(crate) struct Case<'a> {
    /// The incident; none for a credential that somebody named.
    pub(crate) incident: Option<&'a Incident>,
    /// Whether the key may only read what is public, so that it is renewed without haste.
    pub(crate) public_only: bool,
    /// The accounts that can be looked into.
    pub(crate) accounts: &'a Accounts<'a>,
    /// Whether a principal must never be touched: break-glass access.
    pub(crate) spared: &'a dyn Fn(&str) -> bool,
    /// The name of the incident in names that containment gives.
    pub(crate) tag: &'a str,
}

impl<'a> Case<'a> {
    fn account(&self, account: AccountId) -> Option<&'a dyn Account> {
        self.accounts.get(&account).copied()
    }

    /// How a setting is now; `None` where nobody can tell.
    pub(crate) fn state(&self, account: AccountId, thing: &Thing) -> Option<State> {
        self.account(account)?.read(thing).ok()
    }

    /// Whether a user or role must never be touched, by its name and by its whole ARN where somebody
    /// can tell its path.
    pub(crate) fn is_spared(&self, partition: &str, account: AccountId, of: &Identity) -> bool {
        let (kind, name) = (of.kind(), of.name());
        let bare = format!("arn:{partition}:iam::{account}:{kind}/{name}");
        let known = self.account(account).and_then(|known| match of {
            Identity::User(_) => Some(known.user(name).ok()??.arn),
            Identity::Role(_) => Some(known.role(name).ok()??.arn),
            Identity::Group(_) => None,
        });
        (self.spared)(&bare) || known.is_some_and(|arn| (self.spared)(&arn))
    }

    /// The user as AWS or the files know it.
    fn user(&self, target: &Target) -> Option<User> {
        self.account(target.account)?.user(&target.name).ok().flatten()
    }

    /// A change from how a setting is now.
    pub(crate) fn change(&self, account: AccountId, thing: Thing, to: Wanted) -> Change {
        let was = self.state(account, &thing);
        Change { was, ..Change::to(thing, to) }
    }

    /// Whether the organisation's control policies do not reach this account: it is the management
    /// account, or there is no organisation. `None` where nobody can tell.
    fn beyond_control(&self, account: AccountId) -> Option<bool> {
        match self.account(account)?.organisation() {
            Ok(Some(organisation)) => Some(organisation.management == account),
            Ok(None) => Some(true),
            Err(_) => None,
        }
    }
}

/// The steps of one kind against one target.
pub(crate) fn steps(action: Action, case: &Case<'_>, target: &Target) -> Vec<Step> {
    match action {
        Action::DenyUser => deny_user::steps(case, target),
        Action::DeactivateKey => deactivate_key::steps(case, target),
        Action::DeleteLoginProfile => delete_login_profile::steps(case, target),
        Action::RevokeSessions => revoke_sessions::steps(case, target),
        Action::RestrictTrust => restrict_trust::steps(case, target),
        Action::Boundary => boundary::steps(case, target),
        Action::InstanceProfile => instance_profile::steps(case, target),
        Action::FunctionConcurrency => function_concurrency::steps(case, target),
        Action::RootUser => root_user::steps(target),
        Action::IdentityCenter => identity_center::steps(target),
        Action::Rotate => rotate::steps(case, target),
        Action::RestoreAccess => restore_access::steps(case, target),
        // These are made once for the whole incident.
        Action::QuarantineScp | Action::RemovePersistence => Vec::new(),
    }
}

impl Step {
    /// A step that is taken at once, in the target's account, and can be taken back.
    fn new(action: Action, target: &Target, name: &str, text: impl Into<String>) -> Self {
        Self {
            name: format!("{name}:{}", target.name),
            phase: Phase::Invalidate,
            action,
            when: When::AtOnce,
            account: target.account,
            place: Place::Account,
            subject: target.arn.clone(),
            text: text.into(),
            reason: String::new(),
            stops: Vec::new(),
            changes: Vec::new(),
            commands: Vec::new(),
            reversible: Reversible::Yes,
            effect: String::new(),
            takes: "seconds; IAM is consistent everywhere after some more".to_owned(),
            risk: String::new(),
            event_ids: target.event_ids.clone(),
        }
    }

    fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
    }

    fn stops(mut self, what: &[Stops]) -> Self {
        self.stops = what.to_vec();
        self
    }

    fn change(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    fn effect(mut self, effect: impl Into<String>, risk: impl Into<String>) -> Self {
        self.effect = effect.into();
        self.risk = risk.into();
        self
    }

    fn on_request(mut self) -> Self {
        self.when = When::OnRequest;
        self
    }

    fn in_phase(mut self, phase: Phase) -> Self {
        self.phase = phase;
        self
    }

    fn seen(mut self, events: &[EventId]) -> Self {
        for event in events {
            if !self.event_ids.contains(event) {
                self.event_ids.push(event.clone());
            }
        }
        self
    }
}

/// Whether the thief made it, for the beginning of a reason.
fn whose(target: &Target) -> &'static str {
    match (target.by_thief, target.key_only) {
        (true, _) => "The thief made it",
        (false, true) => "The thief made it for a user who was not robbed",
        (false, false) => "The thief has its credential",
    }
}
