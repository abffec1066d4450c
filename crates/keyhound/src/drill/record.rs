//! From a decoded event back to a record, for the examiner, who reads records.
//!
//! What the decoder keeps is all that the judge sees; so what is written here is enough to forge
//! records that the judge takes for the same caller's.

use cloudtrail::{Category, Event, Identity, IdentityKind, Session, Source};
use serde_json::{Map, Value, json};

/// The record of an event.
pub(super) fn record(event: &Event) -> range::Result<range::Record> {
    let request: Value = event
        .request
        .as_deref()
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let account = event.account.or(event.identity.account);
    let value = without_empty(json!({
        "eventVersion": "1.08",
        "userIdentity": identity(&event.identity),
        "eventTime": event.time.to_string(),
        "eventSource": format!("{}.amazonaws.com", event.service),
        "eventName": event.name.as_str(),
        "awsRegion": event.region.as_str(),
        "sourceIPAddress": source(&event.source),
        "userAgent": &*event.user_agent,
        "errorCode": event.error.as_str(),
        "requestParameters": request,
        "eventID": event.id.to_string(),
        "managementEvent": event.category == Category::Management,
        "recipientAccountId": account.map(|account| account.to_string()),
    }));
    // Events of no account are nobody's who could be robbed.
    let account = account.map(|account| account.to_string()).unwrap_or_default();
    let time = event.time.to_string().parse().map_err(|_| range::Error::Record("eventTime"))?;
    Ok(range::Record {
        time,
        id: event.id.to_string(),
        account,
        region: event.region.as_str().to_owned(),
        json: value.to_string(),
    })
}

fn source(source: &Source) -> String {
    match source {
        Source::Endpoint { address, .. } => {
            address.map(|address| address.to_string()).unwrap_or_default()
        }
        other => other.to_string(),
    }
}

fn identity(identity: &Identity) -> Value {
    let person = identity.on_behalf_of.as_ref().map(|person| {
        json!({ "userId": person.user_id.as_str(), "identityStoreArn": person.store.as_str() })
    });
    without_empty(json!({
        "type": kind(identity.kind),
        "principalId": identity.principal_id.as_str(),
        "arn": identity.arn.as_str(),
        "accountId": identity.account.map(|account| account.to_string()),
        "accessKeyId": identity.access_key.as_ref().map(cloudtrail::AccessKeyId::as_str),
        "userName": identity.user_name.as_str(),
        "invokedBy": identity.invoked_by.as_str(),
        "identityProvider": identity.identity_provider.as_str(),
        "sessionContext": identity.session.as_ref().map(session),
        "onBehalfOf": person,
    }))
}

fn session(session: &Session) -> Value {
    let issuer = session.issuer.as_ref().map(|issuer| {
        without_empty(json!({
            "type": issuer.kind.as_str(),
            "principalId": issuer.principal_id.as_str(),
            "arn": issuer.arn.as_str(),
            "accountId": issuer.account.map(|account| account.to_string()),
            "userName": issuer.user_name.as_str(),
        }))
    });
    let provider = session.web_identity_provider.as_str();
    without_empty(json!({
        "sessionIssuer": issuer,
        "webIdFederationData": without_empty(json!({ "federatedProvider": provider })),
        "attributes": without_empty(json!({
            "creationDate": session.created.map(|time| time.to_string()),
            "mfaAuthenticated": session.mfa.map(|mfa| mfa.to_string()),
        })),
        "sourceIdentity": session.source_identity.as_str(),
        "ec2RoleDelivery": session.ec2_role_delivery.as_str(),
        "signInSessionArn": session.sign_in_session.as_str(),
    }))
}

/// `userIdentity.type`, as CloudTrail spells it.
const fn kind(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::Root => "Root",
        IdentityKind::IamUser => "IAMUser",
        IdentityKind::AssumedRole => "AssumedRole",
        IdentityKind::Role => "Role",
        IdentityKind::FederatedUser => "FederatedUser",
        IdentityKind::Directory => "Directory",
        IdentityKind::AwsAccount => "AWSAccount",
        IdentityKind::AwsService => "AWSService",
        IdentityKind::IdentityCenterUser => "IdentityCenterUser",
        IdentityKind::SamlUser => "SAMLUser",
        IdentityKind::WebIdentityUser => "WebIdentityUser",
        IdentityKind::Unknown => "Unknown",
    }
}

/// An object without what says nothing.
fn without_empty(value: Value) -> Value {
    let Value::Object(fields) = value else { return value };
    let says = |value: &Value| match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    };
    Value::Object(fields.into_iter().filter(|(_, value)| says(value)).collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use cloudtrail::{Event, decode};

    use super::record;

    fn decoded(bytes: &[u8]) -> Vec<Event> {
        let mut events = Vec::new();
        decode::decode(bytes, &mut |event| events.push(event));
        events
    }

    #[test]
    fn the_judge_sees_the_same_caller_in_what_is_written_back() {
        let testdata = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
        let mut met = 0;
        for scenario in ["instance-credentials-stolen", "aws-config-burst"] {
            let bytes = std::fs::read(testdata.join(scenario).join("records.json.gz")).unwrap();
            for event in decoded(&bytes) {
                let written = record(&event).unwrap();
                let again = decoded(written.json.as_bytes()).pop().unwrap();
                assert_eq!(again.identity, event.identity);
                assert_eq!(
                    (again.time, &again.id, &again.service, &again.name, &again.error),
                    (event.time, &event.id, &event.service, &event.name, &event.error)
                );
                assert_eq!((again.account, again.region), (event.account, event.region));
                assert_eq!((again.category, again.outcome), (event.category, event.outcome));
                met += 1;
            }
        }
        assert!(met > 800, "{met}");
    }
}
