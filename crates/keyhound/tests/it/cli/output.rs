//! Results, exit statuses, what goes to which stream.

use std::process::Stdio;

use super::Folder;

#[test]
fn the_exit_status_tells_whether_there_is_an_alert() {
    let theft = Folder::with_theft();
    let peace = Folder::with_peace();
    assert_eq!(theft.run(&["scan", "logs"]).status, 1);
    assert_eq!(theft.run(&["scan", "--fail-on", "never", "logs"]).status, 0);
    assert_eq!(peace.run(&["scan", "logs"]).status, 0);
    assert_eq!(peace.run(&["scan", "--fail-on", "watch", "logs"]).status, 0);
    // The same theft is only watched where alerts begin higher.
    let higher = ["scan", "--set", "thresholds.alert=30", "--set", "thresholds.page=40"];
    assert_eq!(theft.run(&[&higher[..], &["logs"]].concat()).status, 0);
    assert_eq!(theft.run(&[&higher[..], &["--fail-on", "watch", "logs"]].concat()).status, 1);
    // And where they begin higher for what was robbed, an instance.
    let of_kind = |kinds: &str| {
        let set = format!("thresholds.by_kind={kinds}");
        let said = theft.run(&["scan", "--set", &set, "logs"]);
        (said.status, said.out.contains("WATCH") || said.out.contains("Watched, not alerted"))
    };
    assert_eq!(of_kind("{ instance = 30 }"), (0, true));
    assert_eq!(of_kind("{ user-human = 30 }"), (1, false));
}

#[test]
fn results_go_to_standard_output_and_books_to_standard_error() {
    let folder = Folder::with_theft();
    let said = folder.run(&["scan", "logs"]);
    assert!(said.out.starts_with("ALERT  "), "{}", said.out);
    assert!(said.err.contains("read 103 = 103 accepted + 0 duplicate + 0 skipped + 0 malformed\n"));
    assert!(!said.out.contains('\u{1b}') && !said.err.contains('\u{1b}'));
    let quiet = folder.run(&["scan", "-q", "logs"]);
    assert_eq!((quiet.out, quiet.err), (said.out, String::new()));
    let peace = Folder::with_peace().run(&["scan", "logs"]);
    assert!(peace.out.contains("No sign of a stolen credential in 792 events"), "{}", peace.out);
}

