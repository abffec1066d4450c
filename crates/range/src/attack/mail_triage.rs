//! Can it send mail? Quota and identities in seconds, production access asked for in all regions.
//! (Permiso SES-PIONAGE; Wiz 2025.)

use crate::attack::{Family, Scene, Victim};
use crate::error::Result;
use crate::truth::Style;

pub(super) const FAMILY: Family =
    Family { name: "mail-triage", row: 2, style: Style::Loud, suits, act };

fn suits(victim: &Victim) -> bool {
    victim.has_key() && (victim.may("ses:GetSendQuota") || victim.policy.is_administrator())
}

fn act(scene: &mut Scene<'_>) -> Result<()> {
    scene.call("sts:GetCallerIdentity")?;
    scene.pause(2.0);
    scene.calls(&["ses:GetSendQuota", "ses:GetAccount", "ses:ListIdentities"], 1.5)?;
    if scene.dice.chance(0.5) {
        scene.calls(&["ses:ListEmailIdentities", "ses:GetAccountSendingEnabled"], 1.5)?;
    }
    scene.pause(20.0);
    for region in scene.regions(7, 16) {
        scene.region(region);
        scene.call("ses:PutAccountDetails")?;
        scene.pause(0.3);
    }
    let home = scene.victim.regions[0].clone();
    scene.region(&home);
    scene.pause(60.0);
    scene.call("support:CreateCase")?;
    let user = scene.me().caller.name.clone();
    scene.set("new-user", &user);
    scene.set("policy-arn", "arn:aws:iam::aws:policy/AmazonSESFullAccess");
    scene.calls(&["iam:CreatePolicy", "iam:AttachUserPolicy"], 5.0)?;
    let domain = scene.thing("new-domain");
    scene.set("new-domain", &domain);
    if scene.call("ses:CreateEmailIdentity")? {
        scene.made(&domain);
        scene.pause(120.0);
        for _ in 0..scene.dice.between(5, 30) {
            scene.call("ses:SendEmail")?;
            scene.pause(2.0);
        }
    }
    Ok(())
}
