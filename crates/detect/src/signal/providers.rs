//! Somebody else's word on who is who: identity providers and certificate authorities.

use super::{About, Needs, Scene, Seen, Signal, Wants, request};

pub(super) static PROVIDER_ADDED: Signal = Signal {
    about: About {
        id: "identity-provider-added",
        text: "a new identity provider may say who comes in, added by hand, or somebody tried to",
        rows: &["PE-11", "PE-17"],
        techniques: &["T1484.002", "T1098.003"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "the day on which single sign-on or a build system is set up",
    },
    wants: Wants::Actions(&[
        "iam:CreateSAMLProvider",
        "iam:UpdateSAMLProvider",
        "iam:CreateOpenIDConnectProvider",
        "iam:UpdateOpenIDConnectProviderThumbprint",
        "sso:AssociateDirectory",
        "sso-directory:CreateExternalIdPConfigurationForDirectory",
        "sso-directory:EnableExternalIdPConfigurationForDirectory",
    ]),
    see: Some(provider),
    notify: None,
};

pub(super) static TRUST_ANCHOR: Signal = Signal {
    about: About {
        id: "outside-authority-trusted",
        text: "certificates of an outside authority may assume roles, added by hand, or somebody tried to",
        rows: &["PE-19"],
        techniques: &["T1098.003"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "the day on which machines outside AWS are let in",
    },
    wants: Wants::Actions(&["rolesanywhere:CreateTrustAnchor"]),
    see: Some(anchor),
    notify: None,
};

fn provider(scene: &mut Scene<'_>) -> Option<Seen> {
    scene.is_new_by_hand().then(|| Seen::new(scene.deed()))
}

/// An authority that AWS runs for the account is no stranger's.
fn anchor(scene: &mut Scene<'_>) -> Option<Seen> {
    let request = request::of(scene.call.event);
    let own = request.pointer("/source/sourceType").and_then(request::text) == Some("AWS_ACM_PCA");
    (!own && scene.is_new_by_hand()).then(|| Seen::new(scene.deed()))
}
