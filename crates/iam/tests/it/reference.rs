//! The same requests decided by `@cloud-copilot/iam-simulate`, an implementation by others.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use iam::{Context, Decision, Policies, Policy, decide};
use serde_json::{Value, json};

use crate::made_up::{Case, cases};

/// So many requests are compared.
const CASES: usize = 2_500;

/// Where `cargo xtask test` installs the reference.
pub(crate) fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a target folder").to_owned()
}

/// Reads cases from standard input, one a line, and writes what becomes of each.
const SCRIPT: &str = r"
import { createInterface } from 'node:readline';
import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
for await (const line of createInterface({ input: process.stdin })) {
  console.log(runUnsafeSimulation(JSON.parse(line), {}));
}
";

fn as_simulation(case: &Case) -> Value {
    let named = |policies: &[Value]| -> Vec<Value> {
        let policy = |(index, policy)| json!({ "name": format!("p{index}"), "policy": policy });
        policies.iter().enumerate().map(policy).collect()
    };
    let levels = case.control.iter().enumerate().map(|(index, level)| {
        json!({ "orgIdentifier": format!("ou-{index}"), "policies": named(level) })
    });
    let context = case.context.iter().map(|(key, values)| {
        let several = key.ends_with("TagKeys") || key.ends_with("OrgPaths");
        let value = if several { json!(values) } else { json!(values[0]) };
        (key.clone(), value)
    });
    let mut simulation = json!({
        "request": {
            "principal": "arn:aws:iam::111122223333:user/bob",
            "action": case.action,
            "resource": { "resource": case.resource, "accountId": "111122223333" },
            "contextVariables": context.collect::<serde_json::Map<_, _>>(),
        },
        "identityPolicies": named(&case.identity),
        "serviceControlPolicies": levels.collect::<Vec<_>>(),
        "resourceControlPolicies": [],
    });
    if let Some(boundary) = &case.boundary {
        simulation["permissionBoundaryPolicies"] = json!(named(std::slice::from_ref(boundary)));
    }
    simulation
}

/// What the reference makes of the cases.
fn referred(cases: &[Case]) -> Vec<String> {
    let folder = target().join("node");
    let package = folder.join("node_modules/@cloud-copilot/iam-simulate");
    assert!(
        package.exists(),
        "{} is not there: the tests of policies need it, and Node; run `cargo xtask test -p iam` \
         once, which installs it from npm below the target folder",
        package.display()
    );
    let script = folder.join("simulate.mjs");
    std::fs::write(&script, SCRIPT).expect("write the script");
    let mut child = Command::new("node")
        .arg(&script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("start node");
    let lines: Vec<String> = cases.iter().map(|case| as_simulation(case).to_string()).collect();
    let mut input = child.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || input.write_all(lines.join("\n").as_bytes()));
    let output = child.wait_with_output().expect("wait for node");
    writer.join().expect("write").expect("write the cases");
    assert!(output.status.success(), "node failed");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines().map(str::to_owned).collect()
}

pub(crate) fn decided(case: &Case) -> Decision {
    let read = |policy: &Value| {
        let policy = Policy::of("p", policy);
        assert!(policy.problems.is_empty(), "{:?}", policy.problems);
        policy
    };
    let identity: Vec<Policy> = case.identity.iter().map(read).collect();
    let boundary: Option<Policy> = case.boundary.as_ref().map(read);
    let control: Vec<Vec<Policy>> =
        case.control.iter().map(|level| level.iter().map(read).collect()).collect();
    let policies = Policies {
        identity: identity.iter().collect(),
        boundary: boundary.as_ref(),
        control: control.iter().map(|level| level.iter().collect()).collect(),
        session: Vec::new(),
    };
    let context = case.context.iter().fold(Context::complete(), |context, (key, values)| {
        values.iter().fold(context, |context, value| context.with(key, value))
    });
    decide(&policies, &case.action, &case.resource, &context)
}

#[test]
fn requests_are_decided_as_by_others() {
    let cases = cases(CASES, true);
    let referred = referred(&cases);
    assert_eq!(referred.len(), cases.len());
    let mut seen = [0; 3];
    let mut others = Vec::new();
    for (case, referred) in cases.iter().zip(&referred) {
        let expected = match referred.as_str() {
            "Allowed" => Decision::Allowed,
            "ExplicitlyDenied" => Decision::Denied,
            "ImplicitlyDenied" => Decision::NotAllowed,
            other => panic!("the reference says {other}"),
        };
        let decision = decided(case);
        if decision != expected {
            others.push(format!("{decision:?} and not {expected:?}: {}", as_simulation(case)));
        }
        seen[expected as usize] += 1;
    }
    let (count, first) = (others.len(), others.get(..3).unwrap_or(&others));
    assert!(others.is_empty(), "{count} decided otherwise, among them:\n{}", first.join("\n"));
    // Each of the answers is met often enough to mean something.
    assert!(seen.iter().all(|count| *count > CASES / 40), "{seen:?}");
}
