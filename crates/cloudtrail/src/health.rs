//! AWS Health: what AWS itself says of a credential, as the record that CloudTrail would write.
//!
//! Three forms are met in files: the event that EventBridge delivers, and the answers of
//! `DescribeEventDetails` and `DescribeAffectedEntities`. Only AWS can send events whose source
//! begins with `aws.`, so what is read here is AWS's word.

use compact_str::{CompactString, format_compact};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::text::Text;
use crate::{AccountId, Arn, Time};

/// The codes that say that a credential is in other hands. Those that end in `_SUSPECTED` only
/// guess.
const CODES: [&str; 2] = ["AWS_RISK_CREDENTIALS_EXPOSED", "AWS_RISK_CREDENTIALS_COMPROMISED"];

/// The event source of the records made here.
const SOURCE: &str = "health.amazonaws.com";

/// What an object of AWS Health tells: for each exposed credential the text of a record, `None`
/// for each piece of other news.
pub(crate) fn records(text: &str) -> impl Iterator<Item = Option<String>> {
    let told: Told<'_> = parse(text);
    let mut exposures = Vec::new();
    if let Some(detail) = told.detail {
        exposures.push(Exposure::of_notification(&told, &parse(detail.get())));
    }
    let answers: Vec<Answer<'_>> = told.details.map(|raw| parse(raw.get())).unwrap_or_default();
    exposures.extend(answers.iter().map(Exposure::of_answer));
    let entities: Vec<Entity<'_>> = told.entities.map(|raw| parse(raw.get())).unwrap_or_default();
    exposures.extend(entities.iter().map(Exposure::of_entity));
    exposures.into_iter().flat_map(Exposure::into_records)
}

/// One piece of news and the credentials that it names.
#[derive(Default)]
struct Exposure {
    /// Its ARN, or the id of the notification.
    id: CompactString,
    code: CompactString,
    time: Option<Time>,
    account: Option<AccountId>,
    region: CompactString,
    /// Keys and users, as AWS names them.
    named: Vec<CompactString>,
    /// The user that the only key belongs to.
    user: CompactString,
    /// Where the key lies.
    place: CompactString,
}

