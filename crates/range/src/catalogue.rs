//! The API calls that can be made, each in the shape in which CloudTrail records it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::template::Template;

/// The files that are shipped.
const FILES: [(&str, &str); 4] = [
    ("actions/identity.toml", include_str!("../../../data/range/actions/identity.toml")),
    ("actions/compute.toml", include_str!("../../../data/range/actions/compute.toml")),
    ("actions/storage.toml", include_str!("../../../data/range/actions/storage.toml")),
    ("actions/operations.toml", include_str!("../../../data/range/actions/operations.toml")),
];

/// Every API call that the range can make, by its name as policies spell it (`s3:GetObject`).
#[derive(Debug, Default)]
pub struct Catalogue {
    actions: BTreeMap<String, Action>,
}

/// An API call, as it is recorded.
#[derive(Debug)]
pub struct Action {
    /// As scripts and routines name it: the service's short name and the call, `ec2:RunInstances`.
    pub name: String,
    /// The action that a policy must allow; almost always the name.
    pub permission: String,
    /// `eventSource`.
    pub source: String,
    /// `eventName`.
    pub event: String,
    /// `eventType`.
    pub event_type: String,
    /// `readOnly`.
    pub read: bool,
    /// Whether a trail must be told to record it, and it is no management event.
    pub data: bool,
    /// Whether the service has one endpoint, recorded in us-east-1.
    pub global: bool,
    /// `errorCode` when the caller may not.
    pub refused: String,
    /// What the refusal message says the caller may not touch.
    pub refused_on: Template,
    /// `tlsDetails.clientProvidedHostHeader`.
    pub host: Template,
    /// `requestParameters`; none for null.
    pub request: Option<Template>,
    /// `responseElements` of a call that succeeds; none for null.
    pub response: Option<Template>,
    /// `additionalEventData`.
    pub extra: Option<Template>,
    /// `requestID`.
    pub request_id: Template,
    /// `resources`: the type as `CloudFormation` names it, and the ARN.
    pub resources: Vec<(String, Template)>,
    /// How the call fails in everyday life.
    pub fails: Option<Failure>,
    /// How the call fails when what it makes is there already, or when it only tries.
    pub exists: Option<Failure>,
}

/// An `errorCode` with its `errorMessage`.
#[derive(Debug)]
pub struct Failure {
    /// The code.
    pub code: String,
    /// The message.
    pub message: Template,
}

impl Catalogue {
    /// The catalogue that is shipped.
    pub fn shipped() -> Result<&'static Self> {
        static SHIPPED: LazyLock<Result<Catalogue>> = LazyLock::new(Catalogue::read);
        SHIPPED.as_ref().map_err(|error| Error::Data {
            file: "data/range/actions".to_owned(),
            reason: error.to_string(),
        })
    }

    /// The call of this name.
    pub fn action(&self, name: &str) -> Result<&Action> {
        self.actions.get(name).ok_or_else(|| Error::UnknownAction(name.to_owned()))
    }

    /// The call that a record's `eventSource` and `eventName` tell of.
    pub fn recorded(&self, source: &str, event: &str) -> Option<&Action> {
        let prefix = source.split('.').next().unwrap_or_default();
        self.actions
            .get(&format!("{prefix}:{event}"))
            .or_else(|| self.actions.values().find(|a| a.source == source && a.event == event))
    }

    /// All calls, by name.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        self.actions.values()
    }

    fn read() -> Result<Self> {
        let mut actions = BTreeMap::new();
        for (file, text) in FILES {
            let services: BTreeMap<String, Service> = toml::from_str(text).map_err(|error| {
                Error::Data { file: file.to_owned(), reason: error.to_string() }
            })?;
            for (prefix, mut service) in services {
                let mut calls = std::mem::take(&mut service.actions);
                calls.extend(service.plain.drain(..).map(|name| (name, Call::default())));
                for (event, call) in calls {
                    let action = service.action(&prefix, &event, call);
                    actions.insert(action.name.clone(), action);
                }
            }
        }
        Ok(Self { actions })
    }
}

