//! The accounts that a responder may act in, one for each profile or role.

use anyhow::Result;
use cloudtrail::AccountId;
use contain::account::{Account, Accounts, Caller};

use crate::cannot_run::CannotRun;
use crate::cli::Responder;

/// The accounts behind the given profiles and roles.
#[derive(Default)]
pub(super) struct Reached {
    accounts: Vec<(Caller, Box<dyn Account>)>,
    management: Option<AccountId>,
}

impl Reached {
    /// By account, for the steps inside them.
    pub(super) fn accounts(&self) -> Accounts<'_> {
        self.accounts.iter().map(|(caller, account)| (caller.account, account.as_ref())).collect()
    }

    /// The organisation's management account, if it is among them.
    pub(super) fn management(&self) -> Option<&dyn Account> {
        let management = self.management?;
        let found = self.accounts.iter().find(|(caller, _)| caller.account == management);
        found.map(|(_, account)| account.as_ref())
    }

    /// Who acts, in each account.
    pub(super) fn callers(&self) -> impl Iterator<Item = &Caller> {
        self.accounts.iter().map(|(caller, _)| caller)
    }

    /// Who acts, in one word for the journal.
    pub(super) fn by(&self) -> String {
        self.callers().next().map_or_else(|| "nobody".to_owned(), |caller| caller.arn.clone())
    }
}

/// Whether somebody is named in whose name AWS is asked.
pub(super) fn is_given(responder: &Responder) -> bool {
    !(responder.profiles.is_empty() && responder.roles.is_empty())
}

/// Refuses to act with whatever credentials lie about.
pub(super) fn required(responder: &Responder) -> Result<(), CannotRun> {
    if is_given(responder) {
        return Ok(());
    }
    Err(CannotRun::new(
        "nobody is named in whose name AWS is asked",
        "give --profile NAME or --role ARN; credentials that lie about in the environment are not used",
    ))
}

/// What a build without AWS says.
#[cfg(not(feature = "aws"))]
pub(super) fn not_built() -> CannotRun {
    CannotRun::new(
        "this build of keyhound cannot ask AWS",
        "build it with `--features aws`, or plan offline and use `--format sh`",
    )
}

#[cfg(not(feature = "aws"))]
pub(super) fn reached(responder: &Responder) -> Result<Reached> {
    if is_given(responder) { Err(not_built().into()) } else { Ok(Reached::default()) }
}

/// Asks AWS who each of them is. Two in one account are an error: nobody would know who acts.
#[cfg(feature = "aws")]
pub(super) fn reached(responder: &Responder) -> Result<Reached> {
    use contain::aws::Aws;

    let mut reached = Reached::default();
    for access in accesses(responder) {
        let told = format!("{:?}", access.who);
        let account = Aws::open(&access).map_err(|fault| advised(&fault))?;
        let caller = account.caller().map_err(|fault| advised(&fault))?;
        let Some(caller) = caller else { continue };
        if reached.callers().any(|known| known.account == caller.account) {
            return Err(CannotRun::new(
                format!("two of the given credentials act in account {}", caller.account),
                "give one --profile or --role for each account",
            )
            .into());
        }
        tracing::info!(access = told, arn = caller.arn, "acts");
        if let Ok(Some(organisation)) = account.organisation() {
            reached.management = Some(organisation.management);
        }
        reached.accounts.push((caller, Box::new(account)));
    }
    Ok(reached)
}

#[cfg(feature = "aws")]
fn accesses(responder: &Responder) -> Vec<contain::aws::Access> {
    use contain::aws::{Access, Who};

    let assumed = responder.profiles.first().filter(|_| !responder.roles.is_empty());
    let roles = responder.roles.iter().map(|arn| Who::Role {
        arn: arn.clone(),
        external_id: responder.external_id.clone(),
        from: assumed.cloned(),
    });
    // A profile beside roles is what the roles are assumed with.
    let alone = if responder.roles.is_empty() { responder.profiles.as_slice() } else { &[] };
    let profiles = alone.iter().map(|name| Who::Profile(name.clone()));
    let endpoint = responder.aws_endpoint.clone();
    let endpoint = endpoint.or_else(|| std::env::var("AWS_ENDPOINT_URL").ok());
    profiles
        .chain(roles)
        .map(|who| Access { endpoint: endpoint.clone(), ..Access::of(who) })
        .collect()
}

/// What AWS says no with, and what to do about it.
#[cfg(feature = "aws")]
fn advised(fault: &contain::account::Fault) -> CannotRun {
    CannotRun::new(fault.to_string(), fault.kind.advice())
}

/// The event history of some accounts, as texts of records.
#[cfg(feature = "aws")]
pub(super) fn looked_up(
    responder: &Responder,
    regions: &[String],
    since: cloudtrail::Time,
    until: cloudtrail::Time,
    each: &mut dyn FnMut(&str),
) -> Result<()> {
    use std::ops::ControlFlow;

    for access in accesses(responder) {
        let account = contain::aws::Aws::open(&access).map_err(|fault| advised(&fault))?;
        let mut hand_over = |record: &str| {
            each(record);
            ControlFlow::Continue(())
        };
        account
            .lookup_events(regions, since, until, &mut hand_over)
            .map_err(|fault| advised(&fault))?;
    }
    Ok(())
}
