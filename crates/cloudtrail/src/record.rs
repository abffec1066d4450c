//! A record as it stands in the JSON, borrowed, and how it becomes an [`Event`].

use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use compact_str::{CompactString, format_compact};
use serde::Deserialize;

use crate::decode::cursor::Cursor;
use crate::decode::typed::{self, Shape, Value, read_fields};
use crate::identities::{Caller, Identities};
use crate::surrogate::mended;
use crate::text::{Flag, Raw, Text};
use crate::{
    AccountId, Category, Event, EventId, Grant, Outcome, ProblemKind, RecordRules, Region, Source,
    Time,
};

/// The fields that are read; all others are skipped without being looked at. Request, response and
/// identity stay raw until somebody asks.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub(crate) struct Record<'a> {
    #[serde(borrow, rename = "userIdentity")]
    identity: Caller<'a>,
    #[serde(borrow, rename = "eventTime")]
    time: Text<'a>,
    #[serde(borrow, rename = "eventSource")]
    source: Text<'a>,
    #[serde(borrow, rename = "eventName")]
    name: Text<'a>,
    #[serde(borrow, rename = "awsRegion")]
    region: Text<'a>,
    #[serde(borrow, rename = "sourceIPAddress")]
    address: Text<'a>,
    #[serde(borrow, rename = "userAgent")]
    user_agent: Text<'a>,
    #[serde(borrow, rename = "errorCode")]
    error: Text<'a>,
    #[serde(borrow, rename = "errorMessage")]
    error_message: Text<'a>,
    #[serde(borrow, rename = "requestParameters")]
    request: Option<Raw<'a>>,
    #[serde(borrow, rename = "responseElements")]
    response: Option<Raw<'a>>,
    #[serde(borrow, rename = "additionalEventData")]
    additional: Option<Raw<'a>>,
    #[serde(borrow)]
    resources: Option<Raw<'a>>,
    #[serde(borrow, rename = "eventID")]
    id: Text<'a>,
    #[serde(borrow, rename = "requestID")]
    request_id: Text<'a>,
    #[serde(rename = "readOnly")]
    read_only: Flag,
    #[serde(borrow, rename = "eventType")]
    kind: Text<'a>,
    #[serde(borrow, rename = "eventCategory")]
    category: Text<'a>,
    #[serde(rename = "managementEvent")]
    management: Flag,
    #[serde(borrow, rename = "recipientAccountId")]
    account: Text<'a>,
    #[serde(borrow, rename = "sharedEventID")]
    shared_id: Text<'a>,
    #[serde(borrow, rename = "vpcEndpointId")]
    endpoint: Text<'a>,
    #[serde(rename = "sessionCredentialFromConsole")]
    from_console: Flag,
}

/// What became of a record.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "an event passes through once; a box would cost more"
)]
pub(crate) enum Outgoing {
    /// It is an event.
    Event(Event),
    /// It is an insight record: derived by CloudTrail from other records, and skipped.
    Insight,
    /// It lacks what an event cannot be without.
    Malformed(ProblemKind),
}

impl<'a> Record<'a> {
    /// Reads the record at the cursor; `None` if it is broken or unusual. Callers that are known
    /// already are recognised by their bytes.
    pub(crate) fn read(cursor: &mut Cursor<'a>, known: &Identities) -> Option<Self> {
        let mut record = Self::default();
        read_fields!(cursor, record {
            b"userIdentity" => identity.caller(known),
            b"eventTime" => time.text(),
            b"eventSource" => source.text(),
            b"eventName" => name.text(),
            b"awsRegion" => region.text(),
            b"sourceIPAddress" => address.text(),
            b"userAgent" => user_agent.text(),
            b"errorCode" => error.text(),
            b"errorMessage" => error_message.text(),
            b"requestParameters" => request.raw(),
            b"responseElements" => response.raw(),
            b"additionalEventData" => additional.raw(),
            b"resources" => resources.raw(),
            b"eventID" => id.text(),
            b"requestID" => request_id.text(),
            b"readOnly" => read_only.flag(),
            b"eventType" => kind.text(),
            b"eventCategory" => category.text(),
            b"managementEvent" => management.flag(),
            b"recipientAccountId" => account.text(),
            b"sharedEventID" => shared_id.text(),
            b"vpcEndpointId" => endpoint.text(),
            b"sessionCredentialFromConsole" => from_console.flag(),
        })?;
        Some(record)
    }

