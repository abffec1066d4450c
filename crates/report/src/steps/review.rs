//! What was left behind: ways back in, defences that are off, things that cost money.

use cloudtrail::Arn;
use incident::Incident;
use incident::investigation::{Changed, How};

use super::{MOST, Phase, Step, command};
use crate::facts;

/// What to look for, and how to see that nobody is left.
pub(super) fn steps(incident: &Incident, again: &str) -> Vec<Step> {
    let changed = &incident.investigation.radius.changed;
    let step = |text: &str| Step::new(Phase::Review, text);
    let mut steps: Vec<Step> =
        changed.iter().filter(|one| one.way_in).take(MOST).map(way_in).collect();
    steps.extend(changed.iter().filter(|one| is_off(one)).take(MOST).map(switched_off));
    let spent = changed.iter().filter(|one| !one.way_in && one.how == How::Made);
    steps.extend(spent.take(MOST).map(left_behind));
    steps.push(
        step(
            "Look at everything that the account has now: users, keys, roles, trust and policies \
             that nobody knows.",
        )
        .run([
            "aws iam generate-credential-report && aws iam get-credential-report --query Content \
             --output text | base64 -d"
                .to_owned(),
            "aws iam get-account-authorization-details > authorization.json".to_owned(),
        ]),
    );
    steps.push(
        step(
            "Scan again when half an hour of new logs is there: a success of any of these keys \
             after the containment means that somebody is still inside.",
        )
        .run([format!("keyhound explain {} {again}", incident.id)]),
    );
    steps
}

fn is_off(changed: &Changed) -> bool {
    !changed.way_in && matches!(changed.how, How::SwitchedOff | How::Deleted)
}

/// A user, key, role, policy or other door that somebody opened.
fn way_in(changed: &Changed) -> Step {
    let kind = facts::spaced(&changed.kind);
    let arn = Arn::parse(&changed.name);
    let name = arn.as_ref().map_or(changed.name.as_str(), Arn::name);
    let detail = if changed.detail.is_empty() || changed.detail.ends_with(name) {
        String::new()
    } else {
        format!(" ({})", changed.detail)
    };
    let text = format!("Close the {kind} {name}{detail}: a way back in, by {}.", changed.action);
    let commands: Vec<Option<String>> = match changed.kind.as_str() {
        "user" => vec![command::deny_user(name), command::keys_of(name)],
        "login-profile" => vec![command::no_password(name)],
        "role" => vec![command::deny_role(name)],
        "trust-policy" => vec![command::trust_of(name)],
        "policy" => vec![command::policies_of(policy_holder(changed), name)],
        _ => Vec::new(),
    };
    Step {
        urgent: matches!(changed.kind.as_str(), "user" | "role"),
        ..Step::new(Phase::Review, text)
    }
    .run(commands.into_iter().flatten())
    .seen(&changed.event_ids)
    .until(changed.standing)
}

/// Whose policy an action changes.
fn policy_holder(changed: &Changed) -> &'static str {
    if changed.action.contains("Role") { "role" } else { "user" }
}

fn switched_off(changed: &Changed) -> Step {
    let kind = facts::spaced(&changed.kind);
    let text =
        format!("Bring back the {kind} {}, which {} took away.", changed.name, changed.action);
    let log = (changed.kind == "trail").then(|| command::log_again(&changed.name, &changed.region));
    Step::new(Phase::Review, text)
        .run(log.flatten())
        .seen(&changed.event_ids)
        .until(changed.standing)
}

fn left_behind(changed: &Changed) -> Step {
    let kind = facts::spaced(&changed.kind);
    let place =
        if changed.region.is_empty() { String::new() } else { format!(" in {}", changed.region) };
    let text = format!(
        "Look at the {kind} {}{place}, made by {}: keep a copy as evidence, then delete it if nobody knows it.",
        changed.name, changed.action
    );
    Step::new(Phase::Review, text)
        .run(command::stop_instance(&changed.name, &changed.region))
        .seen(&changed.event_ids)
        .until(changed.standing)
}
