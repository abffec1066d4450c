//! Identities: changed by machines, guessed, locked out, cleaned up; roles; names; providers.

use serde_json::{Value, json};

use super::{Case, benign, fires, near};
use crate::callers::{alice, app, deployer, function, machine, root, session, user};
use crate::script::{ACCOUNT, AT_A_FRIENDS, BOTO, CLOUD, HOME, HOSTER, STRANGER_ACCOUNT, Script};

const JOB: &str = "aws-credentials-for-github-actions/4.0.2";
const QUARANTINE: &str = "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV4";
const KEY: &str = "AKIAAAAAAAAAAAAALICE";

fn on(user: &str) -> Value {
    json!({ "userName": user })
}

fn trust(account: &str, number: usize) -> Value {
    let document = json!({ "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": { "AWS": format!("arn:aws:iam::{account}:user/u{number}") } }] });
    json!({ "roleName": "audit", "policyDocument": document.to_string() })
}

fn guesses(script: Script, count: usize, number: impl Fn(usize) -> usize) -> Script {
    (0..count).fold(script, |script, guess| {
        script
            .asks("iam:UpdateAssumeRolePolicy", trust(STRANGER_ACCOUNT, number(guess)))
            .error("MalformedPolicyDocumentException")
    })
}

fn assumes(script: Script, count: usize, error: Option<&str>) -> Script {
    (0..count).fold(script, |script, number| {
        let role = format!("arn:aws:iam::{ACCOUNT}:role/r{number}");
        let script = script.asks("sts:AssumeRole", json!({ "roleArn": role }));
        match error {
            Some(code) => script.error(code),
            None => script,
        }
    })
}

fn locks(script: Script, users: &[&str]) -> Script {
    users.iter().fold(script, |script, name| script.asks("iam:DeleteLoginProfile", on(name)))
}

fn policy_of(user: &str, policy: &str) -> Value {
    json!({ "userName": user, "policyArn": policy })
}

fn token(action: &str) -> Value {
    let policy = json!({ "Statement": [{ "Effect": "Allow", "Action": action, "Resource": "*" }] });
    json!({ "name": "x", "policy": policy.to_string() })
}

/// AWS Health tells of a key, as `cloudtrail` hands it on.
fn health(key: &str, caller: &Value, source: &str) -> Script {
    let quiet = alice().quiet(20);
    quiet.becomes(caller.clone()).from(source).with(source).asks(
        "health:AWS_RISK_CREDENTIALS_EXPOSED",
        json!({ "accessKeyId": key, "userName": null, "exposedUrl": "https://example.com/" }),
    )
}

/// Sign-ins that fail, then one that succeeds.
fn tries(script: Script, failures: usize) -> Script {
    const LOGIN: &str = "signin:ConsoleLogin";
    let failed = (0..failures).fold(script, |script, _| {
        script.calls(LOGIN).answered(json!({ "ConsoleLogin": "Failure" }))
    });
    failed.calls(LOGIN).answered(json!({ "ConsoleLogin": "Success" }))
}

/// A key that build jobs use, and nobody else.
fn job() -> Script {
    Script::of(user("ci")).from(CLOUD).with(JOB).habits(&["sts:GetCallerIdentity"]).quiet(20)
}

/// Somebody who ends keys and detaches policies by trade.
fn responder() -> Script {
    alice().habits(&["iam:UpdateAccessKey", "iam:ListUsers"]).quiet(20)
}

/// Code that makes identities, though not every day the same.
fn vending() -> Script {
    let habits = &["iam:CreateRole", "iam:CreateUser", "iam:CreatePolicy", "iam:AttachRolePolicy"];
    deployer().habits(habits).quiet(20)
}

/// A person who signs in every day.
fn clerk() -> Script {
    alice().in_console().habits(&["signin:ConsoleLogin", "ec2:DescribeInstances"]).quiet(20)
}

