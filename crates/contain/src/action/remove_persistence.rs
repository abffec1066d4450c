//! Ways back in that the thief left at identities and things of others: rights that were given,
//! passwords that were set, doors in trust policies, snapshots that were shared, addresses of
//! functions. What the thief made whole is a target of its own.

use cloudtrail::{AccountId, Arn, Outcome};
use detect::{Act, Subject};
use incident::Incident;
use incident::investigation::{Changed, Standing};

use super::Case;
use super::restrict_trust::keep_out;
use crate::call::Call;
use crate::names;
use crate::plan::{Action, Change, Phase, Step, Stops, Wanted};
use crate::target::{Target, TargetKind, said};
use crate::thing::{Identity, Thing};

/// One step for each way in, and what is left to people.
pub(crate) fn steps(case: &Case<'_>, targets: &[Target]) -> (Vec<Step>, Vec<String>) {
    let (mut steps, mut notes) = (Vec::<Step>::new(), Vec::new());
    let Some(incident) = case.incident else { return (steps, notes) };
    for changed in &incident.investigation.radius.changed {
        if changed.standing == Standing::Gone {
            continue;
        }
        let Some(account) = changed.account_id else { continue };
        let act = act_of(changed, incident);
        let found = match changed.action.strip_prefix("iam:") {
            Some(action) => of_iam(case, action, changed, account, act, targets, &mut notes),
            None => of_things(case, changed, account, act),
        };
        let Some(step) = found else { continue };
        if !steps.iter().any(|known| known.name == step.name) {
            steps.push(step.seen(&changed.event_ids));
        }
    }
    (steps, notes)
}

/// The act behind a change: it tells more than the change's words.
fn act_of<'a>(changed: &Changed, incident: &'a Incident) -> Option<&'a Act> {
    let done = |act: &&Act| act.outcome == Outcome::Success;
    incident.timeline.iter().filter(done).find(|act| changed.event_ids.contains(&act.event_id))
}

fn of_iam(
    case: &Case<'_>,
    action: &str,
    changed: &Changed,
    account: AccountId,
    act: Option<&Act>,
    targets: &[Target],
    notes: &mut Vec<String>,
) -> Option<Step> {
    let holder = identity_of(action, act?)?;
    // Who was made by the thief is denied everything already.
    let made = |target: &Target| target.by_thief && target.name == holder.name();
    if targets.iter().any(made) {
        return None;
    }
    let policy = said(act?, Subject::Policy).next();
    let (name, text, thing, why) = match action {
        "AttachUserPolicy" | "AttachRolePolicy" | "AttachGroupPolicy" => {
            let policy = policy.filter(|policy| names::is_arn(policy))?;
            let thing = Thing::AttachedPolicy { to: holder.clone(), policy: policy.to_owned() };
            ("detach-policy", "Take", thing, "gave these rights")
        }
        "PutUserPolicy" | "PutRolePolicy" | "PutGroupPolicy" => {
            let policy = policy.filter(|policy| names::is_identity(policy))?;
            let thing = Thing::InlinePolicy { of: holder.clone(), policy: policy.to_owned() };
            ("remove-policy", "Take", thing, "wrote this policy")
        }
        "AddUserToGroup" => {
            let group =
                said(act?, Subject::Group).next().filter(|name| names::is_identity(name))?;
            let (user, group) = (holder.name().to_owned(), group.to_owned());
            ("leave-group", "Take", Thing::GroupMember { user, group }, "put the user there")
        }
        "CreateLoginProfile" | "UpdateLoginProfile" => {
            let covered = |target: &Target| target.name == holder.name();
            if targets.iter().any(covered) {
                return None;
            }
            let thing = Thing::LoginProfile { user: holder.name().to_owned() };
            ("delete-login-profile", "Delete", thing, "set it")
        }
        "UpdateAssumeRolePolicy" => return trust(case, changed, account, act?, &holder),
        "CreatePolicyVersion"
        | "SetDefaultPolicyVersion"
        | "DeleteUserPermissionsBoundary"
        | "DeleteRolePermissionsBoundary" => {
            notes.push(format!(
                "what {} was before {} is not in the records: put it back by hand",
                names::shown(&changed.name),
                names::shown(&changed.action)
            ));
            return None;
        }
        _ => return None,
    };
    let what = thing.in_words();
    let subject = thing.subject().to_owned();
    let text = match text {
        "Take" => format!("Take away {what}."),
        _ => format!("Delete {what}."),
    };
    let label = match &thing {
        Thing::AttachedPolicy { policy, .. } => {
            format!(
                "{name}:{subject}:{}",
                Arn::parse(policy).map_or(policy.as_str(), |arn| arn.name())
            )
        }
        Thing::InlinePolicy { policy, .. } => format!("{name}:{subject}:{policy}"),
        Thing::GroupMember { group, .. } => format!("{name}:{subject}:{group}"),
        _ => format!("{name}:{subject}"),
    };
    let by = Arn::parse(&changed.by).map_or("the thief", |arn| arn.name());
    Some(
        step(account, changed, label, text)
            .because(format!("{} {why} at {}.", names::shown(by), changed.time))
            .change(case.change(account, thing, Wanted::Absent))
            .effect(
                "the rights that it gave are gone",
                "none, unless it was there before the theft",
            ),
    )
}

