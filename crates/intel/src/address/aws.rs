//! AWS's own list of its ranges, `ip-ranges.json`, as the user may supply it.

use ipnet::IpNet;
use serde::Deserialize;

use super::list::{ListError, ListProblem, network, not_an_address};

#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow)]
    prefixes: Vec<Prefix<'a>>,
    #[serde(borrow, default)]
    ipv6_prefixes: Vec<Prefix<'a>>,
}

#[derive(Deserialize)]
struct Prefix<'a> {
    #[serde(alias = "ip_prefix", alias = "ipv6_prefix")]
    net: &'a str,
    region: &'a str,
}

/// Networks and their regions.
pub(super) fn parse(json: &str) -> Result<Vec<(IpNet, &str)>, ListError> {
    let list = "aws ranges";
    let file: File = serde_json::from_str(json).map_err(|error| ListError {
        list,
        line: error.line(),
        problem: ListProblem::NotJson(error.to_string()),
    })?;
    let all = file.prefixes.iter().chain(&file.ipv6_prefixes);
    all.enumerate()
        .map(|(at, prefix)| {
            let net = network(prefix.net).ok_or_else(|| ListError {
                list,
                line: at + 1,
                problem: not_an_address(prefix.net),
            })?;
            Ok((net, prefix.region))
        })
        .collect()
}
