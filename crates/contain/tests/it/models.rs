//! Requests compared with AWS's own descriptions of its services: an emulator takes what it does not
//! know, AWS does not.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use emulators::Seen;
use emulators::python;

const PROGRAM: &str = include_str!("models.py");

/// That AWS knows the operation and every field of each request, and misses none.
pub(crate) fn assert_known(seen: &[Seen]) {
    let requests: BTreeSet<String> = seen.iter().map(described).collect();
    assert!(requests.len() > 10, "{requests:?}");
    let mut child = Command::new(python())
        .args(["-c", PROGRAM])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("start Python");
    let mut input = child.stdin.take().expect("an input");
    for request in &requests {
        writeln!(input, "{request}").expect("ask");
    }
    drop(input);
    let out = child.wait_with_output().expect("an answer");
    assert!(out.status.success());
    assert_eq!(String::from_utf8_lossy(&out.stdout), "", "what AWS would say");
}

fn described(seen: &Seen) -> String {
    let mut names = BTreeSet::new();
    if seen.body.starts_with("Action=") {
        let fields = seen.body.split('&').filter_map(|field| field.split('=').next());
        let fields = fields.filter(|name| *name != "Action" && *name != "Version");
        names.extend(fields.filter_map(|name| name.split('.').next()).map(ToOwned::to_owned));
    } else if let Ok(Value::Object(fields)) = serde_json::from_str(&seen.body) {
        names.extend(fields.into_iter().map(|(name, _)| name));
    }
    if seen.service == "lambda" {
        names.insert("FunctionName".to_owned());
    }
    json!([seen.service, seen.operation, names]).to_string()
}
