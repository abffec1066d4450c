//! An account from files: what `aws iam get-account-authorization-details` prints, read when AWS
//! cannot be asked. It can be looked into and never changed.

use cloudtrail::{AccountId, Arn};
use serde_json::Value;

use crate::account::{Account, Caller, Fault, FaultKind, Organisation, Role, Secret, User};
use crate::call::Call;
use crate::thing::{Identity, State, Thing};

/// What the files tell of one account.
#[derive(Debug, Clone, Default)]
pub struct Offline {
    documents: Vec<Value>,
}

impl Offline {
    /// Adds a file's text. An error is half a sentence.
    pub fn add(&mut self, text: &str) -> Result<(), String> {
        let document: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let known = ["UserDetailList", "RoleDetailList", "GroupDetailList", "Policies"];
        if !known.iter().any(|list| document.get(list).is_some_and(Value::is_array)) {
            return Err("it has none of the lists of GetAccountAuthorizationDetails".to_owned());
        }
        self.documents.push(document);
        Ok(())
    }

    /// The accounts of which something is told.
    pub fn accounts(&self) -> Vec<AccountId> {
        let lists = ["UserDetailList", "RoleDetailList", "GroupDetailList"];
        let entries = lists.iter().flat_map(|list| self.list(list));
        let mut accounts: Vec<AccountId> =
            entries.filter_map(|entry| Arn::parse(entry.get("Arn")?.as_str()?)?.account).collect();
        accounts.sort_unstable();
        accounts.dedup();
        accounts
    }

    fn list(&self, list: &'static str) -> impl Iterator<Item = &Value> {
        self.documents.iter().filter_map(move |document| document.get(list)?.as_array()).flatten()
    }

    fn named(&self, list: &'static str, key: &str, name: &str) -> Option<&Value> {
        self.list(list).find(|entry| entry.get(key).and_then(Value::as_str) == Some(name))
    }

    fn identity(&self, of: &Identity) -> Result<&Value, Fault> {
        let found = match of {
            Identity::User(name) => self.named("UserDetailList", "UserName", name),
            Identity::Role(name) => self.named("RoleDetailList", "RoleName", name),
            Identity::Group(name) => self.named("GroupDetailList", "GroupName", name),
        };
        found.ok_or_else(|| unknown(&format!("the {} {}", of.kind(), of.name())))
    }
}

fn unknown(what: &str) -> Fault {
    Fault {
        doing: format!("reading {what}"),
        kind: FaultKind::Unknown,
        why: "the files do not tell".to_owned(),
    }
}

/// A document as a text; the CLI prints it as JSON, the API as a text.
fn document(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn text(entry: &Value, key: &str) -> Option<String> {
    entry.get(key)?.as_str().map(ToOwned::to_owned)
}

fn entries<'a>(entry: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> {
    entry.get(list).and_then(Value::as_array).into_iter().flatten()
}

impl Account for Offline {
    fn caller(&self) -> Result<Option<Caller>, Fault> {
        Ok(None)
    }

    fn read(&self, thing: &Thing) -> Result<State, Fault> {
        Ok(match thing {
            Thing::InlinePolicy { of, policy } => {
                let list = match of {
                    Identity::User(_) => "UserPolicyList",
                    Identity::Role(_) => "RolePolicyList",
                    Identity::Group(_) => "GroupPolicyList",
                };
                let identity = self.identity(of)?;
                let found = entries(identity, list)
                    .find(|entry| text(entry, "PolicyName").as_deref() == Some(policy));
                found.and_then(|entry| entry.get("PolicyDocument")).map(document)
            }
            Thing::AttachedPolicy { to, policy } => {
                let identity = self.identity(to)?;
                entries(identity, "AttachedManagedPolicies")
                    .any(|entry| text(entry, "PolicyArn").as_deref() == Some(policy))
                    .then(|| "attached".to_owned())
            }
            Thing::Boundary { of } => {
                let identity = self.identity(of)?;
                identity
                    .pointer("/PermissionsBoundary/PermissionsBoundaryArn")
                    .and_then(Value::as_str)
                    .map(ToOwned::to_owned)
            }
            Thing::GroupMember { user, group } => {
                let identity = self.identity(&Identity::User(user.clone()))?;
                entries(identity, "GroupList")
                    .any(|entry| entry.as_str() == Some(group))
                    .then(|| "member".to_owned())
            }
            Thing::Trust { role } => {
                let identity = self.identity(&Identity::Role(role.clone()))?;
                identity.get("AssumeRolePolicyDocument").map(document)
            }
            Thing::PolicyVersion { policy } => {
                let found = self.named("Policies", "Arn", policy);
                text(found.ok_or_else(|| unknown(policy))?, "DefaultVersionId")
            }
            other => return Err(unknown(&other.in_words())),
        })
    }

    fn user(&self, name: &str) -> Result<Option<User>, Fault> {
        // Keys and passwords are not part of these files: what is not told is not there.
        let identity = self.identity(&Identity::User(name.to_owned()))?;
        Ok(Some(User { arn: text(identity, "Arn").unwrap_or_default(), ..User::default() }))
    }

    fn role(&self, name: &str) -> Result<Option<Role>, Fault> {
        let identity = self.identity(&Identity::Role(name.to_owned()))?;
        let trust = identity.get("AssumeRolePolicyDocument").map(document).unwrap_or_default();
        Ok(Some(Role { arn: text(identity, "Arn").unwrap_or_default(), trust }))
    }

    fn organisation(&self) -> Result<Option<Organisation>, Fault> {
        Err(unknown("the organisation"))
    }

    fn perform(&self, call: &Call) -> Result<Option<Secret>, Fault> {
        let doing = format!("{}:{} on {}", call.service(), call.operation(), call.subject());
        let why = "files cannot be changed".to_owned();
        Err(Fault { doing, kind: FaultKind::Denied, why })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_found_in_what_the_cli_prints() {
        let mut account = Offline::default();
        account
            .add(
                r#"{"UserDetailList":[{"Arn":"arn:aws:iam::111122223333:user/ops/sam","UserName":"sam","GroupList":["admins"],
                "UserPolicyList":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":[]}}],
                "AttachedManagedPolicies":[{"PolicyName":"x","PolicyArn":"arn:aws:iam::aws:policy/x"}]}],
                "RoleDetailList":[{"Arn":"arn:aws:iam::111122223333:role/deploy","RoleName":"deploy","AssumeRolePolicyDocument":{"a":1}}]}"#,
            )
            .unwrap();
        let user = || Identity::User("sam".into());
        let read = |thing| account.read(&thing);
        let some = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(
            read(Thing::InlinePolicy { of: user(), policy: "p".into() }),
            some(r#"{"Statement":[],"Version":"2012-10-17"}"#)
        );
        assert_eq!(read(Thing::InlinePolicy { of: user(), policy: "q".into() }), Ok(None));
        let policy = "arn:aws:iam::aws:policy/x".to_owned();
        assert_eq!(read(Thing::AttachedPolicy { to: user(), policy }), some("attached"));
        let member = Thing::GroupMember { user: "sam".into(), group: "admins".into() };
        assert_eq!(read(member), some("member"));
        assert_eq!(read(Thing::Trust { role: "deploy".into() }), some(r#"{"a":1}"#));
        let key = Thing::AccessKey { user: "sam".into(), key: "AKIAIOSFODNN7EXAMPLE".into() };
        assert_eq!(read(key).unwrap_err().kind, FaultKind::Unknown);
        assert_eq!(account.accounts().len(), 1);
        assert!(Offline::default().add("{}").is_err());
    }
}
