//! Recorded techniques: what Stratus Red Team did, as CloudTrail recorded it, moved onto a victim.
//!
//! Identity, account, keys, region, time, address and ids are rewritten; order, gaps, errors and
//! clients stay as they were recorded.

use std::collections::BTreeMap;

use jiff::Timestamp;
use libdeflater::Decompressor;
use serde_json::{Value, json};

use crate::attack::Victim;
use crate::caller::access_key;
use crate::error::{Error, Result};
use crate::principal::at;
use crate::record::Record;
use crate::seed::Seed;
use crate::truth::{Style, Theft};

/// A recorded technique.
#[derive(Debug, Clone)]
pub struct Technique {
    /// Its name, `aws.persistence.iam-backdoor-user`.
    pub name: String,
    /// The records, in order of time.
    records: Vec<Value>,
}

/// The most that a recording may unpack to.
const LIMIT: usize = 64 << 20;

impl Technique {
    /// Reads `{"Records": […]}`, gzipped or not.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self> {
        let unpacked = if bytes.starts_with(&[0x1f, 0x8b]) {
            let size = bytes.last_chunk::<4>().map_or(0, |size| u32::from_le_bytes(*size) as usize);
            let mut unpacked = vec![0; size.min(LIMIT)];
            let length = Decompressor::new()
                .gzip_decompress(bytes, &mut unpacked)
                .map_err(|error| std::io::Error::other(error.to_string()))?;
            unpacked.truncate(length);
            unpacked
        } else {
            bytes.to_vec()
        };
        let mut value: Value = serde_json::from_slice(&unpacked)?;
        let Value::Array(mut records) = value["Records"].take() else {
            return Err(Error::Record("Records"));
        };
        if records.is_empty() || records.iter().any(|record| time_of(record).is_none()) {
            return Err(Error::Record("eventTime"));
        }
        records.sort_by_key(time_of);
        Ok(Self { name: name.to_owned(), records })
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The technique as done with a victim's credential from a time (seconds since 1970) and an
    /// address on. `client` replaces the recorded user agents, which name the tool.
    pub fn onto(
        &self,
        victim: &Victim,
        time: i64,
        address: &str,
        client: Option<&str>,
        seed: u64,
    ) -> Result<(Theft, Vec<Record>)> {
        let mut dice = Seed::new(seed).part(&self.name, 0).dice();
        let first = self.records.first().ok_or(Error::Record("Records"))?;
        let old = &first["userIdentity"];
        let begun = time_of(first).ok_or(Error::Record("eventTime"))?.as_second();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (old_arn, old_key, old_account) =
            (text(&old["arn"]), text(&old["accessKeyId"]), text(&old["accountId"]));
        let identity: Value = serde_json::from_str(&victim.caller.identity)?;
        let mut keys: BTreeMap<String, String> = BTreeMap::new();
        keys.insert(old_key, victim.caller.access_key.clone());
        let mut theft = self.label(victim, address);
        let mut records = Vec::new();
        for recorded in &self.records {
            let region = text(&recorded["awsRegion"]);
            let mut json = recorded.to_string();
            for key in minted(recorded).chain(recorded["userIdentity"]["accessKeyId"].as_str()) {
                let prefix = key.get(..4).unwrap_or("ASIA");
                keys.entry(key.to_owned())
                    .or_insert_with(|| access_key(prefix, &victim.account.id, &mut dice));
            }
            let texts = [
                (old_arn.as_str(), victim.caller.arn.as_str()),
                (old_account.as_str(), victim.account.id.as_str()),
                (region.as_str(), victim.regions.first().map_or("us-east-1", String::as_str)),
            ];
            let keys = keys.iter().map(|(old, new)| (old.as_str(), new.as_str()));
            for (old, new) in texts.into_iter().chain(keys) {
                if !old.is_empty() {
                    json = json.replace(old, new);
                }
            }
            let mut value: Value = serde_json::from_str(&json)?;
            if recorded["userIdentity"]["arn"] == old["arn"] {
                value["userIdentity"] = identity.clone();
                if recorded["userIdentity"]["accessKeyId"].is_null()
                    && let Some(identity) = value["userIdentity"].as_object_mut()
                {
                    identity.remove("accessKeyId");
                }
            }
            let shift = time_of(recorded).map_or(0, |then| then.as_second() - begun);
            value["eventTime"] = json!(at(time + shift).to_string());
            value["sourceIPAddress"] = json!(address);
            value["eventID"] = json!(dice.uuid());
            if !value["requestID"].is_null() {
                value["requestID"] = json!(dice.uuid());
            }
            if let Some(client) = client {
                value["userAgent"] = json!(client);
            }
            value["recipientAccountId"] = json!(victim.account.id);
            note(&mut theft, &value);
            records.push(Record::parse(&value.to_string())?);
        }
        theft.first_event_id = theft.event_ids.first().cloned().unwrap_or_default();
        Ok((theft, records))
    }

    fn label(&self, victim: &Victim, address: &str) -> Theft {
        Theft {
            family: self.name.clone(),
            style: if self.records.len() < 5 { Style::Quiet } else { Style::Loud },
            cold: victim.cold,
            rotating: false,
            recorded: true,
            victim: victim.caller.arn.clone(),
            root_access_key_id: victim.caller.access_key.clone(),
            access_key_ids: vec![victim.caller.access_key.clone()],
            principals: Vec::new(),
            first_event_id: String::new(),
            event_ids: Vec::new(),
            times: Vec::new(),
            echo_ids: Vec::new(),
            addresses: vec![address.to_owned()],
            resources: Vec::new(),
            created: Vec::new(),
        }
    }
}

/// Adds an event to the label of its theft.
fn note(theft: &mut Theft, event: &Value) {
    let add = |list: &mut Vec<String>, value: &str| {
        if !value.is_empty() && !list.iter().any(|known| known == value) {
            list.push(value.to_owned());
        }
    };
    let identity = &event["userIdentity"];
    add(&mut theft.access_key_ids, identity["accessKeyId"].as_str().unwrap_or_default());
    add(&mut theft.principals, identity["arn"].as_str().unwrap_or_default());
    for key in minted(event) {
        add(&mut theft.access_key_ids, key);
        add(&mut theft.created, key);
    }
    let request = &event["requestParameters"];
    for field in [
        "secretId",
        "name",
        "functionName",
        "instanceId",
        "snapshotId",
        "imageId",
        "groupId",
        "roleName",
        "userName",
        "dBSnapshotIdentifier",
    ] {
        let makes = event["eventName"].as_str().is_some_and(|name| name.starts_with("Create"));
        let list = if makes { &mut theft.created } else { &mut theft.resources };
        add(list, request[field].as_str().unwrap_or_default());
    }
    theft.event_ids.extend(event["eventID"].as_str().map(str::to_owned));
    theft.times.extend(time_of(event));
}

/// The keys that an event hands out.
fn minted(event: &Value) -> impl Iterator<Item = &str> {
    let response = &event["responseElements"];
    ["credentials", "accessKey"]
        .into_iter()
        .filter_map(|part| response[part]["accessKeyId"].as_str())
}

fn time_of(event: &Value) -> Option<Timestamp> {
    event["eventTime"].as_str().and_then(|time| time.parse().ok())
}

#[cfg(test)]
mod tests;
