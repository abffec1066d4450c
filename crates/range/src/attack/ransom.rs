//! Objects are rewritten with the thief's own key and set to expire. (Codefinger, Halcyon 2025.)

use crate::attack::{Family, Scene, Victim};
use crate::error::Result;
use crate::truth::Style;

pub(super) const FAMILY: Family = Family { name: "ransom", row: 8, style: Style::Loud, suits, act };

fn suits(victim: &Victim) -> bool {
    victim.has_key() && victim.may("s3:PutObject") && victim.may("s3:ListBuckets")
}

fn act(scene: &mut Scene<'_>) -> Result<()> {
    scene.calls(&["s3:ListBuckets"], 5.0)?;
    for _ in 0..scene.dice.between(1, 4) {
        let bucket = scene.thing("bucket");
        scene.set("bucket", &bucket);
        scene.calls(&["s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:ListObjects"], 2.0)?;
        for _ in 0..scene.dice.between(20, 120) {
            scene.calls(&["s3:GetObject", "s3:CopyObject"], 0.2)?;
        }
        scene.call("s3:PutBucketLifecycle")?;
        scene.pause(10.0);
    }
    Ok(())
}
