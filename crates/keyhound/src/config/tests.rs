//! Layers, origins, and the errors as their reader sees them.

use std::fmt::Write;
use std::path::Path;

use cloudtrail::Time;
use insta::assert_snapshot;

use super::setting::{SETTINGS, Shown};
use super::{Configuration, Flags, Origin, Settings, layer};
use crate::cannot_run::CannotRun;
use crate::render::failure;
use crate::render::page::Page;

fn parsed(text: &str) -> Result<Configuration, CannotRun> {
    let mut configuration = Configuration::default();
    layer::apply_file(&mut configuration, Path::new("conf/keyhound.toml"), text)?;
    configuration.settings.thresholds.check()?;
    Ok(configuration)
}

fn told(error: CannotRun) -> String {
    let mut page = Page::new(100);
    failure::told(&mut page, &error.into());
    page.text(false)
}

/// Names and values.
type Variables = &'static [(&'static str, &'static str)];

fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn layered(
    file: &str,
    pairs: &[(&str, &str)],
    assignments: &[&str],
) -> Result<Configuration, CannotRun> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keyhound.toml");
    std::fs::write(&path, file).unwrap();
    let flags = Flags {
        file: Some(path),
        assignments: assignments.iter().map(|text| (*text).to_owned()).collect(),
    };
    Configuration::load(&flags, &variables(pairs))
}

#[test]
fn the_examples_of_the_reference_are_understood() {
    let mut all = String::new();
    for setting in SETTINGS {
        let configuration =
            parsed(setting.example).unwrap_or_else(|error| panic!("{}: {error}", setting.name));
        assert!(matches!(configuration.origin(setting.name), Origin::File(..)), "{}", setting.name);
        if let Shown::Many(values) = setting.shown(&configuration.settings) {
            assert!(!values.is_empty());
        }
        let _ = writeln!(all, "{}", setting.name);
    }
    assert_eq!(all.lines().count(), SETTINGS.len());
}

#[test]
fn a_whole_file() {
    let settings = parsed(
        r#"
        canary_keys = ["AKIAIOSFODNN7EXAMPLE"]
        scanners = ["*role/audit*"]
        [[accounts]]
        id = "000022223333"
        name = "payments"
        [[networks]]
        cidr = "203.0.113.77/24"
        name = "office"
        [[networks]]
        cidr = "2001:db8::1"
        name = "one host"
        [thresholds]
        alert = 12.5
        [[announced_tests]]
        from = 2026-11-16
        until = "2026-11-20"
        sources = ["198.51.100.0/24"]
        reason = "yearly"
        [[exceptions]]
        reason = "moved"
        expires = 2026-12-01T12:00:00+01:00
        principal = "*user/backup"
        network = "198.51.100.7"
        "#,
    )
    .unwrap()
    .settings;
    let time = |text: &str| text.parse::<Time>().unwrap();
    assert_eq!(settings.accounts[0].id.to_string(), "000022223333");
    assert!(!settings.accounts[0].production);
    assert_eq!(settings.account(settings.accounts[0].id).unwrap().name, "payments");
    assert_eq!(settings.networks[0].cidr.to_string(), "203.0.113.0/24");
    assert_eq!(settings.networks[1].cidr.to_string(), "2001:db8::1/128");
    assert_eq!((settings.thresholds.watch, settings.thresholds.alert), (10.0, 12.5));
    assert!(!settings.scanners[0].matches("arn:aws:iam::1:user/audit"));
    assert!(settings.scanners[0].matches("arn:aws:iam::1:role/audit-ro"));
    let test = &settings.announced_tests[0];
    assert_eq!(
        (test.from, test.until),
        (time("2026-11-16T00:00:00Z"), time("2026-11-21T00:00:00Z"))
    );
    assert!(
        settings
            .announced_test(time("2026-11-20T23:59:59Z"), "198.51.100.9".parse().unwrap())
            .is_some()
    );
    assert!(
        settings
            .announced_test(time("2026-11-21T00:00:00Z"), "198.51.100.9".parse().unwrap())
            .is_none()
    );
    assert!(
        settings
            .announced_test(time("2026-11-18T00:00:00Z"), "198.51.101.9".parse().unwrap())
            .is_none()
    );
    let exception = &settings.exceptions[0];
    let covers = |at: &str, who: &str, from: Option<&str>| {
        let address = from.map(|from| from.parse().unwrap());
        exception.covers(time(at), who, address, "aws-cli", "s3:GetObject")
    };
    let backup = "arn:aws:iam::1:user/backup";
    assert!(covers("2026-12-01T10:59:59Z", backup, Some("198.51.100.7")));
    assert!(!covers("2026-12-01T11:00:00Z", backup, Some("198.51.100.7")));
    assert!(!covers("2026-11-01T00:00:00Z", backup, Some("198.51.100.8")));
    assert!(!covers("2026-11-01T00:00:00Z", backup, None));
    assert!(!covers("2026-11-01T00:00:00Z", "arn:aws:iam::1:user/x", Some("198.51.100.7")));
}

