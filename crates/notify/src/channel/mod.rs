//! The channels that are configured, and the one way to tell any of them.

pub(crate) mod jira;
pub(crate) mod mail;
pub(crate) mod pagerduty;
pub(crate) mod slack;
pub(crate) mod splunk;
pub(crate) mod teams;
pub(crate) mod webhook;

#[cfg(feature = "aws")]
mod aws;

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;

use self::jira::Jira;
use self::mail::Mail;
use self::pagerduty::PagerDuty;
use self::slack::Slack;
use self::splunk::Splunk;
use self::teams::Teams;
use self::webhook::Webhook;
use crate::fault::Trouble;
use crate::http::Surroundings;
use crate::settings::ChannelSettings;
use crate::{Error, Fault, Message, Proxies, Receipt};

/// The channels of a configuration, open.
#[derive(Default)]
pub struct Channels(BTreeMap<String, Channel>);

enum Channel {
    Slack(Slack),
    Teams(Teams),
    Mail(Mail),
    PagerDuty(PagerDuty),
    Jira(Box<Jira>),
    Webhook(Webhook),
    Splunk(Splunk),
    #[cfg(feature = "aws")]
    Aws(Box<aws::Aws>),
}

impl Channels {
    /// Opens every channel: reads its secrets and checks its settings. Nothing is sent.
    /// `environment` looks a variable up.
    pub fn open(
        settings: &BTreeMap<String, ChannelSettings>,
        proxies: &Proxies,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Error> {
        let surroundings = Surroundings { environment, proxies };
        let open = |(name, settings): (&String, &ChannelSettings)| {
            check_name(name)?;
            let channel = Channel::open(settings, &surroundings);
            Ok((name.clone(), channel.map_err(|reason| Error::channel(name, reason))?))
        };
        settings.iter().map(open).collect::<Result<_, Error>>().map(Self)
    }

    /// Their names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Tells the channel that a message is for. `now` is what the message is dated and signed with.
    pub async fn tell(&self, message: &Message<'_>, now: Timestamp) -> Result<Receipt, Fault> {
        let name = message.channel();
        let Some(channel) = self.0.get(name) else {
            let reason = "it is not configured any more; configure it again, or drop the delivery";
            return Err(Trouble::lasting(reason).of(name));
        };
        channel.tell(message, now).await.map_err(|trouble| trouble.of(name))
    }

    /// The channel of this name, or who there is.
    pub fn named(&self, name: &str) -> Result<&str, Error> {
        match self.0.get_key_value(name) {
            Some((name, _)) => Ok(name),
            None => Err(Error::NoChannel {
                name: format!("{name:?}"),
                known: self.names().collect::<Vec<_>>().join(", "),
            }),
        }
    }
}

impl fmt::Debug for Channels {
    /// Their names; what is behind them is secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.names()).finish()
    }
}

/// Names stand in messages, keys and ids.
fn check_name(name: &str) -> Result<(), Error> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if (1..=40).contains(&name.len()) && name.bytes().all(allowed) {
        return Ok(());
    }
    let reason = "its name is none; write up to forty letters, digits, - and _";
    Err(Error::channel(&format!("{name:?}"), reason))
}

impl Channel {
    fn open(settings: &ChannelSettings, around: &Surroundings<'_>) -> Result<Self, String> {
        Ok(match settings {
            ChannelSettings::Slack(settings) => Self::Slack(Slack::open(settings, around)?),
            ChannelSettings::Teams(settings) => Self::Teams(Teams::open(settings, around)?),
            ChannelSettings::Email(settings) => Self::Mail(Mail::open(settings, around)?),
            ChannelSettings::PagerDuty(settings) => {
                Self::PagerDuty(PagerDuty::open(settings, around)?)
            }
            ChannelSettings::Jira(settings) => Self::Jira(Box::new(Jira::open(settings, around)?)),
            ChannelSettings::Webhook(settings) => Self::Webhook(Webhook::open(settings, around)?),
            ChannelSettings::Splunk(settings) => Self::Splunk(Splunk::open(settings, around)?),
            #[cfg(feature = "aws")]
            ChannelSettings::Sns(_)
            | ChannelSettings::Eventbridge(_)
            | ChannelSettings::SecurityHub(_)
            | ChannelSettings::S3(_) => Self::Aws(Box::new(aws::Aws::open(settings, around)?)),
            #[cfg(not(feature = "aws"))]
            _ => {
                let reason = "this build of keyhound does not speak to AWS; build it with \
                              `--features aws`";
                return Err(reason.to_owned());
            }
        })
    }

    async fn tell(&self, message: &Message<'_>, now: Timestamp) -> Result<Receipt, Trouble> {
        match self {
            Self::Slack(slack) => slack.tell(message, now).await,
            Self::Teams(teams) => teams.tell(message, now).await,
            Self::Mail(mail) => mail.tell(message, now).await,
            Self::PagerDuty(pagerduty) => pagerduty.tell(message, now).await,
            Self::Jira(jira) => jira.tell(message, now).await,
            Self::Webhook(webhook) => webhook.tell(message, now).await,
            Self::Splunk(splunk) => splunk.tell(message, now).await,
            #[cfg(feature = "aws")]
            Self::Aws(aws) => aws.tell(message, now).await,
        }
    }
}
