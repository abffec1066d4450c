//! Calls, made.
//!
//! The fields of a [`Call`] have AWS's own names, so most of them are sent as they are. The others
//! need an id that AWS chose, or put their values into another shape.

use serde_json::{Value, json};

use super::client::{Reader, Writer};
use super::password;
use super::read::{association, policy_id, text};
use super::request::Request;
use super::service::Service;
use crate::account::{Fault, FaultKind, Secret};
use crate::call::Call;

/// Makes a call. What must be looked up is looked up by the reader.
pub(super) async fn perform(
    reader: &Reader,
    writer: &Writer,
    call: &Call,
) -> Result<Option<Secret>, Fault> {
    match call {
        Call::CreateAccessKey { user_name } => {
            let answer = writer.make(plain(call)).await?;
            key(user_name, &answer).map(Some)
        }
        Call::CreateLoginProfile { user_name } => {
            let password = password::random().map_err(|why| fault(call, FaultKind::Other, why))?;
            let request =
                plain(call).with("Password", password.as_str()).with("PasswordResetRequired", true);
            writer.make(request).await?;
            let text = format!(
                "# console password of {user_name}, to be changed when it is used\npassword = {password}\n"
            );
            Ok(Some(Secret { of: user_name.clone(), text }))
        }
        _ => {
            for request in requests(reader, call).await? {
                writer.make(request).await?;
            }
            Ok(None)
        }
    }
}

/// The call with everything that AWS wants to be told: one request, two where something is taken from
/// some and given to others.
async fn requests(reader: &Reader, call: &Call) -> Result<Vec<Request>, Fault> {
    let request = match call {
        Call::CreatePolicy { .. } => plain(call).with("Type", "SERVICE_CONTROL_POLICY"),
        Call::UpdatePolicy { name, .. }
        | Call::DeletePolicy { name }
        | Call::AttachPolicy { name, .. }
        | Call::DetachPolicy { name, .. } => {
            let id = policy_id(reader, name).await?;
            let none = || fault(call, FaultKind::Gone, "no service control policy has that name");
            let mut request = plain(call).with("PolicyId", id.ok_or_else(none)?);
            request.fields.remove("Name");
            request
        }
        Call::AssociateIamInstanceProfile { arn, .. } => {
            let mut request = plain(call).with("IamInstanceProfile", json!({ "Arn": arn }));
            request.fields.remove("Arn");
            request
        }
        Call::DisassociateIamInstanceProfile { region, instance_id } => {
            let found = association(reader, region, instance_id).await?;
            let id = found.and_then(|found| text(&found, "/associationId"));
            let none = || fault(call, FaultKind::Gone, "the machine has no instance profile");
            let mut request = plain(call).with("AssociationId", id.ok_or_else(none)?);
            request.fields.remove("InstanceId");
            request
        }
        Call::ModifySnapshotAttribute { add, remove, .. } => {
            return Ok(shared(call, "createVolumePermission", add, remove));
        }
        Call::ModifyImageAttribute { add, remove, .. } => {
            return Ok(shared(call, "launchPermission", add, remove));
        }
        _ => plain(call),
    };
    Ok(vec![request])
}

/// The call as it stands.
fn plain(call: &Call) -> Request {
    let mut fields = call.fields();
    fields.remove("Operation");
    fields.remove("Region");
    Request {
        service: Service::named(call.service()),
        region: call.region().map(ToOwned::to_owned),
        operation: call.operation(),
        fields,
        subject: call.subject().to_owned(),
    }
}

/// From whom something is taken, then to whom it is given: a request says only one of them.
fn shared(call: &Call, attribute: &str, add: &[String], remove: &[String]) -> Vec<Request> {
    let one = |(how, whom): (&str, &[String])| {
        let mut request = plain(call).with("Attribute", attribute).with("OperationType", how);
        request.fields.remove("Add");
        request.fields.remove("Remove");
        for to in whom {
            let all = request.fields.entry(kind_of(to)).or_insert_with(|| json!([]));
            if let Value::Array(all) = all {
                all.push(json!(to));
            }
        }
        request
    };
    let both = [("remove", remove), ("add", add)];
    both.into_iter().filter(|(_, whom)| !whom.is_empty()).map(one).collect()
}

/// An account, the group of everybody, or a part of an organisation.
fn kind_of(to: &str) -> &'static str {
    if to == "all" {
        "UserGroup"
    } else if to.contains(":ou/") {
        "OrganizationalUnitArn"
    } else if to.starts_with("arn:") {
        "OrganizationArn"
    } else {
        "UserId"
    }
}

/// A new key, as lines for a credentials file.
fn key(user: &str, answer: &Value) -> Result<Secret, Fault> {
    let id = text(answer, "/AccessKey/AccessKeyId");
    let secret = text(answer, "/AccessKey/SecretAccessKey");
    let (Some(id), Some(secret)) = (id, secret) else {
        // The key is there and its secret is lost: the next look finds it beside the others.
        let call = Call::CreateAccessKey { user_name: user.to_owned() };
        return Err(fault(&call, FaultKind::Unanswered, "the answer holds no key"));
    };
    let text = format!("aws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
    Ok(Secret { of: id, text })
}

fn fault(call: &Call, kind: FaultKind, why: &str) -> Fault {
    Fault { doing: plain(call).doing(), kind, why: why.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_goes_before_what_is_given() {
        let organisation = "arn:aws:organizations::111122223333:organization/o-a";
        let unit = "arn:aws:organizations::111122223333:ou/o-a/ou-b";
        let call = Call::ModifyImageAttribute {
            region: "eu-west-1".into(),
            image_id: "ami-1".into(),
            add: ["111122223333", "999988887777", organisation].map(ToOwned::to_owned).into(),
            remove: ["all", unit].map(ToOwned::to_owned).into(),
        };
        let Call::ModifyImageAttribute { add, remove, .. } = &call else { unreachable!() };
        let requests = shared(&call, "launchPermission", add, remove);
        let said: Vec<Value> = requests.into_iter().map(|request| request.fields.into()).collect();
        let same = json!({ "ImageId": "ami-1", "Attribute": "launchPermission" });
        let with = |fields: Value| {
            let mut all = same.clone();
            if let (Value::Object(all), Value::Object(fields)) = (&mut all, fields) {
                all.extend(fields);
            }
            all
        };
        let taken = json!({
            "OperationType": "remove", "UserGroup": ["all"], "OrganizationalUnitArn": [unit],
        });
        let given = json!({
            "OperationType": "add", "UserId": ["111122223333", "999988887777"],
            "OrganizationArn": [organisation],
        });
        assert_eq!(said, [with(taken), with(given)]);
    }
}
