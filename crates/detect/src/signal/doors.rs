//! Doors that are opened once and stay open: machines with other roles, clusters, contacts.

use super::{About, Needs, Scene, Seen, Signal, Wants};

pub(super) static ROLE_FOR_MACHINE: Signal = Signal {
    about: About {
        id: "role-given-to-machine",
        text: "a running machine was given another role by hand, or somebody tried to",
        rows: &["PE-32"],
        techniques: &["T1098.003"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "the repair of a machine",
    },
    wants: Wants::Actions(&[
        "ec2:AssociateIamInstanceProfile",
        "ec2:ReplaceIamInstanceProfileAssociation",
    ]),
    see: Some(by_hand),
    notify: None,
};

pub(super) static CLUSTER_OPENED: Signal = Signal {
    about: About {
        id: "cluster-opened",
        text: "somebody was made administrator of a cluster by hand, or somebody tried to",
        rows: &["PE-31"],
        techniques: &["T1098.006"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "a new colleague",
    },
    wants: Wants::Actions(&["eks:AssociateAccessPolicy"]),
    see: Some(cluster),
    notify: None,
};

pub(super) static CONTACT_CHANGED: Signal = Signal {
    about: About {
        id: "contact-changed",
        text: "the address at which AWS reaches the owner of the account was changed, or somebody tried to",
        rows: &["PE-35", "DI-25"],
        techniques: &["T1098"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "a move of the company",
    },
    wants: Wants::Actions(&[
        "account:PutAlternateContact",
        "account:DeleteAlternateContact",
        "account:PutContactInformation",
        "account:StartPrimaryEmailUpdate",
        "account:AcceptPrimaryEmailUpdate",
    ]),
    see: Some(by_hand),
    notify: None,
};

fn by_hand(scene: &mut Scene<'_>) -> Option<Seen> {
    scene.is_new_by_hand().then(|| Seen::new(scene.deed()))
}

fn cluster(scene: &mut Scene<'_>) -> Option<Seen> {
    let policy = scene.call.event.request_text("policyArn")?;
    let name = policy.rsplit('/').next().unwrap_or_default();
    if !matches!(name, "AmazonEKSClusterAdminPolicy" | "AmazonEKSAdminPolicy") {
        return None;
    }
    by_hand(scene)
}
