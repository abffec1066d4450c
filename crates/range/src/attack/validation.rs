//! Validation only: one look whether the key works, and again from elsewhere over the next days.
//! (`TruffleNet` 2025, `TeamPCP` 2026.)

use crate::attack::{Family, Scene, Victim};
use crate::error::Result;
use crate::truth::Style;

pub(super) const FAMILY: Family =
    Family { name: "validation", row: 1, style: Style::Quiet, suits, act };

fn suits(victim: &Victim) -> bool {
    victim.has_key()
}

fn act(scene: &mut Scene<'_>) -> Result<()> {
    let scanner = scene.dice.chance(0.4);
    scene.program(if scanner { &["trufflehog"] } else { &["boto3", "aws-cli", "go-http"] })?;
    scene.call("sts:GetCallerIdentity")?;
    for _ in 0..scene.dice.below(4) {
        scene.wait_hours(6, 60);
        scene.move_on()?;
        scene.call("sts:GetCallerIdentity")?;
    }
    Ok(())
}
