//! Tests of the client parser: a table of real strings, and arbitrary ones.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::{AttackDistribution, Client, ClientKind, Os, Runtime, parse, products};

/// One line per string of `testdata/clients.txt`: what was understood, then the string.
#[test]
fn real_strings() {
    let mut out = String::new();
    let strings = include_str!("../../testdata/clients.txt");
    let mut count = 0;
    for line in strings.lines() {
        if line.is_empty() || line.starts_with('#') {
            writeln!(out, "{line}").unwrap();
            continue;
        }
        count += 1;
        let Client { family, version, sdk, os, runtime, kind, attack_distribution } = parse(line);
        write!(out, "{kind} {family}").unwrap();
        if !version.is_empty() {
            write!(out, " {version}").unwrap();
        }
        if let Some(sdk) = sdk {
            write!(out, ", on {sdk}").unwrap();
        }
        if os != Os::Unknown {
            write!(out, ", {}", os.as_str()).unwrap();
        }
        if let Some(runtime) = runtime {
            write!(out, ", in {runtime:?}").unwrap();
        }
        if let Some(distribution) = attack_distribution {
            write!(out, ", ATTACK {distribution:?}").unwrap();
        }
        writeln!(out, "\n    {line}").unwrap();
    }
    assert!(count >= 150, "only {count} strings");
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("clients", out);
    });
}

#[test]
fn brackets_do_not_matter() {
    let plain = "aws-cli/1.18.136 Python/3.8.5 Darwin/19.5.0 botocore/1.17.5";
    assert_eq!(parse(plain), parse(&format!("[{plain}]")));
}

#[test]
fn versions_are_kept_apart() {
    let old = parse("Boto3/1.18.55 Python/3.9.8 Linux/5.10 Botocore/1.21.55");
    let new = parse("Boto3/1.34.69 md/Botocore#1.34.69 ua/2.0 os/linux#5.10 Botocore/1.34.69");
    assert_eq!((old.family, old.kind, old.os, old.sdk), (new.family, new.kind, new.os, new.sdk));
    assert_ne!(old.version, new.version);
}

#[test]
fn names_of_kinds_read_back() {
    for kind in ClientKind::ALL {
        assert_eq!(ClientKind::from_name(kind.as_str()), Some(kind));
        assert_eq!(ClientKind::from_code(kind.code()), Some(kind));
    }
}

#[test]
fn table_is_well_formed() {
    let rows = include_str!("../../../../data/clients.tsv").lines().filter(|l| !l.starts_with('#'));
    assert_eq!(rows.count(), products::families().count(), "a row has an unknown kind");
    for product in products::families() {
        assert!(product.family.len() <= 32, "{}", product.family);
        assert_eq!(product.family, product.family.to_ascii_lowercase());
    }
}

#[test]
fn words_that_only_contain_a_distribution_are_none() {
    for harmless in ["alkali-metals/1.0", "kalimba/2", "parroting/1"] {
        assert_eq!(parse(harmless).attack_distribution, None, "{harmless}");
    }
    assert_eq!(
        parse("x/1 Linux/6.6.9-amd64+kali").attack_distribution,
        Some(AttackDistribution::Kali)
    );
}

#[test]
fn runtime_is_told_by_the_environment() {
    for (value, runtime) in [
        ("AWS_Lambda_python3.12", Runtime::Lambda),
        ("AWS_ECS_FARGATE", Runtime::Ecs),
        ("AWS_ECS_EC2", Runtime::Ecs),
        ("CloudShell", Runtime::CloudShell),
        ("something", Runtime::Other),
    ] {
        assert_eq!(parse(&format!("Boto3/1.26 exec-env/{value}")).runtime, Some(runtime));
    }
}

fn is_bounded(client: &Client) -> bool {
    let plain = |text: &str, longest: usize| {
        text.len() <= longest
            && text.bytes().all(|b| {
                b.is_ascii_lowercase()
                    || b.is_ascii_digit()
                    || matches!(b, b'.' | b'-' | b'_' | b'+')
            })
    };
    !client.family.is_empty()
        && plain(&client.family, 32)
        && plain(&client.version, 24)
        && client.sdk.as_ref().is_none_or(|sdk| plain(sdk, 32))
}

proptest! {
    #[test]
    fn any_text_gives_a_bounded_client(text in any::<String>()) {
        prop_assert!(is_bounded(&parse(&text)));
    }

    #[test]
    fn any_bytes_give_a_bounded_client(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        prop_assert!(is_bounded(&parse(&String::from_utf8_lossy(&bytes))));
    }

    #[test]
    fn any_words_give_a_bounded_client(
        text in r"(\[|\(|\)|aws-cli|Boto3|exec-env|Mozilla|kali|S3 Browser|/|#| |é|[0-9a-f]{8}-[0-9a-f]{4}|\]){0,40}"
    ) {
        prop_assert!(is_bounded(&parse(&text)));
    }
}
