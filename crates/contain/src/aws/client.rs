//! Requests on their way: signed, sent, tried again, answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use aws_config::{BehaviorVersion, Region};
use aws_runtime::auth::SigV4OperationSigningConfig;
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::service_clock_skew::ServiceClockSkewInterceptor;
use aws_smithy_runtime::client::identity::IdentityCache;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::auth::AuthSchemeOptionResolverParams;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::identity::SharedIdentityCache;
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, SensitiveOutput};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_types::DateTime;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::date_time::Format;
use aws_types::SigningName;
use aws_types::region::SigningRegion;
use cloudtrail::Time;
use serde_json::Value;
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;

use super::access::Means;
use super::answer::understood;
use super::fault::Effect;
use super::request::Request;
use super::service::{Place, Service};
use crate::account::{Fault, FaultKind};

/// Asks, and cannot change anything.
#[derive(Debug, Clone)]
pub(super) struct Reader(Arc<Way>);

/// Changes things.
#[derive(Debug, Clone)]
pub(super) struct Writer(Arc<Way>);

/// The way to AWS.
#[derive(Debug)]
struct Way {
    means: Means,
    /// What time it was there when the last answer came, in seconds since 1970; 0 before the first.
    clock: Arc<AtomicI64>,
    /// Sessions of a role are kept until shortly before they end.
    identities: SharedIdentityCache,
}

/// What asks; everything else is a change.
const QUESTIONS: [&str; 4] = ["Describe", "Get", "List", "Lookup"];

/// A question and a change share the way.
pub(super) fn open(means: Means) -> (Reader, Writer) {
    let way =
        Arc::new(Way { means, clock: Arc::default(), identities: IdentityCache::lazy().build() });
    (Reader(Arc::clone(&way)), Writer(way))
}

impl Reader {
    /// The answer to a question. What is no question is not sent.
    pub(super) async fn ask(&self, request: Request) -> Result<Value, Fault> {
        if !QUESTIONS.iter().any(|word| request.operation.starts_with(word)) {
            let why = "it is no question, and only questions are asked here".to_owned();
            return Err(Fault { doing: request.doing(), kind: FaultKind::Invalid, why });
        }
        self.0.send(request, Effect::Reads).await
    }

    /// What time it is there, as the last answer told.
    pub(super) fn clock(&self) -> Option<Time> {
        let seconds = self.0.clock.load(Ordering::Relaxed);
        (seconds > 0).then(|| Time::from_seconds(seconds))
    }

    /// All items of a list, from as many pages as there are.
    pub(super) async fn list(&self, request: Request, list: &str) -> Result<Vec<Value>, Fault> {
        let mut all = Vec::new();
        let mut pages = self.pages(request);
        while let Some(mut page) = pages.next().await? {
            if let Some(Value::Array(items)) = page.get_mut(list).map(Value::take) {
                all.extend(items);
            }
        }
        Ok(all)
    }

    /// The pages of an answer, one after the other.
    pub(super) fn pages(&self, request: Request) -> Pages {
        Pages { reader: self.clone(), next: Some(request), token: String::new() }
    }
}

/// The pages of an answer.
pub(super) struct Pages {
    reader: Reader,
    next: Option<Request>,
    token: String,
}

impl Pages {
    /// The next page; nothing after the last.
    pub(super) async fn next(&mut self) -> Result<Option<Value>, Fault> {
        let Some(request) = self.next.take() else { return Ok(None) };
        let page = self.reader.ask(request.clone()).await?;
        if let Some((field, token)) = further(&page) {
            if token == self.token {
                let why = "the same page comes again and again".to_owned();
                return Err(Fault { doing: request.doing(), kind: FaultKind::Other, why });
            }
            token.clone_into(&mut self.token);
            self.next = Some(request.with(field, token));
        }
        Ok(Some(page))
    }

    /// Whether there is another page.
    pub(super) const fn has_next(&self) -> bool {
        self.next.is_some()
    }
}