/// Whoever a trust policy lets in from outside is kept out.
fn trust(
    case: &Case<'_>,
    changed: &Changed,
    account: AccountId,
    act: &Act,
    holder: &Identity,
) -> Option<Step> {
    let role = holder.name();
    let inside = account.to_string();
    let outside: Vec<String> = said(act, Subject::LetsIn)
        .filter(|who| !who.contains(&inside) && !who.ends_with(".amazonaws.com"))
        .filter_map(pattern)
        .collect();
    if outside.is_empty() {
        return None;
    }
    let step = step(
        account,
        changed,
        format!("restore-trust:{role}"),
        format!("Keep {} out of the role {role}.", outside.join(", ")),
    )
    .because(format!("The thief changed its trust policy at {} to let them in.", changed.time))
    .effect(
        "they can no longer assume the role; live sessions of it go on until they are denied",
        "none, unless they were let in before the theft",
    );
    Some(keep_out(case, step, role, &outside))
}

/// A principal of a trust policy as a pattern of `aws:PrincipalArn`; nothing for everybody.
fn pattern(who: &str) -> Option<String> {
    if who.parse::<AccountId>().is_ok() {
        return Some(format!("arn:*:*::{who}:*"));
    }
    let root = who.strip_suffix(":root").filter(|_| names::is_arn(who));
    match root {
        Some(account) => Some(format!("{account}:*")),
        None => names::is_arn(who).then(|| who.to_owned()),
    }
}

fn of_things(
    case: &Case<'_>,
    changed: &Changed,
    account: AccountId,
    act: Option<&Act>,
) -> Option<Step> {
    let region = Some(changed.region.as_str()).filter(|name| names::is_region(name))?.to_owned();
    match (changed.kind.as_str(), changed.action.as_str()) {
        ("snapshot" | "image", "ec2:ModifySnapshotAttribute" | "ec2:ModifyImageAttribute") => {
            let what = Some(changed.name.as_str()).filter(|id| names::is_shareable(id))?;
            let given: Vec<String> = said(act?, Subject::GivenTo)
                .filter(|to| *to == "all" || to.parse::<AccountId>().is_ok())
                .map(ToOwned::to_owned)
                .collect();
            if given.is_empty() {
                return None;
            }
            Some(unshare(case, changed, account, region, what, given))
        }
        ("function-url", _) => {
            let arn = Arn::parse(&changed.name);
            let name = arn.map_or(changed.name.as_str(), |arn| arn.name());
            let function = Some(name).filter(|name| names::is_function(name))?.to_owned();
            let text = format!("Take away the address of the function {function}.");
            let label = format!("remove-url:{function}");
            let thing = Thing::FunctionUrl { region, function };
            Some(
                step(account, changed, label, text)
                    .because(format!("The thief made it callable from outside at {}.", changed.time))
                    .change(case.change(account, thing, Wanted::Absent))
                    .effect(
                        "the function cannot be called under its address; undo makes one, under another address",
                        "none, unless somebody else uses the address",
                    ),
            )
        }
        _ => None,
    }
}

fn unshare(
    case: &Case<'_>,
    changed: &Changed,
    account: AccountId,
    region: String,
    what: &str,
    given: Vec<String>,
) -> Step {
    let thing = Thing::Share { region: region.clone(), what: what.to_owned() };
    let step = step(
        account,
        changed,
        format!("unshare:{what}"),
        format!("Take {what} back from {}.", given.join(", ")),
    )
    .because(format!(
        "The thief shared it at {}: copies that were made are beyond reach.",
        changed.time
    ))
    .effect("they can no longer copy or use it", "none, unless it was shared before the theft");
    if let Some(was) = case.state(account, &thing) {
        let left: Vec<&str> = was
            .as_deref()
            .unwrap_or_default()
            .split_whitespace()
            .filter(|one| !given.iter().any(|given| given == one))
            .collect();
        let to = Wanted::Exactly(left.join(" "));
        return step.change(Change { thing, was: Some(was), to, only_from_was: true });
    }
    let (add, remove) = (Vec::new(), given);
    let call = if what.starts_with("ami-") {
        Call::ModifyImageAttribute { region, image_id: what.to_owned(), add, remove }
    } else {
        Call::ModifySnapshotAttribute { region, snapshot_id: what.to_owned(), add, remove }
    };
    Step { commands: vec![call.cli()], ..step }
}

/// Whose rights an action changes.
fn identity_of(action: &str, act: &Act) -> Option<Identity> {
    let arn = Arn::parse(&act.resource);
    let name = arn.map_or(act.resource.as_str(), |arn| arn.name());
    let name = Some(name).filter(|name| names::is_identity(name))?.to_owned();
    let of_role = action.contains("Role") || action == "UpdateAssumeRolePolicy";
    Some(if of_role {
        Identity::Role(name)
    } else if action.contains("GroupPolicy") {
        Identity::Group(name)
    } else {
        Identity::User(name)
    })
}

/// A step at something that is no target.
fn step(account: AccountId, changed: &Changed, name: String, text: String) -> Step {
    let somebody = Target {
        kind: TargetKind::User,
        account,
        partition: "aws".to_owned(),
        arn: names::shown(&changed.name),
        name: String::new(),
        keys: Vec::new(),
        sessions: Vec::new(),
        by_thief: false,
        from: Vec::new(),
        event_ids: Vec::new(),
    };
    Step { name, ..Step::new(Action::RemovePersistence, &somebody, "", text) }
        .stops(&[Stops::WayIn])
        .in_phase(Phase::Review)
}
