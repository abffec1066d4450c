//! Ways back in that the thief left at identities and things of others: rights that were given,
//! passwords that were set, doors in trust policies, snapshots that were shared, addresses of
//! functions. What the thief made whole is a target of its own.

use cloudtrail::{AccountId, Arn, Outcome};
use detect::{Act, Subject};
use incident::Incident;
use incident::investigation::{Changed, Standing};

use super::Case;
use super::restrict_trust::{caller, keep_out};
use crate::call::Call;
use crate::document;
use crate::names;
use crate::plan::{Action, Change, Phase, Reversible, Step, Stops, Wanted};
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
            None => of_things(case, changed, account, act).into_iter().collect(),
        };
        steps.extend(found.into_iter().map(|step| step.seen(&changed.event_ids)));
    }
    (steps, notes)
}

/// Adds steps against ways in; what sets the same setting as a step that is there becomes part of it.
///
/// A thief changes a trust policy twice, shares a snapshot with one account after the other, or
/// writes a policy under the name of our denial: what is wanted last must not undo what is wanted
/// first.
pub(crate) fn add(steps: &mut Vec<Step>, more: Vec<Step>) {
    for step in more {
        let same = steps.iter_mut().find(|known| {
            known.account == step.account
                && match (known.changes.first(), step.changes.first()) {
                    (Some(known), Some(change)) => known.thing == change.thing,
                    (None, None) => known.name == step.name && known.text == step.text,
                    _ => false,
                }
        });
        match same {
            Some(known) => join(known, &step),
            None => steps.push(step),
        }
    }
}

/// Makes one step of two that set the same setting.
fn join(known: &mut Step, step: &Step) {
    for stops in &step.stops {
        if !known.stops.contains(stops) {
            known.stops.push(*stops);
        }
    }
    for event in &step.event_ids {
        if !known.event_ids.contains(event) {
            known.event_ids.push(event.clone());
        }
    }
    let (Some(change), Some(other)) = (known.changes.first_mut(), step.changes.first()) else {
        return;
    };
    let (Wanted::Exactly(one), Wanted::Exactly(another)) = (&change.to, &other.to) else { return };
    let both = match &change.thing {
        Thing::Trust { .. } => document::trust_without(one, &document::kept_out(another)),
        Thing::Share { .. } => {
            let left = one.split(' ').filter(|to| another.split(' ').any(|other| other == *to));
            Some(left.collect::<Vec<_>>().join(" "))
        }
        _ => None,
    };
    if let Some(both) = both.filter(|both| both != one) {
        change.to = Wanted::Exactly(both);
        known.text = format!("{} {}", known.text, step.text);
        known.reason = format!("{} {}", known.reason, step.reason);
    }
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
) -> Vec<Step> {
    let Some(holder) = act.and_then(|act| identity_of(action, act)) else { return Vec::new() };
    let partition = Arn::parse(&changed.by).map_or("aws", |arn| arn.partition);
    if case.is_spared(partition, account, &holder) {
        notes.push(format!(
            "the {} {} is on your list of break-glass principals, and what {} did to it at {} is \
             left to people",
            holder.kind(),
            holder.name(),
            names::shown(&changed.action),
            changed.time
        ));
        return Vec::new();
    }
    // Who was made by the thief is denied everything already.
    let is_it = |target: &Target| {
        let kind = if target.kind.is_role() { "role" } else { "user" };
        target.account == account && kind == holder.kind() && target.name == holder.name()
    };
    if targets.iter().any(|target| target.by_thief && is_it(target)) {
        return Vec::new();
    }
    if let ("UpdateAssumeRolePolicy", Some(act)) = (action, act) {
        return trust(case, changed, account, act, &holder);
    }
    let covered = targets.iter().any(is_it);
    of_holder(case, action, changed, account, act, &holder, covered, notes).into_iter().collect()
}

