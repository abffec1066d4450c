//! "Investigation": the questions of AWS's playbook, answered.

use incident::investigation::{Found, Question, Stage};

use super::{Markup, Telling};

/// Triage first, then scope.
pub(super) fn told(page: &mut Markup, telling: Telling<'_>) {
    let Telling { incident, anchors, .. } = telling;
    let questions = &incident.investigation.questions;
    page.section(
        &anchors.section("investigation"),
        "Investigation",
        "The questions of AWS's playbook for stolen credentials, answered from the logs; where these cannot tell, the answer says why.",
    );
    page.raw("<div class=\"grid halves\">\n");
    for (stage, title) in [
        (Stage::Triage, "Triage: how bad is it, and what comes first?"),
        (Stage::Scope, "Scope: how far does it go?"),
    ] {
        page.raw("<div class=\"card\">").element("h3", title).raw("<ul class=\"asked\">\n");
        for question in questions.iter().filter(|question| question.stage == stage) {
            answer(page, telling, question);
        }
        page.raw("</ul></div>\n");
    }
    page.raw("</div></section>\n");
}

fn answer(page: &mut Markup, telling: Telling<'_>, question: &Question) {
    page.raw("<li").attribute("data-question", &question.id);
    page.raw("><p class=\"question\">").text(&question.text).raw("</p><p>");
    page.raw(match question.found {
        Found::Yes => "<span class=\"found yes\">Yes</span> ",
        Found::No => "<span class=\"found no\">No</span> ",
        Found::Told => "",
        Found::Unknown => "<span class=\"found unknown\">Unknown</span> ",
    });
    page.text(said(question));
    if !question.event_ids.is_empty() {
        page.raw(" <span class=\"soft\">");
        telling.anchors.links(page, &question.event_ids, question.further_events);
        page.raw("</span>");
    }
    page.raw("</p></li>\n");
}

/// The answer without the word that stands before it as a mark.
fn said(question: &Question) -> &str {
    let answer = question.answer.as_str();
    let mark = match question.found {
        Found::Yes => "yes",
        Found::No => "no",
        Found::Unknown => "unknown",
        Found::Told => return answer,
    };
    let rest = answer.strip_prefix(mark).unwrap_or(answer);
    match rest.strip_prefix([',', ':']) {
        Some(rest) => rest.trim_start(),
        None if rest.is_empty() => "",
        None => answer,
    }
}
