//! Accounts and regions whose own trail is not in the input.

use std::collections::{BTreeMap, BTreeSet};

use cloudtrail::{AccountId, Region};

use super::{Gap, Gaps, Place, few};
use crate::config::Account;

/// The region in which CloudTrail records services that are nowhere at home.
const HOME_OF_GLOBAL: &str = "us-east-1";

/// Nothing is said of an account with fewer active days.
const SETTLED_DAYS: usize = 3;

/// One sentence for each sort of hole.
pub(super) fn told(gaps: &Gaps, configured: &[Account]) -> Vec<Gap> {
    let mut told = Vec::new();
    let own = gaps.accounts();
    if own.is_empty() {
        return told;
    }
    told.extend(silent(&own, configured));
    told.extend(only_callers(gaps, &own));
    let by_account = by_account(gaps);
    // A few calls on one day say nothing of what a trail covers.
    let settled = |places: &BTreeMap<&Region, &Place>| {
        let days = places.values().map(|place| place.hours.days());
        days.max().unwrap_or(0) >= SETTLED_DAYS
    };
    let of = |wanted: &dyn Fn(&BTreeMap<&Region, &Place>) -> bool| -> Vec<AccountId> {
        by_account
            .iter()
            .filter(|(_, places)| settled(places) && wanted(places))
            .map(|(account, _)| *account)
            .collect()
    };
    let mut say = |accounts: Vec<AccountId>, text: &str| {
        if !accounts.is_empty() {
            told.push(Gap { named: true, ..Gap::always(text.to_owned(), accounts) });
        }
    };
    say(
        of(&|places| !places.values().any(|place| place.regional)),
        "nothing but events of global services (IAM, STS and the like): what was done in the regions was not seen",
    );
    say(
        of(&|places| !places.values().any(|place| place.global)),
        "no event of a global service (IAM, STS and the like): new users and keys were not seen, if the trail leaves them out",
    );
    say(
        of(&|places| regional(places).count() == 1 && by_account.len() > 1),
        "events of one region only: what was done in others was not seen, if the trail covers one",
    );
    let data = |places: &BTreeMap<&Region, &Place>| places.values().any(|place| place.data);
    if by_account.values().any(data) {
        say(
            of(&|places| !data(places)),
            "no data events, though others have them: objects read and functions invoked were not seen",
        );
    }
    let only_global = of(&|places| {
        let home = places.iter().find(|(region, _)| region.as_str() == HOME_OF_GLOBAL);
        home.is_some_and(|(_, place)| place.global && !place.regional)
            && regional(places).count() > 2
    });
    say(
        only_global,
        "in us-east-1 nothing but events of global services: its own were not seen, if no trail covers it",
    );
    told
}

fn regional<'a>(places: &'a BTreeMap<&Region, &Place>) -> impl Iterator<Item = &'a Region> {
    places.iter().filter(|(_, place)| place.regional).map(|(region, _)| *region)
}

fn by_account(gaps: &Gaps) -> BTreeMap<AccountId, BTreeMap<&Region, &Place>> {
    let mut accounts: BTreeMap<AccountId, BTreeMap<&Region, &Place>> = BTreeMap::new();
    for ((account, region), place) in &gaps.places {
        accounts.entry(*account).or_default().insert(region, place);
    }
    accounts
}

/// Accounts of the configuration of which there is no event.
fn silent(own: &BTreeSet<AccountId>, configured: &[Account]) -> Option<Gap> {
    let silent: Vec<&Account> =
        configured.iter().filter(|account| !own.contains(&account.id)).collect();
    let names: Vec<String> =
        silent.iter().map(|account| format!("{} ({})", account.id, account.name)).collect();
    let accounts = silent.iter().map(|account| account.id).collect();
    (!names.is_empty())
        .then(|| Gap::always(format!("no event of configured accounts: {}", few(&names)), accounts))
}

/// Accounts that call into those of the input, and whose own trails are not in it.
fn only_callers(gaps: &Gaps, own: &BTreeSet<AccountId>) -> Option<Gap> {
    let others: Vec<AccountId> = gaps.callers.difference(own).copied().collect();
    let text = format!(
        "accounts that are seen only as callers into others: what their identities did at home was not seen: {}",
        few(&others)
    );
    // Whoever is robbed may have come from there.
    (!others.is_empty()).then(|| Gap::always(text, Vec::new()))
}
