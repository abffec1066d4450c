//! Machines, models and mail at somebody else's cost.

use serde_json::{Value, json};

use super::{Case, benign, fires, near};
use crate::callers::{alice, app, carol, deployer};
use crate::script::{AWS, Script};

fn task(cpu: &Value, image: &str) -> Value {
    json!({ "family": "t", "cpu": cpu, "containerDefinitions": [{ "name": "c", "image": image }] })
}

fn define(script: Script, cpu: &Value, image: &str) -> Script {
    script.asks("ecs:RegisterTaskDefinition", task(cpu, image))
}

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn cases() -> Vec<Case> {
    const LAUNCH: &str = "ec2:RunInstances";
    const MINER: &str = "docker.io/someone/xmr:latest";
    const OWN_IMAGE: &str = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/batch:7";
    const INVOKE: &str = "bedrock:InvokeModel";
    const MODELS: &str = "bedrock:ListFoundationModels";
    vec![
        fires(
            "compute-in-unused-region",
            "machines where nobody works",
            alice().quiet(20).in_region("ap-southeast-3").calls(LAUNCH),
        )
        .shows(&["compute-in-unused-region"]),
        fires(
            "compute-in-unused-region",
            "a function by its versioned name",
            alice().quiet(20).in_region("ap-southeast-3").calls("lambda:CreateFunction20150331"),
        )
        .shows(&["compute-in-unused-region"]),
        near(
            "compute-in-unused-region",
            "somebody only looks there",
            alice().quiet(20).in_region("ap-southeast-3").calls("ec2:DescribeInstances"),
        ),
        near(
            "compute-in-unused-region",
            "the organisation is not known yet",
            alice().quiet(3).in_region("ap-southeast-3").calls(LAUNCH),
        ),
        benign(
            "compute-in-unused-region",
            "a colleague works there already",
            app()
                .from(AWS)
                .in_region("ap-southeast-3")
                .quiet(20)
                .and(&alice().quiet(20).in_region("ap-southeast-3").calls(LAUNCH)),
        ),
        fires(
            "refused-launch",
            "not allowed",
            alice().quiet(20).fails(LAUNCH, "Client.UnauthorizedOperation"),
        )
        .shows(&["refused-launch"]),
        fires(
            "refused-launch",
            "beyond the account's limit",
            alice().quiet(20).fails(LAUNCH, "Client.VcpuLimitExceeded"),
        )
        .shows(&["refused-launch"]),
        fires(
            "refused-launch",
            "more spot machines than allowed",
            alice().quiet(20).fails("ec2:RequestSpotInstances", "MaxSpotInstanceCountExceeded"),
        )
        .shows(&["refused-launch"]),
        near(
            "refused-launch",
            "a wrong image",
            alice().quiet(20).fails(LAUNCH, "Client.InvalidAMIID.NotFound"),
        ),
        near(
            "refused-launch",
            "only a rehearsal",
            alice().quiet(20).fails(LAUNCH, "Client.DryRunOperation"),
        ),
        near(
            "refused-launch",
            "too many calls at once",
            alice().quiet(20).fails(LAUNCH, "Client.RequestLimitExceeded"),
        ),
        benign(
            "refused-launch",
            "a scaler that meets its limit again",
            app()
                .habits(&[LAUNCH, "ec2:TerminateInstances"])
                .quiet(20)
                .fails(LAUNCH, "Client.VcpuLimitExceeded"),
        ),
        fires(
            "container-miner",
            "many processors, a public image, and it runs",
            define(alice().quiet(20), &json!("16384"), MINER).calls("ecs:RunTask"),
        )
        .shows(&["container-miner"]),
        near(
            "container-miner",
            "it is never started",
            define(alice().quiet(20), &json!("16384"), MINER),
        ),
        near(
            "container-miner",
            "few processors",
            define(alice().quiet(20), &json!("1024"), MINER).calls("ecs:RunTask"),
        ),
        near(
            "container-miner",
            "the definition is refused, another task is started",
            define(alice().quiet(20), &json!("16384"), MINER)
                .error("AccessDenied")
                .calls("ecs:RunTask"),
        ),
        benign(
            "container-miner",
            "a batch job of the own registry",
            define(deployer().quiet(20), &json!(8192), OWN_IMAGE).calls("ecs:RunTask"),
        ),
        fires(
            "model-access-switched-on",
            "a form is filled in",
            alice().quiet(20).calls("bedrock:PutUseCaseForModelAccess"),
        )
        .shows(&["model-access-switched-on"]),
        near(
            "model-access-switched-on",
            "somebody reads the form",
            alice().quiet(20).calls("bedrock:GetUseCaseForModelAccess"),
        ),
        benign(
            "model-access-switched-on",
            "the first project with a model, by infrastructure code",
            deployer().quiet(20).calls("bedrock:PutFoundationModelEntitlement"),
        )
        .shows(&["model-access-switched-on"]),
        fires(
            "model-hijack",
            "looked up, then used",
            alice().quiet(20).calls(MODELS).calls(INVOKE),
        )
        .shows(&["model-hijack"]),
        fires(
            "model-hijack",
            "a long-term key probes with requests made to fail",
            app().quiet(20).fails(INVOKE, "ValidationException"),
        )
        .shows(&["model-hijack"]),
        near(
            "model-hijack",
            "used a quarter of an hour later",
            alice().quiet(20).calls(MODELS).wait_minutes(20).calls(INVOKE),
        ),
        near("model-hijack", "only looked up", alice().quiet(20).calls(MODELS)),
        near(
            "model-hijack",
            "the first request comes at a busy time",
            app().quiet(20).fails(INVOKE, "ThrottlingException"),
        ),
        benign(
            "model-hijack",
            "an application that always uses models lists them",
            app().habits(&[INVOKE, MODELS]).quiet(20).calls(MODELS).calls(INVOKE),
        ),
        benign(
            "model-hijack",
            "a person tries a model in the console",
            carol().quiet(20).calls(MODELS).calls("bedrock:Converse"),
        )
        .shows(&["model-hijack"]),
        fires(
            "mail-made-ready",
            "a sender is verified",
            alice().quiet(20).calls("ses:VerifyEmailIdentity"),
        )
        .shows(&["mail-made-ready"]),
        near(
            "mail-made-ready",
            "somebody looks whether one is",
            alice().quiet(20).calls("ses:GetIdentityVerificationAttributes"),
        ),
        benign(
            "mail-made-ready",
            "a platform verifies its customers' addresses every day",
            app()
                .habits(&["ses:VerifyEmailIdentity", "ses:SendEmail"])
                .quiet(20)
                .calls("ses:VerifyEmailIdentity"),
        ),
    ]
}
