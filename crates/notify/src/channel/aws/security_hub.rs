//! Findings in AWS Security Hub, in its own format.
//! <https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html>
//!
//! A finding has the id of its incident, so that importing it again updates it. It must name the
//! account and region that import it; what the incident itself names stays in its resources.

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use super::client::{Client, Request};
use crate::fault::Trouble;
use crate::settings::SecurityHubSettings;
use crate::text::line;
use crate::{Message, News, Notice, Receipt, Status};

pub(super) fn check(settings: &SecurityHubSettings) -> Result<(), String> {
    let account = &settings.account;
    if account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    Err(format!("{account:?} is no account; write its twelve digits"))
}

pub(super) async fn tell(
    client: &Client,
    settings: &SecurityHubSettings,
    message: &Message<'_>,
    now: Timestamp,
) -> Result<Receipt, Trouble> {
    let notice = match (message.notice(), message.news()) {
        (Some(notice), Some(news)) if news != News::Test => notice,
        _ => {
            let remark = "only incidents are findings, so nothing was sent".to_owned();
            return Ok(Receipt { thread: None, remark: Some(remark) });
        }
    };
    let region = client.region().await?;
    let finding = finding(notice, &settings.account, &region, now)?;
    let request = Request {
        method: Method::POST,
        path: &["findings", "import"],
        headers: &[("content-type", "application/json")],
        body: json!({ "Findings": [finding] }).to_string(),
        action: "securityhub:BatchImportFindings",
    };
    let said = client.send(&request, now).await?.json();
    if said["FailedCount"].as_u64() == Some(0) {
        return Ok(Receipt::default());
    }
    let failed = &said["FailedFindings"][0];
    let word = |name: &str| line(failed[name].as_str().unwrap_or_default(), 200);
    let (code, why) = (word("ErrorCode"), word("ErrorMessage"));
    Err(Trouble::lasting(format!("Security Hub did not take the finding: {code}: {why}")))
}

/// The finding as this account imports it, at this moment.
fn finding(notice: &Notice, account: &str, region: &str, now: Timestamp) -> Result<Value, Trouble> {
    let text = notice.asff.as_deref().ok_or_else(|| Trouble::lasting("there is no ASFF of it"))?;
    let mut finding: Value =
        serde_json::from_str(text).map_err(|_| Trouble::lasting("its ASFF is no JSON"))?;
    let Some(fields) = finding.as_object_mut() else {
        return Err(Trouble::lasting("its ASFF is no finding"));
    };
    let partition = match region.split('-').next() {
        Some("cn") => "aws-cn",
        Some("us") if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    let product =
        format!("arn:{partition}:securityhub:{region}:{account}:product/{account}/default");
    let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    set("AwsAccountId", json!(account));
    set("ProductArn", json!(product));
    set("Region", json!(region));
    set("UpdatedAt", json!(now.to_string()));
    let workflow = match notice.status {
        Status::Open => "NEW",
        Status::InProgress => "NOTIFIED",
        Status::Closed => "RESOLVED",
    };
    set("Workflow", json!({ "Status": workflow }));
    Ok(finding)
}
