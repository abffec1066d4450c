//! What a change says of itself beyond its name: whom it lets in, which rights it gives, which
//! version it made. The investigation of an incident is read from this.

use cloudtrail::{Event, Outcome};
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thin_vec::ThinVec;

use crate::policy;

/// One thing that a call says of what it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is about.
    pub about: Subject,
    /// What is said, as the record writes it; cut to [`Fact::LONGEST`].
    pub text: CompactString,
}

/// What a [`Fact`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Subject {
    /// A policy or permission set that was attached or written.
    Policy,
    /// A policy that gives all rights, or all rights over identities.
    AllRights,
    /// Whom a policy lets in.
    LetsIn,
    /// Whom a snapshot, image, key or bucket was given to.
    GivenTo,
    /// The group that somebody was put into.
    Group,
    /// The role that a machine or function was handed.
    Role,
    /// The address of a function.
    Url,
    /// How a function's address asks who calls: `NONE` asks nobody.
    UrlAuth,
    /// A start script was given.
    StartScript,
    /// The version that came to be.
    Version,
    /// The version that was named: read, overwritten or deleted.
    OldVersion,
    /// A deletion that left a marker: the versions before it are still there.
    DeleteMarker,
    /// What a key or setting was switched to, `Active` for one.
    Status,
    /// The account that was assigned.
    Account,
    /// Whether a second factor was shown, `yes` or `no`.
    Mfa,
}

