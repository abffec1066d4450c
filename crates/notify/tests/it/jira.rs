//! Jira, played by a service that keeps issues, comments and transitions as its documentation
//! describes them, and refuses documents that Jira would refuse.

use std::sync::{Arc, Mutex};

use notify::{Channels, Message, News, Notice, Status};
use serde_json::{Value, json};

use crate::fixture::{SECRET, notice, now, open_at, passing, run, tell, tell_in, texts};
use crate::hostile::{HOSTILE, hostile, huge};
use crate::receiver::{Receiver, Reply, Request, answer};
use crate::webhook::digest;

/// What the service holds.
#[derive(Debug, Default)]
struct Held {
    issues: Vec<Value>,
    comments: Vec<Value>,
    taken: Vec<String>,
    fail_next: Option<Reply>,
}

type Store = Arc<Mutex<Held>>;

fn service() -> (Receiver, Store) {
    let held = Store::default();
    let store = Arc::clone(&held);
    (Receiver::new(move |request, _| respond(&mut store.lock().unwrap(), request)), held)
}

fn respond(held: &mut Held, request: &Request) -> Reply {
    if let Some(reply) = held.fail_next.take() {
        return reply;
    }
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let path = path.split_once("/rest/api/").expect("a path of the interface").1;
    match (request.method.as_str(), path) {
        ("GET", "3/search/jql" | "2/search") => {
            let labels = |issue: &Value| issue["labels"].as_array().cloned().unwrap_or_default();
            let asked = |label: &Value| query.contains(label.as_str().unwrap_or_default());
            // The label that every issue has is a part of the others.
            let is = |issue: &&Value| labels(issue).iter().skip(1).any(asked);
            let found: Vec<Value> =
                held.issues.iter().filter(is).map(|_| json!({ "key": "SEC-7" })).collect();
            answer(200, json!({ "issues": found }))
        }
        ("POST", "3/issue" | "2/issue") => {
            let fields = request.json()["fields"].clone();
            if let Err(why) = check(path, &fields["description"]) {
                return answer(
                    400,
                    json!({ "errorMessages": [], "errors": { "description": why } }),
                );
            }
            held.issues.push(fields);
            answer(201, json!({ "id": "10007", "key": "SEC-7" }))
        }
        ("GET", "3/issue/SEC-7/comment" | "2/issue/SEC-7/comment") => {
            answer(200, json!({ "comments": held.comments }))
        }
        ("POST", "3/issue/SEC-7/comment" | "2/issue/SEC-7/comment") => {
            let body = request.json()["body"].clone();
            if let Err(why) = check(path, &body) {
                return answer(400, json!({ "errorMessages": [why] }));
            }
            held.comments.push(json!({ "body": body }));
            answer(201, "{}")
        }
        ("GET", "3/issue/SEC-7/transitions" | "2/issue/SEC-7/transitions") => answer(
            200,
            json!({ "transitions": [
                { "id": "21", "name": "Start", "to": { "name": "In Progress" } },
                { "id": "31", "name": "Resolve", "to": { "name": "Done" } },
            ] }),
        ),
        ("POST", "3/issue/SEC-7/transitions" | "2/issue/SEC-7/transitions") => {
            held.taken.push(request.json()["transition"]["id"].as_str().unwrap().to_owned());
            answer(204, "")
        }
        _ => answer(404, json!({ "errorMessages": ["Issue does not exist"] })),
    }
}

/// Version 3 takes documents; version 2 takes texts.
fn check(path: &str, text: &Value) -> Result<(), String> {
    if path.starts_with('2') {
        let is_text = text.is_string();
        return is_text.then_some(()).ok_or_else(|| "Operation value must be a string".to_owned());
    }
    if text["type"] != "doc" || text["version"] != 1 {
        return Err("no document".to_owned());
    }
    check_node(text)
}

/// No text of a document is empty.
fn check_node(value: &Value) -> Result<(), String> {
    const KNOWN: [&str; 6] = ["doc", "paragraph", "heading", "bulletList", "listItem", "text"];
    let kind = value["type"].as_str().unwrap_or_default();
    if !KNOWN.contains(&kind) {
        return Err(format!("no node {kind:?}"));
    }
    if kind == "text" && value["text"].as_str().is_none_or(str::is_empty) {
        return Err("a text is empty".to_owned());
    }
    value["content"].as_array().into_iter().flatten().try_for_each(check_node)
}

const CLOUD: &str = "user = 'bot@example.com'";
const SERVER: &str = "deployment = 'server'";

