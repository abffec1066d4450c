//! A shard that was put into bytes and taken out again judges as if nothing had happened.

use cloudtrail::Event;
use detect::Shard;
use proptest::prelude::*;

use crate::callers::{alice, carol};
use crate::court::Court;
use crate::script::{AT_A_FRIENDS, HOME, HOSTER, KALI, MAC, Script};

/// A history with a theft, quarantined hours, open and idle episodes.
fn eventful() -> Vec<Event> {
    let theft = |script: Script| {
        let script = script.from(HOSTER).with(KALI).calls_all(["iam:ListUsers", "iam:CreateUser"]);
        script.from(HOME).with(MAC).calls("s3:ListBuckets")
    };
    let script = theft(alice().quiet(20)).wait_days(1).quiet(3);
    let mut events = theft(script.from(AT_A_FRIENDS).calls("ec2:RunInstances")).events();
    events.extend(carol().quiet(24).events());
    events.sort_by(|a, b| (a.time, &a.id).cmp(&(b.time, &b.id)));
    events
}

fn judged(mut shard: Shard, events: &[Event]) -> String {
    format!("{:?}", Court::default().judge_in(std::slice::from_mut(&mut shard), events, |_| 0))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_comes_out_judges_as_what_went_in(part in 0.0..1.0_f64) {
        let events = eventful();
        let (before, after) = events.split_at((events.len() as f64 * part) as usize);
        let (shard, _) = Court::default().judge(before);
        let bytes = postcard::to_stdvec(&shard).unwrap();
        let restored: Shard = postcard::from_bytes(&bytes).unwrap();
        prop_assert_eq!(&postcard::to_stdvec(&restored).unwrap(), &bytes);
        prop_assert_eq!(judged(restored, after), judged(shard, after));
    }

    #[test]
    fn damaged_bytes_are_an_error_or_a_shard_and_never_a_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        end in any::<prop::sample::Index>(),
    ) {
        let (shard, _) = Court::default().judge(&eventful()[..60]);
        let mut bytes = postcard::to_stdvec(&shard).unwrap();
        for (index, byte) in changes {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        let _ = postcard::from_bytes::<Shard>(&bytes);
        let _ = postcard::from_bytes::<Shard>(&bytes[..end.index(bytes.len())]);
    }
}
