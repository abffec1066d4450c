//! What a drill has shown: the report, and the document for programs.

pub(crate) mod calibration;
pub(crate) mod json;
mod missed;

use incident::Incident;
use range::score::Interval;
use range::truth::Style;

use super::document::Document;
use super::words;
use crate::drill::{Drilled, Robbed};

/// What is told beside the results.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Telling<'a> {
    /// The paths and filters as they are typed; none where the organisation is made up.
    pub(crate) input: Option<&'a str>,
    /// The score from which on something is an alert, where no kind has one of its own.
    pub(crate) alert: f64,
    /// Whether the user's exceptions may hide something.
    pub(crate) exceptions: bool,
}

/// The whole report.
pub(crate) fn document(drilled: &Drilled, telling: Telling<'_>) -> Document {
    let mut document = Document::new(title(drilled));
    history(&mut document, drilled, telling);
    families(&mut document, drilled);
    attribution(&mut document, drilled);
    false_alerts(&mut document, drilled, telling);
    missed::told(&mut document, drilled, telling);
    if !drilled.nobody.is_empty() {
        document.heading("Not tried");
        document.text(format!(
            "{}: nobody in this history holds a credential that such a thief would use, or these logs do not record the calls.",
            drilled.nobody.join(", ")
        ));
    }
    if !drilled.history.coverage.is_empty() {
        document.heading("Not checked");
        document.list(drilled.history.coverage.clone());
    }
    document
}

fn title(drilled: &Drilled) -> String {
    let all = drilled.thefts.len() as u64;
    let found = all - drilled.missed().count() as u64;
    format!("Drill: {found} of {} found", words::count(all, "theft", "thefts"))
}

fn history(document: &mut Document, drilled: &Drilled, telling: Telling<'_>) {
    let scanned = &drilled.history;
    let whose = match telling.input {
        Some(_) => "your logs",
        None => "the logs of an organisation that is made up; name a path to use your own",
    };
    let period = scanned.period.map_or_else(String::new, |(first, last)| {
        format!(", {} to {}", words::day(first), words::day(last))
    });
    document.text(format!(
        "Implanted a few at a time, in {} rounds, into {} of {} in {}{period}: {whose}.",
        drilled.rounds,
        words::count(scanned.books.accepted, "event", "events"),
        words::count(scanned.principals, "principal", "principals"),
        words::count(scanned.accounts, "account", "accounts"),
    ));
    document.remark(
        "Each theft follows a published case, with the identity, the key, the rights and the \
         regions of somebody in these logs. What that owner may not do is refused.",
    );
}

fn families(document: &mut Document, drilled: &Drilled) {
    document.heading("Would it be found");
    let rows = drilled.report.families.iter().map(|(name, figures)| {
        let thefts: Vec<&Robbed> =
            drilled.thefts.iter().filter(|robbed| robbed.theft.family == *name).collect();
        let found = thefts.iter().filter(|robbed| robbed.mark.found).count();
        let of_found = |value: f64| if found == 0 { "-".to_owned() } else { short(value) };
        vec![
            found.to_string(),
            thefts.len().to_string(),
            ends(range::score::wilson(found, thefts.len())),
            of_found(figures.events_to_detect),
            of_found(figures.minutes_to_detect),
            median_bits(&thefts),
            format!("{name}{}", style(figures.style)),
        ]
    });
    document.table(
        vec!["found", "of", "95 %", "events", "minutes", "bits", "kind of theft"],
        rows.collect(),
    );
    document.remark(
        "events, minutes: the thief's calls and the time until the alert, median; bits: the highest \
         score of what tells of it, median; quiet: a few calls; stealth: the thief copies the owner",
    );
    let report = &drilled.report;
    let all = drilled.thefts.len();
    let found = all - drilled.missed().count();
    let mut lines = vec![format!(
        "all: {} (mean over kinds {}, without the stealthy {})",
        share(range::score::wilson(found, all)),
        percent(report.macro_recall.share),
        percent(report.macro_without_stealth.share),
    )];
    for (name, of) in [("loud", Style::Loud), ("quiet", Style::Quiet), ("stealth", Style::Stealth)]
    {
        let thefts = drilled.thefts.iter().filter(|robbed| robbed.theft.style == of);
        lines.extend(line(name, thefts));
    }
    lines.extend(line(
        "owners with less than five days of history",
        drilled.thefts.iter().filter(|robbed| robbed.theft.cold),
    ));
    if report.recall.values().any(|recall| recall.share > 0.0) {
        let (events, minutes) = (report.events_to_detect, report.minutes_to_detect);
        lines.push(format!(
            "until the alert: {} of the thief's calls (nine of ten within {}), {} minutes (within {})",
            short(events.0),
            short(events.1),
            short(minutes.0),
            short(minutes.1)
        ));
    }
    document.list(lines);
}

