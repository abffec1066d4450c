//! Help, manual pages, completions, `config show`, and the pages of the reference.

use std::path::Path;

use insta::assert_snapshot;

use super::Folder;

#[test]
fn help_is_short_and_long() {
    let folder = Folder::new();
    let mut golden = String::new();
    for arguments in [
        &["-h"][..],
        &["--help"],
        &["scan", "-h"],
        &["explain", "--help"],
        &["config", "--help"],
        &["signals", "--help"],
    ] {
        let said = folder.run(arguments);
        assert_eq!((said.status, said.err.as_str()), (0, ""));
        golden += &said.transcript(arguments);
    }
    assert_snapshot!(golden);
    let version = folder.run(&["--version"]).out;
    assert_eq!(version, concat!("keyhound ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn every_shell_gets_its_completions() {
    let folder = Folder::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let said = folder.run(&["completions", shell]);
        assert_eq!(said.status, 0, "{shell}");
        for word in ["scan", "explain", "fail-on", "identities"] {
            assert!(said.out.contains(word), "{shell} completes no {word}");
        }
    }
}

#[test]
fn every_verb_has_its_manual_page() {
    let folder = Folder::new();
    let own = folder.run(&["man"]).out;
    assert!(own.contains(".TH keyhound 1") && own.contains("explain"), "{own}");
    let scan = folder.run(&["man", "scan"]).out;
    assert!(scan.contains("keyhound\\-scan") && scan.contains("\\-\\-fail\\-on"), "{scan}");
    assert_eq!(folder.run(&["man", "--to", "pages/man1"]).status, 0);
    let mut pages: Vec<String> = std::fs::read_dir(folder.path().join("pages/man1"))
        .expect("pages")
        .map(|page| page.expect("a page").file_name().to_string_lossy().into_owned())
        .collect();
    pages.sort();
    assert_eq!(
        pages,
        [
            "keyhound-completions.1",
            "keyhound-config-show.1",
            "keyhound-config.1",
            "keyhound-contain-apply.1",
            "keyhound-contain-plan.1",
            "keyhound-contain-policy.1",
            "keyhound-contain-review.1",
            "keyhound-contain-status.1",
            "keyhound-contain-undo.1",
            "keyhound-contain-verify.1",
            "keyhound-contain.1",
            "keyhound-demo.1",
            "keyhound-dossier.1",
            "keyhound-drill.1",
            "keyhound-explain.1",
            "keyhound-hunt.1",
            "keyhound-lake-compact.1",
            "keyhound-lake-retain.1",
            "keyhound-lake-status.1",
            "keyhound-lake.1",
            "keyhound-man.1",
            "keyhound-scan.1",
            "keyhound-signals.1",
            "keyhound-verdict-list.1",
            "keyhound-verdict.1",
            "keyhound.1",
        ]
    );
}

#[test]
fn config_show_tells_values_and_origins() {
    let folder = Folder::new();
    folder.write(
        "keyhound.toml",
        "scanners = [\"*role/audit*\"]\n[thresholds]\nwatch = 9\nalert = 13\n[lists]\ntor = [\"exits.txt\"]\n",
    );
    let arguments = ["config", "show", "--set", "key_weeks_per_theft=700"];
    let variables =
        [("KEYHOUND_THRESHOLDS_ALERT", "13.5"), ("KEYHOUND_CANARY_KEYS", "AKIAIOSFODNN7EXAMPLE")];
    let said = folder.run_with(&arguments, &variables);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    assert_snapshot!(said.out);
    // What is printed is a configuration that says the same.
    folder.write("again.toml", &said.out);
    let again = folder.run(&["config", "show", "--config", "again.toml"]).out;
    let values = |text: &str| -> Vec<String> {
        text.lines()
            .map(|line| line.split('#').next().unwrap_or_default().trim().to_owned())
            .collect()
    };
    assert_eq!(values(&again), values(&said.out));
}

#[test]
fn the_committed_reference_is_current() {
    let folder = Folder::new();
    for page in ["cli", "configuration", "signals"] {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../docs/reference/{page}.md"));
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        let written = folder.run(&["generate", page]).out;
        assert!(
            committed == written,
            "docs/reference/{page}.md is out of date: run `cargo xtask docs` and commit"
        );
    }
}
