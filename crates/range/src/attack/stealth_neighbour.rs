//! A careful thief: the victim's country and kind of line, the victim's kind of program, two calls a
//! day, mostly known ones.

use crate::attack::{Family, Scene, Victim};
use crate::error::Result;
use crate::network::{NetworkKind, Networks};
use crate::truth::Style;

pub(super) const FAMILY: Family =
    Family { name: "stealth-neighbour", row: 19, style: Style::Stealth, suits, act };

fn suits(victim: &Victim) -> bool {
    victim.has_key() && !victim.familiar.is_empty()
}

fn act(scene: &mut Scene<'_>) -> Result<()> {
    let kind = scene.victim.network_kind(Networks::shipped()?).unwrap_or(NetworkKind::Home);
    scene.settle_near(kind)?;
    let family = scene.victim.client.family.clone();
    if !family.is_empty() {
        scene.program(&[family.as_str()])?;
    }
    for _ in 0..scene.dice.between(4, 10) {
        for _ in 0..scene.dice.between(1, 2) {
            let known = scene.victim.familiar.clone();
            let action = if scene.dice.chance(0.8) {
                scene.dice.pick(&known).map_or("sts:GetCallerIdentity", |action| &action.name)
            } else {
                ["secretsmanager:ListSecrets", "s3:ListBuckets", "iam:ListUsers"]
                    [scene.dice.below(3) as usize]
            };
            scene.call(action)?;
            scene.pause(600.0);
        }
        scene.wait_hours(14, 30);
    }
    Ok(())
}
