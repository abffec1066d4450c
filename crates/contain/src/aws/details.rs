//! Everything that IAM knows of an account, from `GetAccountAuthorizationDetails`.

use serde_json::{Map, Value};

use super::client::Reader;
use super::read::iam;
use super::request::decoded;
use crate::account::Fault;

/// The lists of the answer.
const LISTS: [&str; 4] = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"];
/// Fields that hold a policy.
const DOCUMENTS: [&str; 3] = ["AssumeRolePolicyDocument", "Document", "PolicyDocument"];

/// The whole of it as the AWS CLI prints it, whose form [`iam::Authorization::read`] takes.
pub(super) async fn details(reader: &Reader) -> Result<String, Fault> {
    let request = iam("GetAccountAuthorizationDetails", "");
    let mut whole: Map<String, Value> =
        LISTS.iter().map(|list| ((*list).to_owned(), Value::Array(Vec::new()))).collect();
    let mut pages = reader.pages(request);
    while let Some(mut page) = pages.next().await? {
        for list in LISTS {
            let more = page.get_mut(list).map(Value::take);
            if let (Some(Value::Array(all)), Some(Value::Array(more))) = (whole.get_mut(list), more)
            {
                all.extend(more.into_iter().map(|item| as_printed("", item)));
            }
        }
    }
    Ok(Value::Object(whole).to_string())
}

/// XML has texts only: policies and yes or no become what they are; what is empty and should be a
/// list becomes one.
fn as_printed(name: &str, value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(name, value)| {
                    let value = as_printed(&name, value);
                    (name, value)
                })
                .collect(),
        ),
        Value::Array(items) => {
            Value::Array(items.into_iter().map(|item| as_printed("", item)).collect())
        }
        Value::String(text) if DOCUMENTS.contains(&name) => {
            let document = decoded(&text);
            serde_json::from_str(&document).unwrap_or(Value::String(document))
        }
        Value::String(text) if text.is_empty() && is_list(name) => Value::Array(Vec::new()),
        Value::String(text) if name.starts_with("Is") => match text.as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => Value::String(text),
        },
        other => other,
    }
}

fn is_list(name: &str) -> bool {
    name.ends_with("List") || name == "Tags" || name.ends_with("Policies")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::as_printed;

    #[test]
    fn what_xml_says_is_printed_as_the_cli_does() {
        let given = json!({
            "RoleName": "true", "AssumeRolePolicyDocument": "%7B%22Version%22%3A%222012-10-17%22%7D",
            "RolePolicyList": "", "Path": "",
            "PolicyVersionList": [{ "IsDefaultVersion": "true", "Document": "no%20policy" }],
        });
        let expected = json!({
            "RoleName": "true", "AssumeRolePolicyDocument": { "Version": "2012-10-17" },
            "RolePolicyList": [], "Path": "",
            "PolicyVersionList": [{ "IsDefaultVersion": true, "Document": "no policy" }],
        });
        assert_eq!(as_printed("", given), expected);
    }
}
