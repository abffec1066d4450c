//! A role opened to strangers.

use cloudtrail::Outcome;
use compact_str::{CompactString, format_compact};

use super::{About, Needs, Scene, Seen, Signal, Wants};
use crate::policy;

pub(super) static TRUST_OPENED: Signal = Signal {
    about: About {
        id: "trust-opened",
        text: "a role or function was opened to everybody or to an account that is not one's own",
        rows: &["PE-11", "PE-21"],
        techniques: &["T1098.003"],
        needs: Needs::Management,
        look_back: "the call itself",
        noise: "roles for vendors: name their accounts under accounts",
    },
    wants: Wants::Actions(&[
        "iam:UpdateAssumeRolePolicy",
        "iam:CreateRole",
        "lambda:AddPermission",
    ]),
    see: Some(see),
    notify: None,
};

pub(super) static KEY_OPENED: Signal = Signal {
    about: About {
        id: "key-opened",
        text: "a KMS key was opened to everybody or to an account that is not one's own",
        rows: &["PV-16"],
        techniques: &["T1098"],
        needs: Needs::Management,
        look_back: "the call itself",
        noise: "vendors: name their accounts under accounts",
    },
    wants: Wants::Actions(&["kms:PutKeyPolicy", "kms:CreateKey", "kms:CreateGrant"]),
    see: Some(key),
    notify: None,
};

fn key(scene: &mut Scene<'_>) -> Option<Seen> {
    let event = scene.call.event;
    if event.outcome != Outcome::Success {
        return None;
    }
    let admitted = match event.request_text("policy") {
        Some(document) => policy::admitted(&document),
        None => event.request_text("granteePrincipal").into_iter().collect(),
    };
    stranger(scene, admitted)
}

fn see(scene: &mut Scene<'_>) -> Option<Seen> {
    let event = scene.call.event;
    if event.outcome != Outcome::Success {
        return None;
    }
    let document = event
        .request_text("policyDocument")
        .or_else(|| event.request_text("assumeRolePolicyDocument"));
    let admitted = match document {
        Some(document) => policy::admitted(&document),
        None => event.request_text("principal").into_iter().collect(),
    };
    stranger(scene, admitted)
}

/// The first of those let in who is everybody or of a foreign account.
fn stranger(scene: &Scene<'_>, admitted: Vec<CompactString>) -> Option<Seen> {
    let stranger = admitted.into_iter().find(|principal| {
        let account = policy::account_of(principal);
        let own = account.is_some_and(|account| scene.is_own(account));
        principal == "*" || account.is_some() && !own
    })?;
    Some(Seen::new(format_compact!("{stranger}")).against("own accounts and services"))
}
