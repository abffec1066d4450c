//! What the client string gives away, and credentials outside their machine.

use super::{Case, benign, fires, near};
use crate::callers::{alice, app, function, machine, session, user};
use crate::court::Court;
use crate::script::{
    AT_A_FRIENDS, AWS, BOTO, BROWSER, ELSEWHERE_IN_AWS, HOSTER, KALI, LAMBDA, MAC, Script,
};

const TRUFFLEHOG: &str = "TruffleHog";
const PACU: &str = "pacu/1.5.2 Boto3/1.26.0";

/// A kernel of Alpine whose package name only holds the letters.
const ALKALI: &str = "aws-cli/2.17.0 Python/3.11.8 Linux/6.6.9-alkalinix exe/x86_64.alkali.9";
const WINDOWS: &str = "Boto3/1.34.69 md/Botocore#1.34.69 ua/2.0 os/windows#10 md/arch#amd64 \
                       lang/python#3.12.2 Botocore/1.34.69";

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn cases() -> Vec<Case> {
    vec![
        fires(
            "attack-distribution",
            "a new machine with Kali",
            alice().quiet(20).with(KALI).calls("s3:ListBuckets"),
        )
        .shows(&["attack-distribution"]),
        near(
            "attack-distribution",
            "a name that only holds the letters",
            alice().quiet(20).with(ALKALI).calls("s3:ListBuckets"),
        ),
        benign(
            "attack-distribution",
            "a colleague's Linux",
            alice().quiet(20).with(BOTO).calls("s3:ListBuckets"),
        ),
        fires(
            "secret-scanner",
            "the key was found and tried",
            app().quiet(20).from(HOSTER).with(TRUFFLEHOG).calls("sts:GetCallerIdentity"),
        )
        .shows(&["secret-scanner", "who-am-i-first", "workload-elsewhere"]),
        near(
            "secret-scanner",
            "the name stands in a remark",
            app().quiet(20).with("curl/8.0 (no trufflehog here)").calls("s3:ListObjects"),
        ),
        benign(
            "secret-scanner",
            "one's own scanner tries a key that lies there to be found",
            Script::of(user("bait"))
                .from(AWS)
                .with(TRUFFLEHOG)
                .habits(&["sts:GetCallerIdentity"])
                .quiet(20)
                .calls("sts:GetCallerIdentity"),
        ),
        fires(
            "offensive-tool",
            "a tool of attackers",
            alice().quiet(20).with(PACU).calls("s3:ListBuckets"),
        )
        .shows(&["offensive-tool"]),
        near(
            "offensive-tool",
            "the library beneath it",
            alice().quiet(20).with(BOTO).calls("s3:ListBuckets"),
        ),
        benign(
            "offensive-tool",
            "the red team's own user",
            Script::of(user("red"))
                .with(PACU)
                .habits(&["iam:ListUsers", "s3:ListBuckets"])
                .quiet(20)
                .calls("s3:ListBuckets"),
        ),
        fires(
            "off-runtime",
            "an instance's credential at a hoster",
            machine().quiet(20).from(HOSTER).calls("s3:ListObjects"),
        )
        .shows(&["off-runtime"]),
        fires(
            "off-runtime",
            "a function's credential on a laptop",
            function().quiet(20).from(AT_A_FRIENDS).with(MAC).calls("s3:ListObjects"),
        )
        .shows(&["client-foreign-to-runtime", "off-runtime"]),
        near(
            "off-runtime",
            "an instance behind a VPC endpoint",
            machine().quiet(20).through("vpce-0a1b2c3d", "10.0.3.7").calls("s3:ListObjects"),
        ),
        near(
            "off-runtime",
            "a person's role session at a hoster",
            Script::of(session("admin", "alice@example.com"))
                .quiet(20)
                .from(HOSTER)
                .calls("s3:ListBuckets"),
        )
        .shows(&["discovery-from-vpn-or-hoster"]),
        near(
            "off-runtime",
            "a session that AWS names itself",
            Script::of(session("web", "aws:ec2-infrastructure"))
                .from(AWS)
                .with(BOTO)
                .quiet(20)
                .calls("ec2:DescribeVolumes"),
        ),
        benign(
            "off-runtime",
            "an instance whose traffic leaves by the own data centre",
            machine().quiet(20).from(AT_A_FRIENDS).calls("s3:ListObjects"),
        )
        .before(Court {
            book: intel::address::AddressBook::new()
                .with_known_networks([("73.162.1.0/24", "data centre")])
                .unwrap(),
            ..Court::default()
        }),
        benign(
            "off-runtime",
            "a function of a new version",
            function()
                .quiet(20)
                .with(&LAMBDA.replace("1.26.165", "1.34.1"))
                .calls("s3:ListObjects"),
        ),
        fires(
            "machine-in-two-places",
            "an instance's credential on a stranger's instance, in turns with the owner",
            machine()
                .quiet(20)
                .from(ELSEWHERE_IN_AWS)
                .calls("s3:ListObjects")
                .from(AWS)
                .calls("s3:ListObjects"),
        )
        .shows(&["machine-in-two-places"]),
        fires(
            "machine-in-two-places",
            "the same on the instance's first day",
            machine()
                .calls("s3:ListObjects")
                .from(ELSEWHERE_IN_AWS)
                .calls("s3:ListObjects")
                .from(AWS)
                .calls("sqs:ReceiveMessage"),
        )
        .shows(&["machine-in-two-places"]),
        near(
            "machine-in-two-places",
            "an instance that was given another address",
            machine().quiet(20).from(ELSEWHERE_IN_AWS).calls_all(["s3:ListObjects"; 3]),
        ),
        near(
            "machine-in-two-places",
            "an endpoint and the street in turns",
            machine()
                .quiet(20)
                .through("vpce-0a1b2c3d", "10.0.3.7")
                .calls("s3:ListObjects")
                .from(AWS)
                .calls("s3:ListObjects"),
        ),
        benign(
            "machine-in-two-places",
            "a function, which runs wherever there is room",
            function()
                .quiet(20)
                .from(ELSEWHERE_IN_AWS)
                .calls("s3:ListObjects")
                .from(AWS)
                .calls("s3:ListObjects"),
        ),
        fires(
            "client-foreign-to-runtime",
            "an instance's credential in a browser",
            machine().quiet(20).with(BROWSER).calls("s3:ListObjects"),
        )
        .shows(&["client-foreign-to-runtime"]),
        near(
            "client-foreign-to-runtime",
            "an instance that runs Windows",
            machine().quiet(20).with(WINDOWS).calls("s3:ListObjects"),
        ),
        near(
            "client-foreign-to-runtime",
            "a person's role session in a browser",
            Script::of(session("admin", "alice@example.com"))
                .quiet(20)
                .with(BROWSER)
                .calls("s3:ListBuckets"),
        ),
        benign(
            "client-foreign-to-runtime",
            "an instance that has always been a Mac",
            machine().with(MAC).quiet(20).calls("s3:ListObjects"),
        ),
        fires(
            "canary-key",
            "the bait was taken",
            Script::of(user("bait")).from(HOSTER).with(BOTO).calls("sts:GetCallerIdentity"),
        )
        .before(with_canary())
        .shows(&["canary-key"]),
        fires(
            "canary-key",
            "even a refused call is a use",
            Script::of(user("bait")).from(HOSTER).with(BOTO).refused("s3:ListBuckets"),
        )
        .before(with_canary())
        .shows(&["canary-key"]),
        near(
            "canary-key",
            "another key of the same user",
            Script::of(user("bait")).key("AKIABAITBAITBAITBAI2").calls("sts:GetCallerIdentity"),
        )
        .before(with_canary()),
        benign("canary-key", "an ordinary key", alice().quiet(20)).before(with_canary()),
    ]
}

fn with_canary() -> Court {
    let mut court = Court::default();
    let key = cloudtrail::AccessKeyId::new("AKIAAAAAAAAAAAAABAIT").unwrap();
    court.settings.canary_keys.insert(key);
    court
}
