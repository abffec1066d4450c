//! A long-term key of a workload on a new network, doing only what it always did.

use crate::attack::{Family, Scene, Victim};
use crate::error::Result;
use crate::principal::Kind;
use crate::truth::Style;

pub(super) const FAMILY: Family =
    Family { name: "stealth-replay", row: 21, style: Style::Stealth, suits, act };

fn suits(victim: &Victim) -> bool {
    victim.has_key()
        && matches!(victim.kind, Kind::Application | Kind::CiKey)
        && !victim.familiar.is_empty()
}

fn act(scene: &mut Scene<'_>) -> Result<()> {
    let client = scene.victim.client.clone();
    scene.with_client(&client);
    let known = scene.victim.familiar.clone();
    for _ in 0..scene.dice.between(2, 6) {
        for _ in 0..scene.dice.between(4, 20) {
            let Some(action) = scene.dice.pick(&known) else { break };
            scene.call(&action.name)?;
            scene.pause(5.0);
        }
        scene.wait_hours(4, 30);
    }
    Ok(())
}