impl Exposure {
    fn of_notification(told: &Told<'_>, detail: &Detail<'_>) -> Self {
        let entities: Vec<Entity<'_>> = part(detail.entities);
        let mut named: Vec<CompactString> =
            entities.iter().map(|entity| compact(&entity.value)).collect();
        named.extend(part::<Vec<Text<'_>>>(told.resources).iter().map(|text| compact(text)));
        let told_of = part::<Metadata<'_>>(detail.metadata);
        named.push(compact(&told_of.key));
        // What a delegated administrator receives is about another account than its own.
        let account = detail.account.parse().or_else(|_| told.account.parse());
        Self {
            id: compact(detail.arn.some().unwrap_or(&told.id)),
            code: compact(&detail.code),
            time: time([&*told.time, &*detail.start]),
            account: account.or_else(|_| told_of.account.parse()).ok(),
            region: compact(&told.region),
            named,
            user: compact(&told_of.user),
            place: CompactString::new(&*told_of.place),
        }
    }

    fn of_answer(answer: &Answer<'_>) -> Self {
        let event: Event<'_> = part(answer.event);
        let described: Description<'_> = part(answer.description);
        let told_of = part::<Metadata<'_>>(answer.metadata);
        // The answer has no list of entities; the description's text may name the key.
        let words = described.text.split(|letter: char| !letter.is_ascii_alphanumeric());
        let mut named: Vec<CompactString> =
            words.filter(|word| is_key(word)).map(CompactString::new).collect();
        named.push(compact(&told_of.key));
        Self {
            id: compact(&event.arn),
            code: compact(&event.code),
            time: time([&*event.updated, &*event.start]),
            account: answer.account.parse().or_else(|_| told_of.account.parse()).ok(),
            region: compact(&event.region),
            named,
            user: compact(&told_of.user),
            place: CompactString::new(&*told_of.place),
        }
    }

    /// An entity tells its event's code only inside the ARN of the event.
    fn of_entity(entity: &Entity<'_>) -> Self {
        let code = entity.event.split('/').find(|part| CODES.contains(part)).unwrap_or_default();
        Self {
            id: compact(&entity.event),
            code: compact(code),
            time: time([&*entity.updated, ""]),
            account: entity.account.parse().ok(),
            named: vec![compact(&entity.value)],
            ..Self::default()
        }
    }

    /// A record for each credential, each once and made when it is asked for; other news is `None`.
    fn into_records(self) -> impl Iterator<Item = Option<String>> {
        let mut keys: Vec<CompactString> =
            self.named.iter().filter_map(|name| key_in(name)).map(CompactString::new).collect();
        keys.sort_unstable();
        keys.dedup();
        let users = self.named.iter().filter_map(|name| user_in(name));
        let user = users.chain(Some(self.user.as_str())).find(|user| !user.is_empty());
        let user = user.map(compact);
        let is_news = CODES.contains(&self.code.as_str()) && (user.is_some() || !keys.is_empty());
        if keys.is_empty() || !is_news {
            // A user without a key, or other news.
            keys = vec![CompactString::default()];
        }
        // Of several keys nobody says whose they are, nor which of them lies at the place.
        let is_one = keys.len() == 1;
        let user = user.filter(|_| is_one);
        keys.into_iter().map(move |key| {
            let place = if is_one { self.place.as_str() } else { "" };
            is_news.then(|| self.record(&key, user.as_deref(), place))
        })
    }

    fn record(&self, key: &str, user: Option<&str>, place: &str) -> String {
        json!({
            "eventTime": self.time.map(|time| time.to_string()),
            "eventSource": SOURCE,
            "eventName": self.code.as_str(),
            "eventID": format_compact!("{}#{key}", self.id),
            "eventType": "AwsServiceEvent",
            "eventCategory": "Management",
            "readOnly": true,
            "awsRegion": self.region.as_str(),
            "sourceIPAddress": SOURCE,
            "userAgent": SOURCE,
            "userIdentity": { "type": "AWSService", "invokedBy": SOURCE },
            "recipientAccountId": self.account.map(|account| account.to_string()),
            "requestParameters": {
                "accessKeyId": key,
                "userName": user,
                "exposedUrl": place,
            },
        })
        .to_string()
    }
}

/// The key id in an entity's name, which is the id itself or a path that ends in it.
fn key_in(name: &str) -> Option<&str> {
    name.rsplit('/').find(|part| is_key(part))
}

fn user_in(name: &str) -> Option<&str> {
    let arn = Arn::parse(name)?;
    arn.resource.starts_with("user/").then(|| arn.name())
}

fn is_key(text: &str) -> bool {
    (16..=128).contains(&text.len())
        && (text.starts_with("AKIA") || text.starts_with("ASIA"))
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// The first text that is a time: RFC 3339, seconds since 1970 as the command line prints them, or
/// the form of mail headers that stands inside notifications.
fn time(texts: [&str; 2]) -> Option<Time> {
    texts.into_iter().find_map(|text| {
        let seconds = || text.parse::<f64>().ok().map(|seconds| Time::from_seconds(seconds as i64));
        let mail = || {
            let zoned = jiff::fmt::rfc2822::parse(text).ok()?;
            Some(Time::from_seconds(zoned.timestamp().as_second()))
        };
        let time = Time::of_record(text).or_else(seconds).or_else(mail)?;
        Time::of_record(&time.to_string())
    })
}

/// AWS's own names end here. What is longer would be told again with every key that an event names.
const LONGEST: usize = 256;

fn compact(text: &str) -> CompactString {
    CompactString::new(&text[..text.floor_char_boundary(LONGEST)])
}

fn parse<'a, T: Deserialize<'a> + Default>(text: &'a str) -> T {
    serde_json::from_str(text).unwrap_or_default()
}

fn part<'a, T: Deserialize<'a> + Default>(raw: Option<&'a RawValue>) -> T {
    raw.map(|raw| parse(raw.get())).unwrap_or_default()
}

/// The outermost object of all three forms.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Told<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow)]
    account: Text<'a>,
    #[serde(borrow)]
    time: Text<'a>,
    #[serde(borrow)]
    region: Text<'a>,
    #[serde(borrow)]
    resources: Option<&'a RawValue>,
    #[serde(borrow)]
    detail: Option<&'a RawValue>,
    #[serde(borrow, rename = "successfulSet")]
    details: Option<&'a RawValue>,
    #[serde(borrow)]
    entities: Option<&'a RawValue>,
}

/// `detail` of a notification.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Detail<'a> {
    #[serde(borrow, rename = "eventArn")]
    arn: Text<'a>,
    #[serde(borrow, rename = "eventTypeCode")]
    code: Text<'a>,
    #[serde(borrow, rename = "startTime")]
    start: Text<'a>,
    #[serde(borrow, rename = "affectedAccount")]
    account: Text<'a>,
    #[serde(borrow, rename = "affectedEntities")]
    entities: Option<&'a RawValue>,
    #[serde(borrow, rename = "eventMetadata")]
    metadata: Option<&'a RawValue>,
}

/// One element of the answer to `DescribeEventDetails`.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Answer<'a> {
    #[serde(borrow, rename = "awsAccountId")]
    account: Text<'a>,
    #[serde(borrow)]
    event: Option<&'a RawValue>,
    #[serde(borrow, rename = "eventDescription")]
    description: Option<&'a RawValue>,
    #[serde(borrow, rename = "eventMetadata")]
    metadata: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Event<'a> {
    #[serde(borrow)]
    arn: Text<'a>,
    #[serde(borrow, rename = "eventTypeCode")]
    code: Text<'a>,
    #[serde(borrow)]
    region: Text<'a>,
    #[serde(borrow, rename = "startTime")]
    start: Text<'a>,
    #[serde(borrow, rename = "lastUpdatedTime")]
    updated: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Description<'a> {
    #[serde(borrow, rename = "latestDescription")]
    text: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Metadata<'a> {
    #[serde(borrow, rename = "accountId")]
    account: Text<'a>,
    #[serde(borrow, rename = "publicKey")]
    key: Text<'a>,
    #[serde(borrow, rename = "userName")]
    user: Text<'a>,
    #[serde(borrow, rename = "exposedUrl")]
    place: Text<'a>,
}

/// An affected entity, in a notification or in the answer to `DescribeAffectedEntities`.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Entity<'a> {
    #[serde(borrow, rename = "entityValue")]
    value: Text<'a>,
    #[serde(borrow, rename = "eventArn")]
    event: Text<'a>,
    #[serde(borrow, rename = "awsAccountId")]
    account: Text<'a>,
    #[serde(borrow, rename = "lastUpdatedTime")]
    updated: Text<'a>,
}

#[cfg(test)]
mod tests;
