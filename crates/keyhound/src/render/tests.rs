//! What readers see, as snapshots; and that no text of a record can do harm.

use incident::feedback::Feedback;
use ingest::{FileProblem, Reason};
use insta::assert_snapshot;

use super::card::{self, Telling};
use super::page::Page;
use super::style::Screen;
use super::{books, identities, json, ndjson, sample, summary};
use crate::config::{Account, Pattern, Settings};

fn settings() -> Settings {
    Settings {
        accounts: vec![Account {
            id: "111122223333".parse().unwrap(),
            name: "payments".to_owned(),
            production: true,
        }],
        break_glass: Pattern::new("*user/deploy").into_iter().collect(),
        ..Settings::default()
    }
}

fn page(width: usize, draw: impl Fn(&mut Page, Telling<'_>)) -> Page {
    let settings = settings();
    let mut page = Page::new(width);
    draw(
        &mut page,
        Telling { settings: &settings, verdicts: &Feedback::default(), input: "./AWSLogs" },
    );
    page
}

#[test]
fn a_compact_card_at_80_columns() {
    let page = page(80, |page, telling| card::compact(page, &sample::theft(), telling));
    assert_snapshot!(page.text(false));
}

#[test]
fn a_compact_card_at_120_columns() {
    let page = page(120, |page, telling| card::compact(page, &sample::theft(), telling));
    assert_snapshot!(page.text(false));
}

#[test]
fn a_full_card_at_80_columns() {
    let page = page(80, |page, telling| card::full(page, &sample::theft(), telling));
    assert_snapshot!(page.text(false));
}

#[test]
fn a_full_card_at_120_columns() {
    let page = page(120, |page, telling| card::full(page, &sample::theft(), telling));
    assert_snapshot!(page.text(false));
}

#[test]
fn a_full_card_in_colour() {
    let page = page(80, |page, telling| card::full(page, &sample::theft(), telling));
    assert_snapshot!(page.text(true).replace('\u{1b}', "␛"));
}

#[test]
fn a_full_card_of_something_watched() {
    let page = page(80, |page, telling| card::full(page, &sample::oddity(), telling));
    assert_snapshot!(page.text(false));
}

#[test]
fn the_end_of_a_scan() {
    let incidents = vec![sample::theft(), sample::oddity()];
    let page = page(80, |page, telling| {
        summary::watched(page, &incidents, telling);
        summary::told(page, &sample::scanned(incidents.clone()));
    });
    assert_snapshot!(page.text(false));
}

#[test]
fn the_end_of_a_scan_that_found_nothing() {
    let page = page(80, |page, _| summary::told(page, &sample::scanned(Vec::new())));
    assert_snapshot!(page.text(false));
}

#[test]
fn identities_on_a_terminal_and_in_a_file() {
    let told = |width, terminal| {
        let screen = Screen { width, colour: false, terminal };
        page(width, |page, _| identities::table(page, &sample::identities(), screen)).text(false)
    };
    assert_snapshot!([told(80, true), told(80, false), told(120, true)].concat());
}

#[test]
fn the_books_name_each_problem_up_to_a_bound() {
    let mut scanned = sample::scanned(Vec::new());
    scanned.problems = (1..=22_u64)
        .map(|number| FileProblem {
            path: format!("logs/{number}.json.gz").into(),
            offset: Some(number * 1_000),
            reason: Reason::Content(cloudtrail::ProblemKind::BrokenGzip),
        })
        .collect();
    scanned.further_problems = 12;
    let page = page(80, |page, _| books::told(page, &scanned, books::Telling::Briefly));
    assert_snapshot!(page.text(false));
}

#[test]
fn hostile_text_does_no_harm_anywhere() {
    let hostile = sample::hostile();
    let mut scanned = sample::scanned(vec![hostile.clone()]);
    scanned.coverage.clone_from(&hostile.coverage);
    for identity in &mut scanned.identities {
        identity.principal.clone_from(&hostile.title);
        identity.kind.clone_from(&hostile.title);
    }
    let watched = incident::Incident { status: incident::Status::Watch, ..hostile.clone() };
    for width in [40, 80, 120] {
        let screen = Screen { width, colour: false, terminal: true };
        let page = page(width, |page, telling| {
            card::compact(page, &hostile, telling);
            card::full(page, &hostile, telling);
            card::full(page, &watched, telling);
            summary::watched(page, std::slice::from_ref(&watched), telling);
            identities::table(page, &scanned.identities, screen);
            summary::told(page, &scanned);
        });
        let text = page.text(false);
        harmless(&text);
        assert!(!text.lines().any(|line| line.starts_with("ALERT\\") || line == "ALERT"));
        assert!(text.len() < 400_000, "{} bytes for one incident", text.len());
        for line in card_lines(&text) {
            assert!(super::safe::width(line) <= width.max(60), "{width} columns: {line}");
        }
    }
    for bytes in [
        ndjson::lines(std::slice::from_ref(&hostile)).unwrap(),
        json::document(&scanned, true).unwrap(),
    ] {
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.lines().count(), 1);
        harmless(&text);
        let back: serde_json::Value = serde_json::from_str(&text).unwrap();
        let title = back.pointer("/title").or(back.pointer("/incidents/0/title")).unwrap();
        assert_eq!(title.as_str(), Some(hostile.title.as_str()));
    }
}

