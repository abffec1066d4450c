//! A topic of Amazon SNS: the message in words for people, with attributes that subscriptions can
//! filter by. <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>

use jiff::Timestamp;
use reqwest::Method;
use url::form_urlencoded::Serializer;

use super::client::{Client, Request};
use crate::fault::Trouble;
use crate::settings::SnsSettings;
use crate::text::cut_bytes;
use crate::{Message, Receipt};

/// Characters of a subject, all of them ASCII; bytes of a message, attributes included, of which
/// there are few.
const SUBJECT: usize = 100;
const MESSAGE: usize = 240_000;

/// The region in the ARN of a topic.
pub(super) fn region(topic: &str) -> Result<String, String> {
    let parts: Vec<&str> = topic.split(':').collect();
    match parts.as_slice() {
        ["arn", _, "sns", region, _, _] if !region.is_empty() => Ok((*region).to_owned()),
        _ => Err(format!("{topic:?} is no ARN of a topic; write arn:aws:sns:REGION:ACCOUNT:NAME")),
    }
}

pub(super) async fn tell(
    client: &Client,
    settings: &SnsSettings,
    message: &Message<'_>,
    now: Timestamp,
) -> Result<Receipt, Trouble> {
    let request = Request {
        method: Method::POST,
        path: &[],
        headers: &[("content-type", "application/x-www-form-urlencoded")],
        body: form(&settings.topic_arn, message),
        action: "sns:Publish on the topic",
    };
    client.send(&request, now).await?;
    Ok(Receipt::default())
}

fn form(topic: &str, message: &Message<'_>) -> String {
    let story = message.story();
    let mut form = Serializer::new(String::new());
    form.append_pair("Action", "Publish")
        .append_pair("Version", "2010-03-31")
        .append_pair("TopicArn", topic)
        .append_pair("Subject", &subject(&story.headline))
        .append_pair("Message", &cut_bytes(&story.text(), MESSAGE));
    let standing = message.notice().map_or("watch", |notice| notice.standing.word());
    let attributes = [
        ("news", message.news().map_or("digest", crate::News::word)),
        ("severity", story.severity.word()),
        ("standing", standing),
    ];
    for (index, (name, value)) in attributes.iter().enumerate() {
        let entry = format!("MessageAttributes.entry.{}", index + 1);
        form.append_pair(&format!("{entry}.Name"), name)
            .append_pair(&format!("{entry}.Value.DataType"), "String")
            .append_pair(&format!("{entry}.Value.StringValue"), value);
    }
    if topic.rsplit('.').next() == Some("fifo") {
        let group: String =
            message.group().chars().filter(char::is_ascii_graphic).take(128).collect();
        form.append_pair("MessageGroupId", &group)
            .append_pair("MessageDeduplicationId", message.key());
    }
    form.finish()
}

/// A subject as SNS takes it: ASCII without control characters, and it begins with a letter.
fn subject(headline: &str) -> String {
    let ascii = headline.chars().map(|c| if matches!(c, ' '..='~') { c } else { '?' });
    let ascii: String = ascii.collect();
    let subject: String = ascii.chars().take(SUBJECT - 10).collect();
    let prefix =
        if subject.starts_with(|c: char| c.is_ascii_alphabetic()) { "" } else { "Keyhound " };
    let mark = if ascii.len() > subject.len() { "..." } else { "" };
    format!("{prefix}{subject}{mark}").chars().take(SUBJECT).collect()
}