impl Fact {
    /// Longer texts are cut.
    pub const LONGEST: usize = 256;
    /// So many facts of one call are kept.
    const MOST: usize = 8;
    /// Values of the request that are told as they are.
    const ASKED: [(&'static str, Subject); 16] = [
        ("policyArn", Subject::Policy),
        ("policyName", Subject::Policy),
        ("permissionSetArn", Subject::Policy),
        ("groupName", Subject::Group),
        ("groupId", Subject::Group),
        ("role", Subject::Role),
        ("roleArn", Subject::Role),
        ("executionRoleArn", Subject::Role),
        ("authType", Subject::UrlAuth),
        ("functionUrlAuthType", Subject::UrlAuth),
        ("versionId", Subject::OldVersion),
        ("status", Subject::Status),
        ("targetId", Subject::Account),
        ("principal", Subject::LetsIn),
        ("granteePrincipal", Subject::GivenTo),
        ("publicAccess", Subject::Status),
    ];
    /// Values of the answer that are told as they are.
    const ANSWERED: [(&'static str, Subject); 4] = [
        ("functionUrl", Subject::Url),
        ("x-amz-version-id", Subject::Version),
        ("versionId", Subject::Version),
        ("x-amz-delete-marker", Subject::DeleteMarker),
    ];
    /// Requests that carry a policy, as text or as JSON.
    const DOCUMENTS: [&'static str; 6] = [
        "policyDocument",
        "assumeRolePolicyDocument",
        "bucketPolicy",
        "policy",
        "policyText",
        "resourcePolicy",
    ];

    /// What a call says of what it changed; nothing of one that failed or only looked.
    pub(crate) fn of(event: &Event, reads: bool) -> ThinVec<Self> {
        let mut facts = Facts::default();
        if event.service == "signin" {
            let factor = event.mfa_used.map(|used| if used { "yes" } else { "no" });
            facts.add(Subject::Mfa, factor);
        }
        if reads || event.outcome != Outcome::Success {
            return facts.0;
        }
        let request = parsed(event.request.as_deref());
        let answer = parsed(event.response.as_deref());
        for (key, about) in Self::ASKED {
            // Only in IAM and Identity Center a group has members.
            let group = about == Subject::Group;
            if !group || matches!(event.service.as_str(), "iam" | "identitystore") {
                facts.add(about, request.get(key).and_then(text));
            }
        }
        for (key, about) in Self::ANSWERED {
            facts.add(about, answer.get(key).and_then(text));
        }
        for document in Self::DOCUMENTS.iter().filter_map(|key| request.get(key)) {
            facts.add_document(document, event.service == "iam");
        }
        for name in given_to(&request) {
            facts.add(Subject::GivenTo, Some(&name));
        }
        if request.get("userData").is_some_and(|script| !script.is_null()) {
            facts.add(Subject::StartScript, Some("given"));
        }
        let profile = ["/iamInstanceProfile/arn", "/iamInstanceProfile/name"];
        let profile = profile.iter().find_map(|path| request.pointer(path).and_then(text));
        facts.add(Subject::Role, profile);
        facts.0
    }
}

/// Facts as they are gathered.
#[derive(Default)]
struct Facts(ThinVec<Fact>);

impl Facts {
    fn add(&mut self, about: Subject, text: Option<&str>) {
        let Some(text) = text.filter(|text| !text.is_empty() && self.0.len() < Fact::MOST) else {
            return;
        };
        let end = text.floor_char_boundary(Fact::LONGEST);
        let fact = Fact { about, text: CompactString::new(&text[..end]) };
        if !self.0.contains(&fact) {
            self.0.push(fact);
        }
    }

    /// A policy's document: of one for identities, what it allows; of others, whom they let in.
    fn add_document(&mut self, document: &Value, of_identity: bool) {
        let document = document.as_str().map_or_else(|| document.to_string(), ToOwned::to_owned);
        let admitted = policy::admitted(&document);
        for principal in &admitted {
            self.add(Subject::LetsIn, Some(principal));
        }
        if of_identity && admitted.is_empty() && policy::allows_everything(&document) {
            self.add(Subject::AllRights, Some("*"));
        }
    }
}

/// Accounts and groups that a request gives something to. EC2 writes lists of items, RDS a list of
/// values, S3 a list of grants.
pub(crate) fn given_to(request: &Value) -> Vec<CompactString> {
    const LISTS: [&str; 4] = [
        "/createVolumePermission/add/items",
        "/launchPermission/add/items",
        "/valuesToAdd",
        "/AccessControlPolicy/AccessControlList/Grant",
    ];
    const NAMES: [&str; 4] = ["/userId", "/group", "/Grantee/URI", "/Grantee/ID"];
    let mut given = Vec::new();
    for item in LISTS.iter().filter_map(|path| request.pointer(path)?.as_array()).flatten() {
        let named = || NAMES.iter().find_map(|path| item.pointer(path).and_then(Value::as_str));
        given.extend(item.as_str().or_else(named).map(CompactString::new));
    }
    given
}

/// The JSON of a request or an answer; nothing where there is none.
fn parsed(json: Option<&str>) -> Value {
    json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
}

/// A text, also where it is a list of one.
fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Array(values) => values.first()?.as_str(),
        value => value.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use cloudtrail::decode::decode;

    use super::{Fact, Subject};

    #[track_caller]
    fn check(fields: &str, expected: &[(Subject, &str)]) {
        let record = format!(
            r#"{{"Records":[{{"eventVersion":"1.09","eventTime":"2026-01-02T03:04:05Z","eventID":"e","awsRegion":"eu-west-1","sourceIPAddress":"88.198.1.2","userIdentity":{{"type":"IAMUser","userName":"eve"}},{fields}}}]}}"#
        );
        let mut events = Vec::new();
        decode(record.as_bytes(), &mut |event| events.push(event));
        let facts = Fact::of(&events.pop().unwrap(), false);
        let told: Vec<(Subject, &str)> =
            facts.iter().map(|fact| (fact.about, fact.text.as_str())).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn rights_given_and_doors_opened() {
        check(
            r#""eventSource":"iam.amazonaws.com","eventName":"AttachUserPolicy","requestParameters":{"userName":"bob","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}"#,
            &[(Subject::Policy, "arn:aws:iam::aws:policy/AdministratorAccess")],
        );
        check(
            r#""eventSource":"iam.amazonaws.com","eventName":"PutUserPolicy","requestParameters":{"userName":"bob","policyName":"p","policyDocument":"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}"}"#,
            &[(Subject::Policy, "p"), (Subject::AllRights, "*")],
        );
        check(
            r#""eventSource":"iam.amazonaws.com","eventName":"UpdateAssumeRolePolicy","requestParameters":{"roleName":"r","policyDocument":"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"AWS\":\"999988887777\"}}}"}"#,
            &[(Subject::LetsIn, "999988887777")],
        );
        check(
            r#""eventSource":"lambda.amazonaws.com","eventName":"CreateFunctionUrlConfig","requestParameters":{"functionName":"f","authType":"NONE"},"responseElements":{"functionUrl":"https://x.lambda-url.eu-west-1.on.aws/","authType":"NONE"}"#,
            &[(Subject::UrlAuth, "NONE"), (Subject::Url, "https://x.lambda-url.eu-west-1.on.aws/")],
        );
    }

    #[test]
    fn data_given_away_and_versions_left() {
        check(
            r#""eventSource":"ec2.amazonaws.com","eventName":"ModifySnapshotAttribute","requestParameters":{"snapshotId":"snap-1","createVolumePermission":{"add":{"items":[{"userId":"999988887777"}]},"remove":{"items":[{"userId":"1"}]}}}"#,
            &[(Subject::GivenTo, "999988887777")],
        );
        check(
            r#""eventSource":"s3.amazonaws.com","eventName":"DeleteObject","requestParameters":{"bucketName":"b","key":"k"},"responseElements":{"x-amz-version-id":"v2","x-amz-delete-marker":"true"}"#,
            &[(Subject::Version, "v2"), (Subject::DeleteMarker, "true")],
        );
        check(
            r#""eventSource":"ec2.amazonaws.com","eventName":"RunInstances","requestParameters":{"userData":"<sensitiveDataRemoved>","iamInstanceProfile":{"name":"admin"}}"#,
            &[(Subject::StartScript, "given"), (Subject::Role, "admin")],
        );
    }

    #[test]
    fn failures_say_nothing_and_texts_are_cut() {
        check(
            r#""eventSource":"iam.amazonaws.com","eventName":"AttachUserPolicy","errorCode":"AccessDenied","requestParameters":{"policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}"#,
            &[],
        );
        let long = "é".repeat(400);
        let cut = "é".repeat(128);
        check(
            &format!(
                r#""eventSource":"iam.amazonaws.com","eventName":"CreatePolicy","requestParameters":{{"policyName":"{long}"}}"#
            ),
            &[(Subject::Policy, &cut)],
        );
    }
}
