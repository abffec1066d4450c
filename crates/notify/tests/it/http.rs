//! What receivers do, and what becomes of it: the generic webhook stands for all channels that
//! speak HTTP.

use std::time::Instant;

use notify::{Fault, News, Proxies};

use crate::fixture::{SECRET, notice, open_at, open_with, passing, tell};
use crate::receiver::{Receiver, Reply, answer};
use crate::script::Script;

const WEBHOOK: &str = "kind = 'webhook'\nurl = { env = 'URL' }\nsecret = { env = 'SECRET' }";

fn told(receiver: &Receiver) -> Result<(), Fault> {
    let channels = open_at(&receiver.url("/hook?token=s3cr3t-in-url"), WEBHOOK);
    tell(&channels, &notice(), News::Opened).map(drop)
}

fn fault(reply: Reply) -> Fault {
    let receiver = Receiver::of(vec![reply]);
    let fault = told(&receiver).unwrap_err();
    let text = fault.to_string();
    for secret in [SECRET, "s3cr3t-in-url", "127.0.0.1"] {
        assert!(!text.contains(secret), "{text}");
    }
    assert!(text.starts_with("channel ops could not be told"), "{text}");
    fault
}

#[test]
fn what_passes_is_tried_again_when_the_receiver_wishes() {
    let busy = |headers| Reply::Answer(429, headers, String::new());
    let cases = [
        (busy("retry-after: 30\r\n"), Some(30)),
        (busy("retry-after: Fri, 20 Nov 2026 02:31:00 GMT\r\n"), Some(60)),
        (busy(""), None),
        (busy("retry-after: never\r\n"), None),
        (Reply::Answer(503, "retry-after: 5\r\n", String::new()), Some(5)),
        (answer(500, "oops"), None),
        (answer(502, ""), None),
        (answer(408, ""), None),
        (Reply::Nothing, None),
        (Reply::Cut, None),
    ];
    for (reply, wait) in cases {
        assert_eq!(passing(&fault(reply.clone())), Ok(wait), "{reply:?}");
    }
}

#[test]
fn what_will_not_pass_is_final_and_says_what_to_do() {
    let cases = [
        (answer(400, SECRET), "status 400"),
        (answer(401, ""), "status 401; check the secret of the channel"),
        (answer(403, ""), "status 403; check the secret of the channel"),
        (answer(404, ""), "status 404; check the address of the channel"),
        (answer(410, ""), "status 410; check the address of the channel"),
    ];
    for (reply, expected) in cases {
        let told = passing(&fault(reply)).unwrap_err();
        assert!(told.ends_with(expected), "{told}");
    }
}

#[test]
fn after_a_failure_the_next_attempt_may_succeed_with_the_same_key() {
    let receiver = Receiver::of(vec![answer(500, ""), answer(200, "")]);
    let channels = open_at(&receiver.url("/"), WEBHOOK);
    assert_eq!(passing(&tell(&channels, &notice(), News::Opened).unwrap_err()), Ok(None));
    tell(&channels, &notice(), News::Opened).unwrap();
    let keys: Vec<String> = receiver
        .requests()
        .iter()
        .map(|request| request.header("idempotency-key").to_owned())
        .collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
}

#[test]
fn no_redirect_is_followed() {
    let other = Receiver::of(vec![answer(200, "")]);
    for status in [301, 302, 303, 307, 308] {
        let location = format!("location: {}\r\n", other.url("/")).leak();
        let receiver = Receiver::of(vec![Reply::Answer(status, location, String::new())]);
        let told = passing(&told(&receiver).unwrap_err()).unwrap_err();
        let expected = format!(
            "the receiver answers with a redirect elsewhere (status {status}), which is not \
             followed; configure its final address"
        );
        assert!(told.ends_with(&expected), "{told}");
    }
    assert_eq!(other.requests().len(), 0);
}

#[test]
fn nobody_is_waited_for_without_end() {
    let receiver = Receiver::of(vec![Reply::Silence]);
    let settings =
        format!("{WEBHOOK}\nconnection = {{ allow_private = true, timeout_seconds = 1 }}");
    let url = [("URL", receiver.url("/"))];
    let channels = open_with(&settings, &url, &Proxies::default()).unwrap();
    let begun = Instant::now();
    let fault = tell(&channels, &notice(), News::Opened).unwrap_err();
    assert_eq!(passing(&fault), Ok(None));
    assert!(fault.to_string().ends_with("the receiver did not answer in time"), "{fault}");
    assert!(begun.elapsed().as_secs() < 15);
}

#[test]
fn an_answer_without_end_is_read_up_to_a_bound() {
    let begun = Instant::now();
    assert_eq!(told(&Receiver::of(vec![Reply::Endless])), Ok(()));
    assert!(begun.elapsed().as_secs() < 15);
}

#[test]
fn who_is_not_there_may_come_back() {
    let receiver = Receiver::of(vec![answer(200, "")]);
    let channels = open_at(&receiver.url("/"), WEBHOOK);
    drop(receiver);
    let fault = tell(&channels, &notice(), News::Opened).unwrap_err();
    assert_eq!(passing(&fault), Ok(None));
    assert!(fault.to_string().contains("cannot be reached"), "{fault}");
    assert!(!fault.to_string().contains("127.0.0.1"), "{fault}");
}

