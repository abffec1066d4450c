//! What `GetAccountAuthorizationDetails` tells: users, groups, roles and policies of accounts.
//!
//! Several answers are taken together, one for each account or page. Service control policies come
//! as `DescribePolicy` of Organizations prints them, or as lists by level under
//! `ServiceControlPolicies`.

use std::collections::BTreeMap;
use std::ops::Bound;

use compact_str::{CompactString, format_compact};
use serde_json::Value;

use crate::context::Context;
use crate::evaluate::Policies;
use crate::policy::Policy;

/// The identities and policies of accounts.
#[derive(Debug, Clone, Default)]
pub struct Authorization {
    identities: BTreeMap<CompactString, Identity>,
    /// Inline policies of groups and the ARNs of their managed ones, by the group's name and account.
    groups: BTreeMap<CompactString, Attached>,
    managed: BTreeMap<CompactString, Policy>,
    /// Service control policies by level.
    control: Vec<Vec<Policy>>,
    /// What could not be understood, one sentence each.
    pub problems: Vec<CompactString>,
}

/// A user or a role.
#[derive(Debug, Clone)]
pub struct Identity {
    /// What it is.
    pub kind: IdentityKind,
    /// Its ARN.
    pub arn: CompactString,
    /// Its name.
    pub name: CompactString,
    attached: Attached,
    /// The groups of a user.
    groups: Vec<CompactString>,
    boundary: Option<CompactString>,
    /// Who may become the role.
    trust: Option<Policy>,
    tags: Vec<(CompactString, CompactString)>,
}

/// What an identity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentityKind {
    /// An IAM user.
    User,
    /// A role.
    Role,
}

/// Policies of a user, role or group.
#[derive(Debug, Clone, Default)]
struct Attached {
    inline: Vec<Policy>,
    managed: Vec<CompactString>,
}

