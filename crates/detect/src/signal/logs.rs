//! The records of what happened are destroyed, shortened or no longer written.

use compact_str::format_compact;
use serde_json::Value;

use super::{About, Needs, Scene, Seen, Signal, Wants, request};

/// CloudTrail's own name for the call stands first; the other is the API's.
pub(super) const LIFECYCLE: &[&str] =
    &["s3:PutBucketLifecycle", "s3:PutBucketLifecycleConfiguration"];

pub(super) static SHORT_LIVED: Signal = Signal {
    about: About {
        id: "log-bucket-short-lived",
        text: "the bucket of a trail was told to delete its logs within a week, or somebody tried to",
        rows: &["DE-04"],
        techniques: &["T1562.008"],
        needs: Needs::Management,
        look_back: "the call itself",
        noise: "hardly any: records of less than a week serve nobody",
    },
    wants: Wants::Actions(LIFECYCLE),
    see: Some(short_lived),
    notify: None,
};

pub(super) static TRAIL_WEAKENED: Signal = Signal {
    about: About {
        id: "trail-weakened",
        text: "a trail was cut down to one region, robbed of global events or of its digests, or somebody tried to",
        rows: &["DE-02"],
        techniques: &["T1562.008"],
        needs: Needs::Management,
        look_back: "the call itself",
        noise: "accounts that move to the organisation's trail",
    },
    wants: Wants::Actions(&["cloudtrail:UpdateTrail"]),
    see: Some(weakened),
    notify: None,
};

pub(super) static LOGS_DELETED: Signal = Signal {
    about: About {
        id: "log-files-deleted",
        text: "files or the bucket of a trail were deleted, or somebody tried to",
        rows: &["DE-05"],
        techniques: &["T1070", "T1562.008"],
        needs: Needs::S3Data,
        look_back: "the call against the actions of the last 128 days",
        noise: "the teardown of an account",
    },
    wants: Wants::Actions(&["s3:DeleteObject", "s3:DeleteObjects", "s3:DeleteBucket"]),
    see: Some(deleted),
    notify: None,
};

pub(super) static MODEL_LOGGING_OFF: Signal = Signal {
    about: About {
        id: "model-logging-off",
        text: "the logging or the guardrails of models were removed by hand, or somebody tried to",
        rows: &["DE-20"],
        techniques: &["T1562.008"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "experiments that are cleared away",
    },
    wants: Wants::Actions(&[
        "bedrock:DeleteModelInvocationLoggingConfiguration",
        "bedrock:DeleteGuardrail",
    ]),
    see: Some(models),
    notify: None,
};

/// The fewest days that a lifecycle leaves to all objects of a bucket.
pub(super) fn days_left(request: &Value) -> Option<u64> {
    let rules = request.pointer("/LifecycleConfiguration/Rule")?;
    let whole = |rule: &&Value| {
        let prefix = rule.pointer("/Filter/Prefix").or_else(|| rule.get("Prefix"));
        let enabled = rule.get("Status").and_then(request::text) != Some("Disabled");
        let tagged = rule.pointer("/Filter/Tag").or_else(|| rule.pointer("/Filter/And")).is_some();
        let all =
            prefix.and_then(request::text).is_none_or(|prefix| prefix.is_empty() || prefix == "*");
        enabled && all && !tagged
    };
    let days = |rule: &Value| rule.pointer("/Expiration/Days").and_then(request::number);
    request::list(rules).iter().filter(whole).filter_map(days).min()
}

/// Whether a bucket's name says that it holds the records of a trail.
pub(super) fn holds_trail(bucket: &str) -> bool {
    let bucket = bucket.to_ascii_lowercase();
    let words = ["cloudtrail", "trail", "trails", "audit", "auditlogs"];
    bucket.contains("cloudtrail")
        || bucket.contains("controltower-logs")
        || bucket.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|w| words.contains(&w))
}

fn short_lived(scene: &mut Scene<'_>) -> Option<Seen> {
    const WEEK: u64 = 7;
    let request = request::of(scene.call.event);
    let bucket = request.get("bucketName").and_then(request::text)?;
    let days = days_left(&request)?;
    (days < WEEK && holds_trail(bucket)).then(|| {
        Seen::new(format_compact!("{bucket}: {days} days")).against("logs are kept for months")
    })
}

fn weakened(scene: &mut Scene<'_>) -> Option<Seen> {
    const SWITCHES: [&str; 3] =
        ["isMultiRegionTrail", "includeGlobalServiceEvents", "enableLogFileValidation"];
    let request = request::of(scene.call.event);
    let off = SWITCHES.iter().find(|key| request.get(**key).is_some_and(request::is_false))?;
    Some(Seen::new(format_compact!("{}, {off} off", scene.deed())))
}

/// The path that CloudTrail itself writes its files under names them without a doubt.
fn deleted(scene: &mut Scene<'_>) -> Option<Seen> {
    let event = scene.call.event;
    if scene.is_habit() && !scene.new_network {
        return None;
    }
    let key = event.request_text("key").unwrap_or_default();
    let file = key.contains("AWSLogs/") && key.contains("/CloudTrail");
    let all = event.name != "DeleteObject"
        && event.request_text("bucketName").is_some_and(|bucket| holds_trail(&bucket));
    (file || all).then(|| Seen::new(scene.deed()))
}

fn models(scene: &mut Scene<'_>) -> Option<Seen> {
    scene.is_new_by_hand().then(|| Seen::new(scene.deed()))
}
