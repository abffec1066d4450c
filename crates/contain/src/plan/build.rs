//! A plan is made: who is shut out, by which steps, in which order, and who is watched.

use std::collections::BTreeSet;

use cloudtrail::{Arn, Time};
use incident::Incident;
use incident::investigation::Case as Resolution;

use super::watch::Watched;
use super::{Action, Against, Plan, SCHEMA, Step, Stops, Watch, When, word};
use crate::account::Accounts;
use crate::action::{self, Case};
use crate::impact::Impact;
use crate::target::{self, Target, TargetKind};
use crate::thing::Identity;
use crate::{leftover, matrix, names};

/// What a plan is made with.
pub struct Setting<'a> {
    /// When it is made.
    pub now: Time,
    /// The accounts that can be looked into; nothing is changed through them here.
    pub accounts: &'a Accounts<'a>,
    /// Whether a principal must never be touched: break-glass access.
    pub spared: &'a dyn Fn(&str) -> bool,
    /// Who else uses the credentials.
    pub impact: Impact,
}

/// The plan against an incident.
pub fn plan(incident: &Incident, setting: Setting<'_>) -> Plan {
    let (targets, notes) = target::targets(incident);
    let resolution = &incident.investigation.resolution;
    let confirm = incident.root_access_key_id.as_ref().map(|key| key.as_str().to_owned());
    let against = Against {
        incident: incident.id.clone(),
        title: names::shown(&incident.title),
        status: Some(word(incident.status)),
        severity: Some(word(incident.severity)),
        seen: Some((incident.first_seen, incident.last_seen)),
        case: word(resolution.case),
        because: names::shown(&resolution.because),
        confirm: confirm.filter(|key| names::is_key(key)).unwrap_or_default(),
        account: None,
    };
    build(Some(incident), against, targets, notes, setting)
}

/// The plan against a credential that somebody named: a user, role or root by its ARN, and a key.
/// Errors are one sentence.
pub fn plan_for(arn: &str, key: Option<&str>, setting: Setting<'_>) -> Result<Plan, String> {
    if let Some(key) = key.filter(|key| !names::is_key(key)) {
        return Err(format!("{} is no access key id", names::shown(key)));
    }
    let target = target::named(arn, key)?;
    let against = Against {
        incident: String::new(),
        title: format!("{} was named by hand", target.arn),
        status: None,
        severity: None,
        seen: None,
        case: word(Resolution::Unknown),
        because: "no incident was looked at".to_owned(),
        confirm: key.unwrap_or_default().to_owned(),
        account: None,
    };
    Ok(build(None, against, vec![target], Vec::new(), setting))
}

fn build(
    incident: Option<&Incident>,
    mut against: Against,
    targets: Vec<Target>,
    mut notes: Vec<String>,
    setting: Setting<'_>,
) -> Plan {
    // The name of the first robbed, whoever of them is spared.
    let tag = match against.incident.strip_prefix("inc-") {
        Some(id) => id.to_owned(),
        None => targets.first().map(|target| target.name.clone()).unwrap_or_default(),
    };
    let public_only = against.case == word(Resolution::PublicRead);
    let case = Case {
        incident,
        public_only,
        accounts: setting.accounts,
        spared: setting.spared,
        tag: &tag,
    };
    let (spared, targets): (Vec<Target>, Vec<Target>) =
        targets.into_iter().partition(|target| is_spared(&case, target));
    notes.extend(spared.iter().map(|target| {
        format!("{} is on your list of break-glass principals, and is never touched", target.arn)
    }));
    let mut steps = Vec::new();
    if !public_only {
        let (quarantine, said) = action::quarantine(&case, &targets);
        steps.extend(quarantine);
        notes.extend(said);
    }
    for target in &targets {
        let actions = matrix::actions(target).iter();
        for action in actions.filter(|one| !public_only || matrix::when_public(**one)) {
            steps.extend(action::steps(*action, &case, target));
        }
    }
    let (persistence, said) = action::remove_persistence(&case, &targets);
    action::add(&mut steps, persistence);
    notes.extend(said);
    // The sort is stable: among steps of one kind, the first robbed comes first.
    steps.sort_by_key(|step: &Step| step.action);
    once(&mut steps);
    if against.confirm.is_empty() {
        against.confirm = targets.first().map(|target| target.name.clone()).unwrap_or_default();
    }
    against.account = targets.first().map(|target| target.account);
    let addresses = incident.map(addresses).unwrap_or_default();
    let watch = Watch {
        credentials: watched(&targets, &steps, public_only),
        addresses: addresses.clone(),
        regions: incident.map(regions).unwrap_or_default(),
    };
    let leftovers = incident.map(|incident| leftover::of(incident, &steps)).unwrap_or_default();
    Plan {
        schema: SCHEMA,
        id: String::new(),
        digest: String::new(),
        made: setting.now,
        against,
        blocks: action::blocks(&addresses),
        targets,
        steps,
        impact: setting.impact,
        watch,
        leftovers,
        notes,
    }
    .sealed()
}

