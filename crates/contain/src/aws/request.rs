//! A request before it is signed, and how each service wants it written.

use std::fmt;
use std::fmt::Write as _;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use serde_json::{Map, Value};

use super::service::Service;

/// What is asked of a service: an operation and its fields, both under AWS's own names.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) service: Service,
    /// The region, where it is not the one that the caller chose.
    pub(super) region: Option<String>,
    pub(super) operation: String,
    pub(super) fields: Map<String, Value>,
    /// What it is about, for messages.
    pub(super) subject: String,
}

/// Fields may hold a password.
impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.doing())
    }
}

impl Request {
    /// A request without fields.
    pub(super) fn new(service: Service, operation: &str, subject: &str) -> Self {
        Self {
            service,
            region: None,
            operation: operation.to_owned(),
            fields: Map::new(),
            subject: subject.to_owned(),
        }
    }

    /// With one more field.
    pub(super) fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(field.to_owned(), value.into());
        self
    }

    /// In another region than the caller's.
    pub(super) fn at(mut self, region: &str) -> Self {
        self.region = Some(region.to_owned());
        self
    }

    /// What it attempts, for example `iam:PutUserPolicy on sam`.
    pub(super) fn doing(&self) -> String {
        let (service, operation) = (self.service.name(), &self.operation);
        if self.subject.is_empty() {
            return format!("{service}:{operation}");
        }
        format!("{service}:{operation} on {}", self.subject)
    }

    /// As the service wants it.
    ///
    /// Sources: the protocols of Smithy (awsQuery, ec2Query, awsJson1.1, restJson1) and the API
    /// references of the services for versions, targets and paths.
    pub(super) fn http(&self) -> Result<HttpRequest, BoxError> {
        match self.service {
            Service::Iam => self.query("2010-05-08"),
            Service::Sts => self.query("2011-06-15"),
            Service::Ec2 => self.query("2016-11-15"),
            Service::Organizations => self.json("AWSOrganizationsV20161128"),
            Service::CloudTrail => {
                self.json("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101")
            }
            Service::Lambda => self.rest(),
        }
    }

    fn query(&self, version: &str) -> Result<HttpRequest, BoxError> {
        let mut form = format!("Action={}&Version={version}", self.operation);
        for (name, value) in &self.fields {
            add(&mut form, name, value);
        }
        written("POST", "/", "application/x-www-form-urlencoded", form)
    }

    fn json(&self, service: &str) -> Result<HttpRequest, BoxError> {
        let body = Value::Object(self.fields.clone()).to_string();
        let mut request = written("POST", "/", "application/x-amz-json-1.1", body)?;
        let target = format!("{service}.{}", self.operation);
        request.headers_mut().try_insert("x-amz-target", target)?;
        Ok(request)
    }

    fn rest(&self) -> Result<HttpRequest, BoxError> {
        let (method, version, last) = match self.operation.as_str() {
            "GetFunctionConcurrency" => ("GET", "2019-09-30", "concurrency"),
            "PutFunctionConcurrency" => ("PUT", "2017-10-31", "concurrency"),
            "DeleteFunctionConcurrency" => ("DELETE", "2017-10-31", "concurrency"),
            "GetFunctionUrlConfig" => ("GET", "2021-10-31", "url"),
            "CreateFunctionUrlConfig" => ("POST", "2021-10-31", "url"),
            "DeleteFunctionUrlConfig" => ("DELETE", "2021-10-31", "url"),
            other => return Err(format!("nobody knows the path of {other}").into()),
        };
        let mut fields = self.fields.clone();
        let name = fields.remove("FunctionName");
        let name = name.as_ref().and_then(Value::as_str).unwrap_or_default();
        let path = format!("/{version}/functions/{}/{last}", encoded(name));
        let body =
            if fields.is_empty() { String::new() } else { Value::Object(fields).to_string() };
        written(method, &path, "application/json", body)
    }
}

fn written(method: &str, path: &str, kind: &str, body: String) -> Result<HttpRequest, BoxError> {
    let length = body.len().to_string();
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_method(method)?;
    request.set_uri(path.to_owned())?;
    let headers = request.headers_mut();
    headers.try_insert("content-type", kind.to_owned())?;
    headers.try_insert("content-length", length)?;
    headers.try_insert("user-agent", concat!("keyhound/", env!("CARGO_PKG_VERSION")))?;
    Ok(request)
}

/// Adds a field to a form; lists and objects in it with their place in the name.
fn add(form: &mut String, name: &str, value: &Value) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                add(form, &format!("{name}.{field}"), value);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                add(form, &format!("{name}.{}", index + 1), item);
            }
        }
        Value::String(text) => {
            let _ = write!(form, "&{name}={}", encoded(text));
        }
        other => {
            let _ = write!(form, "&{name}={other}");
        }
    }
}

/// Percent-encoded as RFC 3986 and Signature Version 4 want it.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Undoes percent-encoding, in which IAM gives policies (RFC 3986: a plus is a plus). What is no
/// encoding stays.
pub(super) fn decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        let code = code.filter(|code| code.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(meant) if byte == b'%' => {
                out.push(meant);
                rest = &after[2..];
            }
            _ => {
                out.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn body(request: &HttpRequest) -> String {
        String::from_utf8(request.body().bytes().unwrap().to_vec()).unwrap()
    }

    #[test]
    fn each_service_gets_its_own_form() {
        let iam = Request::new(Service::Iam, "PutUserPolicy", "sam")
            .with("UserName", "sam")
            .with("PolicyDocument", r#"{"a b":"*"}"#);
        let filter = json!([{ "Name": "instance-id", "Value": ["i-1", "i-2"] }]);
        let ec2 = Request::new(Service::Ec2, "DescribeIamInstanceProfileAssociations", "i-1")
            .with("Filter", filter);
        let organizations =
            Request::new(Service::Organizations, "DeletePolicy", "n").with("PolicyId", "p-1");
        let lambda = Request::new(Service::Lambda, "PutFunctionConcurrency", "f/x")
            .with("FunctionName", "f/x")
            .with("ReservedConcurrentExecutions", 0);
        let off =
            Request::new(Service::Lambda, "DeleteFunctionUrlConfig", "f").with("FunctionName", "f");
        let all = [iam, ec2, organizations, lambda, off].map(|request| {
            let http = request.http().unwrap();
            let target = http.headers().get("x-amz-target").unwrap_or("-");
            format!("{} {} {target} {}", http.method(), http.uri(), body(&http))
        });
        insta::assert_snapshot!(all.join("\n"));
    }

    #[test]
    fn a_password_is_not_in_what_is_logged() {
        let request =
            Request::new(Service::Iam, "CreateLoginProfile", "sam").with("Password", "pw");
        assert_eq!(format!("{request:?}"), "iam:CreateLoginProfile on sam");
    }

    #[test]
    fn what_is_no_encoding_stays() {
        for text in ["", "%", "%4", "a%zz", "%+1", "100%"] {
            assert_eq!(decoded(text), text);
        }
        assert_eq!(decoded("%7B%22a%22%3A+1%7D"), "{\"a\":+1}");
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding(text in ".{0,40}") {
            prop_assert_eq!(decoded(&encoded(&text)), text);
        }
    }
}
