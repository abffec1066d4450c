//! The root of an account: nobody else can change its credentials, so people must.

use crate::plan::{Action, Reversible, Step, Stops};
use crate::target::Target;

pub(super) fn steps(target: &Target) -> Vec<Step> {
    let step = Step::new(
        Action::RootUser,
        target,
        "root",
        format!(
            "Sign in as root of {}: delete its access keys, change its password, renew its MFA \
             device, look at the account's mail address, phone number and payment.",
            target.account
        ),
    )
    .because("The thief has the credential of the root, which no policy inside the account limits.")
    .stops(&[Stops::Key, Stops::Password])
    .effect("the old password and keys are worthless", "what still runs with a root key stops");
    let commands = vec![
        "aws iam get-account-summary --query SummaryMap.AccountAccessKeysPresent".to_owned(),
        format!(
            "aws iam list-organizations-features  # with root access centrally managed: aws sts assume-root --target-principal {} --task-policy-arn arn={}",
            target.account,
            format_args!(
                "arn:{}:iam::aws:policy/root-task/IAMDeleteRootUserCredentials",
                target.partition
            )
        ),
    ];
    let reversible = Reversible::No("a deleted key stays deleted".to_owned());
    vec![Step { commands, reversible, ..step }]
}
