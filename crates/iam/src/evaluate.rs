//! The decision on one request.

use compact_str::CompactString;

use crate::context::Context;
use crate::policy::Policy;
use crate::tri::Tri;

/// Everything that is asked when an identity makes a request.
#[derive(Debug, Clone, Default)]
pub struct Policies<'p> {
    /// Inline, managed and group policies of the identity.
    pub identity: Vec<&'p Policy>,
    /// The permissions boundary, if it has one.
    pub boundary: Option<&'p Policy>,
    /// Service control policies, level by level from the root of the organisation to the account;
    /// none where there is no organisation, or for its management account.
    pub control: Vec<Vec<&'p Policy>>,
    /// Policies of the session, if it has any.
    pub session: Vec<&'p Policy>,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// It is allowed.
    Allowed,
    /// Nothing allows it.
    NotAllowed,
    /// Something denies it.
    Denied,
    /// It depends on what is not known.
    Maybe,
}

/// Decides on a request: an action as `service:Name`, the resource's ARN or `*`, and its context.
///
/// Policies of resources are not asked: within an account they can allow beyond this, across
/// accounts they must allow as well.
pub fn decide(
    policies: &Policies<'_>,
    action: &str,
    resource: &str,
    context: &Context,
) -> Decision {
    let action: CompactString = action.to_ascii_lowercase().into();
    let ask = |group: &[&Policy]| ask(group, &action, resource, context);
    let boundary: Vec<&Policy> = policies.boundary.into_iter().collect();
    let mut groups = vec![ask(&policies.identity)];
    groups.extend((!boundary.is_empty()).then(|| ask(&boundary)));
    groups.extend(policies.control.iter().map(|level| ask(level)));
    groups.extend((!policies.session.is_empty()).then(|| ask(&policies.session)));
    let denied = groups.iter().fold(Tri::No, |any, group| any.or(group.denied));
    let allowed = groups.iter().fold(Tri::Yes, |all, group| all.and(group.allowed));
    match (denied, allowed) {
        (Tri::Yes, _) => Decision::Denied,
        (Tri::Maybe | Tri::No, Tri::No) => Decision::NotAllowed,
        (Tri::No, Tri::Yes) => Decision::Allowed,
        _ => Decision::Maybe,
    }
}

/// What one group of policies says.
struct Said {
    allowed: Tri,
    denied: Tri,
}

fn ask(group: &[&Policy], action: &str, resource: &str, context: &Context) -> Said {
    let mut said = Said { allowed: Tri::No, denied: Tri::No };
    for statement in group.iter().flat_map(|policy| &policy.statements) {
        let applies = statement.applies(action, resource, context);
        let of = if statement.allows { &mut said.allowed } else { &mut said.denied };
        *of = of.or(applies);
    }
    said
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Decision, Policies, decide};
    use crate::context::Context;
    use crate::policy::Policy;

    fn policy(statements: &Value) -> Policy {
        let policy = Policy::of("p", &json!({ "Version": "2012-10-17", "Statement": statements }));
        assert!(policy.problems.is_empty(), "{:?}", policy.problems);
        policy
    }

    fn allow(actions: &Value) -> Policy {
        policy(&json!({ "Effect": "Allow", "Action": actions, "Resource": "*" }))
    }

    #[track_caller]
    fn check(policies: &Policies<'_>, action: &str, expected: Decision) {
        let decision = decide(policies, action, "arn:aws:s3:::b/k", &Context::complete());
        assert_eq!(decision, expected, "{action}");
    }

    #[test]
    fn a_deny_wins_and_silence_is_no() {
        let own = policy(&json!([
            { "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/*" },
            { "Effect": "Deny", "NotAction": ["s3:Get*", "s3:List*"], "Resource": "*" },
        ]));
        let policies = Policies { identity: vec![&own], ..Policies::default() };
        check(&policies, "s3:getobject", Decision::Allowed);
        check(&policies, "s3:PutObject", Decision::Denied);
        check(&policies, "ec2:RunInstances", Decision::Denied);
        check(&Policies::default(), "s3:GetObject", Decision::NotAllowed);
    }

    #[test]
    fn every_group_must_allow() {
        let (all, reads, none) = (allow(&json!("*")), allow(&json!("s3:Get*")), allow(&json!([])));
        let with = |boundary, control: Vec<_>, session| Policies {
            identity: vec![&all],
            boundary,
            control,
            session,
        };
        check(&with(Some(&reads), vec![], vec![]), "s3:GetObject", Decision::Allowed);
        check(&with(Some(&reads), vec![], vec![]), "s3:PutObject", Decision::NotAllowed);
        check(
            &with(None, vec![vec![&all], vec![&none, &reads]], vec![]),
            "s3:GetObject",
            Decision::Allowed,
        );
        check(
            &with(None, vec![vec![&all], vec![&none]], vec![]),
            "s3:GetObject",
            Decision::NotAllowed,
        );
        check(&with(None, vec![], vec![&reads]), "s3:PutObject", Decision::NotAllowed);
    }

    #[test]
    fn what_is_not_known_may_be_either() {
        let own = policy(&json!([
            { "Effect": "Allow", "Action": "s3:*", "Resource": "*",
              "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "true" } } },
        ]));
        let policies = Policies { identity: vec![&own], ..Policies::default() };
        let ask = |context| decide(&policies, "s3:GetObject", "*", &context);
        assert_eq!(ask(Context::open()), Decision::Maybe);
        assert_eq!(ask(Context::complete()), Decision::NotAllowed);
        let with = Context::complete().with("aws:multifactorauthpresent", "true");
        assert_eq!(ask(with), Decision::Allowed);
    }
}
