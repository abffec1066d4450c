//! Which thefts happen together: few at a time, each to a principal of its own, so that none
//! disturbs another.

use std::collections::VecDeque;

use anyhow::Result;
use range::{Family, Implant, Record, Seed, Theft, library};

use super::ground::Ground;

/// At most one principal in so many is robbed at the same time.
const PRINCIPALS_PER_THEFT: usize = 12;
/// And never more than so many together.
const MOST: usize = 6;
/// How often another victim is tried before the round is held to have none.
const TRIES: u64 = 4;

/// All thefts of a drill.
pub(super) struct Plan {
    /// What happens together.
    pub(super) rounds: Vec<Vec<(Theft, Vec<Record>)>>,
    /// Families for which nobody holds a suitable credential, or whose calls these logs do not record.
    pub(super) nobody: Vec<&'static str>,
}

/// Spreads so many thefts over the families, and the families over rounds.
pub(super) fn plan(ground: &mut Ground, thefts: usize, seed: u64) -> Result<Plan> {
    let mut families: Vec<&'static Family> = library().to_vec();
    Seed::new(seed).part("drill", 0).dice().shuffle(&mut families);
    let mut waiting: VecDeque<&'static Family> =
        families.iter().copied().cycle().take(thefts).collect();
    let width = (ground.candidates() / PRINCIPALS_PER_THEFT).clamp(1, MOST);
    let mut plan = Plan { rounds: Vec::new(), nobody: Vec::new() };
    while !waiting.is_empty() {
        ground.begin_again();
        let mut round: Vec<(Theft, Vec<Record>)> = Vec::new();
        let mut later = VecDeque::new();
        while let Some(family) = waiting.pop_front() {
            if round.len() >= width {
                later.push_back(family);
                continue;
            }
            let own = seed.wrapping_mul(1_000_003).wrapping_add(plan.rounds.len() as u64 * 64);
            match steal(ground, family, own)? {
                Some(theft) => round.push(theft),
                // Whom it suits has been robbed in this round already.
                None if !round.is_empty() => later.push_back(family),
                None => {
                    waiting.retain(|other| other.name != family.name);
                    later.retain(|other: &&Family| other.name != family.name);
                    plan.nobody.push(family.name);
                }
            }
        }
        waiting = later;
        if !round.is_empty() {
            plan.rounds.push(round);
        }
    }
    plan.nobody.sort_unstable();
    Ok(plan)
}

/// A theft of a family, from somebody whom it suits; none if there is nobody.
fn steal(ground: &mut Ground, family: &Family, seed: u64) -> Result<Option<(Theft, Vec<Record>)>> {
    for attempt in 0..TRIES {
        let options = Implant { seed: seed.wrapping_add(attempt), ..Implant::default() };
        match ground.implant(family, &options) {
            Ok(theft) => return Ok(Some(theft)),
            Err(range::Error::NoVictim(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}
