//! What kind of thing an action touches.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use serde::{Deserialize, Serialize};

/// What kind of thing an action touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum ResourceClass {
    /// Users, roles, policies, sessions, accounts.
    Identity = 1,
    /// Secrets, keys, certificates.
    Secrets = 2,
    /// Stored data: buckets, databases, snapshots, queues.
    Data = 3,
    /// Machines, containers, functions, and what deploys them.
    Compute = 4,
    /// Mail and short messages.
    Mail = 5,
    /// Machine-learning models.
    Model = 6,
    /// Logs, metrics, detectors, cost alarms.
    Logging = 7,
    /// Networks, names, load balancers, gateways.
    Network = 8,
}

static SERVICES: LazyLock<HashMap<&'static str, ResourceClass, FixedState>> = LazyLock::new(|| {
    let lines = include_str!("../../../../data/services.tsv").lines();
    let rows = lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    rows.filter_map(|(class, services)| Some((ResourceClass::from_name(class)?, services)))
        .flat_map(|(class, services)| services.split_ascii_whitespace().map(move |s| (s, class)))
        .collect()
});

impl ResourceClass {
    /// All classes in the order of their codes, which begin at 1.
    pub const ALL: [Self; 8] = [
        Self::Identity,
        Self::Secrets,
        Self::Data,
        Self::Compute,
        Self::Mail,
        Self::Model,
        Self::Logging,
        Self::Network,
    ];

    /// Stable number of the class, for compact storage.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The class with this number.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.code() == code)
    }

    /// The class with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == name)
    }

    /// Lower-case name, as in output and data files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Secrets => "secrets",
            Self::Data => "data",
            Self::Compute => "compute",
            Self::Mail => "mail",
            Self::Model => "model",
            Self::Logging => "logging",
            Self::Network => "network",
        }
    }

    /// What an action of a service touches; EC2 and Systems Manager are several services in one.
    pub(super) fn of(service: &str, name: &str) -> Option<Self> {
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        match service {
            "ec2" if has(&["FlowLog"]) => Some(Self::Logging),
            "ec2" if has(&["PasswordData", "KeyPair"]) => Some(Self::Secrets),
            "ec2" if has(&["Snapshot", "Image", "Volume"]) => Some(Self::Data),
            "ec2"
                if has(&[
                    "Vpc",
                    "Subnet",
                    "SecurityGroup",
                    "Route",
                    "Gateway",
                    "NetworkInterface",
                    "NetworkAcl",
                    "Address",
                    "Vpn",
                    "Dhcp",
                    "PrefixList",
                    "NetworkInsights",
                    "TrafficMirror",
                    "Ipam",
                ]) =>
            {
                Some(Self::Network)
            }
            "ssm" if has(&["Parameter"]) => Some(Self::Secrets),
            "s3" if has(&["BucketLogging"]) => Some(Self::Logging),
            "dynamodb" | "kinesis" if has(&["ResourcePolicy"]) => Some(Self::Data),
            _ => SERVICES.get(service).copied(),
        }
    }
}

impl fmt::Display for ResourceClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