#[expect(clippy::too_many_arguments, reason = "one table of actions, each of which needs its own")]
fn of_holder(
    case: &Case<'_>,
    action: &str,
    changed: &Changed,
    account: AccountId,
    act: Option<&Act>,
    holder: &Identity,
    covered: bool,
    notes: &mut Vec<String>,
) -> Option<Step> {
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
            // Its target has a step for the password.
            if covered {
                return None;
            }
            let thing = Thing::LoginProfile { user: holder.name().to_owned() };
            ("delete-login-profile", "Delete", thing, "set it")
        }
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
    let reversible = match &thing {
        Thing::LoginProfile { .. } => Reversible::Partly("undo makes a new password".to_owned()),
        _ => Reversible::Yes,
    };
    Some(
        Step { reversible, ..step(account, changed, label, text) }
            .because(format!("{} {why} at {}.", names::shown(by), changed.time))
            .change(case.change(account, thing, Wanted::Absent))
            .effect(
                "the rights that it gave are gone",
                "none, unless it was there before the theft",
            ),
    )
}

/// Whoever a trust policy lets in from outside is kept out. For whom no denial can be written, people
/// must look.
fn trust(
    case: &Case<'_>,
    changed: &Changed,
    account: AccountId,
    act: &Act,
    holder: &Identity,
) -> Vec<Step> {
    let role = holder.name();
    let (mut outside, mut others) = (Vec::new(), Vec::new());
    for who in said(act, Subject::LetsIn) {
        match door(who, account) {
            Door::Inside => {}
            Door::Outside(patterns) => outside.extend(patterns),
            Door::Other => others.push(names::shown(who)),
        }
    }
    let mut steps = Vec::new();
    if !outside.is_empty() {
        let text = format!("Keep {} out of the role {role}.", outside.join(", "));
        let step = step(account, changed, format!("restore-trust:{role}"), text)
            .because(format!(
                "The thief changed its trust policy at {} to let them in.",
                changed.time
            ))
            .effect(
                "they can no longer assume the role; live sessions of it go on until they are denied",
                "whoever of them was let in before the theft is kept out, too",
            );
        steps.push(keep_out(case, step, role, &outside));
    }
    if !others.is_empty() {
        let text = format!(
            "Look whether {} may be let into the role {role}, and put its trust policy back.",
            others.join(", ")
        );
        let mut step = step(account, changed, format!("look-at-trust:{role}"), text)
            .because(format!("The thief changed its trust policy at {}.", changed.time))
            .effect("whoever is taken out can no longer assume the role", "whoever needs it");
        step.commands = vec![format!(
            "aws iam get-role --role-name {} --query Role.AssumeRolePolicyDocument",
            crate::shell::quoted(role)
        )];
        steps.push(step);
    }
    steps
}

/// Whom a trust policy lets in.
enum Door {
    /// Users and roles of the same account: whom the thief made there is denied everything.
    Inside,
    /// Somebody of another account, as patterns of `aws:PrincipalArn`.
    Outside(Vec<String>),
    /// Everybody, a service, or whoever a provider of identities vouches for.
    Other,
}

fn door(who: &str, account: AccountId) -> Door {
    if let Ok(other) = who.parse::<AccountId>() {
        let whole = || Door::Outside(vec![format!("arn:*:*::{who}:*")]);
        return if other == account { Door::Inside } else { whole() };
    }
    let provider = who.contains(":oidc-provider/") || who.contains(":saml-provider/");
    let of_account = Arn::parse(who).and_then(|arn| arn.account).filter(|_| names::is_arn(who));
    match of_account {
        Some(_) if provider => Door::Other,
        Some(other) if other == account => Door::Inside,
        Some(other) if who.ends_with(":root") => Door::Outside(vec![format!("arn:*:*::{other}:*")]),
        Some(_) => Door::Outside(caller(who)),
        None => Door::Other,
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
            let reversible =
                Reversible::Partly("undo makes an address, which is another one".to_owned());
            Some(
                Step { reversible, ..step(account, changed, label, text) }
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
        partition: Arn::parse(&changed.by).map_or("aws", |arn| arn.partition).to_owned(),
        arn: names::shown(&changed.name),
        name: String::new(),
        keys: Vec::new(),
        sessions: Vec::new(),
        by_thief: false,
        key_only: false,
        from: Vec::new(),
        event_ids: Vec::new(),
    };
    Step { name, ..Step::new(Action::RemovePersistence, &somebody, "", text) }
        .stops(&[Stops::WayIn])
        .in_phase(Phase::Review)
}