fn phantom() -> Script {
    Script::of(user("BedrockAPIKey-abcd")).habits(&["bedrock:InvokeModel"]).quiet(20)
}

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn cases() -> Vec<Case> {
    const ROLE_POLICY: &str = "iam:PutRolePolicy";
    const DETACH: &str = "iam:DetachUserPolicy";
    const BOUNDARY: &str = "iam:DeleteRolePermissionsBoundary";
    const ANCHOR: &str = "rolesanywhere:CreateTrustAnchor";
    let new = || alice().quiet(20);
    let code = || deployer().quiet(20);
    let aws = json!({ "type": "AWSService", "invokedBy": "health.amazonaws.com" });
    let padded = json!({ "reason": "requestParameters too large", "omitted": true, "originalSize": 130_000 });
    let key = json!({ "accessKey": { "accessKeyId": "AKIAMADEMADEMADEMADE", "userName": "tmp" } });
    vec![
        fires("exposed-says-aws", "a notice of AWS", health(KEY, &aws, "health.amazonaws.com"))
            .shows(&["exposed-says-aws"]),
        near("exposed-says-aws", "somebody else calls himself so", health(KEY, &user("bob"), HOME)),
        benign(
            "exposed-says-aws",
            "a notice that names nobody",
            health("", &aws, "health.amazonaws.com"),
        ),
        fires(
            "quarantine-lifted",
            "by its own key",
            new().asks(DETACH, policy_of("alice", QUARANTINE)),
        )
        .shows(&["quarantine-lifted"]),
        fires(
            "quarantine-lifted",
            "it was refused",
            new().asks(DETACH, policy_of("alice", QUARANTINE)).error("AccessDenied"),
        )
        .shows(&["quarantine-lifted"]),
        near(
            "quarantine-lifted",
            "another policy",
            new().asks(DETACH, policy_of("alice", "arn:aws:iam::aws:policy/ReadOnlyAccess")),
        ),
        benign(
            "quarantine-lifted",
            "after the key was ended",
            responder()
                .asks(
                    "iam:UpdateAccessKey",
                    json!({ "userName": "bob", "accessKeyId": "AKIAX", "status": "Inactive" }),
                )
                .asks(DETACH, policy_of("bob", QUARANTINE)),
        ),
        fires("model-key-user-strays", "looks around", phantom().calls("iam:ListUsers"))
            .shows(&["model-key-user-strays"]),
        near("model-key-user-strays", "another model", phantom().calls("bedrock:Converse")),
        benign(
            "model-key-user-strays",
            "a user of such a name",
            Script::of(user("BedrockApp")).quiet(20).calls("iam:ListUsers"),
        ),
        fires(
            "model-key-user-armed",
            "a key, refused",
            new().asks("iam:CreateAccessKey", on("BedrockAPIKey-x")).error("AccessDenied"),
        )
        .shows(&["model-key-user-armed"]),
        near(
            "model-key-user-armed",
            "another user",
            new().asks("iam:CreateLoginProfile", on("Bedrock")).error("AccessDenied"),
        ),
        benign(
            "model-key-user-armed",
            "Bedrock's own policy",
            new().asks(
                "iam:AttachUserPolicy",
                policy_of("BedrockAPIKey-x", "arn:aws:iam::aws:policy/AmazonBedrockLimitedAccess"),
            ),
        ),
        fires(
            "job-credential-elsewhere",
            "at a friend's",
            job().from(AT_A_FRIENDS).with(BOTO).calls("s3:ListBuckets"),
        )
        .shows(&["job-credential-elsewhere", "workload-elsewhere"]),
        fires(
            "job-credential-elsewhere",
            "minutes after the job began",
            Script::of(session("deploy", "GitHubActions"))
                .from(CLOUD)
                .with(JOB)
                .calls("sts:GetCallerIdentity")
                .from(HOSTER)
                .with(BOTO)
                .calls("s3:ListBuckets"),
        )
        .shows(&["job-credential-elsewhere"]),
        near(
            "job-credential-elsewhere",
            "in the same cloud",
            job().with(BOTO).calls("s3:ListBuckets"),
        ),
        benign(
            "job-credential-elsewhere",
            "a developer who shares the key, where she always is",
            Script::of(user("ci"))
                .quiet(10)
                .from(CLOUD)
                .with(JOB)
                .quiet(10)
                .from(HOME)
                .with(crate::script::MAC)
                .calls("s3:ListBuckets"),
        ),
        fires("machine-changes-identities", "an instance", machine().quiet(20).calls(ROLE_POLICY))
            .shows(&["machine-changes-identities"]),
        fires(
            "machine-changes-identities",
            "a function, refused",
            function().quiet(20).refused("iam:CreateUser"),
        )
        .shows(&["machine-changes-identities"]),
        near("machine-changes-identities", "it looks", machine().quiet(20).calls("iam:GetRole")),
        benign("machine-changes-identities", "a person", new().calls(ROLE_POLICY)),
        fires(
            "refused-escalation",
            "three ways",
            new()
                .refused("iam:CreateUser")
                .refused("iam:CreateAccessKey")
                .refused("iam:AttachUserPolicy"),
        )
        .shows(&["refused-escalation"]),
        near(
            "refused-escalation",
            "one way thrice",
            new().refused("iam:CreateUser").refused("iam:CreateUser").refused("iam:CreateUser"),
        ),
        benign(
            "refused-escalation",
            "code with too few rights",
            vending()
                .refused("iam:CreateRole")
                .refused("iam:CreatePolicy")
                .refused("iam:AttachRolePolicy"),
        ),
        fires("padded-request", "its request is left out", new().asks("iam:CreatePolicy", padded))
            .shows(&["padded-request"]),
        near(
            "padded-request",
            "left out for another reason",
            new().asks("iam:CreatePolicy", json!({ "omitted": true, "reason": "x" })),
        ),
        benign(
            "padded-request",
            "a policy of a usual length",
            code().asks("iam:CreatePolicy", json!({ "policyName": "p" })),
        ),
        fires("boundary-removed", "by hand, refused", new().refused(BOUNDARY))
            .shows(&["boundary-removed"]),
        near(
            "boundary-removed",
            "another one is set",
            new().calls("iam:PutRolePermissionsBoundary"),
        ),
        benign("boundary-removed", "by code", code().calls(BOUNDARY)),
        fires("principal-guessing", "four names", guesses(new(), 4, |guess| guess))
            .shows(&["principal-guessing"]),
        near("principal-guessing", "three names", guesses(new(), 3, |guess| guess)),
        benign("principal-guessing", "one name that is not there yet", guesses(code(), 20, |_| 0)),
        fires("role-guessing", "five roles", assumes(new(), 5, Some("AccessDenied")))
            .shows(&["role-guessing"]),
        near("role-guessing", "four roles", assumes(new(), 4, Some("AccessDenied"))),
        benign(
            "role-guessing",
            "an inventory with gaps",
            assumes(app().habits(&["sts:AssumeRole"]).quiet(20), 9, Some("AccessDenied")),
        ),
        fires("role-fan-out", "five roles", assumes(new(), 5, None)).shows(&["role-fan-out"]),
        near("role-fan-out", "four roles", assumes(new(), 4, None)),
        benign(
            "role-fan-out",
            "an inventory",
            assumes(app().habits(&["sts:AssumeRole"]).quiet(20), 9, None),
        ),
        fires(
            "root-assumed",
            "refused",
            new()
                .asks("sts:AssumeRoot", json!({ "targetPrincipal": STRANGER_ACCOUNT }))
                .error("AccessDenied"),
        )
        .shows(&["root-assumed"]),
        near("root-assumed", "a role", new().asks("sts:AssumeRole", json!({ "roleArn": "r" }))),
        benign(
            "root-assumed",
            "by trade",
            alice().habits(&["sts:AssumeRoot"]).quiet(20).calls("sts:AssumeRoot"),
        ),
        fires("locks-owners-out", "three users", locks(new(), &["a", "b", "c"]))
            .shows(&["locks-owners-out"]),
        near("locks-owners-out", "one user thrice", locks(new(), &["a", "a", "a"])),
        benign(
            "locks-owners-out",
            "who does it by trade",
            locks(alice().habits(&["iam:DeleteLoginProfile"]).quiet(20), &["a", "b", "c"]),
        ),
        fires(
            "cleans-up-after-itself",
            "a key made and removed",
            new().asks("iam:CreateAccessKey", on("tmp")).answered(key).asks(
                "iam:DeleteAccessKey",
                json!({ "userName": "tmp", "accessKeyId": "AKIAMADEMADEMADEMADE" }),
            ),
        )
        .shows(&["cleans-up-after-itself", "key-for-another"]),
        near(
            "cleans-up-after-itself",
            "another user is removed",
            new().asks("iam:CreateUser", on("a")).asks("iam:DeleteUser", on("b")),
        ),
        benign(
            "cleans-up-after-itself",
            "code that is tested",
            vending().asks("iam:CreateUser", on("a")).asks("iam:DeleteUser", on("a")),
        ),
        fires("attack-kit-name", "a user of a kit", new().asks("iam:CreateUser", on("ses_xcatze")))
            .shows(&["attack-kit-name"]),
        fires(
            "attack-kit-name",
            "an account of a kit",
            new().asks("iam:UpdateAssumeRolePolicy", trust("320406895696", 1)),
        )
        .shows(&["attack-kit-name", "trust-opened"]),
        near("attack-kit-name", "a longer name", new().asks("iam:CreateUser", on("ses_xcatze2"))),
        benign(
            "attack-kit-name",
            "a user for mail",
            code().asks("iam:CreateUser", on("ses-smtp-user")),
        ),
        fires("identity-provider-added", "refused", new().refused("iam:CreateSAMLProvider"))
            .shows(&["identity-provider-added"]),
        near("identity-provider-added", "it is removed", new().calls("iam:DeleteSAMLProvider")),
        benign(
            "identity-provider-added",
            "by code",
            code().calls("iam:CreateOpenIDConnectProvider"),
        ),
        fires(
            "outside-authority-trusted",
            "a certificate of one's own making",
            new().asks(
                ANCHOR,
                json!({ "name": "a", "source": { "sourceType": "CERTIFICATE_BUNDLE" } }),
            ),
        )
        .shows(&["outside-authority-trusted"]),
        near(
            "outside-authority-trusted",
            "AWS's authority",
            new().asks(ANCHOR, json!({ "name": "a", "source": { "sourceType": "AWS_ACM_PCA" } })),
        ),
        benign("outside-authority-trusted", "by code", code().calls(ANCHOR)),
        fires(
            "machine-signs-in",
            "an instance",
            machine().quiet(20).calls("signin:GetSigninToken"),
        )
        .shows(&["machine-signs-in"]),
        near(
            "machine-signs-in",
            "it fails",
            machine().quiet(20).fails("signin:GetSigninToken", "AccessDenied"),
        ),
        benign("machine-signs-in", "a person", clerk().calls("signin:ConsoleLogin")),
        fires(
            "sign-in-after-failures",
            "four, from a friend's",
            tries(clerk().from(AT_A_FRIENDS), 4),
        )
        .shows(&["sign-in-after-failures"]),
        near("sign-in-after-failures", "three", tries(clerk().from(AT_A_FRIENDS), 3)),
        benign("sign-in-after-failures", "at home", tries(clerk(), 9)),
        fires(
            "federation-token-for-everything",
            "all actions",
            new().asks("sts:GetFederationToken", token("*")),
        )
        .shows(&["federation-token", "federation-token-for-everything"]),
        near(
            "federation-token-for-everything",
            "one action",
            new().asks("sts:GetFederationToken", token("s3:GetObject")),
        )
        .shows(&["federation-token"]),
        benign(
            "federation-token-for-everything",
            "a portal",
            alice()
                .habits(&["sts:GetFederationToken"])
                .quiet(20)
                .asks("sts:GetFederationToken", token("*")),
        ),
        fires("limit-raised", "by hand", new().calls("servicequotas:RequestServiceQuotaIncrease"))
            .shows(&["limit-raised"]),
        near("limit-raised", "looking", new().calls("servicequotas:GetServiceQuota")),
        benign(
            "limit-raised",
            "by code",
            code().calls("servicequotas:RequestServiceQuotaIncrease"),
        ),
        fires("region-opened", "refused", new().refused("account:EnableRegion"))
            .shows(&["region-opened"]),
        near("region-opened", "looking", new().calls("account:ListRegions")),
        benign("region-opened", "by code", code().calls("account:EnableRegion")),
        fires("money-committed", "by hand", new().calls("savingsplans:CreateSavingsPlan"))
            .shows(&["money-committed"]),
        near("money-committed", "looking", new().calls("savingsplans:DescribeSavingsPlans")),
        benign(
            "money-committed",
            "root",
            Script::of(root())
                .habits(&["savingsplans:CreateSavingsPlan"])
                .quiet(20)
                .calls("savingsplans:CreateSavingsPlan"),
        ),
        fires("domain-taken", "unlocked", new().calls("route53domains:DisableDomainTransferLock"))
            .shows(&["domain-taken"]),
        near("domain-taken", "locked", new().calls("route53domains:EnableDomainTransferLock")),
        benign("domain-taken", "by code", code().calls("route53domains:DisableDomainTransferLock")),
    ]
}
