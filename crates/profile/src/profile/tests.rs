use intel::address::NetworkClass;
use proptest::prelude::*;

use super::{Profile, Sighting};
use crate::{Network, Place, Prefix, System};

fn sighting(day: i32, network: u32, action: u8) -> Sighting {
    Sighting {
        day,
        time_bin: (network % 48) as u8,
        network: Network {
            prefix: Prefix::V4(network),
            system: System::Number(network % 5),
            place: Place { class: NetworkClass::Other, country: None },
        },
        client: compact_str::format_compact!("client-{}", network % 3),
        platform: "linux".into(),
        region: cloudtrail::Region::new("us-east-1"),
        account: cloudtrail::AccountId::new(u64::from(network % 2)),
        action: compact_str::format_compact!("s3:Action{action}"),
        refused: action.is_multiple_of(4),
    }
}

fn learn(sightings: &[(i32, u32, u8)]) -> Profile {
    let mut profile = Profile::default();
    for (day, network, action) in sightings {
        profile.see(&sighting(*day, *network, *action));
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
}

#[test]
fn a_profile_stays_within_its_room() {
    let mut profile = Profile::default();
    for number in 0..2_000_u32 {
        profile.see(&sighting(number as i32 / 20, number * 7, (number % 251) as u8));
        profile.bound();
    }
    assert!(profile.prefixes.distinct() <= 64 + 1);
    assert!(profile.actions.distinct() <= 256);
}

#[test]
fn news_are_what_the_profile_did_not_have() {
    let mut profile = learn(&[(1, 1, 1)]);
    let fresh = profile.merge(&learn(&[(2, 1, 1), (2, 2, 9)]));
    assert!(!fresh.principal);
    assert_eq!((fresh.days, fresh.system_days), (1, 1));
    assert_eq!(fresh.actions, ["s3:Action9"]);
    assert!(profile.merge(&learn(&[(2, 1, 1)])).actions.is_empty());
}