fn open(receiver: &Receiver, settings: &str) -> Channels {
    let url = receiver.url("/jira/");
    let settings = format!(
        "kind = 'jira'\nurl = '{url}'\nproject = 'SEC'\ntoken = {{ env = 'SECRET' }}\n\
         labels = ['stolen']\npriorities = {{ high = 'Highest' }}\ntake_transition = 'Start'\n\
         close_transition = 'done'\nreopen_transition = 'Reopen'\n{settings}"
    );
    open_at(&url, &settings)
}

fn closed() -> Notice {
    Notice { status: Status::Closed, ..notice() }
}

#[test]
fn an_incident_is_an_issue_in_the_form_of_each_jira() {
    for (name, settings) in [("cloud", CLOUD), ("server", SERVER)] {
        let (receiver, held) = service();
        let channels = open(&receiver, settings);
        let receipt = tell(&channels, &notice(), News::Opened).unwrap();
        assert_eq!(receipt.thread.as_deref(), Some("SEC-7"));
        insta::assert_json_snapshot!(format!("issue_{name}"), held.lock().unwrap().issues);
        tell_in(&channels, &notice(), News::Updated, Some("SEC-7")).unwrap();
        insta::assert_json_snapshot!(format!("comment_{name}"), held.lock().unwrap().comments);
    }
}

#[test]
fn requests_are_signed_in_as_each_jira_wants() {
    let cases = [
        (CLOUD, "Basic Ym90QGV4YW1wbGUuY29tOmh1bnRlcjItaHVudGVyMi1odW50ZXIy".to_owned()),
        (SERVER, format!("Bearer {SECRET}")),
    ];
    for (settings, expected) in cases {
        let (receiver, _) = service();
        tell(&open(&receiver, settings), &notice(), News::Opened).unwrap();
        for request in receiver.requests() {
            assert_eq!(request.header("authorization"), expected);
            assert!(request.target.starts_with("/jira/rest/api/"), "{}", request.target);
        }
    }
}

#[test]
fn telling_twice_leaves_one_issue_and_one_comment() {
    for settings in [CLOUD, SERVER] {
        let (receiver, held) = service();
        let channels = open(&receiver, settings);
        let first = tell(&channels, &notice(), News::Opened).unwrap();
        assert_eq!(tell(&channels, &notice(), News::Opened).unwrap(), first);
        tell_in(&channels, &notice(), News::Updated, first.thread.as_deref()).unwrap();
        // Even if nobody remembers the thread.
        assert_eq!(tell(&channels, &notice(), News::Updated).unwrap().thread, first.thread);
        let other = Notice { version: 9, ..notice() };
        tell(&channels, &other, News::Updated).unwrap();
        let held = held.lock().unwrap();
        assert_eq!((held.issues.len(), held.comments.len()), (1, 2));
    }
}

#[test]
fn an_issue_that_may_have_been_made_is_looked_for_later() {
    for reply in [Reply::Nothing, Reply::Cut, answer(502, "")] {
        let receiver = Receiver::new(move |request, _| match request.method.as_str() {
            "GET" => answer(200, json!({ "issues": [] })),
            _ => reply.clone(),
        });
        let fault = tell(&open(&receiver, CLOUD), &notice(), News::Opened).unwrap_err();
        assert_eq!(passing(&fault), Ok(Some(20)));
    }
}

#[test]
fn another_incident_is_another_issue() {
    let (receiver, held) = service();
    let channels = open(&receiver, CLOUD);
    tell(&channels, &notice(), News::Opened).unwrap();
    tell(&channels, &Notice { id: "inc-ba9876543210".to_owned(), ..notice() }, News::Opened)
        .unwrap();
    run(channels.tell(&Message::Digest(&digest("x")), now())).unwrap();
    assert_eq!(held.lock().unwrap().issues.len(), 3);
}

#[test]
fn the_issue_follows_the_incident() {
    let (receiver, held) = service();
    let channels = open(&receiver, CLOUD);
    let thread = Some("SEC-7");
    let taken = Notice { status: Status::InProgress, ..notice() };
    let tell = |notice: &Notice, news| tell_in(&channels, notice, news, thread).unwrap().remark;
    assert_eq!(tell(&taken, News::Taken), None);
    // By the name of the status that a transition leads to.
    assert_eq!(tell(&closed(), News::Closed), None);
    assert_eq!(
        tell(&notice(), News::Reopened).as_deref(),
        Some("issue SEC-7 has no transition \"Reopen\" from where it stands")
    );
    assert_eq!(tell(&notice(), News::Updated), None);
    let held = held.lock().unwrap();
    assert_eq!(held.taken, ["21", "31"]);
    assert_eq!(held.comments.len(), 4);
}

