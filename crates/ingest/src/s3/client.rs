//! The way to a bucket: credentials, endpoint, region, patience.

use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{Builder, ProvideCredentials};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

use super::fault::{Fault, chain};
use super::place::Place;
use crate::Error;

/// A bucket and whom to ask for what is in it.
#[derive(Debug, Clone)]
pub(super) struct Bucket {
    pub(super) name: String,
    pub(super) client: Client,
    /// The address of the service, if it is not AWS.
    pub(super) endpoint: Option<String>,
}

/// A request that fails in passing is made so often, further and further apart.
const ATTEMPTS: u32 = 7;
/// The first one less often: who has mistyped an address wants to know.
const FIRST_ATTEMPTS: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// So long may it take to reach the service, and to hear the first byte from it.
const CONNECT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(20);

/// Where AWS would be asked if nobody names a region: the answer names the right one.
const USUAL_REGION: &str = "us-east-1";

fn retry(attempts: u32) -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(attempts)
        .with_initial_backoff(FIRST_PAUSE)
        .with_max_backoff(LONGEST_PAUSE)
}

/// The settings of the AWS tools: environment, profile, and what the machine itself may do.
pub(super) async fn configuration(endpoint: Option<&str>) -> SdkConfig {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let timeout = TimeoutConfig::builder().connect_timeout(CONNECT).read_timeout(ANSWER).build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .retry_config(retry(ATTEMPTS))
        .timeout_config(timeout);
    if let Some(endpoint) = endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    loader.load().await
}

impl Bucket {
    /// Finds out where a bucket is, and whether it may be listed.
    pub(super) async fn find(place: &Place, sdk: &SdkConfig) -> Result<Self, Error> {
        let failed = |why: String| Error::bucket(&place.to_string(), why);
        if let Some(provider) = sdk.credentials_provider()
            && let Err(error) = provider.provide_credentials().await
        {
            return Err(failed(no_credentials(&chain(&error))));
        }
        let first = sdk.region().map_or(USUAL_REGION, AsRef::as_ref).to_owned();
        let bucket = Self::in_region(place, sdk, &first);
        let fault = match bucket.probe(place).await {
            Ok(()) => return Ok(bucket),
            Err(fault) => fault,
        };
        let other = fault.region().filter(|region| *region != first);
        let refused = |fault: &Fault| failed(fault.of_bucket(endpoint(sdk).as_deref()));
        let Some(region) = other else { return Err(refused(&fault)) };
        tracing::debug!(bucket = place.bucket, region, "the bucket is in another region");
        let bucket = Self::in_region(place, sdk, region);
        match bucket.probe(place).await {
            Ok(()) => Ok(bucket),
            Err(fault) => Err(refused(&fault)),
        }
    }

    fn in_region(place: &Place, sdk: &SdkConfig, region: &str) -> Self {
        let configuration = Builder::from(sdk)
            .region(Region::new(region.to_owned()))
            // Other services than AWS rarely have a host name for each bucket.
            .force_path_style(endpoint(sdk).is_some())
            .build();
        let (name, client) = (place.bucket.clone(), Client::from_conf(configuration));
        Self { name, client, endpoint: endpoint(sdk) }
    }

    /// Asks for as little as possible.
    async fn probe(&self, place: &Place) -> Result<(), Fault> {
        let request = self.client.list_objects_v2().bucket(&self.name);
        let patience = aws_sdk_s3::Config::builder().retry_config(retry(FIRST_ATTEMPTS));
        let request = request.prefix(place.folder()).max_keys(1);
        let answer = request.customize().config_override(patience).send().await;
        answer.map(drop).map_err(|error| Fault::of(&error))
    }
}

/// The address that requests go to instead of AWS, if there is one.
fn endpoint(sdk: &SdkConfig) -> Option<String> {
    let named = sdk.endpoint_url().map(ToOwned::to_owned);
    named.or_else(|| std::env::var("AWS_ENDPOINT_URL_S3").ok().filter(|url| !url.is_empty()))
}

fn no_credentials(why: &str) -> String {
    // What the SDK says if no way is configured is a list of all ways that there are.
    let none = why.contains("no credentials found in chain");
    let why = if none { "none of the usual ways to them is configured" } else { why };
    format!(
        "no AWS credentials can be had ({why}); set AWS_PROFILE or AWS_ACCESS_KEY_ID and \
         AWS_SECRET_ACCESS_KEY, or sign in with `aws sso login`"
    )
}
