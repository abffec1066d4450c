//! Buckets: opened, copied abroad, robbed of what protects them.

use cloudtrail::AccountId;
use compact_str::{CompactString, format_compact};
use serde_json::Value;

use super::logs::{LIFECYCLE, days_left, holds_trail};
use super::{About, Needs, Scene, Seen, Signal, Wants, request};
use crate::policy;
use crate::steps::{MINUTE, Step};

pub(super) static OPENED: Signal = Signal {
    about: About {
        id: "bucket-opened",
        text: "a bucket was opened to everybody or to an account that is not one's own",
        rows: &["EX-09", "EX-10"],
        techniques: &["T1537", "T1530"],
        needs: Needs::Management,
        look_back: "the call itself",
        noise: "web sites made by hand; vendors: name their accounts under accounts",
    },
    wants: Wants::Actions(&["s3:PutBucketPolicy", "s3:PutBucketAcl"]),
    see: Some(opened),
    notify: None,
};

pub(super) static REPLICATED: Signal = Signal {
    about: About {
        id: "replicated-abroad",
        text: "a bucket was told to copy everything to an account that is not one's own, or somebody tried to",
        rows: &["EX-11"],
        techniques: &["T1537"],
        needs: Needs::Management,
        look_back: "the call itself",
        noise: "backup accounts: name them under accounts",
    },
    wants: Wants::Actions(&["s3:PutBucketReplication"]),
    see: Some(replicated),
    notify: None,
};

pub(super) static PROTECTIONS_OFF: Signal = Signal {
    about: About {
        id: "bucket-protections-off",
        text: "two or more protections of one bucket were switched off within 90 minutes, or somebody tried to",
        rows: &["DE-22"],
        techniques: &["T1562.001", "T1490"],
        needs: Needs::Management,
        look_back: "90 minutes of an episode",
        noise: "a bucket that is being given up",
    },
    wants: Wants::Actions(&[
        "s3:PutBucketLogging",
        "s3:PutBucketVersioning",
        "s3:PutBucketPublicAccessBlock",
        "s3:DeleteBucketPublicAccessBlock",
        "s3:DeleteBucketPolicy",
        "s3:DeleteBucketEncryption",
        "s3:DeleteBucketReplication",
    ]),
    see: Some(protections_off),
    notify: None,
};

