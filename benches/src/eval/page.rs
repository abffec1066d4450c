//! The tables of `docs/evaluation.md`.

use std::fmt::{Display, Write};

use anyhow::{Context, Result};
use range::Report;
use range::score::{Interval, Point};

use super::BUDGETS;
use super::results::{Comparison, Results};
use super::targets::Bound;

const BEGIN: &str = "<!-- figures: written by `cargo xtask eval`, do not edit -->\n";
const END: &str = "<!-- end of figures -->";

/// The page with other tables between its marks.
pub(super) fn between_marks(page: &str, tables: &str) -> Result<String> {
    let (before, rest) = page.split_once(BEGIN).context("the page has no mark for its figures")?;
    let (_, after) = rest.split_once(END).context("the figures of the page have no end")?;
    Ok(format!("{before}{BEGIN}\n{tables}\n{END}{after}"))
}

/// All tables, as Markdown.
pub(super) fn tables(results: &Results) -> String {
    let mut page = Page::default();
    let seeds = results.seeds.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    page.line(format!(
        "{} worlds (sets {}; seeds {seeds}), {} records, {:.0} key-weeks of test, built from {}.",
        results.sets.len() * results.seeds.len(),
        results.sets.join(", "),
        results.records,
        results.report.key_weeks,
        results.built_from,
    ));
    targets(&mut page, results);
    quality(&mut page, results);
    families(&mut page, &results.report);
    curves(&mut page, results);
    look_alikes(&mut page, results);
    let outcome = &results.determinism;
    page.heading("The same output, however records are delivered");
    page.line(format!(
        "{} deliveries of {} records with {} incidents, in other files, shuffled, up to two hours late, \
         with repeats, read by 1, 2, 3 and 8 threads: {} differed from the delivery in order.",
        outcome.deliveries, outcome.records, outcome.incidents, outcome.different
    ));
    page.0
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn line(&mut self, text: impl Display) {
        let _ = writeln!(self.0, "{text}");
    }

    fn heading(&mut self, text: &str) {
        let _ = writeln!(self.0, "\n### {text}\n");
    }

    fn row(&mut self, cells: &[String]) {
        let _ = writeln!(self.0, "| {} |", cells.join(" | "));
    }

    fn head(&mut self, cells: &[&str]) {
        self.row(&cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>());
        let _ = writeln!(self.0, "|{}", "---|".repeat(cells.len()));
    }
}

fn targets(page: &mut Page, results: &Results) {
    page.heading("Targets");
    page.head(&["what", "target", "reached", "of", "met"]);
    for target in &results.targets {
        let bound = match target.bound {
            Bound::AtLeast => "≥",
            Bound::AtMost => "≤",
            Bound::MoreThan => ">",
        };
        page.row(&[
            target.what.clone(),
            format!("{bound} {}", number(target.goal)),
            number(target.reached),
            if target.of == 0 { String::new() } else { target.of.to_string() },
            if target.is_met() {
                "yes".to_owned()
            } else {
                format!("**no**, by {}", number((target.reached - target.goal).abs()))
            },
        ]);
    }
}

/// As many digits as tell something.
fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn share(interval: Interval) -> String {
    format!("{:.3} ({:.2}–{:.2})", interval.share, interval.low, interval.high)
}

