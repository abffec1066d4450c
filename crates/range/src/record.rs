//! A record as CloudTrail writes it, and the call that it records.

use std::borrow::Cow;
use std::fmt::Write;

use jiff::Timestamp;

use crate::caller::Caller;
use crate::catalogue::{Action, Failure};
use crate::error::{Error, Result};
use crate::estate::Estate;
use crate::seed::Dice;
use crate::template::{Template, Values};

/// One CloudTrail record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// `eventTime`.
    pub time: Timestamp,
    /// `eventID`.
    pub id: String,
    /// `recipientAccountId`: whose log it stands in.
    pub account: String,
    /// `awsRegion`: in which region's log file it stands.
    pub region: String,
    /// The record's JSON text, in CloudTrail's order of fields, without white space.
    pub json: String,
}

impl Record {
    /// Reads the fields needed from a record in JSON text, which is kept as it is.
    pub fn parse(json: &str) -> Result<Self> {
        let value: serde_json::Value = serde_json::from_str(json)?;
        let text =
            |name: &'static str| value[name].as_str().map(str::to_owned).ok_or(Error::Record(name));
        Ok(Self {
            time: text("eventTime")?.parse().map_err(|_| Error::Record("eventTime"))?,
            id: text("eventID")?,
            account: text("recipientAccountId").or_else(|_| {
                value["userIdentity"]["accountId"]
                    .as_str()
                    .map(str::to_owned)
                    .ok_or(Error::Record("recipientAccountId"))
            })?,
            region: text("awsRegion")?,
            json: json.to_owned(),
        })
    }

    /// The bytes of the JSON text.
    pub fn bytes(&self) -> &[u8] {
        self.json.as_bytes()
    }
}

/// How a call ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It succeeds.
    Done,
    /// The caller may not.
    Refused,
    /// The caller may not because a policy of its own says so, as AWS's quarantine policy does.
    Denied,
    /// It fails in the everyday way (`fails` in the catalogue).
    Fails,
    /// What it would make is there already, or it was a dry run (`exists` in the catalogue).
    Exists,
}

/// Values that a call is made with, by placeholder name.
#[derive(Debug, Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Sets a value. It stands inside JSON text, so quotes and backslashes are escaped.
    pub fn set(&mut self, name: &str, value: &str) {
        self.set_raw(name, escaped(value).into_owned());
    }

    /// Sets a value that is JSON text already.
    pub fn set_raw(&mut self, name: &str, value: String) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some(entry) => entry.1 = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// The same, in a chain.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.set(name, value);
        self
    }

    /// The names of things among the values.
    pub fn things(&self) -> impl Iterator<Item = &str> {
        let things = self.0.iter().filter(|(kind, _)| THINGS.contains(&kind.as_str()));
        things.map(|(_, name)| name.as_str())
    }

    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// A text as it stands inside the quotes of JSON: names and user agents from real records may
/// hold anything.
fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(|c: char| c == '"' || c == '\\' || c.is_control()) {
        return Cow::Borrowed(text);
    }
    let quoted = serde_json::Value::from(text).to_string();
    Cow::Owned(quoted[1..quoted.len() - 1].to_owned())
}

/// What a burst of calls works on: a caller that read a bucket most likely reads it again.
#[derive(Debug, Clone, Default)]
pub struct Focus {
    things: Vec<(String, String, u32)>,
    record: u32,
}

/// Kinds of things that a theft can be about.
const THINGS: [&str; 37] = [
    "bucket",
    "secret",
    "parameter",
    "instance",
    "function",
    "role",
    "user",
    "database",
    "snapshot",
    "volume",
    "table",
    "kms-key",
    "repository",
    "trail",
    "group",
    "security-group",
    "cluster",
    "queue",
    "topic",
    "stack",
    "log-group",
    "model",
    "detector",
    "domain",
    "target-role-arn",
    "policy",
    "minted-key",
    "new-user",
    "new-role",
    "new-function",
    "new-policy",
    "new-group",
    "new-security-group",
    "new-snapshot",
    "new-volume",
    "new-instance",
    "new-domain",
];

impl Focus {
    /// The names of the things that the last record is about.
    pub fn touched(&self) -> impl Iterator<Item = &str> {
        let current = self.things.iter().filter(|(_, _, record)| *record == self.record);
        current
            .filter(|(kind, _, _)| THINGS.contains(&kind.as_str()))
            .map(|(_, name, _)| name.as_str())
    }
}

