//! The victim: whose credential is stolen, and what could be done with it.

use crate::caller::{Caller, Role};
use crate::catalogue::Action;
use crate::client::Client;
use crate::error::Result;
use crate::habits::{self, DAY, HOUR};
use crate::network::NetworkKind;
use crate::organisation::{Account, Organisation};
use crate::policy::Policy;
use crate::principal::{Kind, Login};

/// Whose credential is stolen.
#[derive(Debug, Clone)]
pub struct Victim {
    /// The credential, as its owner uses it at the time of the theft.
    pub caller: Caller,
    /// What the owner is.
    pub kind: Kind,
    /// What the owner may do.
    pub policy: Policy,
    /// The account, with what exists in it.
    pub account: Account,
    /// The regions that the organisation uses, the owner's usual one first.
    pub regions: Vec<String>,
    /// The owner's address.
    pub address: String,
    /// The network that it belongs to, if the table has it.
    pub network: Option<String>,
    /// The owner's program.
    pub client: Client,
    /// The calls that the owner makes.
    pub familiar: Vec<&'static Action>,
    /// Other IAM users of the account, with their ids.
    pub users: Vec<(String, String)>,
    /// Roles that the owner could enter, with their accounts.
    pub roles: Vec<(Account, Role)>,
    /// Until when the credential lasts, in seconds since 1970.
    pub until: i64,
    /// Whether the owner has fewer than five active days.
    pub cold: bool,
    /// Whether the trail records data events.
    pub data_events: bool,
}

impl Victim {
    /// A principal of an organisation as a victim at a time; none if it holds no credential then.
    pub fn of(organisation: &Organisation, index: usize, time: i64) -> Result<Option<Self>> {
        let Some(principal) = organisation.principals.get(index) else { return Ok(None) };
        let Some((session, address, client)) = habits::credential(principal, organisation, time)?
        else {
            return Ok(None);
        };
        let account =
            organisation.accounts.iter().find(|account| account.id == session.caller.account);
        let Some(account) = account.cloned() else { return Ok(None) };
        let mut regions = principal.regions(time).to_vec();
        regions.extend(
            organisation.regions.iter().filter(|own| !principal.regions.contains(own)).cloned(),
        );
        let mut familiar: Vec<&'static Action> = Vec::new();
        for duty in &principal.duties {
            let calls = duty.routine.actions.iter().map(|(action, _)| *action);
            familiar.extend(calls.filter(|action| organisation.data_events || !action.data));
        }
        let users = organisation.principals.iter().enumerate().filter(|(other, _)| *other != index);
        let users = users.filter_map(|(_, other)| match &other.login {
            Login::User { id, .. } if organisation.accounts[other.account].id == account.id => {
                Some((other.name.clone(), id.clone()))
            }
            _ => None,
        });
        let roles = organisation.principals.iter().filter_map(|other| match &other.login {
            Login::Runtime { role, .. } | Login::Oidc { role, .. } => {
                Some((organisation.accounts[other.account].clone(), role.clone()))
            }
            _ => None,
        });
        let network = address
            .parse()
            .ok()
            .and_then(|address| organisation.networks.find(address))
            .map(|network| network.name.clone());
        Ok(Some(Self {
            until: match &principal.login {
                Login::User { keys, .. } => keys.last().map_or(i64::MAX, |key| key.until),
                Login::Runtime { life, .. } => session.begun + life * HOUR,
                Login::Oidc { .. } | Login::Vendor { .. } => session.begun + HOUR,
                _ => session.begun + DAY / 2,
            },
            cold: time - principal.from.max(0) < 5 * DAY,
            caller: session.caller,
            kind: principal.kind,
            policy: Policy::shipped(&principal.policy)?,
            users: users.take(12).collect(),
            roles: roles.take(12).collect(),
            data_events: organisation.data_events,
            account,
            regions,
            network,
            address,
            client,
            familiar,
        }))
    }

    /// Whether the credential is a long-term key.
    pub fn has_key(&self) -> bool {
        self.caller.access_key.starts_with("AKIA")
    }

    /// Whether the owner may make a call.
    pub fn may(&self, action: &str) -> bool {
        crate::catalogue::Catalogue::shipped()
            .and_then(|catalogue| catalogue.action(action))
            .is_ok_and(|action| self.policy.allows(action))
    }

    /// What stands behind the owner's address.
    pub fn network_kind(&self, networks: &crate::network::Networks) -> Option<NetworkKind> {
        self.network.as_deref().and_then(|name| networks.named(name).ok()).map(|known| known.kind)
    }
}