fn quality(page: &mut Page, results: &Results) {
    page.heading("At the shipped threshold of 14 bits");
    page.line("Shares with the ends between which 95 of 100 resamplings lie.\n");
    let reports: Vec<&Report> =
        std::iter::once(&results.report).chain(results.by_set.values()).collect();
    let names = results.by_set.keys().map(String::as_str);
    page.head(&["what", "all worlds"].into_iter().chain(names).collect::<Vec<_>>());
    let mut row = |what: &str, figure: &dyn Fn(&Report) -> String| {
        let cells = reports.iter().map(|report| figure(report));
        page.row(&std::iter::once(what.to_owned()).chain(cells).collect::<Vec<_>>());
    };
    row("macro recall", &|report| share(report.macro_recall));
    row("without the stealth families", &|report| share(report.macro_without_stealth));
    for (style, what) in [
        ("loud", "loud thefts found"),
        ("quiet", "quiet thefts found"),
        ("stealth", "stealthy thefts found"),
        ("cold", "thefts from newcomers found"),
        ("cold-loud", "loud ones among these"),
    ] {
        row(what, &|report| report.recall.get(style).copied().map(share).unwrap_or_default());
    }
    row("false alerts per 1,000 key-weeks", &|report| {
        let (low, high) = report.false_rate;
        format!("{:.1} ({low:.1}–{high:.1})", report.false_per_1000_key_weeks)
    });
    row("false alerts", &|report| {
        format!("{} in {:.0} key-weeks", report.false_alerts, report.key_weeks)
    });
    row("of these at a planted change", &|report| report.false_at_changes.to_string());
    row("alerts in the weeks of learning", &|report| report.early_alerts.to_string());
    row("malicious events to detection, median and 90th percentile", &|report| {
        format!("{:.0}, {:.0}", report.events_to_detect.0, report.events_to_detect.1)
    });
    row("minutes to detection, likewise", &|report| {
        format!("{:.1}, {:.0}", report.minutes_to_detect.0, report.minutes_to_detect.1)
    });
    row("right root credential", &|report| share(report.root_right));
    row("first malicious event within two", &|report| share(report.first_right));
    row("one theft is one alert", &|report| share(report.one_incident));
    row("the same, watched incidents counted too", &|report| share(report.one_incident_watched));
    row("cause among the three strongest reasons", &|report| share(report.top_three));
    row("blast radius, F1", &|report| format!("{:.3}", report.blast_radius));
    row("precision at 10, in these worlds", &|report| format!("{:.3}", report.precision_at_10));
    page.line(format!(
        "\nPrecision at 10 at one theft in 2,000 key-weeks, by resampling: {}.",
        share(results.rare)
    ));
}

fn families(page: &mut Page, report: &Report) {
    page.heading("By family");
    page.head(&["family", "style", "found", "of", "events to detection, median"]);
    for (name, figures) in &report.families {
        let style = serde_json::to_value(figures.style).unwrap_or_default();
        page.row(&[
            name.clone(),
            style.as_str().unwrap_or_default().to_owned(),
            share(figures.recall),
            figures.recall.of.to_string(),
            format!("{:.0}", figures.events_to_detect),
        ]);
    }
}

fn curves(page: &mut Page, results: &Results) {
    page.heading("Macro recall at alert budgets");
    page.line(
        "False alerts per 1,000 key-weeks that are allowed; for each the best threshold there is, knowing \
         the outcome.\n",
    );
    let budgets: Vec<String> = BUDGETS.iter().map(|budget| format!("≤ {budget}")).collect();
    let head: Vec<&str> =
        std::iter::once("detector").chain(budgets.iter().map(String::as_str)).collect();
    page.head(&head);
    for comparison in std::iter::once(&results.curve).chain(&results.simple) {
        points(page, comparison, |point| share(point.macro_recall));
    }
    let thresholds = results.curve.points.iter().map(|point| match point.threshold {
        Some(bits) => format!("{bits:.1}"),
        None => "none".to_owned(),
    });
    page.row(
        &std::iter::once("*threshold of keyhound, in bits*".to_owned())
            .chain(thresholds)
            .collect::<Vec<_>>(),
    );
    page.line("");
    page.head(
        &["without one idea"].into_iter().chain(head.into_iter().skip(1)).collect::<Vec<_>>(),
    );
    for comparison in std::iter::once(&results.curve).chain(&results.ablations) {
        points(page, comparison, |point| share(point.macro_recall));
    }
    if results.calibrated.is_empty() {
        return;
    }
    page.line(
        "\nThe product with a threshold that somebody could have set: each world with the one that the other \
         set's worlds give (of one set alone, the other worlds).\n",
    );
    page.head(&["budget", "false alerts per 1,000", "macro recall"]);
    for point in &results.calibrated {
        page.row(&[
            format!("≤ {}", point.budget),
            format!("{:.1}", point.false_per_1000_key_weeks),
            share(point.macro_recall),
        ]);
    }
}

fn points(page: &mut Page, comparison: &Comparison, figure: impl Fn(&Point) -> String) {
    let cells = comparison.points.iter().map(figure);
    page.row(&std::iter::once(comparison.name.clone()).chain(cells).collect::<Vec<_>>());
}

fn look_alikes(page: &mut Page, results: &Results) {
    page.heading("What looks like a theft and is none");
    page.line(
        "*Noticed* and *explained*: when incidents from 5 bits on are told; below that there is nothing to \
         explain. *Alerted*: at the shipped threshold.\n",
    );
    page.head(&["change", "happened", "alerted", "noticed", "explained rightly"]);
    for (name, shown) in &results.explained {
        let alerted = results.report.look_alikes.get(name).map_or(0, |shipped| shipped.alerted);
        page.row(&[
            name.clone(),
            shown.happened.to_string(),
            alerted.to_string(),
            shown.noticed.to_string(),
            shown.explained.to_string(),
        ]);
    }
}
