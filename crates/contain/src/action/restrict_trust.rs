//! Who may assume a role: whoever the thief came as is kept out. Live sessions are not touched by
//! this, and are denied by another step.

use super::Case;
use crate::document;
use crate::names;
use crate::plan::{Action, Change, Step, Stops, Wanted};
use crate::target::Target;
use crate::thing::Thing;

pub(super) fn steps(case: &Case<'_>, target: &Target) -> Vec<Step> {
    // Who is shut out in the same account needs no second lock at each role.
    let outside: Vec<String> = target
        .from
        .iter()
        .filter(|from| names::is_arn(from) && !from.contains(&format!("::{}:", target.account)))
        .map(|from| role_of_session(from))
        .collect();
    if outside.is_empty() {
        return Vec::new();
    }
    let thing = Thing::Trust { role: target.name.clone() };
    let step = Step::new(
        Action::RestrictTrust,
        target,
        "restrict-trust",
        format!("Keep {} out of the role {}.", outside.join(", "), target.name),
    )
    .because("The thief assumed this role from another account, and would assume it again.")
    .stops(&[Stops::Reissue])
    .effect(
        "these callers can no longer assume the role; live sessions of it go on until they are denied",
        "what the owner of that account runs with this role stops",
    );
    let was = case.state(target.account, &thing).flatten();
    let denied = was.as_deref().and_then(|document| document::trust_without(document, &outside));
    vec![match (was, denied) {
        (Some(was), Some(denied)) => step.change(Change {
            thing,
            was: Some(Some(was)),
            to: Wanted::Exactly(denied),
            only_from_was: true,
        }),
        _ => {
            let commands = vec![format!(
                "aws iam get-role --role-name {} --query Role.AssumeRolePolicyDocument",
                crate::shell::quoted(&target.name)
            )];
            let text = format!(
                "{} The trust policy is not known: plan again with --profile or --role, or add the denial by hand.",
                step.text
            );
            Step { commands, text, ..step }
        }
    }]
}

/// A role's ARN for a session's: trust policies and `aws:PrincipalArn` know the role.
fn role_of_session(arn: &str) -> String {
    let parsed = cloudtrail::Arn::parse(arn);
    let role = parsed.and_then(|arn| Some((arn, arn.assumed_role()?.0, arn.account?)));
    match role {
        Some((arn, role, account)) => format!("arn:{}:iam::{account}:role/{role}", arn.partition),
        None => arn.to_owned(),
    }
}