impl Authorization {
    /// No more problems are told one by one.
    const PROBLEMS: usize = 100;
    /// No more identities are read: an account may have 5,000 users and as many roles.
    const MOST: usize = 200_000;

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.identities.is_empty()
    }

    /// How many users and roles are known.
    pub fn len(&self) -> usize {
        self.identities.len()
    }

    /// Reads one answer and adds it. Whatever cannot be understood is told among the problems.
    pub fn read(&mut self, text: &str) {
        let document: Value = match serde_json::from_str(text) {
            Ok(document) => document,
            Err(error) => return self.problem(format_compact!("it is no JSON: {error}")),
        };
        let before = (self.identities.len(), self.managed.len(), self.control.len());
        for (key, kind, arn) in [
            ("UserDetailList", IdentityKind::User, "user"),
            ("RoleDetailList", IdentityKind::Role, "role"),
        ] {
            for detail in list(&document, key) {
                self.add_identity(detail, kind, arn);
            }
        }
        for group in list(&document, "GroupDetailList") {
            if let Some(arn) = text_at(group, "Arn") {
                let attached = Attached::of(group, "GroupPolicyList", &mut self.problems);
                self.groups.insert(arn.into(), attached);
            }
        }
        for policy in list(&document, "Policies") {
            self.add_managed(policy);
        }
        self.add_control(&document);
        if (self.identities.len(), self.managed.len(), self.control.len()) == before {
            self.problem("it has none of the lists of GetAccountAuthorizationDetails".into());
        }
        self.problems.truncate(Self::PROBLEMS);
    }

    fn problem(&mut self, text: CompactString) {
        self.problems.push(text);
    }

    fn add_identity(&mut self, detail: &Value, kind: IdentityKind, what: &str) {
        let name = text_at(detail, if what == "user" { "UserName" } else { "RoleName" });
        let (Some(arn), Some(name)) = (text_at(detail, "Arn"), name) else {
            return self.problem(format_compact!("a {what} without a name or ARN"));
        };
        if self.identities.len() >= Self::MOST {
            return self.problem("there are more users and roles than are read".into());
        }
        let key = if what == "user" { "UserPolicyList" } else { "RolePolicyList" };
        let attached = Attached::of(detail, key, &mut self.problems);
        let trust = detail
            .get("AssumeRolePolicyDocument")
            .map(|document| self.checked(Policy::of(name, document)));
        let groups = list(detail, "GroupList").iter().filter_map(Value::as_str);
        let tags = list(detail, "Tags")
            .iter()
            .filter_map(|tag| Some((text_at(tag, "Key")?.into(), text_at(tag, "Value")?.into())));
        let boundary = detail.pointer("/PermissionsBoundary/PermissionsBoundaryArn");
        let identity = Identity {
            kind,
            arn: arn.into(),
            name: name.into(),
            attached,
            groups: groups.map(CompactString::new).collect(),
            boundary: boundary.and_then(Value::as_str).map(CompactString::new),
            trust,
            tags: tags.collect(),
        };
        self.identities.insert(arn.into(), identity);
    }

    /// A managed policy in its default version.
    fn add_managed(&mut self, policy: &Value) {
        let Some(arn) = text_at(policy, "Arn") else {
            return self.problem("a policy without an ARN".into());
        };
        let versions = list(policy, "PolicyVersionList");
        let is_default =
            |version: &&Value| version.get("IsDefaultVersion") == Some(&Value::Bool(true));
        let version = versions.iter().find(is_default).or(versions.first());
        let read = match version.and_then(|version| version.get("Document")) {
            Some(document) => Policy::of(arn, document),
            None => Policy::broken(arn, "it has no version with a document"),
        };
        let read = self.checked(read);
        self.managed.insert(arn.into(), read);
    }

    fn add_control(&mut self, document: &Value) {
        for level in list(document, "ServiceControlPolicies") {
            let policies = level.as_array().map_or(std::slice::from_ref(level), Vec::as_slice);
            let read = policies.iter().map(|policy| {
                let name = text_at(policy, "Name").unwrap_or("service control policy");
                Policy::of(name, policy.get("Content").unwrap_or(policy))
            });
            let read: Vec<Policy> = read.collect();
            let read = read.into_iter().map(|policy| self.checked(policy)).collect();
            self.control.push(read);
        }
        // One policy alone says not at which level it is attached: what it denies counts.
        let content = document.pointer("/Policy/Content");
        let is_control = document.pointer("/Policy/PolicySummary/Type").and_then(Value::as_str)
            == Some("SERVICE_CONTROL_POLICY");
        if let Some(content) = content.filter(|_| is_control) {
            let name = document.pointer("/Policy/PolicySummary/Name").and_then(Value::as_str);
            let policy =
                self.checked(Policy::of(name.unwrap_or("service control policy"), content));
            let all = serde_json::json!({ "Statement": { "Effect": "Allow", "Action": "*" } });
            self.control.push(vec![policy, Policy::of("everything else", &all)]);
        }
    }

    /// Keeps the problems of a policy among those of the account.
    fn checked(&mut self, policy: Policy) -> Policy {
        note(&mut self.problems, &policy);
        policy
    }

    /// The user or role with this ARN; a session of a role by the role.
    pub fn identity(&self, arn: &str) -> Option<&Identity> {
        if let Some(found) = self.identities.get(arn) {
            return Some(found);
        }
        // arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION leaves out the path of the role.
        let mut parts = arn.splitn(6, ':');
        let (_, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
        let (_, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
        let name = resource.strip_prefix("assumed-role/")?.split('/').next()?;
        if service != "sts" {
            return None;
        }
        let prefix = format!("arn:{partition}:iam::{account}:role/");
        let roles =
            self.identities.range::<str, _>((Bound::Included(prefix.as_str()), Bound::Unbounded));
        let mut roles = roles.take_while(|(arn, _)| arn.starts_with(&prefix));
        roles.find(|(_, role)| role.name == name).map(|(_, role)| role)
    }

    /// All users and roles, in the order of their ARNs.
    pub fn identities(&self) -> impl Iterator<Item = &Identity> {
        self.identities.values()
    }

    /// All roles.
    pub(crate) fn roles(&self) -> impl Iterator<Item = &Identity> {
        self.identities().filter(|identity| identity.kind == IdentityKind::Role)
    }

    /// The policies that decide on the requests of an identity, and what is not known of them.
    pub fn policies<'a>(&'a self, identity: &'a Identity) -> (Policies<'a>, Vec<CompactString>) {
        let mut policies = Policies::default();
        let mut notes = Vec::new();
        self.attach(&identity.attached, &mut policies.identity, &mut notes);
        for name in &identity.groups {
            match self.group_of(identity, name) {
                Some(group) => self.attach(group, &mut policies.identity, &mut notes),
                None => notes.push(format_compact!("group {name} is not in the given policies")),
            }
        }
        if let Some(arn) = &identity.boundary {
            policies.boundary = self.managed.get(arn);
            if policies.boundary.is_none() {
                notes.push(format_compact!("its boundary {arn} is not in the given policies"));
            }
        }
        policies.control = self.control.iter().map(|level| level.iter().collect()).collect();
        for problem in policies.identity.iter().flat_map(|policy| &policy.problems) {
            notes.push(format_compact!("part of its policies could not be understood: {problem}"));
        }
        (policies, notes)
    }

    fn group_of(&self, identity: &Identity, name: &str) -> Option<&Attached> {
        let prefix = identity.arn.split(":user/").next().unwrap_or_default();
        let prefix = format!("{prefix}:group/");
        let groups =
            self.groups.range::<str, _>((Bound::Included(prefix.as_str()), Bound::Unbounded));
        let mut groups = groups.take_while(|(arn, _)| arn.starts_with(&prefix));
        let named = |arn: &str| arn.rsplit('/').next() == Some(name);
        groups.find(|(arn, _)| named(arn)).map(|(_, group)| group)
    }

    fn attach<'a>(
        &'a self,
        attached: &'a Attached,
        policies: &mut Vec<&'a Policy>,
        notes: &mut Vec<CompactString>,
    ) {
        policies.extend(&attached.inline);
        for arn in &attached.managed {
            match self.managed.get(arn) {
                Some(policy) => policies.push(policy),
                None => notes.push(format_compact!("policy {arn} is not in the given policies")),
            }
        }
    }
}

