//! What kinds of resource a principal asks for, and how much it takes at a time.

use detect::Key;
use serde_json::json;

use crate::callers::{alice, app};
use crate::court::Court;
use crate::script::Script;

/// What the evidence of the last day says under a key, in bits.
fn bits(script: &Script, key: &Key) -> f64 {
    let (shard, _) = Court::default().judge(&script.events());
    let begins = script.begins();
    let episodes = shard.states().flat_map(|state| &state.episodes);
    let today = episodes.filter(|episode| episode.opened >= begins);
    let items = today.filter_map(|episode| episode.evidence.get(key));
    items.map(|item| item.bits.to_f64()).fold(0.0, f64::max)
}

/// A program reads so many objects, within ten minutes where they are not thousands.
fn reads(script: Script, objects: usize, bytes: u64) -> Script {
    (0..objects).fold(script, |script, number| {
        let script = script
            .asks("s3:GetObject", json!({ "bucketName": "b", "key": number.to_string() }))
            .edit("eventCategory", json!("Data"))
            .edit("managementEvent", json!(false))
            .edit("additionalEventData", json!({ "bytesTransferredOut": bytes }));
        if number % 100 == 99 { script } else { script.at_once() }
    })
}

/// A program that reads some thirty objects a day.
fn reader() -> Script {
    (0..12).fold(app().quiet(6), |script, _| reads(script, 30, 4_096).wait_days(1))
}

#[test]
fn far_more_than_ever_is_a_surprise_in_number_and_in_size() {
    let usual = bits(&reads(reader(), 40, 4_096), &Key::Volume);
    assert!(usual == 0.0, "{usual}");
    let many = bits(&reads(reader(), 1_100, 4_096), &Key::Volume);
    assert!(many > 6.0, "{many}");
    let large = bits(&reads(reader(), 20, 1 << 30), &Key::Volume);
    assert!(large > 6.0, "{large}");
}

#[test]
fn who_takes_as_much_every_week_may_do_so_again() {
    let habits = (0..4).fold(reader(), |script, _| reads(script, 1_100, 4_096).wait_days(1));
    let again = bits(&reads(habits, 1_100, 4_096), &Key::Volume);
    assert!(again < 2.0, "{again}");
}

#[test]
fn a_kind_of_resource_that_was_never_asked_for_says_a_little() {
    let identities = bits(&app().quiet(20).calls("iam:CreateUser"), &Key::Class);
    assert!(identities > 0.5 && identities <= 2.0, "{identities}");
    let same = bits(&app().quiet(20).calls("s3:PutObject"), &Key::Class);
    assert!(same == 0.0, "{same}");
}

#[test]
fn refusals_of_a_kind_that_is_refused_every_day_say_less() {
    let refused = |script: Script| bits(&script.refused("iam:CreateUser"), &Key::Refusals);
    let used_to_it =
        (0..10).fold(alice().quiet(10), |script, _| script.refused("iam:ListUsers").wait_days(1));
    let (first, again) = (refused(alice().quiet(20)), refused(used_to_it));
    assert!(first > 1.0 && again < first / 2.0, "{first} {again}");
}

#[test]
fn the_ledger_names_what_was_taken() {
    let court = Court::default();
    let (shard, _) = court.judge(&reads(reader(), 1_100, 4_096).events());
    let episodes = shard.states().flat_map(|state| &state.episodes);
    let lines = episodes.flat_map(|one| one.evidence.score(&court.settings.weights).lines);
    let lines: Vec<_> = lines.collect();
    let volume = lines.iter().find(|line| line.signal == "volume").expect("a line");
    assert!(volume.observed.contains("objects"), "{}", volume.observed);
    assert!(volume.usual.contains("in the mean of"), "{}", volume.usual);
}
