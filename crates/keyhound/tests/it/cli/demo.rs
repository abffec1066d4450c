//! `keyhound demo`: the theft is found, and what is suggested next works.

use super::Folder;

#[test]
fn the_demonstration_finds_its_theft_and_says_how_to_look_closer() {
    let folder = Folder::new();
    let said = folder.run(&["demo", "--seed", "2", "--keep", "logs"]);
    assert_eq!(said.status, 0, "{}", said.err);
    assert!(said.out.starts_with("ALERT  critical"), "{}", said.out);
    assert!(said.err.contains("accepted"), "{}", said.err);
    let command =
        said.out.lines().filter_map(|line| line.split_once("keyhound explain ")).next_back();
    let (_, rest) = command.expect("a command to copy");
    assert!(rest.ends_with(" logs/AWSLogs"), "{rest}");
    let mut arguments = vec!["explain", "-q"];
    arguments.extend(rest.split(' '));
    let explained = folder.run(&arguments);
    assert_eq!((explained.status, explained.err.as_str()), (0, ""));
    assert!(explained.out.contains("Why this alert is important"), "{}", explained.out);

    let again = folder.run(&["demo", "--seed", "2", "--keep", "logs"]);
    assert_eq!(again.status, 2);
    assert!(again.err.contains("the folder logs is not empty"), "{}", again.err);
}

#[test]
fn a_temporary_folder_is_named() {
    let folder = Folder::new();
    let temporary = folder.path().display().to_string();
    let said = folder.run_with(&["demo", "-q"], &[("TMPDIR", &temporary)]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    let command = said.out.lines().find_map(|line| line.split_once("rm -r ")).expect("a command");
    assert!(command.1.starts_with(&format!("{temporary}/keyhound-demo-")), "{}", command.1);
    assert!(std::path::Path::new(command.1).join("AWSLogs").is_dir());
}
