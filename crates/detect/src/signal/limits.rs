//! Room is made for more than the owner needs: limits, regions, commitments, domains.

use super::{About, Needs, Scene, Seen, Signal, Wants};

pub(super) static LIMIT_RAISED: Signal = Signal {
    about: About {
        id: "limit-raised",
        text: "a higher limit was asked for by one who never did that, or somebody tried to",
        rows: &["IM-19"],
        techniques: &["T1496"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "a project that grows",
    },
    wants: Wants::Actions(&["servicequotas:RequestServiceQuotaIncrease"]),
    see: Some(new_by_hand),
    notify: None,
};

pub(super) static REGION_OPENED: Signal = Signal {
    about: About {
        id: "region-opened",
        text: "a region was switched on by one who never did that, or somebody tried to",
        rows: &["DE-15"],
        techniques: &["T1535"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "the launch of a new region",
    },
    wants: Wants::Actions(&["account:EnableRegion", "cloudtrail:EnableRegion"]),
    see: Some(new_by_hand),
    notify: None,
};

pub(super) static COMMITMENT: Signal = Signal {
    about: About {
        id: "money-committed",
        text: "capacity was bought for months by one who never did that, or somebody tried to",
        rows: &["IM-18"],
        techniques: &["T1496"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "the yearly purchase",
    },
    wants: Wants::Actions(&[
        "ec2:PurchaseReservedInstancesOffering",
        "rds:PurchaseReservedDBInstancesOffering",
        "savingsplans:CreateSavingsPlan",
        "bedrock:CreateProvisionedModelThroughput",
    ]),
    see: Some(new_by_hand),
    notify: None,
};

pub(super) static DOMAIN_TAKEN: Signal = Signal {
    about: About {
        id: "domain-taken",
        text: "a domain was unlocked or handed to another account by one who never did that, or somebody tried to",
        rows: &["IM-27"],
        techniques: &["T1584.001"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "the sale of a domain",
    },
    wants: Wants::Actions(&[
        "route53domains:DisableDomainTransferLock",
        "route53domains:TransferDomainToAnotherAwsAccount",
        "route53domains:RetrieveDomainAuthCode",
    ]),
    see: Some(new_by_hand),
    notify: None,
};

fn new_by_hand(scene: &mut Scene<'_>) -> Option<Seen> {
    scene.is_new_by_hand().then(|| Seen::new(scene.deed()))
}
