//! What a principal may do: only what is plausible for a victim's permissions succeeds.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::catalogue::Action;
use crate::error::{Error, Result};

/// A set of permissions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    patterns: Vec<String>,
    /// What is denied whatever is allowed, as AWS's quarantine policy does.
    denied: Vec<String>,
}

/// What AWS's quarantine policy denies, as published (the parts that thieves care for).
const QUARANTINED: [&str; 22] = [
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreateRole",
    "iam:CreateUser",
    "iam:PutUserPolicy",
    "iam:UpdateLoginProfile",
    "iam:UpdateAssumeRolePolicy",
    "ec2:RunInstances",
    "ec2:RequestSpotInstances",
    "ec2:StartInstances",
    "lambda:CreateFunction",
    "lightsail:Create*",
    "organizations:*",
    "s3:DeleteObject",
    "s3:PutLifecycleConfiguration",
    "bedrock:CreateFoundationModelAgreement",
    "bedrock:InvokeModel",
    "ecs:CreateCluster",
    "ses:PutAccountDetails",
    "sts:GetFederationToken",
];

impl Policy {
    /// The policy of this name in `data/range/policies.toml`.
    pub fn shipped(name: &str) -> Result<Self> {
        type Table = BTreeMap<String, Vec<String>>;
        static SHIPPED: LazyLock<std::result::Result<Table, String>> = LazyLock::new(|| {
            toml::from_str(include_str!("../../../data/range/policies.toml"))
                .map_err(|error| error.to_string())
        });
        let problem = |reason| Error::Data { file: "data/range/policies.toml".to_owned(), reason };
        let table = SHIPPED.as_ref().map_err(|reason| problem(reason.clone()))?;
        let patterns = table.get(name).ok_or_else(|| problem(format!("no policy {name}")))?;
        Ok(Self { patterns: patterns.clone(), denied: Vec::new() })
    }

    /// What somebody may do of whom only these successful calls are known: those, and if one of
    /// them manages identities, everything.
    pub fn observed<'a>(permissions: impl IntoIterator<Item = &'a str>) -> Self {
        let mut patterns: Vec<String> = permissions.into_iter().map(str::to_owned).collect();
        let manages = ["iam:Create", "iam:Attach", "iam:Put", "iam:Update", "organizations:Create"];
        if patterns.iter().any(|known| manages.iter().any(|prefix| known.starts_with(prefix))) {
            patterns = vec!["*".to_owned()];
        }
        patterns.push("sts:GetCallerIdentity".to_owned());
        Self { patterns, denied: Vec::new() }
    }

    /// Whether an action is allowed.
    pub fn allows(&self, action: &Action) -> bool {
        let matches = |pattern: &String| matches(pattern, &action.permission);
        self.patterns.iter().any(matches) && !self.denies(action)
    }

    /// Whether an action is denied although it may be allowed.
    pub fn denies(&self, action: &Action) -> bool {
        self.denied.iter().any(|pattern| matches(pattern, &action.permission))
    }

    /// Whether everything is allowed.
    pub fn is_administrator(&self) -> bool {
        self.patterns.iter().any(|pattern| pattern == "*") && self.denied.is_empty()
    }

    /// The same with AWS's quarantine policy attached.
    #[must_use]
    pub fn quarantined(mut self) -> Self {
        self.denied = QUARANTINED.map(str::to_owned).to_vec();
        self
    }
}

/// Whether `ec2:DescribeRegions` matches `ec2:Describe*`, `*:Describe*` or `*`.
fn matches(pattern: &str, permission: &str) -> bool {
    let part = |pattern: &str, text: &str| match pattern.strip_suffix('*') {
        Some(prefix) => text.starts_with(prefix),
        None => pattern == text,
    };
    match (pattern.split_once(':'), permission.split_once(':')) {
        (Some((service, call)), Some(own)) => part(service, own.0) && part(call, own.1),
        _ => pattern == "*",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn patterns_allow_what_they_say() {
        let action = |name| Catalogue::shipped().unwrap().action(name).unwrap();
        for (policy, name, allowed) in [
            ("administrator", "iam:CreateUser", true),
            ("developer", "iam:CreateUser", false),
            ("developer", "ec2:DescribeInstances", true),
            ("reader", "secretsmanager:GetSecretValue", true),
            ("mail", "ses:GetSendQuota", true),
            ("mail", "s3:ListBuckets", false),
            ("storage", "s3:HeadObject", true),
        ] {
            assert_eq!(
                Policy::shipped(policy).unwrap().allows(action(name)),
                allowed,
                "{policy} {name}"
            );
        }
        assert!(Policy::shipped("king").is_err());
        let quarantined = Policy::shipped("administrator").unwrap().quarantined();
        assert!(!quarantined.allows(action("iam:CreateUser")));
        assert!(quarantined.allows(action("s3:ListBuckets")));
    }

    #[test]
    fn who_manages_identities_may_do_everything() {
        let run = Catalogue::shipped().unwrap().action("ec2:RunInstances").unwrap();
        assert!(!Policy::observed(["s3:GetObject"]).allows(run));
        assert!(Policy::observed(["iam:CreateRole"]).allows(run));
    }
}
