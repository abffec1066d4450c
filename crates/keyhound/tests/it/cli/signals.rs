//! `keyhound signals`: the catalogue of what counts by itself.

use insta::assert_snapshot;

use super::Folder;

#[test]
fn one_signal_is_told_in_full_and_several_as_a_table() {
    let folder = Folder::new();
    let mut golden = String::new();
    for arguments in
        [&["signals", "exposed-says-aws"][..], &["signals", "T1552.005"], &["signals", "bucket-"]]
    {
        let said = folder.run(arguments);
        assert_eq!((said.status, said.err.as_str()), (0, ""));
        golden += &said.transcript(arguments);
    }
    assert_snapshot!(golden);
}

#[test]
fn all_signals_are_listed_for_people_and_programs() {
    let folder = Folder::new();
    let all = detect::signal::catalogue().count();
    let table = folder.run(&["signals"]);
    assert_eq!(table.out.lines().count(), all + 1, "a heading and a line for each");
    let json = folder.run(&["signals", "--format", "json"]);
    let list: Vec<serde_json::Value> = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(list.len(), all);
    let exposed = list.iter().find(|entry| entry["id"] == "exposed-says-aws").expect("an entry");
    assert_eq!((exposed["bits"].as_f64(), exposed["needs"].as_str()), (Some(15.0), Some("Health")));
    let one = folder.run(&["signals", "--format", "json", "tor-exit"]);
    let one: serde_json::Value = serde_json::from_str(&one.out).expect("JSON");
    assert_eq!(one.as_array().map(Vec::len), Some(1));
}

#[test]
fn the_bits_are_those_in_force() {
    let folder = Folder::new();
    folder.write("mine.json", r#"{"signals":{"tor-exit":1.25}}"#);
    let said = folder.run(&["signals", "--set", "judge.weights=[\"mine.json\"]", "tor-exit"]);
    assert!(said.out.contains("+1.25"), "{said:?}");
}