    /// Whether anything of a CloudTrail record is there at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.name.is_empty() && self.time.is_empty() && self.source.is_empty()
    }

    pub(crate) fn outgoing(&self, shared: &mut Shared) -> Outgoing {
        if &*self.kind == "AwsCloudTrailInsight" || &*self.category == "Insight" {
            return Outgoing::Insight;
        }
        let Some(time) = Time::of_record(&self.time) else {
            return Outgoing::Malformed(ProblemKind::NoEventTime);
        };
        if self.name.is_empty() {
            return Outgoing::Malformed(ProblemKind::NoEventName);
        }
        let identity = shared.identities.identity(&self.identity);
        // Only sign-ins and S3 say something there that is of use.
        let telling = matches!(&*self.source, "signin.amazonaws.com" | "s3.amazonaws.com");
        let additional = self.additional.filter(|_| telling);
        let additional: Additional = additional.map(Additional::of).unwrap_or_default();
        // S3 names bucket and key in the request already; only a copy may touch two accounts.
        let of_s3 = &*self.source == "s3.amazonaws.com";
        let listed = self.resources.filter(|_| !of_s3 || &*self.name == "CopyObject");
        let console_login_failed = &*self.name == "ConsoleLogin"
            && self.response.is_some_and(|raw| raw.0.contains("\"Failure\""));
        let outcome = match Outcome::from_error(&self.error) {
            Outcome::Success if console_login_failed => Outcome::Failed,
            Outcome::Success if &*self.error_message == "Failed authentication" => Outcome::Failed,
            outcome => outcome,
        };
        let read_only = self.read_only.0;
        let keeps_response = read_only != Some(true) || Grant::is_in(&self.name);
        let account = self.account.parse().ok().or(identity.account);
        let mut event = Event {
            time,
            id: self.event_id(),
            service: service(&self.source),
            name: CompactString::new(&*self.name),
            region: Region::new(&self.region),
            account,
            source: Source::new(&self.address, self.endpoint.some()),
            user_agent: shared.user_agent(&self.user_agent),
            error: CompactString::new(&*self.error),
            outcome,
            read_only,
            category: self.category(),
            shared_id: self.shared_id.some().map(EventId::new),
            from_console: self.from_console.0 == Some(true),
            mfa_used: additional.mfa_used.0,
            bytes_out: additional.bytes_out.unwrap_or(0.0).max(0.0) as u64,
            request: self.request.and_then(detail),
            response: self.response.filter(|_| keeps_response).and_then(detail),
            resources: match listed {
                Some(listed) if of_s3 => foreign_buckets(listed, account),
                Some(listed) => resources(listed),
                None => Vec::new(),
            },
            identity,
            grant: None,
            matches: None,
            record: None,
        };
        event.grant = Grant::of(&event).map(Box::new);
        Outgoing::Event(event)
    }

    /// The id, or a digest of what the record says where it has none, so that repeats are still
    /// recognised.
    fn event_id(&self) -> EventId {
        if let Some(id) = self.id.some() {
            return EventId::new(id);
        }
        let mut hasher = fixed_hasher().build_hasher();
        for part in [&self.time, &self.source, &self.name, &self.address, &self.request_id] {
            hasher.write(part.as_bytes());
            hasher.write_u8(0xff);
        }
        for raw in [self.identity.json, self.request, self.response].into_iter().flatten() {
            hasher.write(raw.0.as_bytes());
        }
        EventId::Text(format_compact!("no-id-{:016x}", hasher.finish()))
    }

    fn category(&self) -> Category {
        match &*self.category {
            "Management" => Category::Management,
            "Data" => Category::Data,
            "NetworkActivity" => Category::Network,
            _ if self.management.0 == Some(false) => Category::Data,
            _ => Category::Management,
        }
    }
}

/// `eventSource` without the part that all have in common.
fn service(source: &str) -> CompactString {
    CompactString::new(source.strip_suffix(".amazonaws.com").unwrap_or(source))
}

fn detail(raw: Raw<'_>) -> Option<Box<str>> {
    let text = raw.0;
    let is_kept = text.len() <= Event::DETAIL_LIMIT && text.starts_with('{');
    is_kept.then(|| mended(text).into())
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Additional {
    #[serde(rename = "MFAUsed")]
    mfa_used: Flag,
    #[serde(rename = "bytesTransferredOut", deserialize_with = "number")]
    bytes_out: Option<f64>,
}

impl Additional {
    fn of(raw: Raw<'_>) -> Self {
        typed::from_str(&mended(raw.0)).unwrap_or_default()
    }
}

impl<'a> Shape<'a> for Additional {
    fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        let mut additional = Self::default();
        read_fields!(cursor, additional {
            b"MFAUsed" => mfa_used.flag(),
            b"bytesTransferredOut" => bytes_out.number(),
        })?;
        Some(additional)
    }
}

