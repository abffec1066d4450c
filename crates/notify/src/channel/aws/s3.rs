//! OCSF in an S3 bucket: one object for each version of an incident that is told, below its day.
//!
//! The name of an object follows from what it tells, so that telling twice writes it twice over.

use jiff::Timestamp;
use reqwest::Method;

use super::client::{Client, Request};
use crate::fault::Trouble;
use crate::settings::S3Settings;
use crate::{Message, News, Receipt};

pub(super) fn check(settings: &S3Settings) -> Result<(), String> {
    let bucket = &settings.bucket;
    let allowed = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.')
    };
    if !(3..=63).contains(&bucket.len()) || !bucket.bytes().all(allowed) {
        return Err(format!("{bucket:?} is no name of a bucket; check the spelling"));
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./=".contains(&byte);
    if !settings.prefix.bytes().all(plain) || settings.prefix.split('/').any(|part| part == "..") {
        let prefix = &settings.prefix;
        return Err(format!(
            "the prefix {prefix:?} is none; write letters, digits, -, _, ., = and /"
        ));
    }
    Ok(())
}

pub(super) async fn tell(
    client: &Client,
    settings: &S3Settings,
    message: &Message<'_>,
    now: Timestamp,
) -> Result<Receipt, Trouble> {
    let nothing = |why: &str| Receipt { thread: None, remark: Some(why.to_owned()) };
    let (Some(notice), Some(news)) = (message.notice(), message.news()) else {
        return Ok(nothing("only incidents are findings, so nothing was written"));
    };
    let body = match (&notice.ocsf, news) {
        // A test writes a word, so that one sees that it may be written.
        (_, News::Test) => "{\"test\":true}\n".to_owned(),
        (Some(ocsf), _) => format!("{}\n", ocsf.trim_end()),
        (None, _) => return Err(Trouble::lasting("there is no OCSF of it")),
    };
    let day = notice.last_seen.strftime("%Y-%m-%d").to_string();
    let allowed = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' };
    let id: String = notice.id.chars().map(allowed).take(100).collect();
    let name = format!("{}day={day}/{id}-{}-{}.json", settings.prefix, notice.version, news.word());
    let path: Vec<&str> = [settings.bucket.as_str()].into_iter().chain(name.split('/')).collect();
    let request = Request {
        method: Method::PUT,
        path: &path,
        headers: &[("content-type", "application/json")],
        body,
        action: "s3:PutObject below the prefix",
    };
    client.send(&request, now).await?;
    Ok(Receipt::default())
}