/// A service as the files describe it.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Service {
    source: String,
    host: Option<String>,
    refused: Option<String>,
    #[serde(rename = "type")]
    event_type: Option<String>,
    #[serde(default)]
    global: bool,
    extra: Option<String>,
    request_id: Option<String>,
    permission_prefix: Option<String>,
    #[serde(default)]
    plain: Vec<String>,
    #[serde(default)]
    actions: BTreeMap<String, Call>,
}

/// A call as the files describe it.
#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Call {
    event: Option<String>,
    #[serde(rename = "type")]
    event_type: Option<String>,
    read: Option<bool>,
    #[serde(default)]
    data: bool,
    host: Option<String>,
    request: Option<String>,
    /// The S3 sub-resource that a bucket call names in its query.
    query: Option<String>,
    response: Option<String>,
    extra: Option<String>,
    #[serde(default)]
    resources: Vec<(String, String)>,
    fails: Option<String>,
    exists: Option<String>,
    refused_on: Option<String>,
    permission: Option<String>,
}

impl Service {
    fn action(&self, prefix: &str, event: &str, mut call: Call) -> Action {
        if let Some(query) = &call.query {
            call.request = Some(format!(
                r#"{{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","{query}":""}}"#
            ));
            call.resources.push(("AWS::S3::Bucket".into(), "arn:aws:s3:::<bucket>".into()));
        }
        let short = self.source.trim_end_matches(".amazonaws.com");
        let host = call
            .host
            .or_else(|| self.host.clone())
            .unwrap_or_else(|| format!("{short}.<region>.amazonaws.com"));
        let permitted = self.permission_prefix.as_deref().unwrap_or(prefix);
        let request_id = self.request_id.as_deref().map_or("<uuid>".into(), |id| format!("<{id}>"));
        Action {
            name: format!("{prefix}:{event}"),
            permission: call.permission.unwrap_or_else(|| format!("{permitted}:{event}")),
            source: self.source.clone(),
            event_type: call
                .event_type
                .or_else(|| self.event_type.clone())
                .unwrap_or_else(|| "AwsApiCall".into()),
            read: call.read.unwrap_or_else(|| reads(event)),
            data: call.data,
            global: self.global,
            refused: self.refused.clone().unwrap_or_else(|| "AccessDenied".into()),
            refused_on: Template::new(call.refused_on.as_deref().unwrap_or("*")),
            host: Template::new(&host),
            request: call.request.as_deref().map(Template::new),
            response: call.response.as_deref().map(Template::new),
            extra: call.extra.or_else(|| self.extra.clone()).as_deref().map(Template::new),
            request_id: Template::new(&request_id),
            resources: call
                .resources
                .into_iter()
                .map(|(k, arn)| (k, Template::new(&arn)))
                .collect(),
            fails: call.fails.as_deref().map(failure),
            exists: call.exists.as_deref().map(failure),
            event: call.event.unwrap_or_else(|| event.to_owned()),
        }
    }
}

/// Reads `Code: message`.
fn failure(text: &str) -> Failure {
    let (code, message) = text.split_once(": ").unwrap_or((text, ""));
    Failure { code: code.to_owned(), message: Template::new(message) }
}

/// Whether a call of this name only reads, as AWS names its calls.
fn reads(event: &str) -> bool {
    [
        "Get",
        "List",
        "Describe",
        "BatchGet",
        "BatchCheck",
        "Head",
        "Lookup",
        "Filter",
        "Generate",
        "Poll",
        "Check",
    ]
    .iter()
    .any(|prefix| event.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_catalogue_is_read_whole() {
        let catalogue = Catalogue::shipped().unwrap();
        assert!(catalogue.actions().count() > 400);
        let run = catalogue.action("ec2:RunInstances").unwrap();
        assert_eq!((run.source.as_str(), run.read), ("ec2.amazonaws.com", false));
        assert_eq!(run.refused, "Client.UnauthorizedOperation");
        assert!(catalogue.action("iam:ListUsers").unwrap().global);
        assert!(matches!(catalogue.action("s3:Nothing"), Err(Error::UnknownAction(_))));
    }
}
