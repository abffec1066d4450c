//! Reports and evidence: what they hold, where it comes from, and that they do no harm.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Folder, hostile};

const LEAKED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/leaked-user-key/AWSLogs");
const ROBBED: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../testdata/instance-credentials-stolen/records.json.gz"
);

fn read(folder: &Folder, name: &str) -> String {
    std::fs::read_to_string(folder.path().join(name))
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn unpacked(path: &Path) -> String {
    let bytes = std::fs::read(path).expect("a file");
    if !bytes.starts_with(b"\x1f\x8b") {
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    let mut text = String::new();
    flate2::read::GzDecoder::new(Cursor::new(bytes)).read_to_string(&mut text).expect("text");
    text
}

/// The ids of all records below a folder.
fn ids_in(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in files(folder) {
        for part in unpacked(&path).split(r#""eventID":"#).skip(1) {
            let id =
                part.trim_start().trim_start_matches('"').split('"').next().unwrap_or_default();
            found.insert(id.to_owned());
        }
    }
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    if folder.is_file() {
        return vec![folder.to_owned()];
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "gz" || ending == "json") {
            found.push(path);
        }
    }
    found
}

/// The values of an attribute on a page.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let begin = format!(" {name}=\"");
    page.split(&begin).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// Every event id under a key that names one, anywhere in a document.
fn event_ids(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                if key.ends_with("event_id") || key.ends_with("event_ids") {
                    let ids = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                    found.extend(ids.iter().filter_map(Value::as_str).map(str::to_owned));
                } else {
                    event_ids(value, found);
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| event_ids(value, found)),
        _ => {}
    }
}

/// The first incident of a scan.
fn first_incident(folder: &Folder, logs: &str) -> Value {
    let said = folder.run(&["scan", "-q", "--format", "ndjson", logs]).out;
    serde_json::from_str(said.lines().next().expect("an incident")).expect("JSON")
}

#[test]
fn a_report_leads_to_events_that_exist() {
    for logs in [LEAKED, ROBBED] {
        let folder = Folder::new();
        let known = ids_in(logs.as_ref());
        assert!(known.len() > 2, "{logs}");
        for name in ["report.html", "report.json"] {
            let said = folder.run(&["scan", "-q", "--report", name, logs]);
            assert_eq!((said.status, said.err.as_str()), (1, ""));
        }
        let page = read(&folder, "report.html");
        let on_page: BTreeSet<String> =
            attributes(&page, "data-event").into_iter().map(str::to_owned).collect();
        let document: Value = serde_json::from_str(&read(&folder, "report.json")).expect("JSON");
        let mut in_document = BTreeSet::new();
        event_ids(&document, &mut in_document);
        for (ids, whose) in [(&on_page, "the page"), (&in_document, "the document")] {
            assert!(ids.len() >= 3, "{whose} names {ids:?}");
            let made_up: Vec<_> = ids.difference(&known).collect();
            assert!(made_up.is_empty(), "{whose} names events that are in no log: {made_up:?}");
        }
        // Every suspicious event has a row, and every link leads to one.
        let incident = first_incident(&folder, logs);
        let rows: BTreeSet<&str> = attributes(&page, "id").into_iter().collect();
        for link in attributes(&page, "href") {
            let target = link.strip_prefix('#').unwrap_or_else(|| panic!("{link} leads away"));
            assert!(rows.contains(target), "{link} leads nowhere");
        }
        for id in incident["event_ids"].as_array().expect("ids") {
            let id = id.as_str().expect("an id");
            assert!(on_page.contains(id), "{id} is not on the page");
        }
        // Pictures, answers, rings and steps each name events.
        for piece in ["<rect", "data-question", "class=\"check\""] {
            assert!(page.contains(piece), "no {piece}");
        }
        // Of the two only Lena's thief makes something.
        assert_eq!(page.contains("<path"), logs == LEAKED, "the lineage in {logs}");
        for (begin, end) in [
            ("-timeline\"", "-lineage\""),
            ("-blast\"", "-resolution\""),
            ("-investigation\"", "-timeline\""),
            ("-resolution\"", "-related\""),
        ] {
            let begin = page.rfind(&format!("id=\"i1{begin}")).expect("a section");
            let end = page.rfind(&format!("id=\"i1{end}")).expect("the next one");
            assert!(
                page[begin..end].contains("data-event="),
                "{} names no event",
                &page[begin..begin + 40]
            );
        }
    }
}

