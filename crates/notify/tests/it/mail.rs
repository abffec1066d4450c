//! Mail, handed to a real SMTP server and read as a reader of mail would.

use notify::{Channels, Fault, Message, News, Proxies};
use serde_json::Value;
use tempfile::TempDir;

use crate::fixture::{SECRET, notice, now, open_with, passing, run, tell};
use crate::hostile::{HOSTILE, SPELLED_OUT, hostile, huge};
use crate::script::Script;
use crate::webhook::digest;

const ADDRESSES: &str = "from = 'Keyhound <keyhound@example.com>'\nto = ['Sec Team <sec@example.com>', 'oncall@example.com']";
const LOGIN: &str = "user = 'keyhound'\npassword = { env = 'SECRET' }";
const TAKEN: &str = "250 OK";

/// A server, and the settings that reach it.
struct Server {
    script: Script,
    folder: TempDir,
}

impl Server {
    fn start(encryption: &str, reply: &str, login: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (user, password) = if login { ("keyhound", SECRET) } else { ("-", "-") };
        let path = folder.path().to_str().unwrap();
        let script = Script::start("smtp.py", &[encryption, reply, path, user, password]);
        Self { script, folder }
    }

    fn open(&self, encryption: &str, further: &str) -> Channels {
        let ca = self.folder.path().join("ca.pem");
        let ca =
            if ca.exists() { format!(", ca_file = '{}'", ca.display()) } else { String::new() };
        self.open_with_connection(encryption, further, &format!("timeout_seconds = 5{ca}"))
    }

    fn open_with_connection(&self, encryption: &str, further: &str, connection: &str) -> Channels {
        let port = self.script.port;
        let settings = format!(
            "kind = 'email'\nserver = 'localhost'\nport = {port}\nencryption = '{encryption}'\n\
             {ADDRESSES}\n{further}\nconnection = {{ {connection} }}"
        );
        open_with(&settings, &[], &Proxies::default()).unwrap()
    }
}

/// The mail that a server without demands gets.
fn mail(notice: &notify::Notice, news: News) -> Value {
    let server = Server::start("none", TAKEN, false);
    tell(&server.open("none", ""), notice, news).unwrap();
    server.script.line()
}

#[test]
fn a_mail_arrives_over_every_kind_of_encryption() {
    for (encryption, login) in [("starttls", true), ("tls", true), ("none", false)] {
        let server = Server::start(encryption, TAKEN, login);
        let channels = server.open(encryption, if login { LOGIN } else { "" });
        tell(&channels, &notice(), News::Opened).unwrap();
        let mail = server.script.line();
        assert_eq!(mail["encrypted"], encryption != "none");
        assert_eq!(mail["from"], "keyhound@example.com");
        assert_eq!(mail["to"].to_string(), r#"["sec@example.com","oncall@example.com"]"#);
    }
}

#[test]
fn a_mail() {
    insta::assert_snapshot!(
        mail(&notice(), News::Opened)["raw"].as_str().unwrap().replace('\r', "")
    );
}

#[test]
fn news_of_one_incident_are_one_thread() {
    let first = mail(&notice(), News::Opened)["headers"].clone();
    let id = first["message-id"].as_str().unwrap();
    assert!(id.starts_with('<') && id.ends_with("@example.com>"), "{id}");
    assert!(first["references"].is_null());
    // The same news is the same mail, so that whoever gets it twice keeps one.
    assert_eq!(mail(&notice(), News::Opened)["headers"], first);
    let mut ids = vec![id.to_owned()];
    for news in [News::Updated, News::Closed] {
        let mail = mail(&notice(), news)["headers"].clone();
        assert_eq!(
            (mail["references"].as_str(), mail["in-reply-to"].as_str()),
            (Some(id), Some(id))
        );
        ids.push(mail["message-id"].as_str().unwrap().to_owned());
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
    let other = notify::Notice { id: "inc-other".to_owned(), ..notice() };
    assert_ne!(mail(&other, News::Opened)["headers"]["message-id"], first["message-id"]);
}

#[test]
fn a_hostile_text_adds_no_header_and_no_markup() {
    let mail = mail(&hostile(), News::Opened);
    let headers = mail["headers"].as_object().unwrap();
    let mut names: Vec<&str> = headers.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "auto-submitted",
            "content-type",
            "date",
            "from",
            "message-id",
            "mime-version",
            "subject",
            "to"
        ]
    );
    let subject = headers["subject"].as_str().unwrap();
    assert!(subject.starts_with("High alert: <!channel> <@U1>"), "{subject}");
    assert!(mail["plain"].as_str().unwrap().contains(SPELLED_OUT));
    let html = mail["html"].as_str().unwrap();
    for tag in ["<script", "<img", "<!channel", "<at", "<a "] {
        assert!(!html.contains(tag), "{html}");
    }
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(!mail["raw"].as_str().unwrap().contains(HOSTILE));
}

