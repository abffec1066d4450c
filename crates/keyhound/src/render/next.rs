//! "What to do next": the first steps of AWS's playbook for stolen credentials, filled in.
//!
//! Order and substance: aws-samples/aws-incident-response-playbooks, "IRP-CredCompromise". Nothing
//! is run; a command is printed only when its values are what IAM allows, because they come from
//! the records.

use cloudtrail::KeyKind;
use incident::{Incident, Status};
use report::steps::command;

use super::page::{Line, Page};
use super::style::Ink;

/// The steps for this incident; `input` is what was read, as it is typed.
pub(crate) fn steps(page: &mut Page, incident: &Incident, input: &str) {
    page.heading("What to do next");
    let mut steps: Vec<(String, Option<String>)> = Vec::new();
    if incident.status == Status::Watch {
        steps.push((
            "Ask the owner whether these calls were theirs. If they were not, go on.".to_owned(),
            None,
        ));
    }
    let root = incident.root_access_key_id.as_ref();
    match root.map(cloudtrail::AccessKeyId::kind) {
        Some(KeyKind::LongTerm) => {
            steps.push((
                "Switch the key off. Do not delete it: its id is needed, and a deletion cannot be undone."
                    .to_owned(),
                root.and_then(|key| deactivation(incident, key.as_str())),
            ));
            steps.push((
                "Sessions that it has already made live on without it: deny the user everything, and \
                 deny older sessions on every role in the lineage (aws:TokenIssueTime)."
                    .to_owned(),
                None,
            ));
        }
        Some(KeyKind::Temporary) => steps.push((
            "A temporary credential cannot be switched off: deny sessions issued before now on its \
             role or user (aws:TokenIssueTime), then close the way in which it was taken."
                .to_owned(),
            None,
        )),
        Some(KeyKind::Other) | None => steps.push((
            "Find out which credential signed these calls: the records do not name it.".to_owned(),
            None,
        )),
    }
    if !incident.created.is_empty() {
        steps.push((format!("Remove what was made: {}.", incident.created.join(", ")), None));
    }
    steps.push((
        "Scan again when half an hour of new logs is there: a success of any of these keys after \
         that means that somebody is still inside."
            .to_owned(),
        None,
    ));
    for (index, (words, command)) in steps.iter().enumerate() {
        page.wrap(5, &Line::new().plain(format!("  {}. ", index + 1)).plain(words));
        if let Some(command) = command {
            // Never wrapped: it is there to be copied.
            page.line(Line::new().gap(5).ink(Ink::Guide, command));
        }
    }
    page.wrap(
        2,
        &Line::new()
            .gap(2)
            .plain("All of it in order, with what will break, and undone when you say so:"),
    );
    let plan = format!("keyhound contain plan {} {input} --output plan.json", incident.id);
    page.line(Line::new().gap(5).ink(Ink::Guide, plan));
}

/// The call that makes a user's key inactive, where the records name a user that IAM would allow.
fn deactivation(incident: &Incident, key: &str) -> Option<String> {
    let user = match incident.principals.as_slice() {
        [only] => only.split_once(":user/")?.1.rsplit('/').next()?,
        _ => return None,
    };
    command::deactivate(user, key)
}
