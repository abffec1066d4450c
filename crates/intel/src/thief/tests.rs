//! Tests of the priors: they are distributions, and they say what detection.md says.

use super::{BenignKind, Thief};
use crate::action;
use crate::address::NetworkClass;
use crate::client::ClientKind;

/// The very same number, not nearly the same.
#[track_caller]
fn same(left: f64, right: f64) {
    assert_eq!(left.to_bits(), right.to_bits(), "{left} {right}");
}

const KINDS: [BenignKind; 3] = [BenignKind::Person, BenignKind::Workload, BenignKind::Ci];

#[test]
fn the_shipped_file_is_read() {
    Thief::from_json(include_str!("../../../../data/thief.json")).unwrap();
}

#[test]
fn mixtures_are_those_of_the_specification() {
    let thief = Thief::shipped();
    for (class, share) in [
        (NetworkClass::Hosting, 0.42),
        (NetworkClass::Vpn, 0.20),
        (NetworkClass::Other, 0.17),
        (NetworkClass::Aws, 0.10),
        (NetworkClass::OtherCloud, 0.06),
        (NetworkClass::Tor, 0.03),
    ] {
        assert!((thief.network(class) - share).abs() < 1e-12, "{class}");
    }
    let sum: f64 = NetworkClass::ALL.into_iter().map(|class| thief.network(class)).sum();
    assert!((sum - 1.0).abs() < 1e-9);
    for kind in KINDS {
        let sum: f64 = NetworkClass::ALL.into_iter().map(|c| thief.benign_network(kind, c)).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{kind:?}");
    }
    assert!((thief.denied() - 0.3).abs() < 1e-12);
}

#[test]
fn ratios_point_the_right_way() {
    let thief = Thief::shipped();
    for kind in KINDS {
        let network = |class| thief.network(class) / thief.benign_network(kind, class);
        assert!(network(NetworkClass::Tor) > 10.0);
        assert!(network(NetworkClass::Vpn) > 3.0);
        assert!(network(NetworkClass::Known) < 0.2);
        let client = |family, client| {
            thief.client(family, client) / thief.benign_client(kind, family, client)
        };
        assert!(client("trufflehog", ClientKind::SecretScanner) > 50.0);
        assert!(client("weirdaal", ClientKind::Offensive) > 10.0);
        assert!(client("s3-browser", ClientKind::DesktopS3) > 3.0);
        assert!(client("terraform", ClientKind::Iac) < 1.0);
    }
    assert!(thief.region("us-east-1") > thief.region("eu-central-1"));
    assert!(thief.region("eu-central-1") > thief.region("il-central-1"));
}

#[test]
fn unlisted_families_share_what_their_kind_has_left() {
    let thief = Thief::shipped();
    same(
        thief.client("some-tool", ClientKind::Unknown),
        thief.client("another-tool", ClientKind::Unknown),
    );
    assert!(
        thief.client("some-tool", ClientKind::Unknown) < thief.client("boto3", ClientKind::Sdk)
    );
}

#[test]
fn actions_are_a_distribution() {
    let thief = Thief::shipped();
    let sum: f64 = action::actions().map(|(service, name, _)| thief.action(service, name)).sum();
    // The rest belongs to actions that stand in no table.
    let unknown = 4000.0 * thief.action("nowhere", "DoNothing");
    assert!((sum + unknown - 1.0).abs() < 1e-9, "{sum} + {unknown}");
}

#[test]
fn actions_follow_the_incidents() {
    let thief = Thief::shipped();
    let order = [
        ("iam", "CreateUser"),
        ("ses", "GetSendQuota"),
        ("iam", "GetUser"),
        ("iam", "ListSSHPublicKeys"),
    ];
    for pair in order.windows(2) {
        assert!(
            thief.action(pair[0].0, pair[0].1) > thief.action(pair[1].0, pair[1].1),
            "{pair:?}"
        );
    }
    // Event sources and versions of the API do not matter.
    same(
        thief.action("lambda.amazonaws.com", "CreateFunction20150331"),
        thief.action("lambda", "CreateFunction"),
    );
}

#[test]
fn an_incident_can_be_left_out() {
    let thief = Thief::shipped();
    let incident = "the-curious-case-of-dangerdev-protonmail-me";
    assert!(thief.incidents().any(|known| known == incident));
    assert!(thief.incidents().count() > 60);
    let [with, without] = [
        thief.action("ses", "GetSendQuota"),
        thief.action_without("ses", "GetSendQuota", incident),
    ];
    assert!(without < with, "{without} {with}");
    // What the incident had no part in gains a little.
    assert!(
        thief.action_without("bedrock", "InvokeModel", incident)
            > thief.action("bedrock", "InvokeModel")
    );
    same(thief.action_without("ses", "GetSendQuota", "no-such-incident"), with);
    let sum: f64 =
        action::actions().map(|(s, n, _)| thief.action_without(s, n, incident)).sum::<f64>()
            + 4000.0 * thief.action_without("nowhere", "DoNothing", incident);
    assert!((sum - 1.0).abs() < 1e-9, "{sum}");
}

#[test]
fn own_incidents_replace_the_shipped_ones() {
    let shipped: serde_json::Value =
        serde_json::from_str(include_str!("../../../../data/thief.json")).unwrap();
    let mut own = shipped.clone();
    own["incidents"] =
        serde_json::json!({"ours": ["s3:GetObject", "s3:GetObject", "s3:ListBuckets"]});
    let thief = Thief::from_json(&own.to_string()).unwrap();
    assert_eq!(thief.incidents().collect::<Vec<_>>(), ["ours"]);
    assert!((thief.action("s3", "GetObject") - 0.85 * 1.3 / 2.6).abs() < 1e-12);

    own["incidents"] = serde_json::json!({"ours": ["no colon"]});
    assert!(Thief::from_json(&own.to_string()).is_err());
}

#[test]
fn a_file_that_is_no_distribution_is_refused() {
    let shipped: serde_json::Value =
        serde_json::from_str(include_str!("../../../../data/thief.json")).unwrap();
    for (pointer, value, message) in [
        ("/networks/tor", 0.5, "networks sums to"),
        ("/networks/tor", 0.0, "no probability above 0"),
        ("/clients/families/boto3", -0.1, "no probability above 0"),
        ("/regions/listed/us-east-1", 0.9, "regions sums to"),
        ("/denied", 1.0, "denied must lie between"),
        ("/benign/ci/networks/aws", 0.1, "networks sums to"),
    ] {
        let mut broken = shipped.clone();
        *broken.pointer_mut(pointer).unwrap() = value.into();
        let error = Thief::from_json(&broken.to_string()).unwrap_err().to_string();
        assert!(error.contains(message), "{pointer}: {error}");
    }
    for gone in ["networks", "benign"] {
        let mut broken = shipped.clone();
        broken.as_object_mut().unwrap().remove(gone);
        assert!(Thief::from_json(&broken.to_string()).is_err(), "{gone}");
    }
    assert!(Thief::from_json("").is_err());
}