#[test]
fn addresses_that_were_not_meant_are_refused() {
    let receiver = Receiver::of(vec![answer(200, "")]);
    let port = receiver.port();
    let private = "the receiver is on this machine or in a private network; if that is meant, set \
                   connection.allow_private = true";
    let never = "the receiver has a link-local, metadata or reserved address, which is never \
                 talked to; check the address";
    let cases = [
        (format!("https://127.0.0.1:{port}/"), "", private),
        (format!("https://2130706433:{port}/"), "", private),
        (format!("https://0x7f.1:{port}/"), "", private),
        (format!("https://[::1]:{port}/"), "", private),
        (format!("https://[::ffff:127.0.0.1]:{port}/"), "", private),
        (format!("https://localhost:{port}/"), "", private),
        ("https://169.254.169.254/latest/meta-data".to_owned(), "", never),
        ("https://10.0.0.1/".to_owned(), "", private),
        // Not even where private receivers are allowed.
        ("http://169.254.169.254/latest/meta-data".to_owned(), "allow_private = true", never),
        ("http://[fd00:ec2::254]/".to_owned(), "allow_private = true", never),
        (format!("http://0.0.0.0:{port}/"), "allow_private = true", never),
    ];
    for (url, connection, expected) in cases {
        let settings = format!("{WEBHOOK}\nconnection = {{ {connection} }}");
        let channels = open_with(&settings, &[("URL", url.clone())], &Proxies::default()).unwrap();
        let told = passing(&tell(&channels, &notice(), News::Opened).unwrap_err());
        assert_eq!(told, Err(format!("channel ops could not be told: {expected}")), "{url}");
    }
    assert_eq!(receiver.requests().len(), 0);
}

#[test]
fn a_name_is_allowed_by_where_it_leads() {
    let receiver = Receiver::of(vec![answer(200, "")]);
    let channels = open_at(&format!("http://localhost:{}/", receiver.port()), WEBHOOK);
    tell(&channels, &notice(), News::Opened).unwrap();
    assert_eq!(receiver.requests().len(), 1);
}

#[test]
fn requests_go_through_the_proxy_of_the_environment() {
    let proxy = Receiver::of(vec![answer(200, "")]);
    let variables =
        |name: &str| (name == "HTTP_PROXY").then(|| format!("localhost:{}", proxy.port()));
    let proxies = Proxies::of(&variables).unwrap();
    let at = |url: &str| {
        let settings = format!("{WEBHOOK}\nconnection = {{ allow_private = true }}");
        let channels = open_with(&settings, &[("URL", url.to_owned())], &proxies).unwrap();
        tell(&channels, &notice(), News::Opened)
    };
    at("http://receiver.invalid/hook").unwrap();
    assert_eq!(proxy.only().target, "http://receiver.invalid/hook");
    // The proxy is no way around: what is known to be a metadata service stays refused.
    assert!(passing(&at("http://169.254.169.254/").unwrap_err()).is_err());
    assert_eq!(proxy.requests().len(), 1);
}

#[test]
fn what_is_encrypted_goes_through_the_proxy_unread() {
    let proxy = Receiver::of(vec![answer(403, "")]);
    let variables = |name: &str| match name {
        "HTTPS_PROXY" => Some(format!("http://keyhound:{SECRET}@localhost:{}", proxy.port())),
        "NO_PROXY" => Some("direct.invalid".to_owned()),
        _ => None,
    };
    let proxies = Proxies::of(&variables).unwrap();
    let at = |url: &str| {
        let channels = open_with(WEBHOOK, &[("URL", url.to_owned())], &proxies).unwrap();
        tell(&channels, &notice(), News::Opened).unwrap_err()
    };
    // The proxy is in a private network, which is nobody's business but the environment's.
    let fault = at("https://receiver.invalid/hook");
    assert_eq!(passing(&fault), Ok(None));
    assert!(!fault.to_string().contains(SECRET), "{fault}");
    let request = proxy.only();
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("CONNECT", "receiver.invalid:443")
    );
    assert!(request.header("proxy-authorization").starts_with("Basic "));
    at("https://direct.invalid/hook");
    // Nor is it a receiver by its own name.
    let port = proxy.port();
    assert!(passing(&at(&format!("https://localhost:{port}/"))).is_err());
    assert_eq!(proxy.requests().len(), 1);
}

#[test]
fn certificates_are_checked_and_may_be_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let server = Script::start("https.py", &[folder.path().to_str().unwrap()]);
    let at = |connection: &str| {
        let url = format!("https://localhost:{}/hook", server.port);
        let settings = format!("{WEBHOOK}\nconnection = {{ allow_private = true{connection} }}");
        let channels = open_with(&settings, &[("URL", url)], &Proxies::default()).unwrap();
        tell(&channels, &notice(), News::Opened)
    };
    let told = at("").unwrap_err();
    assert!(told.to_string().contains("invalid peer certificate"), "{told}");
    at(&format!(", ca_file = '{}'", folder.path().join("ca.pem").display())).unwrap();
}
