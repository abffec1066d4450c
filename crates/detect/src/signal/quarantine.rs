//! AWS itself says that a key has leaked.

use cloudtrail::Arn;
use compact_str::{CompactString, format_compact};

use super::{About, Concerns, Needs, Signal, Wants};
use crate::call::Call;

pub(super) static QUARANTINED_BY_AWS: Signal = Signal {
    about: About {
        id: "quarantined-by-aws",
        text: "AWS attached its quarantine policy: it knows that a key of this user is public",
        rows: &["IA-41"],
        techniques: &["T1552.001", "T1078.004"],
        needs: Needs::Management,
        noise: "none: AWS attaches it when it finds the key in a public place",
    },
    wants: Wants::Actions(&["iam:AttachUserPolicy", "iam:PutUserPolicy"]),
    see: None,
    notify: Some(subject),
};

/// The quarantined user. The policy's name has grown versions before, so its beginning counts.
fn subject(call: &Call<'_>) -> Option<Concerns> {
    let event = call.event;
    let arn = event.request_text("policyArn");
    let name = arn
        .as_deref()
        .and_then(|arn| Arn::parse(arn).map(|arn| CompactString::new(arn.name())))
        .or_else(|| event.request_text("policyName"))?;
    let quarantine = ["AWSCompromisedKeyQuarantine", "AWSExposedCredentialPolicy"]
        .iter()
        .any(|p| name.starts_with(p));
    if !quarantine || event.outcome != cloudtrail::Outcome::Success {
        return None;
    }
    let user = event.request_text("userName")?;
    let account = event.account?;
    Some((format_compact!("arn:aws:iam::{account}:user/{user}"), name))
}
