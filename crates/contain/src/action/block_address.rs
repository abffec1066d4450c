//! Snippets that keep the thief's addresses out of a network, a web application or the account.
//! They are damage limitation: a thief changes addresses in seconds.

use std::net::IpAddr;

use serde_json::json;

use crate::plan::Block;

/// So many addresses are blocked one by one.
const MOST: usize = 50;

/// Snippets for the addresses that are addresses.
pub(crate) fn blocks(addresses: &[String]) -> Vec<Block> {
    let parsed = |text: &String| text.parse::<IpAddr>().ok();
    let addresses: Vec<IpAddr> = addresses.iter().filter_map(parsed).take(MOST).collect();
    if addresses.is_empty() {
        return Vec::new();
    }
    let ranges: Vec<String> = addresses.iter().map(range).collect();
    vec![control_policy(&ranges), waf(&addresses), network_acl(&addresses), security_group(&ranges)]
}

fn range(address: &IpAddr) -> String {
    format!("{address}/{}", if address.is_ipv4() { 32 } else { 128 })
}

fn block(what: &str, text: &str, snippet: String) -> Block {
    Block { what: what.to_owned(), text: text.to_owned(), snippet }
}

fn control_policy(ranges: &[String]) -> Block {
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "KeyhoundBlocksAddresses", "Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": {
                "IpAddress": { "aws:SourceIp": ranges },
                "Bool": { "aws:ViaAWSService": "false" },
            },
        }],
    });
    block(
        "control-policy",
        "A service control policy that refuses calls to AWS from these addresses, except those that \
         services make on somebody's behalf. It keeps the thief out only until the next address.",
        format!("{policy:#}"),
    )
}

fn waf(addresses: &[IpAddr]) -> Block {
    let set = |version: &str, ranges: Vec<String>| {
        json!({
            "Name": format!("keyhound-{}", version.to_ascii_lowercase()), "Scope": "REGIONAL",
            "IPAddressVersion": version, "Addresses": ranges,
        })
    };
    let of = |four: bool| -> Vec<String> {
        addresses.iter().filter(|one| one.is_ipv4() == four).map(range).collect()
    };
    let sets: Vec<_> = [("IPV4", of(true)), ("IPV6", of(false))]
        .into_iter()
        .filter(|(_, ranges)| !ranges.is_empty())
        .map(|(version, ranges)| set(version, ranges))
        .collect();
    block(
        "waf",
        "Sets of addresses for `aws wafv2 create-ip-set --cli-input-json`, for a rule that blocks \
         them in front of web applications. It does not touch calls to AWS.",
        format!("{:#}", json!(sets)),
    )
}

fn network_acl(addresses: &[IpAddr]) -> Block {
    let rule = |(index, address): (usize, &IpAddr)| {
        let option = if address.is_ipv4() { "cidr-block" } else { "ipv6-cidr-block" };
        format!(
            "aws ec2 create-network-acl-entry --network-acl-id \"$ACL\" --rule-number {} --protocol -1 --rule-action deny --ingress --{option} {}",
            index + 1,
            range(address)
        )
    };
    let rules: Vec<String> = addresses.iter().enumerate().map(rule).collect();
    block(
        "network-acl",
        "Entries of a network ACL that refuse packets from these addresses to the subnets of $ACL.",
        rules.join("\n"),
    )
}

fn security_group(ranges: &[String]) -> Block {
    let revoke: Vec<String> = ranges
        .iter()
        .map(|range| {
            format!(
                "aws ec2 describe-security-group-rules --filters Name=group-id,Values=\"$GROUP\" --query \"SecurityGroupRules[?CidrIpv4=='{range}' || CidrIpv6=='{range}'].SecurityGroupRuleId\" --output text | xargs -r aws ec2 revoke-security-group-ingress --group-id \"$GROUP\" --security-group-rule-ids"
            )
        })
        .collect();
    block(
        "security-group",
        "A security group only allows: this takes away rules that let exactly these addresses in.",
        revoke.join("\n"),
    )
}

#[cfg(test)]
mod tests {
    use super::blocks;

    #[test]
    fn only_addresses_are_blocked() {
        let addresses =
            ["198.51.100.7", "2001:db8::1", "ec2.amazonaws.com", "$(id)", "AWS Internal"];
        let blocks = blocks(&addresses.map(ToOwned::to_owned));
        assert_eq!(blocks.len(), 4);
        for block in &blocks {
            assert!(block.snippet.contains("198.51.100.7/32"), "{}", block.snippet);
            assert!(block.snippet.contains("2001:db8::1/128"), "{}", block.snippet);
            assert!(!block.snippet.contains("$(id)") && !block.snippet.contains("Internal"));
        }
        assert!(super::blocks(&["AWS Internal".to_owned()]).is_empty());
    }
}