#[test]
fn colour_is_asked_for_and_refused() {
    let folder = Folder::with_theft();
    let coloured = |arguments: &[&str], variables: &[(&str, &str)]| {
        folder.run_with(arguments, variables).out.contains('\u{1b}')
    };
    assert!(coloured(&["scan", "--color", "always", "logs"], &[]));
    assert!(coloured(&["scan", "logs"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&["scan", "logs"], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!coloured(&["scan", "logs"], &[]));
}

#[test]
fn the_output_is_the_same_for_any_number_of_threads() {
    let folder = Folder::with_theft();
    for format in ["terminal", "ndjson", "json"] {
        let with =
            |threads| folder.run(&["scan", "--format", format, "--threads", threads, "logs"]).out;
        let one = with("1");
        assert!(!one.is_empty());
        assert_eq!(one, with("7"), "{format}");
    }
}

#[test]
fn ndjson_and_json_are_what_programs_expect() {
    let folder = Folder::with_theft();
    let lines = folder.run(&["scan", "--format", "ndjson", "logs"]);
    assert_eq!((lines.status, lines.out.lines().count()), (1, 1));
    let incident: serde_json::Value = serde_json::from_str(&lines.out).expect("JSON");
    assert_eq!(incident["status"], "alert");
    assert_eq!(incident["root_access_key_id"], "ASIA5FLZVX4OPVKKVBMX");

    let document = folder.run(&["scan", "--format", "json", "--identities", "logs"]);
    let document: serde_json::Value = serde_json::from_str(&document.out).expect("JSON");
    assert_eq!(document["incidents"][0], incident);
    assert_eq!(document["books"]["accepted"], 103);
    assert_eq!(document["principals"], 2);
    let identities = document["identities"].as_array().expect("identities");
    assert!(identities.len() > 1);
    assert!(identities[0]["score"].as_f64() > identities[1]["score"].as_f64());

    let peace = Folder::with_peace().run(&["scan", "--format", "ndjson", "logs"]);
    assert_eq!((peace.status, peace.out.as_str()), (0, ""));
}

#[test]
fn explain_takes_the_command_that_scan_prints() {
    let folder = Folder::with_theft();
    let scan = folder.run(&["scan", "--since", "2020-09-01", "logs"]).out;
    let command = scan.lines().find_map(|line| line.split_once("keyhound explain "));
    let (_, rest) = command.expect("a command to copy");
    let mut arguments = vec!["explain"];
    arguments.extend(rest.split(' '));
    assert!(rest.contains(" --since 2020-09-01T00:00:00Z logs"), "{rest}");
    let said = folder.run(&arguments);
    assert_eq!(said.status, 0, "{}", said.err);
    for heading in
        ["Why this alert is important", "Timeline (UTC)", "Not checked", "What to do next"]
    {
        assert!(said.out.lines().any(|line| line == heading), "{heading}");
    }
    let json = folder.run(&[&arguments[..], &["--format", "json"]].concat());
    let incident: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(incident["id"], arguments[1]);
}

#[test]
fn a_reader_who_leaves_early_changes_nothing() {
    let folder = Folder::with_theft();
    let mut child = folder
        .command(&["scan", "-q", "logs"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("run keyhound");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("an end");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn the_configuration_of_the_working_directory_is_used_and_named() {
    let folder = Folder::with_theft();
    folder.write(
        "keyhound.toml",
        "[[accounts]]\nid = \"123456789123\"\nname = \"bank\"\nproduction = true\n",
    );
    let said = folder.run(&["scan", "logs"]);
    assert!(said.out.contains("123456789123 (bank, production)"), "{}", said.out);
    assert!(said.err.starts_with("configuration: keyhound.toml\n"), "{}", said.err);
    let without = folder.run_with(&["scan", "logs"], &[("KEYHOUND_CONFIG", "")]);
    assert!(!without.out.contains("bank") && !without.err.contains("keyhound.toml"));
}

#[test]
fn hostile_names_reach_no_terminal() {
    let folder = Folder::new();
    let nasty = "\u{1b}[2J\u{202e}\u{9b}31m\nALERT";
    let actions = ["GetCallerIdentity", "ListBuckets", "GetObject", "ListObjects"];
    let record = |(index, action): (usize, &str)| {
        serde_json::json!({
            "eventVersion": "1.08",
            "eventTime": format!("2026-11-20T02:14:0{index}Z"),
            "eventID": format!("{index}{nasty}"),
            "eventSource": "s3.amazonaws.com",
            "eventName": format!("{action}{nasty}"),
            "awsRegion": format!("us-east-1{nasty}"),
            "sourceIPAddress": format!("198.51.100.7{nasty}"),
            "userAgent": format!("aws-cli/2 Kali{nasty}"),
            "recipientAccountId": "111122223333",
            "requestParameters": { "bucketName": format!("b{nasty}") },
            "userIdentity": {
                "type": "IAMUser",
                "principalId": format!("AIDA{nasty}"),
                "accountId": "111122223333",
                "arn": format!("arn:aws:iam::111122223333:user/x{nasty}"),
                "userName": format!("x{nasty}"),
                "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
            },
        })
        .to_string()
    };
    let records: Vec<String> = actions.into_iter().enumerate().map(record).collect();
    let records = records.join("\n");
    folder.write("logs\u{1b}[2J/trail.json", records);
    let low = ["--set", "thresholds.watch=0", "--set", "thresholds.alert=0"];
    let mut met = false;
    for verb in [
        &["scan", "--identities"][..],
        &["scan", "--format", "json"],
        &["scan", "--format", "ndjson"],
    ] {
        let said = folder.run(&[verb, &low[..], &["logs\u{1b}[2J"]].concat());
        for character in
            said.out.chars().chain(said.err.chars()).filter(|character| *character != '\n')
        {
            assert!(
                !character.is_control() && character != '\u{202e}',
                "{character:?} in {verb:?}"
            );
        }
        met |=
            said.out.contains("Kali") && said.out.contains("u{1b}") || said.out.contains("\\u001b");
    }
    assert!(met, "the hostile text was nowhere, so nothing was tested");
}

#[test]
fn the_judge_may_be_given_other_weights() {
    let folder = Folder::with_theft();
    // Without the hard evidence of credentials off their machine, little is left of the theft.
    let weights = r#"{"signals": {"off-runtime": 0, "client-foreign-to-runtime": 0}}"#;
    folder.write("weights.json", weights);
    let score = |arguments: &[&str]| {
        let said = folder.run(&[&["scan", "-q", "--format", "ndjson", "logs"], arguments].concat());
        let first = said.out.lines().next().map(serde_json::from_str::<serde_json::Value>);
        first.map_or(0.0, |incident| incident.expect("JSON")["score"].as_f64().expect("a score"))
    };
    let (shipped, other) = (score(&[]), score(&["--set", "judge.weights=weights.json"]));
    assert!(shipped - other >= 10.0, "{shipped} and {other}");
}