/// Tables may run over on purpose; everything else is wrapped.
/// The lines of the cards; commands are never wrapped, since they are copied.
fn card_lines(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.split("Identities").next().unwrap_or_default().lines();
    lines.filter(|line| !line.starts_with("     keyhound contain plan "))
}

fn harmless(text: &str) {
    for character in text.chars().filter(|character| *character != '\n') {
        assert!(!super::safe::spelled_out(character), "U+{:04X} was printed", u32::from(character));
    }
}

#[test]
fn ndjson_has_the_fields_of_the_contract_in_their_order() {
    let contract = "id schema title severity status score probability first_seen last_seen detected_at \
        root_access_key_id access_key_ids principals account_ids networks clients first_event_id event_ids \
        resources created tactics techniques ledger hypotheses coverage investigation";
    let contract: Vec<&str> = contract.split_whitespace().collect();
    let lines = ndjson::lines(&[sample::theft(), sample::oddity()]).unwrap();
    let lines = String::from_utf8(lines).unwrap();
    assert_eq!(lines.lines().count(), 2);
    for line in lines.lines() {
        assert_eq!(keys(line), contract);
        let incident: serde_json::Value = serde_json::from_str(line).unwrap();
        let first = |list: &str| incident[list][0].to_string();
        assert_eq!(
            keys(&first_raw(line, "ledger")),
            ["signal", "text", "bits", "observed", "usual", "peers", "event_ids"]
        );
        if incident["hypotheses"][0].is_object() {
            assert_eq!(
                keys(&first_raw(line, "hypotheses")),
                ["name", "verdict", "text", "bits", "event_ids"]
            );
        }
        assert_eq!(first("event_ids"), incident["first_event_id"].to_string());
        assert!(
            ["low", "medium", "high", "critical"].contains(&incident["severity"].as_str().unwrap())
        );
        assert!(["watch", "alert"].contains(&incident["status"].as_str().unwrap()));
        assert!(incident["score"].is_f64() && incident["probability"].is_f64());
        assert!(incident["first_seen"].as_str().unwrap().ends_with('Z'));
    }
    assert_snapshot!(lines.lines().next().unwrap());
}

/// The keys of a JSON object in the order in which they stand there.
fn keys(object: &str) -> Vec<String> {
    fields(object).into_iter().map(|(name, _)| name).collect()
}

fn first_raw(object: &str, name: &str) -> String {
    let field = fields(object).into_iter().find(|(known, _)| known == name).unwrap();
    let list: Vec<Box<serde_json::value::RawValue>> = serde_json::from_str(&field.1).unwrap();
    list[0].get().to_owned()
}

fn fields(object: &str) -> Vec<(String, String)> {
    struct InOrder(Vec<(String, String)>);
    impl<'de> serde::Deserialize<'de> for InOrder {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Fields;
            impl<'de> serde::de::Visitor<'de> for Fields {
                type Value = InOrder;
                fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    formatter.write_str("an object")
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(
                    self,
                    mut map: A,
                ) -> Result<InOrder, A::Error> {
                    let mut fields = Vec::new();
                    while let Some((name, value)) =
                        map.next_entry::<String, Box<serde_json::value::RawValue>>()?
                    {
                        fields.push((name, value.get().to_owned()));
                    }
                    Ok(InOrder(fields))
                }
            }
            deserializer.deserialize_map(Fields)
        }
    }
    serde_json::from_str::<InOrder>(object).unwrap().0
}
