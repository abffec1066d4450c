//! Which thefts happen in a world, when and to whom.

use std::collections::{BTreeMap, BTreeSet};

use crate::attack::{Family, Scene, Thief, Victim, family};
use crate::error::{Error, Result};
use crate::habits::DAY;
use crate::organisation::Organisation;
use crate::parameters::Thefts;
use crate::record::Record;
use crate::seed::Seed;
use crate::truth::Theft;

/// How often a victim is looked for before the world is said to have none.
const TRIES: u64 = 60;

/// Lets the thefts of the parameters happen between two times (seconds since 1970). Principals
/// that something else happens to are left alone.
pub fn plan(
    organisation: &mut Organisation,
    thefts: &Thefts,
    (from, until): (i64, i64),
    seed: Seed,
    taken: &mut BTreeSet<usize>,
) -> Result<Vec<(Theft, Vec<Record>)>> {
    let mut happened = Vec::new();
    for (family, count) in scarce_first(organisation, thefts, from + DAY / 2)? {
        for number in 0..count {
            let own = seed.part("theft", number.into()).part(family.name, 0);
            happened.push(steal(organisation, thefts, family, (from, until), own, taken)?);
        }
    }
    happened.sort_by(|(a, _), (b, _)| a.times.first().cmp(&b.times.first()));
    Ok(happened)
}

/// The families with their counts; those that suit few victims choose first.
fn scarce_first(
    organisation: &Organisation,
    thefts: &Thefts,
    time: i64,
) -> Result<Vec<(&'static Family, u32)>> {
    let mut victims = Vec::new();
    for index in 0..organisation.principals.len() {
        victims.extend(Victim::of(organisation, index, time)?);
    }
    let mut families = Vec::new();
    for (name, count) in &thefts.families {
        let family = family(name)?;
        families.push((
            victims.iter().filter(|victim| (family.suits)(victim)).count(),
            family,
            *count,
        ));
    }
    families.sort_by_key(|(suited, family, _)| (*suited, family.row));
    Ok(families.into_iter().map(|(_, family, count)| (family, count)).collect())
}

/// One theft of a family, of somebody whom it suits.
fn steal(
    organisation: &mut Organisation,
    thefts: &Thefts,
    family: &Family,
    (from, until): (i64, i64),
    seed: Seed,
    taken: &mut BTreeSet<usize>,
) -> Result<(Theft, Vec<Record>)> {
    let mut dice = seed.dice();
    let people = organisation.principals.len() as u64;
    for attempt in 0..TRIES * people {
        let index = dice.below(people) as usize;
        // The last days are too short for most thefts; small worlds take what there is.
        let time = dice.between(from, (until - 7 * DAY).max(from + (until - from) / 2));
        if taken.contains(&index) {
            continue;
        }
        let Some(mut victim) = Victim::of(organisation, index, time)? else { continue };
        if !(family.suits)(&victim) {
            continue;
        }
        victim.cold = dice.chance(thefts.cold);
        let rotating = dice.chance(thefts.rotating);
        let own = seed.part("attempt", attempt);
        if let Some(theft) = play(family, &victim, &thefts.networks, rotating, (time, until), own)?
        {
            taken.insert(index);
            if victim.cold {
                // The victim is somebody new: history begins some days before the theft.
                organisation.principals[index].from = time - dice.between(DAY, 4 * DAY);
            }
            return Ok(theft);
        }
    }
    Err(Error::NoVictim(family.name.to_owned()))
}

/// Plays a family's script on a victim from a time on; none if the trail would record nothing.
pub fn play(
    family: &Family,
    victim: &Victim,
    networks: &BTreeMap<String, f64>,
    rotating: bool,
    (time, until): (i64, i64),
    seed: Seed,
) -> Result<Option<(Theft, Vec<Record>)>> {
    let mut dice = seed.dice();
    let thief = Thief::new(networks, rotating, &mut dice)?;
    let mut scene = Scene::new(victim, thief, time, dice);
    (family.act)(&mut scene)?;
    Ok(scene.finish(family, until))
}
