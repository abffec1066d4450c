//! What `keyhound.toml` says of notifications: `[notify.NAME]` for a channel, `[[notify_rules]]`
//! for who hears of what.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

pub use crate::channel::jira::{Deployment, JiraSettings};
pub use crate::channel::mail::{Encryption, MailSettings};
pub use crate::channel::pagerduty::{PagerDutySettings, ServiceRegion};
pub use crate::channel::slack::SlackSettings;
pub use crate::channel::splunk::SplunkSettings;
pub use crate::channel::teams::TeamsSettings;
pub use crate::channel::webhook::{Body, WebhookSettings};
pub use crate::rules::Rule;
use crate::{Secret, Severity, Standing};

/// All of the notifications.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The channels, by the names that people gave them.
    pub notify: BTreeMap<String, ChannelSettings>,
    /// Who hears of what. Without a rule nobody is told.
    pub notify_rules: Vec<Rule>,
}

/// One channel: `kind` says which one it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ChannelSettings {
    /// A channel of Slack.
    Slack(SlackSettings),
    /// A channel of Microsoft Teams.
    Teams(TeamsSettings),
    /// Mail over SMTP.
    Email(MailSettings),
    /// A service of `PagerDuty`.
    #[serde(rename = "pagerduty")]
    PagerDuty(PagerDutySettings),
    /// A project of Jira.
    Jira(JiraSettings),
    /// Any receiver of HTTP.
    Webhook(WebhookSettings),
    /// Splunk's HTTP Event Collector.
    Splunk(SplunkSettings),
    /// A topic of Amazon SNS.
    Sns(SnsSettings),
    /// A bus of Amazon EventBridge.
    Eventbridge(EventBridgeSettings),
    /// Findings in AWS Security Hub.
    SecurityHub(SecurityHubSettings),
    /// OCSF in an S3 bucket.
    S3(S3Settings),
}

/// How a receiver is talked to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Connection {
    /// So long may a request take, in seconds, the answer included.
    pub timeout_seconds: u32,
    /// Receivers on this machine and in private networks are allowed.
    pub allow_private: bool,
    /// Certificates to believe beside those of the machine, in PEM.
    pub ca_file: Option<PathBuf>,
}

impl Default for Connection {
    fn default() -> Self {
        Self { timeout_seconds: 15, allow_private: false, ca_file: None }
    }
}

impl Connection {
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(u64::from(self.timeout_seconds.clamp(1, 300)))
    }
}

/// How AWS is talked to. Credentials come from wherever the AWS tools take them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AwsConnection {
    /// The region; that of the environment or profile if absent.
    pub region: Option<String>,
    /// Another address than AWS's, for an emulator or an endpoint of one's own.
    pub endpoint: Option<String>,
    /// A profile of the AWS tools' configuration; without it, what the environment says.
    pub profile: Option<String>,
    /// The file that the profile is in, if it is not in the usual ones.
    pub profile_file: Option<PathBuf>,
}

/// A topic of Amazon SNS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnsSettings {
    /// The topic; one that ends in `.fifo` gets the news of an incident in order and once.
    pub topic_arn: String,
    /// How AWS is talked to.
    #[serde(default)]
    pub aws: AwsConnection,
}

/// A bus of Amazon EventBridge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventBridgeSettings {
    /// The name or ARN of the bus.
    #[serde(default = "default_bus")]
    pub bus: String,
    /// How AWS is talked to.
    #[serde(default)]
    pub aws: AwsConnection,
}

fn default_bus() -> String {
    "default".to_owned()
}

/// Findings in AWS Security Hub.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecurityHubSettings {
    /// The account whose Security Hub gets the findings, twelve digits.
    pub account: String,
    /// How AWS is talked to; the region is the one in which the findings appear.
    #[serde(default)]
    pub aws: AwsConnection,
}

/// OCSF in an S3 bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3Settings {
    /// The bucket.
    pub bucket: String,
    /// What the names of the objects begin with.
    #[serde(default = "default_prefix")]
    pub prefix: String,
    /// How AWS is talked to.
    #[serde(default)]
    pub aws: AwsConnection,
}

fn default_prefix() -> String {
    "keyhound/".to_owned()
}

/// What a rule says of severity if it says nothing.
pub(crate) const fn lowest() -> Severity {
    Severity::Low
}

/// What a rule says of standing if it says nothing: whoever wants the watched ones asks for them.
pub(crate) const fn alerts() -> Standing {
    Standing::Alert
}

/// An address of a receiver: HTTPS, or HTTP where private receivers are allowed, without a
/// password in it.
pub(crate) fn address(secret: &Secret, connection: &Connection) -> Result<Url, String> {
    checked(secret.reveal(), connection)
}

/// The same for an address that is no secret.
pub(crate) fn checked(text: &str, connection: &Connection) -> Result<Url, String> {
    let url = Url::parse(text.trim())
        .map_err(|error| format!("its address is none ({error}); write https://HOST/PATH"))?;
    match url.scheme() {
        "https" => {}
        "http" if connection.allow_private => {}
        "http" => {
            return Err("its address begins with http://, which everybody on the way can read; \
                        write https://, or set connection.allow_private = true for a receiver in \
                        your own network"
                .to_owned());
        }
        _ => {
            return Err(
                "its address does not begin with https://; write https://HOST/PATH".to_owned()
            );
        }
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("its address holds a user or password; name the secret by itself".to_owned());
    }
    Ok(url)
}
