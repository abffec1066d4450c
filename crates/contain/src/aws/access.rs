//! In whose name AWS is asked, and how patiently.

use std::path::PathBuf;
use std::time::Duration;

use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

/// Whose credentials are used. Somebody has chosen them: what happens to lie about in the
/// environment changes nothing in an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A profile of `~/.aws/config`, by its name, whatever the environment says.
    Profile(String),
    /// A role, with a session named [`SESSION`].
    Role {
        /// Its ARN.
        arn: String,
        /// What its trust policy may ask for.
        external_id: Option<String>,
        /// The profile that assumes it; none for the usual chain of the AWS tools.
        from: Option<String>,
    },
    /// The usual chain of the AWS tools. Good for reading.
    Environment,
}

/// How the sessions are named that containment takes of a role: CloudTrail shows it.
pub const SESSION: &str = "keyhound-contain";

/// The way to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// In whose name.
    pub who: Who,
    /// The region of what has one and does not name its own; none for the profile's.
    pub region: Option<String>,
    /// Where requests go instead of AWS: an emulator.
    pub endpoint: Option<String>,
    /// A credentials file in which profiles are looked up instead of those below `~/.aws`.
    pub credentials: Option<PathBuf>,
    /// How long to try.
    pub patience: Patience,
}

impl Access {
    /// AWS itself, asked in this name.
    pub fn of(who: Who) -> Self {
        Self { who, region: None, endpoint: None, credentials: None, patience: Patience::default() }
    }
}

/// How long to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// So often is made what came too early, each time after a longer pause.
    pub attempts: u32,
    /// The longest first pause; each further one may be twice as long.
    pub pause: Duration,
    /// So long may the first byte of an answer take.
    pub answer: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { attempts: 8, pause: Duration::from_millis(200), answer: Duration::from_secs(20) }
    }
}

const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// So long may it take to reach the service.
const CONNECT: Duration = Duration::from_secs(5);
/// Where AWS is asked if nobody names a region.
const USUAL_REGION: &str = "us-east-1";

/// What requests are made with.
#[derive(Debug, Clone)]
pub(super) struct Means {
    pub(super) http: SharedHttpClient,
    pub(super) credentials: SharedCredentialsProvider,
    pub(super) region: String,
    pub(super) endpoint: Option<String>,
    pub(super) retry: RetryConfig,
    pub(super) timeout: TimeoutConfig,
}

impl Access {
    /// Finds credentials and region as the AWS tools do. No request is made for it, unless the
    /// region can be had from the machine alone.
    pub(super) async fn means(&self) -> Means {
        let http = aws_smithy_http_client::Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build_https();
        let retry = RetryConfig::standard()
            .with_max_attempts(self.patience.attempts)
            .with_initial_backoff(self.patience.pause)
            .with_max_backoff(LONGEST_PAUSE);
        let timeout = TimeoutConfig::builder()
            .connect_timeout(CONNECT)
            .read_timeout(self.patience.answer)
            .build();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http.clone())
            .retry_config(retry.clone())
            .timeout_config(timeout.clone());
        if let Some(files) = self.files() {
            loader = loader.profile_files(files);
        }
        if let Some(profile) = self.profile() {
            loader = loader.profile_name(profile);
        }
        if let Some(region) = &self.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(endpoint) = &self.endpoint {
            loader = loader.endpoint_url(endpoint);
        }
        let sdk = loader.load().await;
        let region = sdk.region().map_or(USUAL_REGION, AsRef::as_ref).to_owned();
        let sdk = sdk.into_builder().region(Region::new(region.clone())).build();
        let endpoint = sdk.endpoint_url().map(ToOwned::to_owned);
        let credentials = self.credentials(&sdk, &http).await;
        Means { http, credentials, region, endpoint, retry, timeout }
    }

    fn profile(&self) -> Option<&str> {
        match &self.who {
            Who::Profile(name) => Some(name),
            Who::Role { from, .. } => from.as_deref(),
            Who::Environment => None,
        }
    }

    fn files(&self) -> Option<EnvConfigFiles> {
        let file = self.credentials.as_ref()?;
        Some(EnvConfigFiles::builder().with_file(EnvConfigFileKind::Credentials, file).build())
    }

    async fn credentials(
        &self,
        sdk: &SdkConfig,
        http: &SharedHttpClient,
    ) -> SharedCredentialsProvider {
        let provider = ProviderConfig::without_region()
            .with_region(sdk.region().cloned())
            .with_http_client(http.clone());
        let own = if let Some(name) = self.profile() {
            // The usual chain would take the environment's credentials before the profile's.
            let mut profile = ProfileFileCredentialsProvider::builder().profile_name(name);
            if let Some(files) = self.files() {
                profile = profile.profile_files(files);
            }
            SharedCredentialsProvider::new(profile.configure(&provider).build())
        } else {
            let chain = DefaultCredentialsChain::builder().configure(provider).build().await;
            SharedCredentialsProvider::new(chain)
        };
        let Who::Role { arn, external_id, .. } = &self.who else { return own };
        let mut role = AssumeRoleProvider::builder(arn).session_name(SESSION).configure(sdk);
        if let Some(id) = external_id {
            role = role.external_id(id);
        }
        SharedCredentialsProvider::new(role.build_from_provider(own).await)
    }
}
