//! Somebody else pays for the model: access is proven with a wrong parameter, then sold.
//! (Sysdig, `LLMjacking`.)

use crate::attack::{Family, Scene, Victim};
use crate::error::Result;
use crate::record::Outcome;
use crate::truth::Style;

pub(super) const FAMILY: Family =
    Family { name: "model-abuse", row: 6, style: Style::Loud, suits, act };

fn suits(victim: &Victim) -> bool {
    victim.may("bedrock:InvokeModel")
}

fn act(scene: &mut Scene<'_>) -> Result<()> {
    scene.program(&["boto3", "python-requests", "axios", "sdk-go"])?;
    if scene.dice.chance(0.6) {
        scene.call("sts:GetCallerIdentity")?;
    }
    let model = scene.thing("model");
    scene.set("model", &model);
    for region in ["us-east-1", "us-west-2", "eu-central-1", "ap-northeast-1"] {
        scene.region(region);
        scene.attempt("bedrock:InvokeModel", Outcome::Fails)?;
        scene.pause(1.0);
    }
    scene.region("us-east-1");
    scene.calls(
        &[
            "bedrock:GetModelInvocationLoggingConfiguration",
            "bedrock:ListFoundationModels",
            "bedrock:GetFoundationModelAvailability",
        ],
        2.0,
    )?;
    scene.calls(
        &[
            "bedrock:PutUseCaseForModelAccess",
            "bedrock:ListFoundationModelAgreementOffers",
            "bedrock:CreateFoundationModelAgreement",
        ],
        20.0,
    )?;
    scene.wait_hours(0, 12);
    for _ in 0..scene.dice.between(40, 200) {
        scene.call("bedrock:InvokeModelWithResponseStream")?;
        scene.pause(15.0);
    }
    Ok(())
}