#[test]
fn a_page_needs_nothing_and_has_its_sections_in_order() {
    let folder = Folder::new();
    let id = first_incident(&folder, LEAKED)["id"].as_str().expect("an id").to_owned();
    let said = folder.run(&["explain", "-q", &id, "--report", "incident.html", LEAKED]);
    assert_eq!(said.status, 0, "{}", said.err);
    let page = read(&folder, "incident.html");
    let sections = [
        "Why this alert is important",
        "Why this might be just fine",
        "Details",
        "Events",
        "Investigation",
        "Timeline",
        "Lineage",
        "Blast radius",
        "Resolution",
        "Related incidents",
        "Activity",
        "Not checked",
    ];
    let places: Vec<usize> = sections
        .iter()
        .map(|name| page.find(&format!("<h2>{name}</h2>")).unwrap_or_else(|| panic!("no {name}")))
        .collect();
    assert!(places.is_sorted(), "{places:?}");
    for outside in
        ["http://", "https://", "src=", "url(", "@import", "<link", "<img", "<iframe", "import("]
    {
        assert!(!page.contains(outside), "the page asks for something: {outside}");
    }
    assert!(page.contains("Content-Security-Policy"), "no policy");
    // The same logs give the same page.
    folder.run(&["explain", "-q", &id, "--report", "again.html", "--threads", "1", LEAKED]);
    assert!(read(&folder, "again.html") == page, "the page depends on the threads");
    // A command to copy is filled in.
    assert!(
        page.contains("aws iam update-access-key --user-name lena"),
        "the key is not switched off"
    );
    assert!(page.contains("--user-name backup-service"), "what was made is left alone");
}

#[test]
fn several_incidents_have_an_index_and_none_has_a_page_too() {
    let folder = hostile::folder();
    folder.run(&[&["scan", "-q", "--report", "all.html"], &hostile::LOW[..], &["logs"]].concat());
    let page = read(&folder, "all.html");
    let articles = page.matches("<article").count();
    assert!(articles > 80, "{articles}");
    let index = page.find("class=\"index\"").expect("an index");
    assert!(index < page.find("<article").expect("an incident"));
    let quiet = Folder::with_peace();
    assert_eq!(quiet.run(&["scan", "-q", "--report", "none.html", "logs"]).status, 0);
    assert!(read(&quiet, "none.html").contains("No sign of a stolen credential"));
}

#[test]
fn hostile_text_stays_text_in_every_report() {
    let folder = hostile::folder();
    for name in ["report.html", "report.md", "report.json"] {
        let said =
            folder.run(&[&["scan", "-q", "--report", name], &hostile::LOW[..], &["logs"]].concat());
        hostile::assert_harmless(&said.err, "what goes to standard error");
        let text = read(&folder, name);
        hostile::assert_harmless(&text, name);
        assert!(text.contains("onerror"), "the hostile name is nowhere, nothing was tested");
        if name != "report.json" {
            let own = text.matches("<script").count();
            assert_eq!(own, usize::from(name == "report.html"), "a script in {name}");
            for markup in ["<img", "<b>\"", "</pre>", "<a href=\"http"] {
                assert!(!text.contains(markup), "{markup} in {name}");
            }
            let link = name == "report.md" && text.contains("[a](");
            assert!(!link, "a link in {name}");
        }
    }
    let page = read(&folder, "report.html");
    // What is between angle brackets is the program's own.
    let known: BTreeSet<&str> = TAGS.into_iter().collect();
    let (head, rest) = page.split_once("</head>").expect("a head");
    assert!(head.contains("script-src &#39;sha256-"), "scripts of others may run: {head}");
    let body = rest.split("<script>").next().expect("a body");
    for tag in body.split('<').skip(1) {
        let name =
            tag.trim_start_matches('/').split([' ', '>', '/', '\n']).next().unwrap_or_default();
        assert!(known.contains(name), "<{name} is not ours: {}", &tag[..tag.len().min(80)]);
        let tag = tag.split('>').next().unwrap_or_default();
        for handler in [" on", " style=", "javascript:"] {
            assert!(
                !tag.contains(handler) || tag.contains("&#39;") || tag.contains("&quot;"),
                "<{tag}>"
            );
        }
    }
}

/// The elements of a report.
const TAGS: [&str; 42] = [
    "body", "div", "b", "span", "code", "header", "h1", "h2", "h3", "p", "dl", "dt", "dd", "nav",
    "a", "main", "ul", "ol", "li", "button", "section", "svg", "rect", "line", "path", "text",
    "title", "details", "summary", "table", "thead", "tbody", "tr", "th", "td", "input", "output",
    "article", "footer", "strong", "output", "html",
];