#[test]
fn huge_texts_are_cut() {
    let mail = mail(&huge(), News::Opened);
    assert!(mail["headers"]["subject"].as_str().unwrap().chars().count() <= 180);
    assert!(mail["raw"].as_str().unwrap().len() < 200_000);
    let raw = mail["raw"].as_str().unwrap();
    // What RFC 5321 (section 4.5.3.1.6) allows.
    assert!(raw.lines().all(|line| line.len() <= 998));
}

#[test]
fn a_digest_is_a_mail_of_its_own() {
    let server = Server::start("none", TAKEN, false);
    let digest = digest("Key AKIAI44QH8DHBEXAMPLE of backup");
    run(server.open("none", "").tell(&Message::Digest(&digest), now())).unwrap();
    let mail = server.script.line();
    assert_eq!(mail["headers"]["subject"], "5 watched incidents on 2026-11-20");
    assert!(mail["html"].as_str().unwrap().contains("day=2026-11-20\">Open in Keyhound</a>"));
}

#[test]
fn what_the_server_answers_decides() {
    let told = |reply: &str| -> Fault {
        let server = Server::start("none", reply, false);
        tell(&server.open("none", ""), &notice(), News::Opened).unwrap_err()
    };
    assert_eq!(passing(&told("451 4.3.0 try again later")), Ok(None));
    let full = passing(&told("552 5.3.4 too big")).unwrap_err();
    assert!(full.contains("permanent error (552): 5.3.4 too big"), "{full}");
    let hostile = told("451 \u{1b}[2J\u{202e}").to_string();
    assert!(!hostile.contains(['\u{1b}', '\u{202e}']), "{hostile}");
}

#[test]
fn a_wrong_password_is_final_and_not_told() {
    let server = Server::start("starttls", TAKEN, true);
    let channels = server.open("starttls", "user = 'mallory'\npassword = { env = 'SECRET' }");
    let told = passing(&tell(&channels, &notice(), News::Opened).unwrap_err()).unwrap_err();
    assert!(told.ends_with("check user and password of the channel"), "{told}");
    assert!(!told.contains(SECRET), "{told}");
}

#[test]
fn nothing_is_sent_in_the_open_to_a_server_that_was_to_encrypt() {
    let server = Server::start("none", TAKEN, false);
    let fault = tell(&server.open("starttls", ""), &notice(), News::Opened).unwrap_err();
    assert!(fault.to_string().to_lowercase().contains("starttls"), "{fault}");
}

#[test]
fn a_certificate_of_nobody_known_is_not_believed() {
    for encryption in ["starttls", "tls"] {
        let server = Server::start(encryption, TAKEN, false);
        let channels = server.open_with_connection(encryption, "", "timeout_seconds = 5");
        let fault = tell(&channels, &notice(), News::Opened).unwrap_err();
        assert!(fault.to_string().contains("invalid peer certificate"), "{fault}");
    }
}

#[test]
fn where_mail_goes_is_decided_on_the_address() {
    let cases = [
        ("10.255.255.1", "none", "mail without encryption goes to a server on this machine only"),
        ("169.254.169.254", "starttls", "link-local, metadata or reserved address"),
    ];
    for (server, encryption, expected) in cases {
        let settings = format!(
            "kind = 'email'\nserver = '{server}'\nencryption = '{encryption}'\n{ADDRESSES}"
        );
        let channels = open_with(&settings, &[], &Proxies::default()).unwrap();
        let told = passing(&tell(&channels, &notice(), News::Opened).unwrap_err()).unwrap_err();
        assert!(told.contains(expected), "{told}");
    }
}

#[test]
fn a_server_that_is_gone_may_come_back() {
    let server = Server::start("none", TAKEN, false);
    let channels = server.open("none", "");
    drop(server);
    assert_eq!(passing(&tell(&channels, &notice(), News::Opened).unwrap_err()), Ok(None));
}
