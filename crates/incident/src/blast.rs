//! The blast radius: what a theft touched and what it made.

use cloudtrail::GrantKind;
use detect::Act;

use crate::grants::Made;
use crate::story::distinct;

/// More than this is counted in the events, not listed.
const KEPT: usize = 500;

/// ARNs and names of what calls that succeeded were done to.
pub(crate) fn touched(acts: &[Act]) -> Vec<String> {
    once(acts.iter().flat_map(|act| &act.touched).map(ToString::to_string))
}

/// Users, keys, roles, sessions and whatever else was made.
pub(crate) fn made(acts: &[Act], grants: &[&Made]) -> Vec<String> {
    let granted = grants.iter().filter_map(|made| in_words(made));
    once(granted.chain(acts.iter().flat_map(|act| &act.made).map(ToString::to_string)))
}

/// What a grant is called: the id of a key, the ARN of a user or role, else a few words.
pub(crate) fn in_words(made: &Made) -> Option<String> {
    let key = made.key.as_ref().map(|key| key.as_str().to_owned());
    Some(match made.kind {
        GrantKind::User => made.owner.to_string(),
        GrantKind::AccessKey => key.unwrap_or_else(|| format!("access key of {}", made.owner)),
        GrantKind::Password => format!("console password of {}", made.owner),
        GrantKind::ServiceCredential => format!("service credential of {}", made.owner),
        GrantKind::Trust if made.action == "iam:CreateRole" => made.owner.to_string(),
        GrantKind::Trust => format!("trust policy of {}", made.owner),
        GrantKind::RoleSession | GrantKind::SessionToken | GrantKind::FederationToken => key?,
        GrantKind::Console => return None,
    })
}

/// Each thing once: a name is left out where an ARN says the same.
pub(crate) fn once(names: impl Iterator<Item = String>) -> Vec<String> {
    let names = distinct(names);
    let arns: Vec<&str> =
        names.iter().map(String::as_str).filter(|name| name.starts_with("arn:")).collect();
    let told = |name: &str| !name.starts_with("arn:") && arns.iter().any(|arn| names_it(arn, name));
    names.iter().filter(|name| !told(name)).take(KEPT).cloned().collect()
}

/// Whether an ARN ends with a name. Secrets Manager adds a hyphen and six characters.
pub(crate) fn names_it(arn: &str, name: &str) -> bool {
    let ends =
        |arn: &str| arn.strip_suffix(name).is_some_and(|before| before.ends_with([':', '/']));
    let secret = arn.contains(":secretsmanager:").then(|| arn.rsplit_once('-')).flatten();
    ends(arn) || secret.is_some_and(|(arn, suffix)| suffix.len() == 6 && ends(arn))
}

#[cfg(test)]
mod tests {
    use super::once;

    #[test]
    fn a_thing_is_told_once() {
        let names = [
            "bob",
            "arn:aws:iam::1:user/ops/bob",
            "dev/api-key",
            "arn:aws:secretsmanager:eu-west-1:1:secret:dev/api-key-tkqNic",
            "bucket",
            "arn:aws:s3:::other-bucket",
            "bob",
        ];
        assert_eq!(
            once(names.into_iter().map(str::to_owned)),
            [
                "arn:aws:iam::1:user/ops/bob",
                "arn:aws:secretsmanager:eu-west-1:1:secret:dev/api-key-tkqNic",
                "bucket",
                "arn:aws:s3:::other-bucket",
            ]
        );
    }
}
