//! Everything to stay: user, federation, console, a function behind a gateway, Identity Center.
//! (Datadog 2025; 150 minutes, five addresses.)

use crate::attack::{Family, Scene, Victim};
use crate::error::Result;
use crate::truth::Style;

pub(super) const FAMILY: Family =
    Family { name: "persistence", row: 11, style: Style::Loud, suits, act };

fn suits(victim: &Victim) -> bool {
    victim.has_key() && victim.policy.is_administrator()
}

fn act(scene: &mut Scene<'_>) -> Result<()> {
    scene.calls(
        &["sts:GetCallerIdentity", "ses:GetSendQuota", "ses:GetAccount", "ses:ListIdentities"],
        4.0,
    )?;
    scene.pause(600.0);
    let user = scene.create_user("adm-helper", "AdministratorAccess")?;
    scene.pause(300.0);
    let before = scene.me().clone();
    if scene.federate("system")? {
        scene.calls(&["iam:ListUsers", "iam:ListRoles", "iam:GetAccountSummary"], 2.0)?;
        let function = scene.thing("new-function");
        scene.set("new-function", &function);
        scene.calls(
            &[
                "lambda:CreateFunction",
                "apigateway:CreateApi",
                "apigateway:CreateIntegration",
                "lambda:AddPermission",
            ],
            60.0,
        )?;
        scene.made(&function);
        scene.pause(600.0);
        scene.calls(
            &[
                "sso:ListInstances",
                "identitystore:CreateUser",
                "identitystore:CreateGroup",
                "sso:CreateAccountAssignment",
            ],
            30.0,
        )?;
    }
    scene.pause(900.0);
    scene.program(&["aws-cli"])?;
    scene.act_as(before);
    if let Some(user) = user {
        scene.create_key(&user, "administrator")?;
    }
    Ok(())
}
