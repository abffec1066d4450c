//! Signed requests to a service of AWS: where it is, whose credentials, and what its errors mean.

use std::time::{Duration, SystemTime};

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::ProvideCredentials;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use jiff::Timestamp;
use tokio::sync::OnceCell;
use url::Url;

use crate::fault::Trouble;
use crate::http::{Answer, Http, Surroundings, chain};
use crate::settings::{AwsConnection, Connection, checked};

pub(super) struct Client {
    /// The service as its host is called and as it is signed for.
    service: &'static str,
    aws: AwsConnection,
    endpoint: Option<Url>,
    http: Http,
    sdk: OnceCell<SdkConfig>,
}

/// What is asked of a service.
pub(super) struct Request<'a> {
    pub(super) method: reqwest::Method,
    /// Segments of the path.
    pub(super) path: &'a [&'a str],
    pub(super) headers: &'a [(&'a str, &'a str)],
    pub(super) body: String,
    /// What the identity must be allowed to do.
    pub(super) action: &'static str,
}

impl Client {
    pub(super) fn open(
        service: &'static str,
        aws: &AwsConnection,
        around: &Surroundings<'_>,
    ) -> Result<Self, String> {
        // Endpoints of AWS's in one's own network have private addresses.
        let connection = Connection { allow_private: true, ..Connection::default() };
        let endpoint =
            aws.endpoint.as_deref().map(|text| checked(text, &connection)).transpose()?;
        if let Some(region) = aws.region.as_deref().filter(|region| !is_region(region)) {
            return Err(format!("{region:?} is no region; write it as in eu-west-1"));
        }
        let http = Http::new(&connection, around.proxies, None, &[])?;
        Ok(Self { service, aws: aws.clone(), endpoint, http, sdk: OnceCell::new() })
    }

    /// Sends a signed request; an answer that is no success is a fault.
    pub(super) async fn send(
        &self,
        request: &Request<'_>,
        now: Timestamp,
    ) -> Result<Answer, Trouble> {
        let sdk = self.sdk().await;
        let region = self.region().await?;
        let url = self.url(&region, request.path)?;
        let mut outgoing = self.http.request(request.method.clone(), &url);
        for (name, value) in request.headers {
            outgoing = outgoing.header(*name, *value);
        }
        for (name, value) in self.signature(sdk, &region, request, &url, now).await? {
            outgoing = outgoing.header(name, value);
        }
        let answer = self.http.send(outgoing.body(request.body.clone()), now).await?;
        if answer.succeeded() { Ok(answer) } else { Err(self.refused(&answer, request)) }
    }

    /// The region that the service is asked in.
    pub(super) async fn region(&self) -> Result<String, Trouble> {
        let region = self.sdk().await.region().map(|region| region.as_ref().to_owned());
        region.filter(|region| is_region(region)).ok_or_else(|| {
            Trouble::lasting("no region is known; set aws.region of the channel or AWS_REGION")
        })
    }

    async fn sdk(&self) -> &SdkConfig {
        self.sdk.get_or_init(|| self.configuration()).await
    }