/// How many of some thefts are found; nothing where there are none.
fn line<'a>(name: &str, thefts: impl Iterator<Item = &'a Robbed>) -> Option<String> {
    let hits: Vec<bool> = thefts.map(|robbed| robbed.mark.found).collect();
    let found = hits.iter().filter(|hit| **hit).count();
    (!hits.is_empty()).then(|| {
        format!(
            "{name}: {found} of {}, {}",
            hits.len(),
            share(range::score::wilson(found, hits.len()))
        )
    })
}

fn attribution(document: &mut Document, drilled: &Drilled) {
    let caught: Vec<&Robbed> = drilled.thefts.iter().filter(|robbed| robbed.mark.found).collect();
    if caught.is_empty() {
        return;
    }
    document.heading("Of those found, is it told right");
    let of = caught.len();
    let count = |is: &dyn Fn(&&&Robbed) -> bool| caught.iter().filter(|robbed| is(robbed)).count();
    let rows = [
        (count(&|robbed| robbed.mark.root_right), "the credential that was stolen first"),
        (count(&|robbed| robbed.mark.first_right), "the first malicious event, two off at most"),
        (count(&|robbed| robbed.mark.alerts == 1), "one alert for one theft"),
    ];
    let mut rows: Vec<Vec<String>> = rows
        .into_iter()
        .map(|(right, what)| {
            let interval = range::score::wilson(right, of);
            vec![
                format!("{right} of {of}"),
                percent(interval.share),
                ends(interval),
                what.to_owned(),
            ]
        })
        .collect();
    let blast = drilled.report.blast_radius;
    let what = "resources touched and made, F1".to_owned();
    rows.push(vec![String::new(), percent(blast), String::new(), what]);
    document.table(vec!["right", "share", "95 %", "what"], rows);
}

fn false_alerts(document: &mut Document, drilled: &Drilled, telling: Telling<'_>) {
    document.heading("False alerts, in the history without thefts");
    let report = &drilled.report;
    let weeks = words::grouped(drilled.key_weeks.round() as u64);
    document.text(format!(
        "{} in {weeks} key-weeks since {}: {} per 1,000 key-weeks, counted once per principal and week.",
        words::count(report.false_alerts, "alert", "alerts"),
        words::day(drilled.judged_from),
        short(report.false_per_1000_key_weeks),
    ));
    if report.early_alerts > 0 {
        document.remark(format!(
            "{} before that, while there was little to learn from, not counted.",
            words::count(report.early_alerts, "alert", "alerts")
        ));
    }
    let rows = drilled.curve.iter().map(|point| {
        vec![
            short(point.budget),
            point.threshold.map_or_else(|| "none".to_owned(), |bits| format!("{bits:.1}")),
            short(point.false_per_1000_key_weeks),
            percent(point.macro_recall.share),
            percent(point.macro_without_stealth.share),
        ]
    });
    document.table(
        vec!["budget", "from bits", "false", "found", "found without the stealthy"],
        rows.collect(),
    );
    document.remark(format!(
        "budget: false alerts per 1,000 key-weeks that are allowed; from bits: the lowest score at \
         which no more come, never below where incidents are watched; found: mean over the kinds of \
         theft. Alerts begin at {:.1} bits now.",
        telling.alert
    ));
    let tightest = crate::drill::BUDGETS[0];
    if drilled.key_weeks * tightest < 1_000.0 {
        document.remark(format!(
            "{weeks} key-weeks are few: a budget of {} allows no alert at all in them. Longer logs tell more.",
            short(tightest)
        ));
    }
    let standing: Vec<&Incident> = drilled.standing().collect();
    let Some(input) = telling.input.filter(|_| !standing.is_empty()) else { return };
    document.subheading("Look at these first");
    document.text(
        "These alerts stand in your logs as they are. Whatever they are, they were counted as false \
         above; if one is a theft, deal with it before anything else here.",
    );
    for incident in standing.iter().take(10) {
        document.text(format!("{}  {}", words::bits(incident.score), incident.title));
        document.command(format!("keyhound explain {} {input}", incident.id));
    }
    if standing.len() > 10 {
        document.remark(format!("… and {} more: keyhound scan tells them", standing.len() - 10));
    }
}

fn median_bits(thefts: &[&Robbed]) -> String {
    let scores: Vec<f64> = thefts
        .iter()
        .map(|robbed| robbed.closest.as_ref().map_or(0.0, |incident| incident.score))
        .collect();
    format!("{:.1}", words::tenths(range::score::quantile(&scores, 0.5)) as f64 / 10.0)
}

const fn style(style: Style) -> &'static str {
    match style {
        Style::Loud => "",
        Style::Quiet => " (quiet)",
        Style::Stealth => " (stealth)",
    }
}

/// `86 % (95 %: 72 to 93)`.
fn share(interval: Interval) -> String {
    format!("{} (95 %: {})", percent(interval.share), ends(interval))
}

/// `72 to 93`.
fn ends(interval: Interval) -> String {
    format!("{:.0} to {:.0}", interval.low * 100.0, interval.high * 100.0)
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// A figure with as many places as it deserves.
fn short(value: f64) -> String {
    if value >= 10.0 || value.fract() == 0.0 {
        words::grouped(value.round().max(0.0) as u64)
    } else {
        format!("{value:.1}")
    }
}
