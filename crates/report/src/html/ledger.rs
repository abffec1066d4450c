//! "Why this alert is important": the ledger, one bar for each line, usual beside unusual.

use incident::{LedgerLine, Status};

use super::{Markup, Telling};
use crate::words;

/// So many lines are open; the rest, which count least, open with a click.
const OPEN: usize = 10;
/// Lines of fewer bits say the same in less room.
const WIDTH: f64 = 1_000.0;

/// The whole ledger.
pub(super) fn told(page: &mut Markup, telling: Telling<'_>) {
    let Telling { incident, anchors, report } = telling;
    let title = match incident.status {
        Status::Alert => "Why this alert is important",
        Status::Watch => "Why this is worth a look",
    };
    page.section(
        &anchors.section("why"),
        title,
        "Each line says how much likelier what was seen is under theft than under the owner: one bit doubles the odds. The lines add up to the score.",
    );
    page.raw("<div class=\"card\">\n");
    gauge(page, telling);
    let largest = incident.ledger.iter().map(|line| line.bits.abs()).fold(1.0, f64::max);
    let (open, further) = incident.ledger.split_at(incident.ledger.len().min(OPEN));
    lines(page, telling, open, largest);
    if !further.is_empty() {
        let sum: f64 = further.iter().map(|line| line.bits).sum();
        let count = words::count(further.len() as u64, "further line", "further lines");
        page.raw("<details><summary>").text(&format!("{count}, together {sum:+.1} bits"));
        page.raw("</summary>");
        lines(page, telling, further, largest);
        page.raw("</details>\n");
    }
    let scale = format!(
        "bits: the sum of the lines. Watched from {:.1}, an alert from {:.1}, paged from {:.1}.",
        report.setting.watch,
        report.setting.alert_for(incident.kind),
        report.setting.page.max(report.setting.alert_for(incident.kind)),
    );
    let sum = format!("{:.1}", words::tenths(incident.score) as f64 / 10.0);
    page.raw("<div class=\"sum\">").classed("span", "bits", &sum).classed("p", "soft", &scale);
    page.raw("</div></div></section>\n");
}

/// All lines end to end, with the thresholds that they pass.
fn gauge(page: &mut Markup, telling: Telling<'_>) {
    let Telling { incident, report, .. } = telling;
    let setting = report.setting;
    let alert = setting.alert_for(incident.kind);
    let whole: f64 = incident.ledger.iter().map(|line| line.bits.max(0.0)).sum();
    let scale = WIDTH / whole.max(setting.page * 1.15).max(1.0);
    page.raw("<div class=\"scroll gauge\"><svg viewBox=\"0 0 1000 46\" role=\"img\" aria-label=\"The score and its thresholds\">");
    page.raw("<rect class=\"fill-sunk\" y=\"16\" width=\"1000\" height=\"12\" rx=\"3\"/>");
    let mut reached = 0.0;
    for line in incident.ledger.iter().filter(|line| line.bits > 0.0) {
        let width = line.bits * scale;
        // A thin gap keeps the lines apart.
        page.raw("<rect class=\"fill-bad\" y=\"16\" height=\"12\"").at("x", reached);
        page.at("width", (width - 1.0).max(0.4)).raw("><title>");
        page.text(&format!("{:+.1} {}", line.bits, line.signal)).raw("</title></rect>");
        reached += width;
    }
    let score = incident.score.max(0.0) * scale;
    if reached - score > 0.5 {
        page.raw("<rect class=\"fill-good\" y=\"16\" height=\"12\"").at("x", score);
        page.at("width", reached - score).raw("><title>what speaks against it</title></rect>");
    }
    let marks = [(setting.watch, "watched"), (alert, "alert"), (setting.page.max(alert), "paged")];
    for (index, (bits, name)) in marks.into_iter().enumerate() {
        let x = bits * scale;
        page.raw("<line class=\"stroke-ink\" y1=\"12\" y2=\"32\"")
            .at("x1", x)
            .at("x2", x)
            .raw("/>");
        let (y, anchor) = if index == 1 { (43.0, "start") } else { (9.0, "start") };
        page.raw("<text class=\"soft\"")
            .at("x", x + 3.0)
            .at("y", y)
            .attribute("text-anchor", anchor);
        page.raw(">").text(&format!("{name} {bits:.0}")).raw("</text>");
    }
    page.raw("</svg></div>\n");
}

fn lines(page: &mut Markup, telling: Telling<'_>, lines: &[LedgerLine], largest: f64) {
    page.raw("<ol class=\"ledger\">\n");
    for line in lines {
        let against = line.bits < 0.0;
        page.raw(if against {
            "<li><span class=\"bits against\">"
        } else {
            "<li><span class=\"bits\">"
        });
        page.text(&format!("{:+.1}", line.bits)).raw("</span>");
        bar(page, line.bits, largest);
        page.raw("<div class=\"text\"><p>").text(&line.text).raw(" ");
        page.classed("span", "id", &line.signal).raw("</p>");
        sides(page, line);
        if !line.event_ids.is_empty() {
            page.raw("<p class=\"links\">");
            telling.anchors.links(page, &line.event_ids, 0);
            page.raw("</p>");
        }
        page.raw("</div></li>\n");
    }
    page.raw("</ol>\n");
}

/// The bits of a line; the longest bar is that of the strongest line.
fn bar(page: &mut Markup, bits: f64, largest: f64) {
    let class = if bits < 0.0 { "fill-good" } else { "fill-bad" };
    let width = (bits.abs() / largest * WIDTH).max(4.0);
    page.raw("<svg class=\"plot\" viewBox=\"0 0 1000 16\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    page.raw("<rect class=\"fill-sunk\" width=\"1000\" height=\"16\"/><rect height=\"16\"");
    page.attribute("class", class).at("width", width).raw("/></svg>");
}

/// What was seen, what is usual, what the peers do, side by side.
fn sides(page: &mut Markup, line: &LedgerLine) {
    let sides = [("Seen", &line.observed), ("Usual", &line.usual), ("Peers", &line.peers)];
    page.raw("<dl class=\"sides\">");
    for (label, text) in sides.into_iter().filter(|(_, text)| !text.is_empty()) {
        page.raw("<div>").element("dt", label);
        page.raw(match label {
            "Seen" if line.bits < 0.0 => "<dd class=\"against\">",
            "Seen" => "<dd class=\"seen\">",
            _ => "<dd>",
        });
        page.within(text, 400).raw("</dd></div>");
    }
    page.raw("</dl>");
}
