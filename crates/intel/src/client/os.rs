//! Operating system, runtime and attack distribution, as far as a client string tells them.

use serde::{Deserialize, Serialize};

/// Operating system of a client.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Os {
    /// Not told.
    #[default]
    Unknown = 0,
    /// Linux, WSL included.
    Linux = 1,
    /// Amazon's own Linux, which mostly means a machine in AWS.
    AmazonLinux = 2,
    /// Windows.
    Windows = 3,
    /// macOS.
    MacOs = 4,
    /// iOS or iPadOS.
    Ios = 5,
    /// Android.
    Android = 6,
    /// FreeBSD.
    FreeBsd = 7,
}

impl Os {
    /// Lower-case name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Linux => "linux",
            Self::AmazonLinux => "amazonlinux",
            Self::Windows => "windows",
            Self::MacOs => "macos",
            Self::Ios => "ios",
            Self::Android => "android",
            Self::FreeBsd => "freebsd",
        }
    }

    /// Finds the operating system in a string of lower-case letters.
    pub(super) fn find(lower: &str) -> Self {
        // Android strings name Linux too, kernels of Amazon Linux as well: the special comes first.
        const NEEDLES: [(&str, Os); 16] = [
            ("android", Os::Android),
            ("iphone", Os::Ios),
            ("ipad", Os::Ios),
            ("os/ios", Os::Ios),
            (" ios/", Os::Ios),
            ("amzn", Os::AmazonLinux),
            ("amazonlinux", Os::AmazonLinux),
            ("freebsd", Os::FreeBsd),
            ("darwin", Os::MacOs),
            ("macos", Os::MacOs),
            ("mac os x", Os::MacOs),
            ("mac_os_x", Os::MacOs),
            ("macintosh", Os::MacOs),
            ("linux", Os::Linux),
            ("windows", Os::Windows),
            ("win32", Os::Windows),
        ];
        NEEDLES
            .iter()
            .find(|(needle, _)| lower.contains(needle))
            .map_or(Self::Unknown, |&(_, os)| os)
    }
}

/// Where a program says it runs (`exec-env/…`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Runtime {
    /// A Lambda function.
    Lambda = 1,
    /// A container of ECS or Fargate.
    Ecs = 2,
    /// A pod of EKS.
    Eks = 3,
    /// An instance.
    Ec2 = 4,
    /// AWS `CloudShell`.
    CloudShell = 5,
    /// A `CodeBuild` project.
    CodeBuild = 6,
    /// A workflow of GitHub Actions.
    GithubActions = 7,
    /// App Runner.
    AppRunner = 8,
    /// A Glue job.
    Glue = 9,
    /// `SageMaker`.
    SageMaker = 10,
    /// Bedrock `AgentCore`.
    AgentCore = 11,
    /// Something else that sets the variable.
    Other = 12,
}

impl Runtime {
    /// Lower-case name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lambda => "lambda",
            Self::Ecs => "ecs",
            Self::Eks => "eks",
            Self::Ec2 => "ec2",
            Self::CloudShell => "cloudshell",
            Self::CodeBuild => "codebuild",
            Self::GithubActions => "github-actions",
            Self::AppRunner => "app-runner",
            Self::Glue => "glue",
            Self::SageMaker => "sagemaker",
            Self::AgentCore => "agentcore",
            Self::Other => "other",
        }
    }

    /// Reads the value of `exec-env`, in lower case.
    pub(super) fn parse(lower: &str) -> Self {
        const NEEDLES: [(&str, Runtime); 12] = [
            ("lambda", Runtime::Lambda),
            ("cloudshell", Runtime::CloudShell),
            ("codebuild", Runtime::CodeBuild),
            ("ecs", Runtime::Ecs),
            ("fargate", Runtime::Ecs),
            ("eks", Runtime::Eks),
            ("github", Runtime::GithubActions),
            ("apprunner", Runtime::AppRunner),
            ("glue", Runtime::Glue),
            ("sagemaker", Runtime::SageMaker),
            ("agentcore", Runtime::AgentCore),
            ("ec2", Runtime::Ec2),
        ];
        NEEDLES
            .iter()
            .find(|(needle, _)| lower.contains(needle))
            .map_or(Self::Other, |&(_, runtime)| runtime)
    }
}

/// A Linux distribution made for attacks, whose name shows in kernel release or package names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AttackDistribution {
    /// Kali Linux.
    Kali,
    /// Parrot Security.
    Parrot,
    /// Pentoo.
    Pentoo,
    /// `BlackArch`.
    BlackArch,
}

impl AttackDistribution {
    /// Finds the name of a distribution at the start of a word, in a string of lower-case letters.
    pub(super) fn find(lower: &str) -> Option<Self> {
        const NEEDLES: [(&str, AttackDistribution); 4] = [
            ("kali", AttackDistribution::Kali),
            ("parrot", AttackDistribution::Parrot),
            ("pentoo", AttackDistribution::Pentoo),
            ("blackarch", AttackDistribution::BlackArch),
        ];
        NEEDLES.iter().find(|(name, _)| word(lower, name)).map(|&(_, distribution)| distribution)
    }
}

/// Whether a name stands in the text with no letter or digit before it and no letter after it, so that
/// `alkali` and `kalimba` are not Kali but `1kali1` of a kernel release is.
fn word(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].bytes().next_back();
        let after = text[at + name.len()..].bytes().next();
        !before.is_some_and(|byte| byte.is_ascii_alphabetic())
            && !after.is_some_and(|byte| byte.is_ascii_alphabetic())
    })
}
