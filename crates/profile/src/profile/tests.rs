use cloudtrail::Outcome;
use compact_str::format_compact;
use intel::address::NetworkClass;
use proptest::prelude::*;

use super::{Profile, Sighting};
use crate::{Actions, Clients, Dimension, Network, Place, Prefix, System, Systems};

/// One sighting of a made-up principal.
fn see(profile: &mut Profile, (day, network, action): (i32, u32, u8)) {
    profile.see(&Sighting {
        day,
        time_bin: (network % 48) as u8,
        network: &Network {
            prefix: Prefix::V4(network),
            system: match network % 5 {
                4 => System::Provider(format_compact!("Provider {}", network % 3)),
                number => System::Number(number),
            },
            place: Place { class: NetworkClass::Other, country: None },
        },
        client: &format_compact!("client-{}", network % 3),
        platform: "linux",
        region: "us-east-1",
        account: cloudtrail::AccountId::new(u64::from(network % 2)),
        action: &format_compact!("s3:Action{action}"),
        class: intel::action::ResourceClass::from_code(action % 9),
        outcome: if action.is_multiple_of(4) { Outcome::Denied } else { Outcome::Success },
    });
}

fn learn(sightings: &[(i32, u32, u8)]) -> Profile {
    let mut profile = Profile::default();
    for sighting in sightings {
        see(&mut profile, *sighting);
    }
    profile
}

fn merged(left: &Profile, right: &Profile) -> Profile {
    let mut profile = left.clone();
    profile.merge(right);
    profile
}

fn slice() -> impl Strategy<Value = Vec<(i32, u32, u8)>> {
    prop::collection::vec((0..300_i32, 0..40_u32, 0..30_u8), 0..30)
}

proptest! {
    #[test]
    fn merging_is_associative_and_commutative(a in slice(), b in slice(), c in slice()) {
        let (a, b, c) = (learn(&a), learn(&b), learn(&c));
        prop_assert_eq!(merged(&a, &b), merged(&b, &a));
        prop_assert_eq!(merged(&merged(&a, &b), &c), merged(&a, &merged(&b, &c)));
    }

    #[test]
    fn slices_in_any_order_give_the_whole(a in slice(), b in slice()) {
        let whole: Vec<_> = a.iter().chain(&b).copied().collect();
        prop_assert_eq!(merged(&learn(&b), &learn(&a)), learn(&whole));
    }

    #[test]
    fn what_is_put_away_comes_back_and_merges_as_before(a in slice(), b in slice()) {
        let (a, b) = (learn(&a), learn(&b));
        let bytes = postcard::to_stdvec(&a).unwrap();
        let again: Profile = postcard::from_bytes(&bytes).unwrap();
        prop_assert_eq!(&again, &a);
        prop_assert_eq!(postcard::to_stdvec(&again).unwrap(), bytes);
        prop_assert_eq!(merged(&again, &b), merged(&a, &b));
    }
}

#[test]
fn a_profile_stays_within_its_room() {
    let mut profile = Profile::default();
    for number in 0..2_000_u32 {
        see(&mut profile, (number as i32 / 20, number * 7, (number % 251) as u8));
        profile.bound();
    }
    assert!(profile.prefixes().distinct() <= 64);
    assert!(profile.actions().distinct() <= 256);
}

#[test]
fn news_are_what_the_profile_did_not_have() {
    let mut profile = learn(&[(1, 1, 1)]);
    let fresh = profile.merge(&learn(&[(2, 1, 1), (2, 2, 9)]));
    assert!(!fresh.principal);
    assert_eq!((fresh.days, fresh.system_days), (1, 1));
    let (system, action) = (System::Number(2), "s3:Action9");
    for code in [Systems::code(&system), Clients::code("client-2"), Actions::code(action)] {
        assert!(fresh.codes.contains(&code), "{code:?}");
    }
    assert!(profile.merge(&learn(&[(2, 1, 1)])).codes.is_empty());
}

#[test]
fn values_can_be_told_again_and_codes_stay_what_they_are() {
    let profile = learn(&[(1, 4, 1), (2, 4, 1), (2, 1, 3)]);
    let systems: Vec<String> =
        profile.systems().most_seen().iter().map(|(system, _)| system.to_string()).collect();
    assert_eq!(systems, ["Provider 1", "AS1"]);
    let clients: Vec<_> = profile.clients().most_seen().into_iter().map(|(name, _)| name).collect();
    assert_eq!(clients, ["client-1"]);
    assert_eq!(profile.regions().most_seen()[0].0, "us-east-1");
    // Snapshots hold these numbers: a hash function that changes makes them worthless.
    assert_eq!(Actions::code("s3:ListBuckets").number(), 8_676_174_011_621_948_381);
    assert_eq!(Systems::code(&System::Number(16_509)).number(), 1_441_151_880_758_575_229);
}

#[test]
fn an_hour_that_shows_nothing_new_leaves_nothing_to_learn() {
    let mut profile = learn(&[(3, 1, 1)]);
    let before = profile.clone();
    see(&mut profile, (3, 1, 1));
    assert_eq!(profile.calls, before.calls + 1);
    profile.calls = before.calls;
    assert_eq!(profile, before);
}
