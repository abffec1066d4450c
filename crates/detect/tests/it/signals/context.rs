//! Where a credential is used.

use super::{Case, benign, fires, near};
use crate::callers::{alice, app, machine, root, user};
use crate::court::Court;
use crate::script::{
    AT_A_FRIENDS, AWS, BOTO, CLOUD, GO, HOME, HOME_AGAIN, HOSTER, OTHER_HOSTER, Script, TOR, VPN,
};

fn with_threats() -> Court {
    let book = intel::address::AddressBook::new().with_threat_list("91.64.1.77\n").unwrap();
    Court { book, ..Court::default() }
}

/// A key for a job that runs once in a while.
fn sleeper(days: i64) -> Script {
    app().quiet(10).wait_days(days - 1)
}

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn cases() -> Vec<Case> {
    vec![
        fires(
            "everything-new",
            "another country with another client",
            alice().quiet(20).from(HOSTER).with(BOTO).calls("s3:ListBuckets"),
        )
        .shows(&["discovery-from-vpn-or-hoster", "everything-new"]),
        near(
            "everything-new",
            "another country with the usual client",
            alice().quiet(20).from(AT_A_FRIENDS).calls("s3:ListBuckets"),
        ),
        near(
            "everything-new",
            "another client in the usual country",
            alice().quiet(20).from(OTHER_HOSTER).with(BOTO).calls("ec2:DescribeInstances"),
        )
        .shows(&["discovery-from-vpn-or-hoster"]),
        near(
            "everything-new",
            "nothing is known yet",
            alice().quiet(2).from(HOSTER).with(BOTO).calls("s3:ListBuckets"),
        ),
        benign(
            "everything-new",
            "a new laptop at home",
            alice().quiet(20).with(GO).calls("s3:ListBuckets"),
        ),
        fires(
            "many-new-networks",
            "one network after the other within an hour",
            hop(alice().quiet(20), &[AT_A_FRIENDS, CLOUD, "1.2.3.4"], 20),
        )
        .shows(&["many-new-networks"]),
        near(
            "many-new-networks",
            "two new networks and home again",
            hop(alice().quiet(20), &[AT_A_FRIENDS, "1.2.3.4", HOME], 20),
        ),
        near(
            "many-new-networks",
            "three new networks in three days",
            hop(alice().quiet(20), &[AT_A_FRIENDS, "1.2.3.4", "5.1.1.1"], 24 * 60),
        ),
        near(
            "many-new-networks",
            "many addresses of one network",
            hop(alice().quiet(20), &["73.162.1.1", "73.162.7.9", "73.162.200.3"], 20),
        ),
        benign(
            "many-new-networks",
            "a machine gets VPC endpoints for three services",
            machine()
                .quiet(20)
                .through("vpce-0aaaaaaaaaaaaaaaa", "10.0.1.5")
                .calls("s3:ListObjects")
                .through("vpce-0bbbbbbbbbbbbbbbb", "10.0.1.5")
                .calls("ssm:UpdateInstanceInformation")
                .through("vpce-0cccccccccccccccc", "10.0.1.5")
                .calls("s3:ListObjects"),
        ),
        fires(
            "workload-elsewhere",
            "a program's key at a hoster",
            app().quiet(20).from(HOSTER).calls("s3:ListObjects"),
        )
        .shows(&["workload-elsewhere"]),
        near(
            "workload-elsewhere",
            "the program is new",
            app().quiet(10).from(HOSTER).calls("s3:ListObjects"),
        ),
        near(
            "workload-elsewhere",
            "a person's key at a friend's",
            alice().quiet(20).from(AT_A_FRIENDS).calls("s3:ListBuckets"),
        ),
        benign(
            "workload-elsewhere",
            "a program on another machine of the same cloud",
            app().quiet(20).from("3.5.140.2").calls("s3:ListObjects"),
        ),
        fires(
            "sleeping-key",
            "awake in a new place",
            sleeper(65).from(HOSTER).calls("s3:ListObjects"),
        )
        .shows(&["sleeping-key"]),
        near("sleeping-key", "too short a sleep", sleeper(28).from(HOSTER).calls("s3:ListObjects")),
        near(
            "sleeping-key",
            "another key of the same user",
            sleeper(65).key("AKIAAPPAPPAPPAPPAPP2").from(HOSTER).calls("s3:ListObjects"),
        ),
        benign("sleeping-key", "a quarterly job", sleeper(90).calls("s3:ListObjects")),
        fires(
            "root-awake",
            "after weeks without it",
            alice().quiet(20).becomes(root()).from(HOSTER).calls("iam:ListUsers"),
        )
        .shows(&["root-awake", "root-from-hidden-network"]),
        fires(
            "root-from-hidden-network",
            "a VPN, where root works by habit",
            Script::of(root()).quiet(20).from(VPN).calls("iam:ListUsers"),
        )
        .shows(&["discovery-from-vpn-or-hoster", "root-from-hidden-network"]),
        near(
            "root-from-hidden-network",
            "an alias of root at the hoster",
            alice().quiet(20).from(HOSTER).calls("cloudwatch:GetMetricData"),
        ),
        benign(
            "root-from-hidden-network",
            "root in the office",
            alice().quiet(20).becomes(root()).calls("account:GetContactInformation"),
        )
        .shows(&["root-awake"]),
        near(
            "root-awake",
            "the trail has just begun",
            alice().quiet(5).becomes(root()).calls("iam:ListUsers"),
        ),
        benign("root-awake", "root by habit", Script::of(root()).quiet(20).calls("iam:ListUsers")),
        fires(
            "threat-list",
            "an address on the user's list",
            alice().quiet(20).from(HOME_AGAIN).calls("s3:ListBuckets"),
        )
        .before(with_threats())
        .shows(&["threat-list"]),
        near(
            "threat-list",
            "its neighbour",
            alice().quiet(20).from("91.64.1.78").calls("s3:ListBuckets"),
        )
        .before(with_threats()),
        benign("threat-list", "an ordinary day", alice().quiet(20)).before(with_threats()),
        fires(
            "tor-exit",
            "a call through Tor",
            alice().quiet(20).from(TOR).calls("s3:ListBuckets"),
        )
        .shows(&["tor-exit"]),
        near(
            "tor-exit",
            "a VPN is not Tor",
            alice().quiet(20).from(VPN).calls("cloudwatch:GetMetricData"),
        ),
        benign(
            "tor-exit",
            "Apple's relay",
            alice().quiet(20).from("104.28.28.79").calls("s3:ListBuckets"),
        ),
        benign(
            "sleeping-key",
            "a user that was always elsewhere",
            Script::of(user("yearly")).from(AWS).quiet(3).wait_days(80).calls("s3:ListBuckets"),
        ),
    ]
}

/// The same call from one address after the other.
fn hop(script: Script, addresses: &[&str], minutes: i64) -> Script {
    addresses.iter().fold(script, |script, address| {
        script.from(address).calls("s3:ListBuckets").wait_minutes(minutes)
    })
}