pub(super) static SET_TO_EXPIRE: Signal = Signal {
    about: About {
        id: "objects-set-to-expire",
        text: "all objects of a bucket were set to be deleted within a week, by hand",
        rows: &["IM-05"],
        techniques: &["T1485", "T1490"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "buckets for what is only needed for a while",
    },
    wants: Wants::Actions(LIFECYCLE),
    see: Some(set_to_expire),
    notify: None,
};

/// Accounts of AWS that load balancers write their logs with, one for each region
/// (docs.aws.amazon.com, "Enable access logs for your Application Load Balancer").
const LOAD_BALANCERS: [u64; 23] = [
    9_996_457_667,
    33_677_994_240,
    54_676_820_928,
    76_674_570_225,
    98_369_216_593,
    114_774_131_450,
    127_311_923_021,
    156_460_612_806,
    27_434_742_980,
    383_597_477_331,
    507_241_528_517,
    582_318_560_864,
    589_379_963_580,
    600_734_575_887,
    635_631_232_127,
    652_711_504_416,
    718_504_428_378,
    754_344_448_648,
    783_225_319_266,
    797_873_946_194,
    897_822_967_062,
    985_666_609_251,
    190_560_391_635,
];

fn opened(scene: &mut Scene<'_>) -> Option<Seen> {
    if !scene.succeeded() || scene.is_automation() {
        return None;
    }
    let request = request::of(scene.call.event);
    let bucket = request.get("bucketName").and_then(request::text).unwrap_or_default();
    let by_policy = request.get("bucketPolicy").and_then(|document| {
        let document = document.as_str().map_or_else(|| document.to_string(), ToOwned::to_owned);
        policy::admitted(&document).into_iter().find(|principal| is_stranger(scene, principal))
    });
    let stranger = by_policy.or_else(|| group_in(&request))?;
    Some(Seen::new(format_compact!("{bucket} to {stranger}")))
}

fn is_stranger(scene: &Scene<'_>, principal: &str) -> bool {
    let foreign = |account: AccountId| {
        let balancer = LOAD_BALANCERS.iter().any(|known| AccountId::new(*known) == Some(account));
        !balancer && !scene.is_own(account)
    };
    principal == "*" || policy::account_of(principal).is_some_and(foreign)
}

/// The group of everybody, or of everybody with an AWS account, that an access list lets in.
fn group_in(request: &Value) -> Option<CompactString> {
    const CANNED: [&str; 3] = ["public-read", "public-read-write", "authenticated-read"];
    const GROUPS: [&str; 2] = ["/global/AllUsers", "/global/AuthenticatedUsers"];
    let canned = request.get("x-amz-acl").and_then(request::text);
    if let Some(canned) = canned.filter(|canned| CANNED.contains(canned)) {
        return Some(CompactString::new(canned));
    }
    let grants = request.pointer("/AccessControlPolicy/AccessControlList/Grant");
    let listed = grants.map(request::list).unwrap_or_default().iter();
    let listed = listed.filter_map(|grant| grant.pointer("/Grantee/URI")?.as_str());
    let headers = ["read", "write", "read-acp", "write-acp", "full-control"];
    let headers = headers
        .iter()
        .filter_map(|right| request.get(format!("x-amz-grant-{right}")).and_then(request::text));
    let group = |text: &&str| GROUPS.iter().any(|group| text.contains(group));
    listed.chain(headers).find(group).map(CompactString::new)
}

fn replicated(scene: &mut Scene<'_>) -> Option<Seen> {
    let request = request::of(scene.call.event);
    let bucket = request.get("bucketName").and_then(request::text).unwrap_or_default();
    let rules = request.pointer("/ReplicationConfiguration/Rule")?;
    let account = request::list(rules).iter().find_map(|rule| {
        let account: AccountId =
            rule.pointer("/Destination/Account").and_then(request::text)?.parse().ok()?;
        (!scene.is_own(account)).then_some(account)
    })?;
    Some(Seen::new(format_compact!("{bucket} to account {account}")))
}

fn protections_off(scene: &mut Scene<'_>) -> Option<Seen> {
    const FEWEST: usize = 2;
    const ALL: [&str; 7] = [
        "logging",
        "versioning",
        "MFA delete",
        "public access block",
        "policy",
        "encryption",
        "replication",
    ];
    let event = scene.call.event;
    let request = request::of(event);
    let bucket = request.get("bucketName").and_then(request::text)?;
    let versioning = |key: &str| {
        request
            .pointer("/VersioningConfiguration")
            .and_then(|it| it.get(key))
            .and_then(request::text)
    };
    let off: &[&str] = match event.name.as_str() {
        "PutBucketLogging" => {
            let status = request.get("BucketLoggingStatus")?;
            let none = status.get("LoggingEnabled").is_none();
            if none { &["logging"] } else { &[] }
        }
        "PutBucketVersioning" => {
            match (
                versioning("Status") == Some("Suspended"),
                versioning("MfaDelete") == Some("Disabled"),
            ) {
                (true, true) => &["versioning", "MFA delete"],
                (true, false) => &["versioning"],
                (false, true) => &["MFA delete"],
                (false, false) => &[],
            }
        }
        "PutBucketPublicAccessBlock" => {
            let blocks = request.get("PublicAccessBlockConfiguration")?.as_object()?;
            if blocks.values().any(request::is_false) { &["public access block"] } else { &[] }
        }
        "DeleteBucketPublicAccessBlock" => &["public access block"],
        "DeleteBucketPolicy" => &["policy"],
        "DeleteBucketEncryption" => &["encryption"],
        _ => &["replication"],
    };
    if off.is_empty() || scene.is_automation() {
        return None;
    }
    let seconds = scene.seconds();
    let steps = &mut scene.tallies.steps;
    for protection in off {
        steps.see(seconds, 90 * MINUTE, Step::ProtectionOff, (bucket, protection));
    }
    let gone: Vec<&str> = ALL
        .into_iter()
        .filter(|protection| {
            steps.saw(seconds, 90 * MINUTE, Step::ProtectionOff, (bucket, protection))
        })
        .collect();
    (gone.len() >= FEWEST).then(|| Seen::new(format_compact!("{bucket}: {}", gone.join(", "))))
}

fn set_to_expire(scene: &mut Scene<'_>) -> Option<Seen> {
    const WEEK: u64 = 7;
    let request = request::of(scene.call.event);
    let bucket = request.get("bucketName").and_then(request::text)?;
    let days = days_left(&request)?;
    (days <= WEEK && !holds_trail(bucket) && scene.succeeded() && scene.is_new_by_hand())
        .then(|| Seen::new(format_compact!("{bucket}: {days} days")))
}
