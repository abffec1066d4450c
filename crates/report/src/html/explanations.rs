//! "Why this might be just fine": every innocent explanation, tested.

use incident::Verdict;

use super::{Markup, Telling};
use crate::facts;

/// Those that hold first, then those that nobody could decide.
pub(super) fn told(page: &mut Markup, telling: Telling<'_>) {
    let Telling { incident, anchors, .. } = telling;
    let number = |verdict| incident.hypotheses.iter().filter(|one| one.verdict == verdict).count();
    let lead = match (number(Verdict::Supported), number(Verdict::Contradicted)) {
        (0, 0) => "No innocent explanation could be tested on these events.".to_owned(),
        (0, against) => format!(
            "Every innocent explanation that Keyhound knows, tested on these events. None holds; {against} are contradicted."
        ),
        (holds, against) => format!(
            "Every innocent explanation that Keyhound knows, tested on these events: {holds} supported, {against} contradicted."
        ),
    };
    page.section(&anchors.section("fine"), "Why this might be just fine", &lead);
    if incident.hypotheses.is_empty() {
        page.raw("</section>\n");
        return;
    }
    page.raw("<div class=\"card\"><ul class=\"tested\">\n");
    for verdict in [Verdict::Supported, Verdict::Unknown, Verdict::Contradicted] {
        for one in incident.hypotheses.iter().filter(|one| one.verdict == verdict) {
            let word = match verdict {
                Verdict::Supported => "supported",
                Verdict::Contradicted => "contradicted",
                Verdict::Unknown => "unknown",
            };
            page.raw("<li><span")
                .attribute("class", format_args!("mark {word}"))
                .raw(">")
                .text(word);
            page.raw("</span><p>")
                .element("b", &facts::spaced(&one.name))
                .raw(": ")
                .text(&one.text);
            if one.bits < -0.049 {
                page.raw(" ").classed("span", "bits against", &format!("{:+.1} bits", one.bits));
            }
            if !one.event_ids.is_empty() {
                page.raw(" <span class=\"soft\">");
                anchors.links(page, &one.event_ids, 0);
                page.raw("</span>");
            }
            page.raw("</p></li>\n");
        }
    }
    page.raw("</ul></div></section>\n");
}
