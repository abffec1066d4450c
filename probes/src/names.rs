//! The short texts inside a record: ARNs, key ids, accounts, times, addresses, client strings, and
//! the patterns that a user matches them with.

use cloudtrail::{AccessKeyId, AccountId, Arn, EventId, Identity, Source, Time};
use detect::Pattern;
use intel::client;

pub(crate) fn check(bytes: &[u8]) {
    let text = &String::from_utf8_lossy(bytes);
    arn(text);
    ids(text);
    time(text);
    source(text);
    client_string(text);
    pattern(text);
    identity(text);
}

fn arn(text: &str) {
    let Some(arn) = Arn::parse(text) else { return };
    assert!(text.starts_with("arn:") && text.ends_with(arn.resource));
    let head = format!("arn:{}:{}:{}:", arn.partition, arn.service, arn.region);
    assert!(text.starts_with(&head), "{head} of {text}");
    if let Some(account) = arn.account {
        assert_eq!(text, format!("{head}{account}:{}", arn.resource));
    }
    assert!(arn.resource.ends_with(arn.name()));
    if let Some((role, session)) = arn.assumed_role() {
        assert_eq!(arn.resource, format!("assumed-role/{role}/{session}"));
    }
}

fn ids(text: &str) {
    assert_eq!(EventId::new(text).to_string(), text);
    if let Ok(account) = text.parse::<AccountId>() {
        assert_eq!(account.to_string(), text);
        assert_eq!(AccountId::new(account.number()), Some(account));
    }
    let key = AccessKeyId::new(text);
    assert_eq!(key.is_none(), text.is_empty());
    if let Some(key) = key {
        assert_eq!(key.as_str(), text);
        assert!(key.account().is_none_or(|account| account.to_string().len() == 12));
    }
}

fn time(text: &str) {
    if let Some(time) = Time::of_record(text) {
        assert_eq!(Time::of_record(&time.to_string()), Some(time));
    }
    if let Ok(time) = text.parse::<Time>() {
        // Every moment that was read can be moved, shown and put into an hour.
        let _ = (time.plus_hours(i64::MAX), time.plus_seconds(i64::MIN), time.hour_of_day());
        assert_eq!(time.to_string().parse::<Time>().ok(), Some(time));
    }
}

fn source(text: &str) {
    let (address, endpoint) = text.split_once('\n').unwrap_or((text, ""));
    let source = Source::new(address, Some(endpoint));
    if let Some(ip) = source.address() {
        assert_eq!(ip, ip.to_canonical());
        assert!(!source.is_aws(), "an address is not AWS's word");
    }
    // What is missing is shown in a word that somebody might write.
    if endpoint.is_empty() && source != Source::Missing {
        assert_eq!(Source::new(&source.to_string(), None), source);
    }
}

fn client_string(text: &str) {
    let client = client::parse(text);
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b".-_+".contains(&byte);
    assert!((1..=32).contains(&client.family.len()), "{client:?}");
    assert!(client.family.bytes().all(|byte| is_name(byte) && !byte.is_ascii_uppercase()));
    assert!(client.version.len() <= 24 && client.version.is_ascii(), "{client:?}");
    assert!(
        crate::is_plain(&client.version) && crate::is_plain(client.sdk.as_deref().unwrap_or(""))
    );
    // Longer ones are cut, and spaces count there.
    if text.len() < 1_000 {
        let spaced = format!(" {} ", text.trim());
        assert_eq!(client, client::parse(&spaced), "spaces around it say nothing");
    }
}

fn pattern(text: &str) {
    let (pattern, text) = text.split_once('\n').unwrap_or((text, text));
    let Some(pattern) = Pattern::new(pattern) else { return };
    let matches = pattern.matches(text);
    if !pattern.as_str().contains(['*', '?']) {
        assert_eq!(matches, pattern.as_str() == text);
    }
    let wider = Pattern::new(&format!("*{pattern}*"));
    assert!(!matches || wider.is_some_and(|wider| wider.matches(text)));
    assert!(Pattern::new("*").is_some_and(|all| all.matches(text)));
}

fn identity(text: &str) {
    let identity = Identity::parse(text);
    let bytes = postcard::to_stdvec(&identity).unwrap_or_default();
    let again: Result<Identity, _> = postcard::from_bytes(&bytes);
    assert_eq!(again.as_ref(), Ok(&identity));
}
