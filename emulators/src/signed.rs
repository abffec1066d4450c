//! Requests made by hand and signed, as a thief or an administrator makes them: what prepares an
//! account, and what shows who can still do something. Nothing of what is tested is used for it.

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;

/// Credentials, and where they are used.
#[derive(Debug, Clone)]
pub struct Keys {
    /// The port of the emulator.
    pub port: u16,
    /// The id of the key.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// The token of a session.
    pub token: Option<String>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl Reply {
    /// The text of the first element of that name.
    pub fn element(&self, name: &str) -> String {
        let after = self.body.split(&format!("<{name}>")).nth(1);
        let text = after.and_then(|after| after.split("</").next());
        text.unwrap_or_else(|| panic!("no {name} in {self:?}")).to_owned()
    }

    /// A text field of an answer in JSON.
    pub fn field(&self, place: &str) -> String {
        let body: serde_json::Value = serde_json::from_str(&self.body).expect("JSON");
        let text = body.pointer(place).and_then(|value| value.as_str().map(ToOwned::to_owned));
        text.unwrap_or_else(|| panic!("no {place} in {self:?}"))
    }

    /// It must have worked.
    pub fn good(self) -> Self {
        assert!((200..300).contains(&self.status), "{self:?}");
        self
    }
}

impl Keys {
    /// A request of the query protocol: IAM, STS, EC2.
    pub fn query(&self, service: &str, action: &str, fields: &[(&str, &str)]) -> Reply {
        let version = match service {
            "iam" => "2010-05-08",
            "sts" => "2011-06-15",
            _ => "2016-11-15",
        };
        let mut form = format!("Action={action}&Version={version}");
        for (name, value) in fields {
            let _ = write!(form, "&{name}=");
            for byte in value.bytes() {
                let _ = write!(form, "%{byte:02X}");
            }
        }
        let kind = ("content-type", "application/x-www-form-urlencoded");
        self.send(service, "POST", "/", &[kind], form.as_bytes())
    }

    /// A request in JSON: Organizations, CloudTrail.
    pub fn json(&self, service: &str, target: &str, body: &str) -> Reply {
        let kind = ("content-type", "application/x-amz-json-1.1");
        self.send(service, "POST", "/", &[kind, ("x-amz-target", target)], body.as_bytes())
    }

    #[expect(clippy::disallowed_methods, reason = "a signature says when it was made")]
    /// Any request, signed.
    pub fn send(
        &self,
        service: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Reply {
        let host = format!("127.0.0.1:{}", self.port);
        let identity =
            Credentials::new(&self.id, &self.secret, self.token.clone(), None, "test").into();
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region(REGION)
            .name(service)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .expect("all is set")
            .into();
        let mut all = vec![("host", host.as_str())];
        all.extend_from_slice(headers);
        let url = format!("http://{host}{path}");
        let request =
            SignableRequest::new(method, url, all.iter().copied(), SignableBody::Bytes(body))
                .expect("a request");
        let (signature, _) = sign(request, &parameters).expect("a signature").into_parts();
        let mut text = format!("{method} {path} HTTP/1.1\r\n");
        for (name, value) in all.iter().copied().chain(signature.headers()) {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        let length = body.len();
        let _ = write!(text, "content-length: {length}\r\nconnection: close\r\n\r\n");
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).expect("connect");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a limit");
        stream.write_all(text.as_bytes()).expect("send");
        stream.write_all(body).expect("send");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("receive");
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        Reply { status: status.expect("a status"), body: body.to_owned() }
    }
}

/// Where everything is that has a region.
pub const REGION: &str = "eu-west-1";