#[test]
fn a_name_of_a_megabyte_does_not_fill_a_report() {
    let folder = Folder::new();
    let huge = "A".repeat(1 << 20);
    let lines: Vec<String> =
        hostile::theft(1).iter().map(|record| record.to_string().replace("user1", &huge)).collect();
    folder.write("logs/trail.json", lines.join("\n"));
    for name in ["report.html", "report.md"] {
        folder.run(&[&["scan", "-q", "--report", name], &hostile::LOW[..], &["logs"]].concat());
        let length = read(&folder, name).len();
        assert!(length < 600_000, "{length} bytes in {name}");
    }
}

/// The files of a zip by name, below its one folder.
fn unzipped(bytes: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    (0..zip.len())
        .map(|index| {
            let mut file = zip.by_index(index).expect("a file");
            let name = file.name().expect("UTF-8").split_once('/').expect("a folder").1.to_owned();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).expect("its bytes");
            (name, bytes)
        })
        .collect()
}

fn sum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[test]
fn evidence_is_what_stands_in_the_logs_and_its_sums_are_right() {
    for logs in [LEAKED, ROBBED] {
        let folder = Folder::new();
        let incident = first_incident(&folder, logs);
        let id = incident["id"].as_str().expect("an id");
        let said = folder.run(&["explain", "-q", id, "--evidence", "incident.zip", logs]);
        assert_eq!(said.status, 0, "{}", said.err);
        let bytes = std::fs::read(folder.path().join("incident.zip")).expect("the evidence");
        folder.run(&["explain", "-q", id, "--evidence", "again.zip", "--threads", "1", logs]);
        let again = std::fs::read(folder.path().join("again.zip")).expect("the evidence");
        assert!(bytes == again, "the evidence depends on the threads");
        let files = unzipped(bytes);
        let sums = String::from_utf8(files["SHA256SUMS"].clone()).expect("text");
        assert_eq!(sums.lines().count(), files.len() - 1);
        for line in sums.lines() {
            let (expected, name) = line.split_once("  ").expect("a sum and a name");
            assert_eq!(sum(&files[name]), expected, "{name}");
        }
        let manifest: Value = serde_json::from_slice(&files["manifest.json"]).expect("JSON");
        assert_eq!(manifest["missing"].as_array().map(Vec::len), Some(0));
        let records = manifest["records"].as_array().expect("records");
        assert_eq!(records.len(), incident["event_ids"].as_array().expect("ids").len());
        for (record, event) in records.iter().zip(incident["event_ids"].as_array().expect("ids")) {
            assert_eq!(record["event_id"], *event);
            let text = &files[record["file"].as_str().expect("a file")];
            assert_eq!(sum(text), record["sha256"].as_str().expect("a sum"));
            let object = record["objects"][0].as_str().expect("an object");
            let whole = unpacked(object.as_ref());
            let text = std::str::from_utf8(text).expect("text");
            assert!(
                whole.contains(text),
                "the record does not stand in {object} like this: {text}"
            );
            let parsed: Value = serde_json::from_str(text).expect("a record");
            assert_eq!(parsed["eventID"], *event);
        }
        for object in manifest["objects"].as_array().expect("objects") {
            let stored =
                std::fs::read(object["path"].as_str().expect("a path")).expect("the object");
            assert_eq!(sum(&stored), object["sha256"].as_str().expect("a sum"));
            assert_eq!(stored.len() as u64, object["size"].as_u64().expect("a size"));
        }
        assert!(files.contains_key("report.html") && files.contains_key("events.csv"));
    }
}

#[test]
fn what_comes_through_a_pipe_is_read_twice_as_well() {
    use std::io::Write;
    use std::process::Stdio;
    let folder = Folder::new();
    let id = first_incident(&folder, ROBBED)["id"].as_str().expect("an id").to_owned();
    let mut child = folder
        .command(&["explain", "-q", &id, "--evidence", "e.zip", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("run keyhound");
    let bytes = super::recorded("instance-credentials-stolen");
    child.stdin.take().expect("a pipe").write_all(&bytes).expect("pass the logs on");
    assert!(child.wait().expect("an end").success());
    let files = unzipped(std::fs::read(folder.path().join("e.zip")).expect("the evidence"));
    assert!(files.keys().any(|name| name.starts_with("records/")), "{:?}", files.keys());
}

#[test]
fn a_name_that_says_no_form_is_refused_before_anything_is_read() {
    let folder = Folder::with_theft();
    for arguments in [
        &["scan", "--report", "report.pdf", "logs"][..],
        &["scan", "--report", "report", "logs"],
        &["explain", "inc-1", "--report", "x.txt", "logs"],
        &["explain", "inc-1", "--evidence", "x.tar", "logs"],
    ] {
        let said = folder.run(arguments);
        assert_eq!(said.status, 2, "{arguments:?}");
        assert!(said.err.contains("a name that ends in"), "{}", said.err);
        assert!(!said.err.contains("records"), "it has read first: {}", said.err);
    }
}
