//! "Resolution": the checklist, filled in.

use super::{Markup, Telling};
use crate::steps::{self, Phase, State, Step};

/// The four phases, each a list to tick off.
pub(super) fn told(page: &mut Markup, telling: Telling<'_>) {
    let Telling { incident, anchors, report } = telling;
    page.section(
        &anchors.section("resolution"),
        "Resolution",
        "AWS's order of steps with this incident's values. Nothing has been run; read a command before you run it. Ticked is what the logs show done; open is what they do not.",
    );
    let plan = steps::plan(incident, &report.setting.again);
    for (index, phase) in Phase::ALL.into_iter().enumerate() {
        let steps: Vec<&Step> = plan.iter().filter(|step| step.phase == phase).collect();
        if steps.is_empty() {
            continue;
        }
        page.raw("<div class=\"card phase\">");
        page.element("h3", &format!("{}. {}", index + 1, phase.title()))
            .raw("<ul class=\"check\">\n");
        for step in steps {
            page.raw(match step.state {
                State::Done => "<li class=\"done\">",
                State::Open => "<li>",
            });
            page.text(&step.text).classed("span", "state", step.state.in_words());
            if !step.event_ids.is_empty() {
                page.raw(" <span class=\"state\">");
                anchors.links(page, &step.event_ids, 0);
                page.raw("</span>");
            }
            for command in &step.commands {
                page.command(command);
            }
            page.raw("</li>\n");
        }
        page.raw("</ul></div>\n");
    }
    page.raw("</section>\n");
}
