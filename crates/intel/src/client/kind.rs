//! What sort of program a client is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What sort of program a client is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum ClientKind {
    /// None of the products known.
    #[default]
    Unknown = 0,
    /// A command line tool for people and scripts.
    Cli = 1,
    /// A program built on an AWS SDK.
    Sdk = 2,
    /// Infrastructure as code.
    Iac = 3,
    /// The AWS console.
    Console = 4,
    /// A web browser.
    Browser = 5,
    /// AWS acting for itself or on somebody's behalf.
    Service = 6,
    /// A program that runs unattended beside workloads: SSM agent, kubelet, log shippers, data platforms.
    Agent = 7,
    /// A build or deployment system.
    Ci = 8,
    /// A scanner for secrets that tries the keys it finds.
    SecretScanner = 9,
    /// A tool of attackers and red teams.
    Offensive = 10,
    /// A tool that inventories accounts for defenders; attackers use them too.
    Audit = 11,
    /// A file manager or backup program for S3.
    DesktopS3 = 12,
    /// A general HTTP library that signs its own requests.
    HttpLibrary = 13,
    /// An AI assistant or coding agent.
    Assistant = 14,
}

impl ClientKind {
    /// All kinds in the order of their codes.
    pub const ALL: [Self; 15] = [
        Self::Unknown,
        Self::Cli,
        Self::Sdk,
        Self::Iac,
        Self::Console,
        Self::Browser,
        Self::Service,
        Self::Agent,
        Self::Ci,
        Self::SecretScanner,
        Self::Offensive,
        Self::Audit,
        Self::DesktopS3,
        Self::HttpLibrary,
        Self::Assistant,
    ];

    /// Stable number of the kind, for compact storage.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The kind with this number.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Lower-case name, as in output and data files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Cli => "cli",
            Self::Sdk => "sdk",
            Self::Iac => "iac",
            Self::Console => "console",
            Self::Browser => "browser",
            Self::Service => "service",
            Self::Agent => "agent",
            Self::Ci => "ci",
            Self::SecretScanner => "secretscanner",
            Self::Offensive => "offensive",
            Self::Audit => "audit",
            Self::DesktopS3 => "desktops3",
            Self::HttpLibrary => "httplibrary",
            Self::Assistant => "assistant",
        }
    }

    /// Which product names the client when a string carries several: the most telling one, not the library
    /// beneath it.
    pub(super) const fn rank(self) -> u8 {
        match self {
            Self::SecretScanner | Self::Offensive => 13,
            Self::Audit => 12,
            Self::Assistant => 11,
            Self::Iac => 10,
            Self::Ci => 9,
            Self::DesktopS3 => 8,
            Self::Console => 7,
            Self::Agent => 6,
            Self::Cli => 5,
            Self::Sdk => 4,
            Self::Service => 3,
            Self::HttpLibrary => 2,
            Self::Browser => 1,
            Self::Unknown => 0,
        }
    }
}

impl fmt::Display for ClientKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
