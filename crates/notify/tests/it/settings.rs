//! The configuration as people write it: what is right opens, what is wrong is told with the way
//! on.

use notify::{Letter, Notice};

use crate::fixture::{SECRET, now, open, passing, run};
use crate::receiver::{Receiver, answer};

#[test]
fn channels_open_without_a_word_to_anybody() {
    let cases = [
        "kind = 'slack'\nwebhook = { env = 'URL' }",
        "kind = 'slack'\ntoken = { env = 'SECRET' }\nchannel = '#security'",
        "kind = 'teams'\nwebhook = { env = 'URL' }",
        "kind = 'email'\nserver = 'mail.example.com'\nfrom = 'Keyhound <k@example.com>'\nto = ['a@example.com']",
        "kind = 'pagerduty'\nrouting_key = { env = 'SECRET' }\nregion = 'eu'",
        "kind = 'jira'\nurl = 'https://example.atlassian.net'\nuser = 'a@b.example'\ntoken = { env = 'SECRET' }\nproject = 'SEC'",
        "kind = 'webhook'\nurl = { env = 'URL' }\nsecret = { env = 'SECRET' }",
        "kind = 'splunk'\nurl = 'https://splunk.example.com:8088'\ntoken = { env = 'SECRET' }",
    ];
    for settings in cases {
        let url = [("URL", "https://hooks.example.com/1".to_owned())];
        let opened = crate::fixture::open_with(settings, &url, &notify::Proxies::default());
        let opened = opened.unwrap();
        assert_eq!(opened.names().collect::<Vec<_>>(), ["ops"], "{settings}");
        assert_eq!(format!("{opened:?}"), r#"{"ops"}"#);
    }
}

#[test]
fn what_is_wrong_is_told_with_the_way_on() {
    let jira =
        "kind = 'jira'\nurl = 'https://j.example'\ntoken = { env = 'SECRET' }\nproject = 'SEC'";
    let mail =
        "kind = 'email'\nserver = 'm.example'\nfrom = 'k@example.com'\nto = ['a@example.com']";
    let webhook = "kind = 'webhook'\nsecret = { env = 'SECRET' }";
    let cases = [
        ("kind = 'fax'".to_owned(), "unknown variant `fax`"),
        ("webhook = { env = 'URL' }".to_owned(), "missing field `kind`"),
        ("kind = 'slack'\nchanel = 'x'".to_owned(), "unknown field `chanel`"),
        (
            "kind = 'slack'".to_owned(),
            "channel ops cannot be used: it needs either webhook, or token and channel",
        ),
        (
            "kind = 'slack'\ntoken = { env = 'SECRET' }".to_owned(),
            "it needs either webhook, or token and channel",
        ),
        ("kind = 'teams'\nwebhook = 'https://x'".to_owned(), "unknown variant `https://x`"),
        (
            "kind = 'teams'\nwebhook = { env = 'NONE' }".to_owned(),
            "channel ops cannot be used: the variable NONE is not set",
        ),
        (
            "kind = 'teams'\nwebhook = { file = '/nowhere' }".to_owned(),
            "the secret in /nowhere cannot be read",
        ),
        (
            "kind = 'teams'\nwebhook = { env = 'SECRET' }".to_owned(),
            "its address is none (relative URL without a base)",
        ),
        (
            "kind = 'splunk'\nurl = 'http://splunk.example'\ntoken = { env = 'SECRET' }".to_owned(),
            "its address begins with http://",
        ),
        (
            "kind = 'splunk'\nurl = 'ftp://splunk.example'\ntoken = { env = 'SECRET' }".to_owned(),
            "its address does not begin with https://",
        ),
        (
            "kind = 'splunk'\nurl = 'https://u:p@splunk.example'\ntoken = { env = 'SECRET' }"
                .to_owned(),
            "its address holds a user or password",
        ),
        (
            format!("{webhook}\nurl = {{ env = 'SECRET' }}\nheaders = {{ Host = 'x' }}"),
            "its address is none",
        ),
        (jira.to_owned(), "it has no user; name the mail address whose token it is"),
        (format!("{jira}\ndeployment = 'server'\nuser = 'x'"), "a server's token needs no user"),
        (format!("{}\nuser = 'x'", jira.replace("SEC'", "sec'")), "\"sec\" is no key of a project"),
        (
            format!("{jira}\nuser = 'x'\nlabels = ['two words']"),
            "the label \"two words\" holds a blank",
        ),
        (mail.replace("k@example.com", "nobody"), "\"nobody\" is no mail address"),
        (mail.replace("['a@example.com']", "[]"), "it has nobody to write to"),
        (format!("{mail}\nuser = 'x'"), "it has one of user and password"),
        (format!("{mail}\nencryption = 'maybe'"), "unknown variant `maybe`"),
        (
            format!("{mail}\nconnection = {{ ca_file = '/nowhere.pem' }}"),
            "the certificates in /nowhere.pem cannot be used",
        ),
        (format!("{mail}\nconnection = {{ retries = 3 }}"), "unknown field `retries`"),
    ];
    for (settings, expected) in cases {
        let told = open(&settings).map(drop).unwrap_err();
        assert!(told.contains(expected), "{settings}: {told}");
        assert!(!told.contains(SECRET), "{told}");
    }
}

#[test]
fn a_webhook_is_signed_with_a_secret_and_keeps_its_headers() {
    let at = |settings: &str, secret: &str| {
        let settings = format!(
            "kind = 'webhook'\nurl = {{ env = 'URL' }}\nsecret = {{ env = 'S' }}\n{settings}"
        );
        let variables = [("URL", "https://r.example".to_owned()), ("S", secret.to_owned())];
        crate::fixture::open_with(&settings, &variables, &notify::Proxies::default()).map(drop)
    };
    assert_eq!(at("headers = { X-Team = 'blue' }", SECRET), Ok(()));
    for header in ["Host", "authorization", "Webhook-Signature", "a b"] {
        let told = at(&format!("headers = {{ '{header}' = 'x' }}"), SECRET).unwrap_err();
        assert!(told.contains("is no header that may be set"), "{told}");
    }
    assert!(
        at("headers = { X-Team = \"a\\nb\" }", SECRET)
            .unwrap_err()
            .contains("the value of the header")
    );
    for secret in ["short", "whsec_c2hvcnQ="] {
        assert!(at("", secret).unwrap_err().contains("too short to sign with"));
    }
}

#[test]
fn names_of_channels_are_plain() {
    for name in ["a b", "ops!", "x".repeat(41).as_str()] {
        let text = format!("[notify.'{name}']\nkind = 'sns'\ntopic_arn = 'x'");
        let settings: notify::settings::Settings = toml::from_str(&text).unwrap();
        let opened =
            notify::Channels::open(&settings.notify, &notify::Proxies::default(), &|_| None);
        assert!(opened.unwrap_err().to_string().contains("its name is none"), "{name}");
    }
}

#[cfg(not(feature = "aws"))]
#[test]
fn a_build_without_aws_says_so() {
    let told =
        open("kind = 'sns'\ntopic_arn = 'arn:aws:sns:eu-west-1:111122223333:x'").unwrap_err();
    assert!(told.contains("build it with `--features aws`"), "{told}");
}

#[test]
fn who_is_not_configured_is_named_beside_who_is() {
    let channels = open("kind = 'pagerduty'\nrouting_key = { env = 'SECRET' }").unwrap();
    assert_eq!(channels.named("ops").unwrap(), "ops");
    assert_eq!(
        channels.named("opps").unwrap_err().to_string(),
        "there is no channel \"opps\"; configured are: ops"
    );
}

#[test]
fn notices_can_be_kept_and_read_again() {
    for notice in [crate::fixture::notice(), crate::hostile::hostile(), Notice::test(now())] {
        let text = serde_json::to_string(&notice).unwrap();
        assert_eq!(serde_json::from_str::<Notice>(&text).unwrap(), notice);
    }
}

#[test]
fn a_test_is_told_as_such() {
    let receiver = Receiver::of(vec![answer(200, "ok")]);
    let channels =
        crate::fixture::open_at(&receiver.url("/"), "kind = 'slack'\nwebhook = { env = 'URL' }");
    let letter = Letter::test("ops", now());
    run(channels.tell(&letter.message(None), now())).unwrap();
    let text = receiver.only().json()["text"].to_string();
    assert!(
        text.contains("This is a test of Keyhound's notifications; nothing was stolen"),
        "{text}"
    );
    let unknown = Letter::test("opps", now());
    let told = run(channels.tell(&unknown.message(None), now())).unwrap_err();
    assert!(passing(&told).unwrap_err().contains("it is not configured any more"));
}
