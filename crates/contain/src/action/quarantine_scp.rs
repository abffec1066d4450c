//! A service control policy from outside the account: it works at once on keys, sessions and what
//! they make, and whoever is inside the account cannot undo it. IAM's own changes take some seconds
//! to reach every region, in which a thief makes a new key; this closes that gap.

use std::collections::BTreeMap;

use cloudtrail::AccountId;

use super::Case;
use crate::document;
use crate::names;
use crate::plan::{Action, Change, Place, Step, Stops, Wanted};
use crate::target::{Target, TargetKind};
use crate::thing::Thing;

/// One step for each account, and what is to be said of accounts that have none.
pub(crate) fn steps(case: &Case<'_>, targets: &[Target]) -> (Vec<Step>, Vec<String>) {
    let mut by_account: BTreeMap<AccountId, Vec<&Target>> = BTreeMap::new();
    for target in targets {
        by_account.entry(target.account).or_default().push(target);
    }
    let (mut steps, mut notes) = (Vec::new(), Vec::new());
    for (account, targets) in by_account {
        match case.beyond_control(account) {
            Some(true) => notes.push(format!(
                "no service control policy reaches {account}: it is the management account, or in no organisation"
            )),
            Some(false) => steps.extend(step(case, account, &targets, true)),
            None => {
                notes.push(format!(
                    "whether {account} belongs to an organisation is not known: the quarantine is taken on request, with --with quarantine:{account}"
                ));
                steps.extend(step(case, account, &targets, false));
            }
        }
    }
    (steps, notes)
}

fn step(case: &Case<'_>, account: AccountId, targets: &[&Target], known: bool) -> Option<Step> {
    let mut whom = document::Quarantined::default();
    for target in targets.iter().filter(|target| !target.key_only) {
        match &target.kind {
            TargetKind::IdentityCenter { person } if names::is_identity(person) => {
                // Others work with the same permission set.
                whom.people.push((target.patterns(), person.clone()));
            }
            // A workload's role goes on with new sessions, and so does a team's.
            kind if kind.is_role() && !target.by_thief => {
                whom.sessions.extend(target.patterns());
            }
            _ => whom.identities.extend(target.patterns()),
        }
    }
    let target = targets.first()?;
    let name = format!("keyhound-{}-{account}", case.tag);
    let document = document::quarantine(&whom, Wanted::NOW);
    let attached = Thing::ControlPolicyTarget { name: name.clone(), account: account.to_string() };
    // Set and read in the management account, wherever it works.
    let change = |thing, to| Change::to(thing, to);
    let mut step = Step::new(
        Action::QuarantineScp,
        target,
        "quarantine",
        format!("Quarantine {} in {account} by a service control policy.", names_of(targets)),
    )
    .because(
        "Changes inside the account take seconds to be known everywhere, and a thief with rights \
         over IAM undoes them. Nobody inside the account can undo this.",
    )
    .stops(&[
        Stops::Key,
        Stops::Password,
        Stops::RoleSessions,
        Stops::TokenSessions,
        Stops::Reissue,
    ])
    .change(change(Thing::ControlPolicy { name }, Wanted::AsOfNow(document)))
    .change(change(attached, Wanted::Exactly("attached".to_owned())))
    .effect(
        "users and people are refused everything, roles what sessions older than now ask for, in this account",
        "as the steps below, no more: it names these identities only",
    );
    step.name = format!("quarantine:{account}");
    step.subject = format!("account {account}");
    step.place = Place::Management;
    "seconds, up to a few minutes".clone_into(&mut step.takes);
    Some(if known { step } else { step.on_request() })
}

fn names_of(targets: &[&Target]) -> String {
    let names: Vec<&str> = targets.iter().map(|target| target.name.as_str()).collect();
    names.join(", ")
}
