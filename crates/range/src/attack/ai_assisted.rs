//! From a function to administrator in eight minutes, then through the roles. (Sysdig, November 2025.)

use crate::attack::{Family, Scene, Victim};
use crate::error::Result;
use crate::record::Outcome;
use crate::truth::Style;

pub(super) const FAMILY: Family =
    Family { name: "ai-assisted", row: 7, style: Style::Loud, suits, act };

fn suits(victim: &Victim) -> bool {
    victim.has_key() && victim.may("lambda:UpdateFunctionCode")
}

fn act(scene: &mut Scene<'_>) -> Result<()> {
    scene.calls(&["sts:GetCallerIdentity", "iam:ListUsers", "lambda:ListFunctions"], 4.0)?;
    let function = scene.thing("function");
    scene.set("function", &function);
    for _ in 0..scene.dice.between(2, 4) {
        scene.calls(&["lambda:UpdateFunctionCode", "lambda:Invoke"], 25.0)?;
    }
    // The function's role makes the key; from outside only its first use is seen, or, if the
    // thief may make one, its making.
    if let Some(user) = scene.victim.users.first().cloned()
        && let Some(administrator) = scene.create_key(&user, "administrator")?
    {
        scene.pause(30.0);
        scene.act_as(administrator);
    }
    for (account, role) in scene.victim.roles.clone().iter().take(6) {
        if let Some(session) = scene.assume(account, role, "application")? {
            let back = scene.me().clone();
            scene.act_as(session);
            scene.call("sts:GetCallerIdentity")?;
            scene.act_as(back);
        }
        scene.pause(4.0);
    }
    if let Some(user) = scene.create_user("backdoor-admin", "AdministratorAccess")? {
        scene.create_key(&user, "administrator")?;
    }
    scene.calls(
        &[
            "secretsmanager:ListSecrets",
            "ssm:DescribeParameters",
            "bedrock:ListFoundationModels",
            "bedrock:GetModelInvocationLoggingConfiguration",
            "sagemaker:ListNotebookInstances",
            "ec2:DescribeImages",
        ],
        3.0,
    )?;
    scene.set("instance-type", "p4d.24xlarge");
    scene.attempt("ec2:RunInstances", Outcome::Fails)?;
    Ok(())
}