impl Value<'_, '_> {
    /// A number of ordinary size.
    #[expect(clippy::option_option, reason = "unusual, none, or a number")]
    fn number(self) -> Option<Option<f64>> {
        /// So many digits any parser reads exactly.
        const EXACT: usize = 15;
        let begin = self.cursor.at;
        self.cursor.value()?;
        let number = self.cursor.since(begin);
        let ordinary = number.len() <= EXACT
            && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        ordinary.then(|| number.parse().ok())
    }
}

/// A number that some services write as text.
fn number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    Ok(Text::deserialize(deserializer)?.parse().ok())
}

/// An element of `resources`.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Resource<'a> {
    #[serde(borrow, rename = "ARN")]
    upper: Text<'a>,
    #[serde(borrow, rename = "arn")]
    lower: Text<'a>,
    #[serde(borrow, rename = "resourceName")]
    name: Text<'a>,
    #[serde(borrow, rename = "accountId")]
    account: Text<'a>,
}

impl<'a> Shape<'a> for Resource<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        let mut resource = Self::default();
        read_fields!(cursor, resource {
            b"ARN" => upper.text(),
            b"arn" => lower.text(),
            b"resourceName" => name.text(),
            b"accountId" => account.text(),
        })?;
        Some(resource)
    }
}

/// More than this many names in one record tell nothing further.
const MOST_RESOURCES: usize = 16;

fn resources(raw: Raw<'_>) -> Vec<CompactString> {
    let json = mended(raw.0);
    let list: Vec<Resource<'_>> = typed::list(&json);
    list.iter()
        .filter_map(|resource| {
            [&resource.upper, &resource.lower, &resource.name]
                .into_iter()
                .find_map(|text| text.some())
        })
        .take(MOST_RESOURCES)
        .map(CompactString::new)
        .collect()
}

/// The buckets of other accounts among the resources of a call in `own`. Names of S3 have no
/// account, so it is put where other names have theirs: `arn:aws:s3::123456789012:bucket`.
fn foreign_buckets(raw: Raw<'_>, own: Option<AccountId>) -> Vec<CompactString> {
    let json = mended(raw.0);
    let list: Vec<Resource<'_>> = typed::list(&json);
    let foreign = list.iter().filter_map(|resource| {
        let account: AccountId = resource.account.parse().ok()?;
        let arn = resource.upper.some().or(resource.lower.some())?;
        let bucket = arn.strip_prefix("arn:aws:s3:::")?;
        (Some(account) != own).then(|| format_compact!("arn:aws:s3::{account}:{bucket}"))
    });
    foreign.take(MOST_RESOURCES).collect()
}

/// The hasher whose results are the same in every run and on every machine.
pub(crate) fn fixed_hasher() -> foldhash::quality::FixedState {
    foldhash::quality::FixedState::with_seed(0x6b65_7968_6f75_6e64)
}

type Table<V> = std::collections::HashMap<Box<str>, V, foldhash::fast::FixedState>;

/// What repeats within a file: the same caller and the same client come again and again, so each
/// text is parsed once and shared.
#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) rules: Option<Arc<dyn RecordRules>>,
    /// Whether events carry their records.
    pub(crate) keeps_records: bool,
    pub(crate) identities: Identities,
    user_agents: Table<Arc<str>>,
}

impl Shared {
    /// Beyond this many entries a table starts anew, so that a hostile file cannot fill the memory.
    const MOST: usize = 8_192;

    pub(crate) fn with_rules(rules: Option<Arc<dyn RecordRules>>) -> Self {
        Self { rules, ..Self::default() }
    }

    fn user_agent(&mut self, text: &str) -> Arc<str> {
        /// CloudTrail itself cuts the field at 1 KB.
        const LONGEST: usize = 2_048;
        let text = cut(text, LONGEST);
        if let Some(shared) = self.user_agents.get(text) {
            return Arc::clone(shared);
        }
        let shared: Arc<str> = text.into();
        if self.user_agents.len() >= Self::MOST {
            self.user_agents.clear();
        }
        self.user_agents.insert(text.into(), Arc::clone(&shared));
        shared
    }
}

/// The longest beginning of a text that has at most `most` bytes and ends between characters.
fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}