/// The field that asks for the next page, and what to put there.
fn further(page: &Value) -> Option<(&'static str, &str)> {
    let text = |name: &str| page.get(name)?.as_str().filter(|text| !text.is_empty());
    if text("IsTruncated") == Some("true") {
        return Some(("Marker", text("Marker")?));
    }
    Some(("NextToken", text("NextToken").or_else(|| text("nextToken"))?))
}

impl Writer {
    /// Makes a change.
    pub(super) async fn make(&self, request: Request) -> Result<Value, Fault> {
        self.0.send(request, Effect::Changes).await
    }
}

impl Way {
    async fn send(&self, request: Request, effect: Effect) -> Result<Value, Fault> {
        let doing = request.doing();
        let region = request.region.as_deref().unwrap_or(&self.means.region);
        let Some(place) = request.service.place(region) else {
            let why = format!(
                "the region {region:?} is in no partition that is known here: aws, aws-cn, aws-us-gov"
            );
            return Err(Fault { doing, kind: FaultKind::Invalid, why });
        };
        let url = self.means.endpoint.as_deref().unwrap_or(&place.url);
        let clock = Arc::clone(&self.clock);
        let operation = Operation::builder()
            .service_name(request.service.name())
            .operation_name(request.operation.clone())
            .behavior_version(BehaviorVersion::latest())
            .http_client(self.means.http.clone())
            .endpoint_url(url)
            .standard_retry(&self.means.retry)
            .timeout_config(self.means.timeout.clone())
            .retry_classifier(effect)
            .with_connection_poisoning()
            .interceptor(ServiceClockSkewInterceptor::new())
            .runtime_plugin(self.signed(request.service, &place))
            .serializer(|request: Request| request.http())
            .deserializer(move |response| {
                if let Some(seconds) = date(response) {
                    clock.store(seconds, Ordering::Relaxed);
                }
                understood(response)
            })
            .build();
        // At its most talkative the SDK logs whole requests: passwords and tokens with them.
        let answer = operation.invoke(request).with_subscriber(NoSubscriber::new()).await;
        answer.map(|answer| answer.0).map_err(|error| Fault::of(doing, &error))
    }

    /// How requests to a service are signed.
    fn signed(&self, service: Service, place: &Place) -> StaticRuntimePlugin {
        let mut settings = Layer::new("signature");
        settings.store_put(SigV4OperationSigningConfig {
            region: Some(SigningRegion::from(Region::new(place.region.clone()))),
            name: Some(SigningName::from(service.name())),
            ..SigV4OperationSigningConfig::default()
        });
        settings.store_put(AuthSchemeOptionResolverParams::new(()));
        // An answer may hold the secret of a new key: it is not logged.
        settings.store_put(SensitiveOutput);
        let scheme = StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID]);
        let components = RuntimeComponentsBuilder::new("signature")
            .with_auth_scheme(SigV4AuthScheme::new())
            .with_auth_scheme_option_resolver(Some(scheme))
            .with_identity_cache(Some(self.identities.clone()))
            .with_identity_resolver(SCHEME_ID, self.means.credentials.clone());
        StaticRuntimePlugin::new()
            .with_config(settings.freeze())
            .with_runtime_components(components)
    }
}

/// When a service says that it answered, in seconds since 1970.
fn date(response: &HttpResponse) -> Option<i64> {
    let date = DateTime::from_str(response.headers().get("date")?, Format::HttpDate);
    date.ok().map(|date| date.secs())
}

#[cfg(test)]
mod tests {
    use super::super::access::{Access, Who};
    use super::*;

    #[test]
    fn a_reader_sends_nothing_that_changes() {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let mut access = Access::of(Who::Profile("nobody".to_owned()));
        access.region = Some("eu-west-1".to_owned());
        let (reader, _) = open(runtime.block_on(access.means()));
        for operation in ["PutUserPolicy", "DeletePolicy", "CreateAccessKey", "AttachPolicy"] {
            let request = Request::new(Service::Iam, operation, "sam");
            let fault = runtime.block_on(reader.ask(request)).unwrap_err();
            assert_eq!(fault.kind, FaultKind::Invalid, "{fault}");
        }
    }
}