/// A call that is about to be recorded.
#[derive(Debug)]
pub struct Call<'a> {
    /// What is called.
    pub action: &'a Action,
    /// Who calls.
    pub caller: &'a Caller,
    /// When.
    pub time: Timestamp,
    /// In which region; a global service's calls are recorded in us-east-1 whatever stands here.
    pub region: &'a str,
    /// `sourceIPAddress`, unless a service calls.
    pub address: &'a str,
    /// `userAgent`, unless a service calls.
    pub agent: &'a str,
    /// How it ends.
    pub outcome: Outcome,
    /// The account whose log records the call, and what exists there.
    pub estate: &'a Estate,
    /// The values given.
    pub fields: &'a Fields,
    /// `vpcEndpointId` and `vpcEndpointAccountId`.
    pub endpoint: Option<(&'a str, &'a str)>,
    /// `sharedEventID`, where two accounts record one call.
    pub shared: Option<&'a str>,
}

impl Call<'_> {
    /// The record of this call.
    pub fn record(&self, focus: &mut Focus, dice: &mut Dice) -> Record {
        focus.record += 1;
        let region = if self.action.global { "us-east-1" } else { self.region };
        let mut values = CallValues { call: self, region, focus };
        let id = dice.uuid();
        let (address, agent) = match &self.caller.service {
            Some(service) => (service.as_str(), service.as_str()),
            None => (self.address, self.agent),
        };
        let (address, agent) = (escaped(address), escaped(agent));
        let mut json = String::with_capacity(1_600);
        let _ = write!(
            json,
            r#"{{"eventVersion":"1.11","userIdentity":{},"eventTime":"{}","eventSource":"{}","eventName":"{}","awsRegion":"{region}","sourceIPAddress":"{address}","userAgent":"{agent}""#,
            self.caller.identity, self.time, self.action.source, self.action.event,
        );
        self.push_failure(&mut json, &mut values, dice);
        json.push_str(r#","requestParameters":"#);
        self.push_part(
            self.action.request.as_ref().filter(|_| self.keeps_request()),
            &mut json,
            &mut values,
            dice,
        );
        json.push_str(r#","responseElements":"#);
        let done = self.outcome == Outcome::Done;
        self.push_part(
            self.action.response.as_ref().filter(|_| done),
            &mut json,
            &mut values,
            dice,
        );
        if self.action.extra.is_some() {
            json.push_str(r#","additionalEventData":"#);
            self.push_part(self.action.extra.as_ref(), &mut json, &mut values, dice);
        }
        if self.action.event_type != "AwsConsoleSignIn" {
            json.push_str(r#","requestID":""#);
            self.action.request_id.render(self.time, &mut values, dice, &mut json);
            json.push('"');
        }
        let _ = write!(json, r#","eventID":"{id}","readOnly":{}"#, self.action.read);
        self.push_resources(&mut json, &mut values, dice);
        let category = if self.action.data { "Data" } else { "Management" };
        let _ = write!(
            json,
            r#","eventType":"{}","managementEvent":{},"recipientAccountId":"{}""#,
            self.action.event_type, !self.action.data, self.estate.account,
        );
        if let Some(shared) = self.shared {
            let _ = write!(json, r#","sharedEventID":"{shared}""#);
        }
        if let Some((endpoint, owner)) = self.endpoint {
            let _ =
                write!(json, r#","vpcEndpointId":"{endpoint}","vpcEndpointAccountId":"{owner}""#);
        }
        let _ = write!(json, r#","eventCategory":"{category}""#);
        if self.caller.service.is_none() {
            json.push_str(r#","tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":""#);
            self.action.host.render(self.time, &mut values, dice, &mut json);
            json.push_str("\"}");
        }
        if self.caller.console {
            json.push_str(r#","sessionCredentialFromConsole":"true""#);
        }
        json.push('}');
        Record {
            time: self.time,
            id,
            account: self.estate.account.to_string(),
            region: region.to_owned(),
            json,
        }
    }

    /// Whether the service records the request of a call that it refused.
    fn keeps_request(&self) -> bool {
        !matches!(self.outcome, Outcome::Refused | Outcome::Denied)
            || matches!(self.action.source.as_str(), "ec2.amazonaws.com" | "s3.amazonaws.com")
    }

    fn push_part(
        &self,
        part: Option<&Template>,
        json: &mut String,
        values: &mut CallValues<'_, '_>,
        dice: &mut Dice,
    ) {
        match part {
            Some(template) => template.render(self.time, values, dice, json),
            None => json.push_str("null"),
        }
    }

    fn push_failure(&self, json: &mut String, values: &mut CallValues<'_, '_>, dice: &mut Dice) {
        let failure: Option<&Failure> = match self.outcome {
            Outcome::Done => return,
            Outcome::Fails => self.action.fails.as_ref(),
            Outcome::Exists => self.action.exists.as_ref(),
            Outcome::Refused | Outcome::Denied => None,
        };
        if let Some(failure) = failure {
            let _ = write!(json, r#","errorCode":"{}","errorMessage":""#, failure.code);
            failure.message.render(self.time, values, dice, json);
            json.push('"');
            return;
        }
        let permission = &self.action.permission;
        let _ = write!(json, r#","errorCode":"{}","errorMessage":""#, self.action.refused);
        if self.action.source == "ec2.amazonaws.com" {
            json.push_str("You are not authorized to perform this operation. ");
        }
        let _ = write!(
            json,
            "User: {} is not authorized to perform: {permission} on resource: ",
            escaped(&self.caller.arn)
        );
        self.action.refused_on.render(self.time, values, dice, json);
        let _ = match self.outcome {
            Outcome::Denied => write!(json, " with an explicit deny in an identity-based policy\""),
            _ => write!(json, " because no identity-based policy allows the {permission} action\""),
        };
    }

    fn push_resources(&self, json: &mut String, values: &mut CallValues<'_, '_>, dice: &mut Dice) {
        // A refused call names no resources, except in S3.
        if self.action.resources.is_empty() || !self.keeps_request() {
            return;
        }
        json.push_str(r#","resources":["#);
        for (index, (kind, arn)) in self.action.resources.iter().enumerate() {
            if index > 0 {
                json.push(',');
            }
            let _ =
                write!(json, r#"{{"accountId":"{}","type":"{kind}","ARN":""#, self.estate.account);
            arn.render(self.time, values, dice, json);
            json.push_str("\"}");
        }
        json.push(']');
    }
}

/// The values of one call: what it was given, who calls, what it works on, what exists.
struct CallValues<'a, 'b> {
    call: &'a Call<'b>,
    region: &'a str,
    focus: &'a mut Focus,
}

/// How likely a burst goes on with the thing that it worked on last.
const STAYS: f64 = 0.5;

impl Values for CallValues<'_, '_> {
    fn value(&mut self, name: &str, into: &mut String, dice: &mut Dice) -> bool {
        if let Some(value) = self.call.fields.get(name) {
            into.push_str(value);
            return true;
        }
        let caller = self.call.caller;
        let own = match name {
            "account" => Some(&*self.call.estate.account),
            "region" => Some(self.region),
            "home-region" => Some(self.call.region),
            "arn" => Some(caller.arn.as_str()),
            "key" => Some(caller.access_key.as_str()),
            "session-name" => Some(caller.name.as_str()),
            _ => None,
        };
        if let Some(own) = own {
            into.push_str(&escaped(own));
            return true;
        }
        let (record, lasting) =
            (self.focus.record, !name.starts_with("new-") && name != "object" && name != "bytes");
        if let Some(entry) = self.focus.things.iter_mut().find(|entry| entry.0 == name)
            && (entry.2 == record || (lasting && dice.chance(STAYS)))
        {
            entry.2 = record;
            into.push_str(&entry.1);
            return true;
        }
        let start = into.len();
        if !self.call.estate.thing(name, self.region, self.call.time, dice, into) {
            return false;
        }
        let thing = into[start..].to_owned();
        match self.focus.things.iter_mut().find(|entry| entry.0 == name) {
            Some(entry) => (entry.1, entry.2) = (thing, record),
            None => self.focus.things.push((name.to_owned(), thing, record)),
        }
        true
    }

    fn word(&mut self, list: &str, into: &mut String, dice: &mut Dice) -> bool {
        self.call.estate.word(list, into, dice)
    }
}

#[cfg(test)]
mod tests;
