//! Amazon resource names, taken apart without copying.

use crate::AccountId;

/// The parts of `arn:partition:service:region:account:resource`, borrowed from the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`, …
    pub partition: &'a str,
    /// `iam`, `sts`, `s3`, …
    pub service: &'a str,
    /// Empty for global services.
    pub region: &'a str,
    /// `None` where the name has none (S3) or something that is no account.
    pub account: Option<AccountId>,
    /// Everything behind the fifth colon, for example `assumed-role/Deploy/i-0abc`.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Takes a name apart; `None` when the text is no ARN.
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        if parts.next()? != "arn" {
            return None;
        }
        let (partition, service, region) = (parts.next()?, parts.next()?, parts.next()?);
        let account = parts.next()?.parse().ok();
        Some(Self { partition, service, region, account, resource: parts.next()? })
    }

    /// Role name and session name of an assumed-role ARN. A role's path is not part of it.
    pub fn assumed_role(&self) -> Option<(&'a str, &'a str)> {
        self.resource.strip_prefix("assumed-role/")?.split_once('/')
    }

    /// The last part of the resource's path: a user, role or policy name.
    pub fn name(&self) -> &'a str {
        self.resource.rsplit(['/', ':']).next().unwrap_or(self.resource)
    }
}

#[cfg(test)]
mod tests {
    use super::Arn;

    #[test]
    fn parts_of_real_names() {
        let role = Arn::parse("arn:aws:sts::123456789012:assumed-role/App/i-0abc").unwrap();
        assert_eq!(role.assumed_role(), Some(("App", "i-0abc")));
        assert_eq!(role.account.unwrap().to_string(), "123456789012");
        let policy = Arn::parse("arn:aws:iam::aws:policy/service-role/X").unwrap();
        assert_eq!((policy.account, policy.name()), (None, "X"));
        let key = Arn::parse("arn:aws-cn:s3:::bucket/a:b/c").unwrap();
        assert_eq!((key.partition, key.resource), ("aws-cn", "bucket/a:b/c"));
    }

    #[test]
    fn what_is_no_arn() {
        for text in ["", "arn", "arn:aws", "arn:aws:iam::1", "urn:a:b:c:d:e"] {
            assert_eq!(Arn::parse(text), None, "{text:?}");
        }
    }
}