/// Whether a target must never be touched. Records of sessions leave a role's path out.
fn is_spared(case: &Case<'_>, target: &Target) -> bool {
    let of = match target.kind {
        TargetKind::Root => return (case.spared)(&target.arn),
        TargetKind::User => Identity::User(target.name.clone()),
        _ => Identity::Role(target.name.clone()),
    };
    (case.spared)(&target.arn) || case.is_spared(&target.partition, target.account, &of)
}

/// Names of steps are theirs alone: what is chosen by name must be one.
fn once(steps: &mut [Step]) {
    let mut known = BTreeSet::new();
    for step in steps {
        let mut name = step.name.clone();
        let mut number = 2;
        while !known.insert(name.clone()) {
            name = format!("{}:{number}", step.name);
            number += 1;
        }
        step.name = name;
    }
}

/// Addresses of suspicious calls, in the order of first appearance.
fn addresses(incident: &Incident) -> Vec<String> {
    let mut found = Vec::new();
    for act in &incident.timeline {
        if act.source.parse::<std::net::IpAddr>().is_ok() {
            names::push(&mut found, &act.source);
        }
    }
    found
}

/// Regions of suspicious calls, likewise.
fn regions(incident: &Incident) -> Vec<String> {
    let mut found = Vec::new();
    for act in incident.timeline.iter().filter(|act| names::is_region(&act.region)) {
        names::push(&mut found, &act.region);
    }
    found
}

/// Everybody who is watched. A key that goes on working is watched where the thief is, no further.
fn watched(targets: &[Target], steps: &[Step], goes_on: bool) -> Vec<Watched> {
    let mut all = Vec::new();
    for target in targets {
        let stopping = |what: Stops| -> Vec<String> {
            let ends_it = |step: &&Step| {
                let same = step.subject == target.arn
                    || step.subject == format!("account {}", target.account);
                same && step.stops.contains(&what)
            };
            let mut found: Vec<&Step> = steps.iter().filter(ends_it).collect();
            found.sort_by_key(|step| step.when == When::OnRequest);
            found.iter().map(|step| step.name.clone()).collect()
        };
        let is_role = Arn::parse(&target.arn).is_some_and(|arn| arn.resource.starts_with("role/"));
        for key in &target.keys {
            let own = format!("deactivate-key:{key}");
            let others = stopping(Stops::Key).into_iter();
            let others = others.filter(|name| !name.starts_with("deactivate-key:"));
            all.push(Watched {
                who: key.clone(),
                kind: "access-key".to_owned(),
                only_from_addresses: goes_on,
                until: None,
                stopped_by: Stops::Key,
                steps: std::iter::once(own).chain(others).collect(),
            });
        }
        for session in &target.sessions {
            let of_role = session.kind == "role-session" || is_role;
            let what = if of_role { Stops::RoleSessions } else { Stops::TokenSessions };
            all.push(Watched {
                who: session.key.clone().unwrap_or_else(|| session.acts_as.clone()),
                kind: session.kind.clone(),
                // A session without a key in the records is known by whom it acts as, and so are the
                // owner's.
                only_from_addresses: session.key.is_none() && of_role,
                until: session.ends,
                stopped_by: what,
                steps: stopping(what),
            });
        }
        let what = if is_role { Stops::RoleSessions } else { Stops::Key };
        all.push(Watched {
            who: target.arn.clone(),
            kind: if is_role { "role" } else { "user" }.to_owned(),
            only_from_addresses: !target.by_thief
                && (goes_on || is_role || target.key_only || target.kind == TargetKind::Root),
            until: None,
            stopped_by: what,
            steps: stopping(what),
        });
    }
    all
}

/// Whether a step is taken by an apply that asks for nothing more.
pub(crate) fn is_at_once(step: &Step) -> bool {
    step.when == When::AtOnce && step.action != Action::RestoreAccess && !step.is_by_hand()
}