impl Identity {
    /// What is known of every request of this identity.
    pub fn context(&self) -> Context {
        let mut context = Context::open().with("aws:PrincipalArn", &self.arn);
        if let Some(account) = self.arn.split(':').nth(4) {
            context = context.with("aws:PrincipalAccount", account);
        }
        if self.kind == IdentityKind::User {
            context = context.with("aws:username", &self.name);
        }
        for (key, value) in &self.tags {
            context = context.with(&format!("aws:PrincipalTag/{key}"), value);
        }
        context
    }

    /// Who may become it, where it is a role.
    pub(crate) fn trust(&self) -> Option<&Policy> {
        self.trust.as_ref()
    }
}

impl Attached {
    fn of(detail: &Value, key: &str, problems: &mut Vec<CompactString>) -> Self {
        let inline = list(detail, key).iter().filter_map(|policy| {
            let name = text_at(policy, "PolicyName")?;
            Some(Policy::of(name, policy.get("PolicyDocument")?))
        });
        let inline: Vec<Policy> = inline.collect();
        for policy in &inline {
            note(problems, policy);
        }
        let managed = list(detail, "AttachedManagedPolicies").iter();
        let managed = managed.filter_map(|policy| text_at(policy, "PolicyArn"));
        Self { inline, managed: managed.map(CompactString::new).collect() }
    }
}

fn note(problems: &mut Vec<CompactString>, policy: &Policy) {
    for problem in &policy.problems {
        if problems.len() < Authorization::PROBLEMS {
            problems.push(format_compact!("{}: {problem}", policy.name));
        }
    }
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text_at<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key)?.as_str()
}
