//! What the lineage made or changed, with the commands that people may run: nothing is deleted here.

use cloudtrail::Arn;
use incident::Incident;
use incident::investigation::{Changed, How};

use crate::names;
use crate::plan::{Leftover, Step, word};
use crate::shell::quoted;

/// Everything that was made or changed, in the order of events.
pub(crate) fn of(incident: &Incident, steps: &[Step]) -> Vec<Leftover> {
    let changed = &incident.investigation.radius.changed;
    changed.iter().map(|one| leftover(one, steps)).collect()
}

fn leftover(changed: &Changed, steps: &[Step]) -> Leftover {
    let about = |step: &&Step| {
        let same_event = step.event_ids.iter().any(|event| changed.event_ids.contains(event));
        let own_step = step.name.split(':').any(|part| part == changed.name);
        own_step || same_event && step.subject.contains(short(&changed.name))
    };
    Leftover {
        kind: changed.kind.clone(),
        name: names::shown(&changed.name),
        account: changed.account_id,
        region: if names::is_region(&changed.region) {
            changed.region.clone()
        } else {
            String::new()
        },
        made: changed.how == How::Made,
        action: names::shown(&changed.action),
        time: changed.time,
        standing: word(changed.standing),
        command: command(changed),
        steps: steps.iter().filter(about).map(|step| step.name.clone()).collect(),
        event_ids: changed.event_ids.clone(),
    }
}

/// The last part of a name.
fn short(name: &str) -> &str {
    Arn::parse(name).map_or(name, |arn| arn.name())
}

/// The command that deletes it, or shows what is to be put back.
fn command(changed: &Changed) -> Option<String> {
    let name = short(&changed.name);
    let identity = || names::is_identity(name).then(|| quoted(name));
    let at = || {
        let region = Some(&changed.region).filter(|region| names::is_region(region));
        region.map_or_else(String::new, |region| format!(" --region {region}"))
    };
    let plain = |text: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:/-".contains(&byte);
        (!text.is_empty() && text.len() <= 512 && text.bytes().all(allowed)).then(|| quoted(text))
    };
    Some(match changed.kind.as_str() {
        "user" => format!("aws iam delete-user --user-name {}", identity()?),
        "role" => format!("aws iam delete-role --role-name {}", identity()?),
        "access-key" if names::is_key(name) => {
            // Without a user, the command speaks of whoever runs it.
            let holder = changed.detail.split("; ").find_map(|part| part.strip_prefix("of "));
            let holder = holder.map(short).filter(|name| names::is_identity(name))?;
            format!(
                "aws iam delete-access-key --user-name {} --access-key-id {name}",
                quoted(holder)
            )
        }
        "login-profile" => format!("aws iam delete-login-profile --user-name {}", identity()?),
        "trust-policy" => {
            format!(
                "aws iam get-role --role-name {} --query Role.AssumeRolePolicyDocument",
                identity()?
            )
        }
        "instance" if names::is_instance(name) => {
            format!("aws ec2 terminate-instances --instance-ids {name}{}", at())
        }
        "snapshot" if names::is_shareable(name) => {
            format!("aws ec2 delete-snapshot --snapshot-id {name}{}", at())
        }
        "image" if names::is_shareable(name) => {
            format!("aws ec2 deregister-image --image-id {name}{}", at())
        }
        "key-pair" => format!("aws ec2 delete-key-pair --key-name {}{}", identity()?, at()),
        "security-group" => {
            format!(
                "aws ec2 describe-security-group-rules --filters Name=group-id,Values={}{}",
                plain(name)?,
                at()
            )
        }
        "function" if names::is_function(name) => {
            format!("aws lambda delete-function --function-name {name}{}", at())
        }
        "function-url" if names::is_function(name) => {
            format!("aws lambda delete-function-url-config --function-name {name}{}", at())
        }
        "function-policy" if names::is_function(name) => {
            format!("aws lambda get-policy --function-name {name}{}", at())
        }
        "bucket" => format!("aws s3 rb {}", quoted(&format!("s3://{}", plain(name)?))),
        "bucket-policy" => format!("aws s3api get-bucket-policy --bucket {}", plain(name)?),
        "email-identity" => {
            let identity = Some(changed.name.as_str()).filter(|name| names::is_identity(name))?;
            format!("aws sesv2 delete-email-identity --email-identity {}{}", quoted(identity), at())
        }
        "trail" => {
            let trail = plain(&changed.name)?;
            format!("aws cloudtrail start-logging --name {trail}{}", at())
        }
        _ => return None,
    })
}