#[test]
fn the_last_layer_has_the_last_word_and_is_remembered() {
    let file = "key_weeks_per_theft = 700\nscanners = [\"a\"]\n[thresholds]\nwatch = 9\nalert = 13\npage = 17\n";
    let configuration = layered(
        file,
        &[
            ("KEYHOUND_THRESHOLDS_ALERT", "13.5"),
            ("KEYHOUND_THRESHOLDS_PAGE", "17.5"),
            ("KEYHOUND_CANARY_KEYS", "AKIAIOSFODNN7EXAMPLE, AKIAI44QH8DHBEXAMPLE"),
            ("KEYHOUND_NETWORKS", r#"[{ cidr = "203.0.113.0/24", name = "office" }]"#),
            ("KEYHOUND_LOG", "debug"),
            ("KEYHOUND_SERVICE_HOST", "10.0.0.1"),
        ],
        &[
            "thresholds.page=18.5",
            "thresholds.by_kind={ ci = 16, root = 11.5 }",
            r#"scanners=["b", "c"]"#,
            "break_glass=x*,y",
        ],
    )
    .unwrap();
    let settings = &configuration.settings;
    let thresholds = &settings.thresholds;
    assert_eq!((thresholds.watch, thresholds.alert, thresholds.page), (9.0, 13.5, 18.5));
    let alerts = [detect::Kind::Ci, detect::Kind::Root, detect::Kind::Vendor];
    let alerts = alerts.map(|kind| thresholds.alert_for(kind).to_string());
    assert_eq!(alerts, ["16", "11.5", "13.5"]);
    assert_eq!(settings.key_weeks_per_theft, 700);
    assert_eq!(settings.canary_keys.len(), 2);
    assert_eq!(settings.networks[0].name, "office");
    assert_eq!(
        settings.scanners.iter().map(super::Pattern::as_str).collect::<Vec<_>>(),
        ["b", "c"]
    );
    assert_eq!(settings.break_glass.len(), 2);
    let origin = |name| match configuration.origin(name) {
        Origin::File(_, line) => format!("line {line}"),
        other => other.to_string(),
    };
    let origins =
        ["thresholds.watch", "thresholds.alert", "thresholds.page", "scanners", "accounts"]
            .map(origin);
    assert_eq!(origins, ["line 4", "KEYHOUND_THRESHOLDS_ALERT", "--set", "--set", "default"]);
}

#[test]
fn paths_are_meant_from_the_folder_of_the_file() {
    let settings = parsed("[lists]\ntor = [\"exits.txt\", \"/abs/exits.txt\"]").unwrap().settings;
    assert_eq!(settings.lists.tor, [Path::new("conf/exits.txt"), Path::new("/abs/exits.txt")]);
    let mut configuration = Configuration::default();
    layer::apply_variables(
        &mut configuration,
        &variables(&[("KEYHOUND_LISTS_TOR", "a.txt,b.txt")]),
    )
    .unwrap();
    assert_eq!(configuration.settings.lists.tor, [Path::new("a.txt"), Path::new("b.txt")]);
}

#[test]
fn what_is_shown_is_read_back_as_the_same() {
    // Paths are shown as they are meant, from the folder of the file.
    let of_paths = |example: &&str| {
        ["[lists]", "[judge]", "sigma"].iter().any(|paths| example.starts_with(paths))
    };
    let examples = SETTINGS.iter().map(|setting| setting.example);
    let file = examples.filter(|example| !of_paths(example));
    // Scalars and bare keys have to come before the first table.
    let (tables, bare): (Vec<&str>, Vec<&str>) = file.partition(|example| example.starts_with('['));
    let tables = tables.into_iter().filter(|example| !example.starts_with("[thresholds]"));
    let text =
        [bare, tables.collect(), vec!["[thresholds]\nwatch = 9.5\nalert = 13"]].concat().join("\n");
    let first = parsed(&text).unwrap().settings;
    let mut shown = String::new();
    for setting in SETTINGS {
        let value = match setting.shown(&first) {
            Shown::One(value) => value,
            Shown::Many(values) => format!("[\n{},\n]", values.join(",\n")),
        };
        let _ = writeln!(shown, "{} = {value}", setting.name);
    }
    assert_eq!(parsed(&shown).unwrap().settings, first);
    assert_ne!(first, Settings::default());
}

#[test]
fn errors_of_the_file_point_at_their_place() {
    let cases = [
        "treshold = 3",
        "[thresholds]\nalrt = 16",
        "alert = 16",
        "colour = \"red\"",
        "[thresholds]\nalert = \"high\"",
        "[thresholds]\nalert = -1",
        "[thresholds]\nalert = nan",
        "thresholds = 14",
        "[thresholds]\nwatch = 15",
        "[thresholds.by_kind]\nci = 9",
        "[thresholds.by_kind]\ncy = 12",
        "key_weeks_per_theft = 0",
        "key_weeks_per_theft = 1.5",
        "[[accounts]]\nid = 111122223333\nname = \"payments\"",
        "[[accounts]]\nid = \"1111\"\nname = \"payments\"",
        "[[accounts]]\nid = \"111122223333\"",
        "[[accounts]]\nid = \"111122223333\"\nname = \"payments\"\nprodution = true",
        "[accounts]\nid = \"111122223333\"",
        "[[networks]]\ncidr = \"203.0.113.0/40\"\nname = \"office\"",
        "[[networks]]\ncidr = \"203.0.113.0/24\"\nname = \"\"",
        "canary_keys = [\n  \"AKIAIOSFODNN7EXAMPLE\",\n  \"wJalrXUtnFEMI/K7MDENG\",\n]",
        "canary_keys = \"AKIAIOSFODNN7EXAMPLE\"",
        "[[announced_tests]]\nfrom = 2026-11-20\nuntil = 2026-11-01\nsources = [\"198.51.100.1\"]\nreason = \"x\"",
        "[[announced_tests]]\nfrom = 2026-11-20T08:00:00\nuntil = 2026-11-21\nsources = [\"198.51.100.1\"]\nreason = \"x\"",
        "[[announced_tests]]\nfrom = 2026-11-20\nuntil = 2026-11-21\nsources = []\nreason = \"x\"",
        "[[exceptions]]\nreason = \"because\"",
        "scanners = [\"a\"",
        "a = 1\na = 2",
        "\tscanner\t= [\"\u{202e}x\"] # tabs and marks",
    ];
    let mut golden = String::new();
    for case in cases {
        let error = parsed(case).expect_err(case);
        let _ = writeln!(golden, "{}", told(error));
    }
    assert_snapshot!(golden);
}

#[test]
fn errors_of_the_other_layers_name_theirs() {
    let cases: [(Variables, &[&str]); 11] = [
        (&[("KEYHOUND_THRESHOLDS_ALERT", "loud")], &[]),
        (&[("KEYHOUND_THRESHOLDS_ALERT", "\"14\"")], &[]),
        (&[("KEYHOUND_THRESHOLDS_ALERT", "")], &[]),
        (&[("KEYHOUND_THRESHOLD_ALERT", "14")], &[]),
        (&[("KEYHOUND_NETWORKS", "203.0.113.0/24")], &[]),
        (&[("KEYHOUND_NETWORKS", "{ cidr = \"203.0.113.0/24\", name = \"x\" }")], &[]),
        (&[], &["thresholds.alert"]),
        (&[], &["alert=16"]),
        (&[], &["accounts=[{ id = \"1\", name = \"x\" }]"]),
        (&[], &["thresholds.watch=[1"]),
        (&[("KEYHOUND_THRESHOLDS_WATCH", "19")], &[]),
    ];
    let mut golden = String::new();
    for (pairs, assignments) in cases {
        let error = layered("", pairs, assignments).expect_err("no error");
        let _ = writeln!(golden, "{}", told(error));
    }
    assert_snapshot!(golden);
}

#[test]
fn which_file_is_read() {
    let missing = Flags { file: Some("/nowhere/keyhound.toml".into()), ..Flags::default() };
    let error = Configuration::load(&missing, &[]).unwrap_err();
    assert_eq!(
        error.why,
        "cannot read the configuration file /nowhere/keyhound.toml: no such file or directory"
    );
    let by_variable = variables(&[("KEYHOUND_CONFIG", "/nowhere/else.toml")]);
    let error = Configuration::load(&Flags::default(), &by_variable).unwrap_err();
    assert!(error.tips[0].contains("KEYHOUND_CONFIG"), "{error:?}");
    let none = variables(&[("KEYHOUND_CONFIG", "")]);
    assert_eq!(Configuration::load(&Flags::default(), &none).unwrap().file, None);
    let folder = tempfile::tempdir().unwrap();
    let error =
        Configuration::load(&Flags { file: Some(folder.path().into()), ..Flags::default() }, &[]);
    assert!(error.unwrap_err().why.starts_with("cannot read the configuration file"));
}
