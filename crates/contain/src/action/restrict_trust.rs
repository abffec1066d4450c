//! Who may assume a role: whoever the thief came as is kept out. Live sessions are not touched by
//! this, and are denied by another step.

use cloudtrail::{AccountId, Arn};

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
        .filter(|from| names::is_arn(from) && is_outside(from, target.account))
        .flat_map(|from| caller(from))
        .collect();
    if outside.is_empty() {
        return Vec::new();
    }
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
    vec![keep_out(case, step, &target.name, &outside)]
}

/// A step with the change of a role's trust policy that keeps these principals out; by hand where
/// nobody can tell what the policy says.
pub(super) fn keep_out(case: &Case<'_>, step: Step, role: &str, outside: &[String]) -> Step {
    let thing = Thing::Trust { role: role.to_owned() };
    let was = case.state(step.account, &thing).flatten();
    let denied = was.as_deref().and_then(|document| document::trust_without(document, outside));
    if let (Some(was), Some(denied)) = (was, denied) {
        let (was, to) = (Some(Some(was)), Wanted::Exactly(denied));
        return step.change(Change { thing, was, to, only_from_was: true });
    }
    let text = format!(
        "{} What its trust policy says is not known: plan again with --profile or --role, or add \
         the denial by hand.",
        step.text
    );
    let commands = vec![format!(
        "aws iam get-role --role-name {} --query Role.AssumeRolePolicyDocument",
        crate::shell::quoted(role)
    )];
    Step { text, commands, ..step }
}

/// Whether a principal belongs to another account.
pub(super) fn is_outside(arn: &str, account: AccountId) -> bool {
    Arn::parse(arn).and_then(|arn| arn.account) != Some(account)
}

/// A caller as `aws:PrincipalArn` knows it: of a session, its role, whose path the session leaves
/// out.
pub(super) fn caller(arn: &str) -> Vec<String> {
    let parsed = Arn::parse(arn);
    let role = parsed.and_then(|arn| Some((arn, arn.assumed_role()?.0, arn.account?)));
    match role {
        Some((arn, role, account)) => {
            names::patterns(arn.partition, &account.to_string(), "role", role)
        }
        None => vec![arn.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::{caller, is_outside};

    #[test]
    fn a_session_is_known_by_its_role_whatever_its_path() {
        let role = |name: &str| format!("arn:aws:iam::999988887777:role/{name}");
        let session = "arn:aws:sts::999988887777:assumed-role/raider/111122223333";
        assert_eq!(caller(session), [role("raider"), role("*/raider")]);
        assert_eq!(caller(&role("ops/raider")), [role("ops/raider")]);
        let account = "111122223333".parse().unwrap();
        assert!(is_outside(session, account), "a number in a name is no account");
        assert!(!is_outside("arn:aws:iam::111122223333:user/sam", account));
    }
}
