//! A machine gets its credentials through an instance profile: taken off and put on again, it gets
//! new ones; taken off, it gets none.

use super::Case;
use crate::plan::{Action, Step, Stops, Wanted};
use crate::target::{Target, TargetKind};
use crate::thing::Thing;

pub(super) fn steps(case: &Case<'_>, target: &Target) -> Vec<Step> {
    let TargetKind::Instance { instance, region } = &target.kind else { return Vec::new() };
    let place = if region.is_empty() { String::new() } else { format!(" --region {region}") };
    let renew = Step {
        commands: vec![format!(
            "aws ec2 replace-iam-instance-profile-association --association-id \"$(aws ec2 describe-iam-instance-profile-associations --filters Name=instance-id,Values={instance} --query 'IamInstanceProfileAssociations[0].AssociationId' --output text{place})\" --iam-instance-profile Name=PROFILE{place}"
        )],
        ..Step::new(
            Action::InstanceProfile,
            target,
            "renew-profile",
            format!(
                "Find out how the credentials left {instance}, close that (IMDSv2 only, patched \
                 software), then give it its profile again so that it gets new ones at once."
            ),
        )
        .because("As long as the way is open, the thief takes the next credentials too.")
        .effect("the machine works again", "none")
    };
    if region.is_empty() {
        return vec![renew];
    }
    let thing = Thing::InstanceProfile { region: region.clone(), instance: instance.clone() };
    let detach = Step::new(
        Action::InstanceProfile,
        target,
        "detach-profile",
        format!("Take the instance profile off {instance}."),
    )
    .because(
        "If the thief is on the machine or reads its metadata from outside, new credentials are \
         stolen as well.",
    )
    .stops(&[Stops::Reissue])
    .change(case.change(target.account, thing, Wanted::Absent))
    .effect(
        "the machine gets no new credentials; those that it has work until they end or are denied",
        format!("what runs on {instance} can no longer call AWS"),
    );
    vec![detach.on_request(), renew]
}