#[test]
fn what_was_never_an_issue_is_not_closed() {
    let (receiver, held) = service();
    let receipt = tell(&open(&receiver, CLOUD), &closed(), News::Closed).unwrap();
    assert_eq!(
        receipt.remark.as_deref(),
        Some("there is no issue of it, so there is none to close")
    );
    assert_eq!(held.lock().unwrap().issues.len(), 0);
}

#[test]
fn a_hostile_text_is_text_in_documents() {
    let (receiver, held) = service();
    tell(&open(&receiver, CLOUD), &hostile(), News::Opened).unwrap();
    let issue = held.lock().unwrap().issues[0].clone();
    let mut seen = 0;
    for (path, text) in texts(&issue).iter().filter(|(_, text)| text.contains("evil.example")) {
        seen += 1;
        assert!(path.ends_with("/text") || path == "/summary", "{path}");
        assert!(!text.contains(char::is_control), "{text}");
    }
    assert!(seen > 4, "{issue:#}");
    assert!(!issue.to_string().contains("\"link\""));
}

#[test]
fn a_hostile_text_is_no_wiki_markup() {
    let (receiver, held) = service();
    tell(&open(&receiver, SERVER), &hostile(), News::Opened).unwrap();
    let issue = held.lock().unwrap().issues[0].clone();
    let text = issue["description"].as_str().unwrap();
    assert!(
        text.contains(
            r"\[\~admin\] \{noformat\} \{html\}x\{html\} \!https&#58;//evil.example/x.png\!"
        ),
        "{text}"
    );
    // Whatever the attacker wrote, only our own markup is bare.
    let own = |line: &str| {
        let line = line.strip_prefix("* ").or(line.strip_prefix("h3. ")).unwrap_or(line).to_owned();
        match line.strip_prefix('*').and_then(|line| line.split_once(":* ")) {
            Some((_, value)) => value.to_owned(),
            None => line,
        }
    };
    for line in text.lines().map(own) {
        let entities = ["&amp;", "&lt;", "&gt;", "&#58;", "&#92;"];
        let line = entities.iter().fold(line, |line, entity| line.replace(entity, "x"));
        let mut before = ' ';
        for character in line.chars() {
            assert!(
                !"{}[]!*_-+^~?|#@()".contains(character) || before == '\\',
                "{character} in {line}"
            );
            assert!(!"<>:".contains(character), "{line}");
            before = character;
        }
    }
}

#[test]
fn an_id_cannot_reach_into_the_query() {
    let (receiver, _) = service();
    let id = format!("x\" OR project = \"OTHER{HOSTILE}");
    tell(&open(&receiver, CLOUD), &Notice { id, ..notice() }, News::Opened).unwrap();
    let target = &receiver.requests()[0].target;
    let (_, query) = target.split_once("jql=").unwrap();
    let query = query.split_once('&').unwrap().0;
    // The quotes are those of the query, and the rest is one label.
    assert_eq!(query.matches("%22").count(), 4, "{query}");
    assert!(query.contains("labels+%3D+%22keyhound-x--OR-project----OTHER--channel-"), "{query}");
}

#[test]
fn the_limits_of_jira_are_kept() {
    for settings in [CLOUD, SERVER] {
        let (receiver, held) = service();
        tell(&open(&receiver, settings), &huge(), News::Opened).unwrap();
        let held = held.lock().unwrap();
        let issue = &held.issues[0];
        assert!(issue["summary"].as_str().unwrap().encode_utf16().count() <= 255);
        let texts = texts(&issue["description"]);
        let length: usize = texts.values().map(|text| text.encode_utf16().count()).sum();
        assert!(length <= 32_767, "{length}");
    }
}

#[test]
fn what_jira_answers_decides() {
    let field =
        json!({ "errorMessages": [], "errors": { "issuetype": "Specify a valid issue type" } });
    let cases = [
        (Reply::Answer(429, "retry-after: 9\r\n", String::new()), Ok(Some(9))),
        (answer(503, "<html>"), Ok(None)),
        (
            answer(400, field),
            Err("the receiver answered with status 400: issuetype: Specify a valid issue type"),
        ),
        (
            answer(401, ""),
            Err("the receiver answered with status 401; check the secret of the channel"),
        ),
    ];
    for (reply, expected) in cases {
        let (receiver, held) = service();
        held.lock().unwrap().fail_next = Some(reply);
        let channels = open(&receiver, CLOUD);
        let fault = tell(&channels, &notice(), News::Opened).unwrap_err();
        let expected =
            expected.map_err(|reason| format!("channel ops could not be told: {reason}"));
        assert_eq!(passing(&fault), expected);
        tell(&channels, &notice(), News::Opened).unwrap();
    }
}
