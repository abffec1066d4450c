//! The channels that go through AWS, with the credentials that the AWS tools would take.
//!
//! Requests are made and signed here rather than by a service's own SDK; the reasons, and what the
//! SDKs cost to build, are in ADR 0024.

mod client;
mod eventbridge;
mod s3;
mod security_hub;
mod sns;

use jiff::Timestamp;

use self::client::Client;
use crate::fault::Trouble;
use crate::http::Surroundings;
use crate::settings::{
    AwsConnection, ChannelSettings, EventBridgeSettings, S3Settings, SecurityHubSettings,
    SnsSettings,
};
use crate::{Message, Receipt};

pub(super) struct Aws {
    client: Client,
    service: Service,
}

enum Service {
    Sns(SnsSettings),
    EventBridge(EventBridgeSettings),
    SecurityHub(SecurityHubSettings),
    S3(S3Settings),
}

impl Aws {
    /// Opens one of AWS's channels.
    pub(super) fn open(
        settings: &ChannelSettings,
        around: &Surroundings<'_>,
    ) -> Result<Self, String> {
        let client = |name, aws: &AwsConnection| Client::open(name, aws, around);
        let (client, service) = match settings.clone() {
            ChannelSettings::Sns(settings) => {
                // The topic is where it is, whatever the environment says.
                let region = sns::region(&settings.topic_arn)?;
                let region = settings.aws.region.clone().or(Some(region));
                let aws = AwsConnection { region, ..settings.aws.clone() };
                (client("sns", &aws)?, Service::Sns(settings))
            }
            ChannelSettings::Eventbridge(settings) => {
                (client("events", &settings.aws)?, Service::EventBridge(settings))
            }
            ChannelSettings::SecurityHub(settings) => {
                security_hub::check(&settings)?;
                let client = client("securityhub", &settings.aws)?;
                (client, Service::SecurityHub(settings))
            }
            ChannelSettings::S3(settings) => {
                s3::check(&settings)?;
                (client("s3", &settings.aws)?, Service::S3(settings))
            }
            _ => return Err("it is no channel of AWS's".to_owned()),
        };
        Ok(Self { client, service })
    }

    pub(super) async fn tell(
        &self,
        message: &Message<'_>,
        now: Timestamp,
    ) -> Result<Receipt, Trouble> {
        let client = &self.client;
        match &self.service {
            Service::Sns(settings) => sns::tell(client, settings, message, now).await,
            Service::EventBridge(settings) => {
                eventbridge::tell(client, settings, message, now).await
            }
            Service::SecurityHub(settings) => {
                security_hub::tell(client, settings, message, now).await
            }
            Service::S3(settings) => s3::tell(client, settings, message, now).await,
        }
    }
}