    async fn configuration(&self) -> SdkConfig {
        let http = aws_smithy_http_client::Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build_https();
        let region = self.aws.region.clone().map(Region::new);
        let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http.clone());
        let files = self.aws.profile_file.as_ref().map(|file| {
            EnvConfigFiles::builder().with_file(EnvConfigFileKind::Config, file).build()
        });
        if let Some(files) = &files {
            loader = loader.profile_files(files.clone());
        }
        if let Some(profile) = &self.aws.profile {
            // Who names a profile means it, whatever the environment holds.
            let around = ProviderConfig::without_region().with_http_client(http);
            let around = around.with_region(region.clone());
            let mut provider =
                ProfileFileCredentialsProvider::builder().configure(&around).profile_name(profile);
            if let Some(files) = files {
                provider = provider.profile_files(files);
            }
            loader = loader.profile_name(profile).credentials_provider(provider.build());
        }
        if let Some(region) = region {
            loader = loader.region(region);
        }
        loader.load().await
    }

    fn url(&self, region: &str, path: &[&str]) -> Result<Url, Trouble> {
        let known = self.endpoint.clone().map_or_else(|| address(self.service, region), Ok);
        let mut url = known.map_err(|_| Trouble::lasting("its region has no address"))?;
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        Ok(url)
    }

    /// The headers that prove who asks.
    async fn signature(
        &self,
        sdk: &SdkConfig,
        region: &str,
        request: &Request<'_>,
        url: &Url,
        now: Timestamp,
    ) -> Result<Vec<(&'static str, String)>, Trouble> {
        let provider = sdk.credentials_provider().ok_or_else(no_credentials)?;
        let credentials = provider.provide_credentials().await.map_err(|error| {
            let why = self.http.said(&chain(&error));
            Trouble::passing(format!(
                "no AWS credentials can be had ({why}); check AWS_PROFILE or the role of the machine"
            ))
        })?;
        let mut settings = SigningSettings::default();
        if self.service == "s3" {
            // S3 signs paths as they are, and wants the digest of the body.
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        }
        let seconds = u64::try_from(now.as_second()).unwrap_or_default();
        let failed =
            |why: String| Trouble::lasting(format!("the request cannot be signed ({why})"));
        let identity = credentials.into();
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name(self.service)
            .time(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
            .settings(settings)
            .build()
            .map_err(|error| failed(error.to_string()))?
            .into();
        let body = SignableBody::Bytes(request.body.as_bytes());
        let headers = request.headers.iter().copied();
        let signable = SignableRequest::new(request.method.as_str(), url.as_str(), headers, body)
            .map_err(|error| failed(error.to_string()))?;
        let (instructions, _) =
            sign(signable, &parameters).map_err(|error| failed(error.to_string()))?.into_parts();
        let (headers, _) = instructions.into_parts();
        Ok(headers.iter().map(|header| (header.name(), header.value().to_owned())).collect())
    }

    fn refused(&self, answer: &Answer, request: &Request<'_>) -> Trouble {
        /// Codes that pass although their status does not say so.
        const PASSING: [&str; 8] = [
            "ExpiredToken",
            "ExpiredTokenException",
            "InternalException",
            "LimitExceededException",
            "RequestLimitExceeded",
            "RequestTimeout",
            "Throttling",
            "ThrottlingException",
        ];
        let (code, message) = error(&answer.text());
        let reason = format!(
            "AWS answered with status {}: {}",
            answer.status,
            self.http.said(&format!("{code}: {message}"))
        );
        if answer.status >= 500 || answer.status == 429 || PASSING.contains(&code.as_str()) {
            return Trouble::Passing { reason, wait: answer.wait };
        }
        let denied = code.starts_with("AccessDenied") || code == "AuthorizationError";
        Trouble::lasting(if denied {
            format!("{reason}; give the identity {}", request.action)
        } else {
            reason
        })
    }
}

fn no_credentials() -> Trouble {
    Trouble::lasting(
        "no AWS credentials are configured; set AWS_PROFILE, or give the machine a role",
    )
}

/// Where a service is in a region.
fn address(host: &str, region: &str) -> Result<Url, url::ParseError> {
    let suffix = match region.split('-').next() {
        Some("cn") => "amazonaws.com.cn",
        _ => "amazonaws.com",
    };
    Url::parse(&format!("https://{host}.{region}.{suffix}/"))
}

fn is_region(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (4..=32).contains(&text.len()) && text.contains('-') && text.bytes().all(allowed)
}

/// Code and message of an error, in JSON or XML.
fn error(text: &str) -> (String, String) {
    if let Ok(json) = serde_json::from_str::<serde_json::Value>(text) {
        let field = |names: [&str; 3]| {
            let found = names.into_iter().find_map(|name| json[name].as_str());
            found.unwrap_or_default().to_owned()
        };
        let code = field(["__type", "Code", "code"]);
        let code = code.rsplit('#').next().unwrap_or_default().to_owned();
        return (code, field(["message", "Message", "errorMessage"]));
    }
    let element = |name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        rest.split_once(&format!("</{name}>")).map(|(value, _)| value.to_owned())
    };
    (element("Code").unwrap_or_default(), element("Message").unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{address, error};

    #[test]
    fn services_are_where_their_region_is() {
        let cases = [
            ("sns", "eu-west-1", "https://sns.eu-west-1.amazonaws.com/"),
            ("events", "us-gov-west-1", "https://events.us-gov-west-1.amazonaws.com/"),
            ("s3", "cn-north-1", "https://s3.cn-north-1.amazonaws.com.cn/"),
        ];
        for (host, region, expected) in cases {
            assert_eq!(address(host, region).unwrap().as_str(), expected);
        }
    }

    #[test]
    fn errors_are_read_from_json_and_xml() {
        let cases = [
            (
                r#"{"__type":"com.amazonaws#AccessDeniedException","Message":"no"}"#,
                "AccessDeniedException",
                "no",
            ),
            (r#"{"__type":"ThrottlingException","message":"slow"}"#, "ThrottlingException", "slow"),
            (
                "<ErrorResponse><Error><Code>NotFound</Code><Message>no topic</Message></Error></ErrorResponse>",
                "NotFound",
                "no topic",
            ),
            ("nonsense", "", ""),
        ];
        for (text, code, message) in cases {
            assert_eq!(error(text), (code.to_owned(), message.to_owned()));
        }
    }
}
