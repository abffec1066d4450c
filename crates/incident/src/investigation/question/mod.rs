//! The questions: those of AWS's playbook for stolen credentials, in its order, and those of scope.
//!
//! To add one: a row in [`QUESTIONS`], and a function in the file of its theme that answers it from
//! the incident's events. Source: aws-samples/aws-incident-response-playbooks,
//! `IRP-CredCompromise` (triage, scope, and its six queries) and `TRIAGE_GUIDE` (priorities).

mod credential;
mod damage;
mod reach;
mod rights;
mod sources;

use std::fmt::Write;

use cloudtrail::EventId;

use super::view::cited;
use super::{Found, Question, Radius, Resolution, Stage, View};

/// What there is to answer from.
pub(super) struct Case<'a> {
    pub(super) view: &'a View<'a>,
    pub(super) radius: &'a Radius,
    pub(super) resolution: &'a Resolution,
}

/// An answer before it is written down.
pub(super) struct Answer {
    found: Found,
    text: String,
    events: Vec<EventId>,
}

/// A question, and who answers it.
struct Ask {
    id: &'static str,
    stage: Stage,
    text: &'static str,
    answer: fn(&Case<'_>) -> Answer,
}

/// All questions in the order in which they are asked.
#[rustfmt::skip]
const QUESTIONS: [Ask; 30] = [
    Ask { id: "credential-type", stage: Stage::Triage, text: "What kind of credential is it, and whose?", answer: credential::kind },
    Ask { id: "how-detected", stage: Stage::Triage, text: "How was it noticed?", answer: credential::noticed },
    Ask { id: "confirmed", stage: Stage::Triage, text: "Is it confirmed, or only unusual?", answer: credential::confirmed },
    Ask { id: "since-when", stage: Stage::Triage, text: "Since when, and how long did it take to notice?", answer: credential::since },
    Ask { id: "permissions", stage: Stage::Triage, text: "What may it do? Is it an administrator?", answer: reach::permissions },
    Ask { id: "accounts-and-regions", stage: Stage::Triage, text: "Which accounts and regions did it reach?", answer: reach::accounts },
    Ask { id: "still-active", stage: Stage::Triage, text: "Is it still active?", answer: credential::active },
    Ask { id: "unfamiliar-sources", stage: Stage::Triage, text: "Did it come from unfamiliar places?", answer: sources::unfamiliar },
    Ask { id: "sensitive-data", stage: Stage::Triage, text: "Was sensitive data read?", answer: damage::data },
    Ask { id: "persistence", stage: Stage::Triage, text: "Was a way back in left behind?", answer: rights::ways_in },
    Ask { id: "priority", stage: Stage::Triage, text: "Which priority does the playbook give it?", answer: credential::priority },
    Ask { id: "how-it-got-out", stage: Stage::Scope, text: "How did the credential get out?", answer: credential::got_out },
    Ask { id: "everything-done", stage: Stage::Scope, text: "What was done with it, all in all?", answer: sources::everything },
    Ask { id: "addresses-and-clients", stage: Stage::Scope, text: "From which addresses and with which programs, since when?", answer: sources::pairs },
    Ask { id: "sign-ins", stage: Stage::Scope, text: "Did somebody sign in to the console, and with a second factor?", answer: sources::sign_ins },
    Ask { id: "other-credentials", stage: Stage::Scope, text: "Were other credentials used from there?", answer: sources::others },
    Ask { id: "users-and-keys", stage: Stage::Scope, text: "Were users, keys or passwords made?", answer: rights::users },
    Ask { id: "roles-and-trust", stage: Stage::Scope, text: "Were roles made, or opened to others?", answer: rights::trust },
    Ask { id: "policies", stage: Stage::Scope, text: "Were rights given, or boundaries removed?", answer: rights::policies },
    Ask { id: "identity-center", stage: Stage::Scope, text: "Were people or permissions of Identity Center or identity providers changed?", answer: rights::identity_center },
    Ask { id: "roles-assumed", stage: Stage::Scope, text: "Which roles were assumed, in which accounts?", answer: reach::assumed },
    Ask { id: "live-sessions", stage: Stage::Scope, text: "Which sessions live on, and until when?", answer: reach::sessions },
    Ask { id: "secrets", stage: Stage::Scope, text: "Which secrets were read and must be replaced?", answer: damage::secrets },
    Ask { id: "objects", stage: Stage::Scope, text: "Which objects were read, changed or deleted?", answer: damage::objects },
    Ask { id: "given-away", stage: Stage::Scope, text: "Was data given away: snapshots, images, buckets shared?", answer: damage::shared },
    Ask { id: "compute", stage: Stage::Scope, text: "Were machines, functions or models used at your cost?", answer: damage::compute },
    Ask { id: "mail", stage: Stage::Scope, text: "Was mail sent, or prepared?", answer: damage::mail },
    Ask { id: "defences", stage: Stage::Scope, text: "Were logging or detection switched off?", answer: damage::defences },
    Ask { id: "destroyed", stage: Stage::Scope, text: "Was anything modified or deleted that must be restored?", answer: damage::destroyed },
    Ask { id: "refused", stage: Stage::Scope, text: "What was tried and refused?", answer: sources::refused },
];

/// Answers all questions.
pub(super) fn answer(view: &View<'_>, radius: &Radius, resolution: &Resolution) -> Vec<Question> {
    let case = Case { view, radius, resolution };
    QUESTIONS.iter().map(|ask| ask.of(&case)).collect()
}

impl Ask {
    fn of(&self, case: &Case<'_>) -> Question {
        let Answer { found, text, events } = (self.answer)(case);
        let (event_ids, further_events) = cited(events.iter());
        Question {
            id: self.id.to_owned(),
            stage: self.stage,
            text: self.text.to_owned(),
            found,
            answer: text,
            event_ids,
            further_events,
        }
    }
}

impl Answer {
    fn new<'e>(
        found: Found,
        text: impl Into<String>,
        events: impl IntoIterator<Item = &'e EventId>,
    ) -> Self {
        Self { found, text: text.into(), events: events.into_iter().cloned().collect() }
    }

    fn no(text: impl Into<String>) -> Self {
        Self::new(Found::No, text, [])
    }

    /// What cannot be told: `because` says why.
    fn unknown(because: impl std::fmt::Display) -> Self {
        Self::new(Found::Unknown, format!("unknown, because {because}"), [])
    }
}

/// So many things of a list are named in an answer.
const NAMED: usize = 5;

/// Longer names are cut.
const LONGEST: usize = 120;

/// Names in a sentence, each once; the rest is counted.
fn named<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    let cut = |name: &str| match name.floor_char_boundary(LONGEST) {
        end if end < name.len() => format!("{}…", &name[..end]),
        _ => name.to_owned(),
    };
    let names = crate::story::distinct(names.into_iter().map(|name| cut(name.as_ref())));
    let further = names.len().saturating_sub(NAMED);
    let mut text = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if further > 0 {
        let _ = write!(text, " and {further} more");
    }
    text
}

/// A number and its unit, as `1 call` and `2 calls`.
fn count(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{NAMED, QUESTIONS, count, named};

    #[test]
    fn questions_have_names_of_their_own() {
        let names: BTreeSet<&str> = QUESTIONS.iter().map(|ask| ask.id).collect();
        assert_eq!(names.len(), QUESTIONS.len());
        assert!(QUESTIONS.iter().all(|ask| ask.text.ends_with('?')));
    }

    #[test]
    fn lists_are_cut_and_counted() {
        let many: Vec<String> = (0..NAMED + 2).map(|n| format!("n{n}")).collect();
        assert_eq!(named(&many), "n0, n1, n2, n3, n4 and 2 more");
        assert_eq!(named(["a", "a"]), "a");
        assert_eq!(
            (count(1, "call", "calls"), count(2, "call", "calls")),
            ("1 call".into(), "2 calls".into())
        );
    }
}
