//! `keyhound dossier`: everything about one key, principal, address, client or resource.

use anyhow::Result;

use super::Verdict;
use crate::cli::{Dossier, Global};

#[cfg(not(feature = "lake"))]
pub(super) fn run(_: &Dossier, _: &Global) -> Result<Verdict> {
    Err(super::lake::not_built().into())
}

#[cfg(feature = "lake")]
pub(super) fn run(arguments: &Dossier, global: &Global) -> Result<Verdict> {
    asked::run(arguments, global)
}

#[cfg(feature = "lake")]
mod asked {
    use anyhow::{Context, Result};
    use lake::dossier::{Filter, Kind, Subject, dossier};

    use super::super::deliver;
    use super::super::lake::{self as lakes, advised};
    use super::Verdict;
    use crate::cannot_run::CannotRun;
    use crate::cli::{Dossier, DossierFormat, DossierKind, DossierOutcome, Global};
    use crate::render;
    use crate::render::style::Screen;

    pub(super) fn run(arguments: &Dossier, global: &Global) -> Result<Verdict> {
        let (engine, book) = lakes::engine(&arguments.lake, &arguments.bounds, global)?;
        let kind = arguments.kind.map(kind);
        let subject = Subject::find(&engine, &arguments.who, kind).map_err(advised)?;
        let subject = subject.ok_or_else(|| nobody(arguments))?;
        let found = dossier(&engine, &book, subject, filter(arguments)).map_err(advised)?;
        if found.events == 0 && filter(arguments) == Filter::default() {
            return Err(nobody(arguments).into());
        }
        let text = match arguments.format {
            DossierFormat::Terminal => {
                let screen = Screen::stdout(global.color);
                render::dossier::page(&found, &arguments.lake, &screen)
            }
            DossierFormat::Json => {
                let mut json = serde_json::to_string_pretty(&found)
                    .context("cannot put the dossier into JSON")?;
                json.push('\n');
                json
            }
        };
        deliver(text.as_bytes())?;
        Ok(Verdict::Quiet)
    }

    fn nobody(arguments: &Dossier) -> CannotRun {
        let what = arguments.kind.map_or("", |asked| kind(asked).as_str());
        let what = if what.is_empty() { String::new() } else { format!("{what} ") };
        CannotRun::new(
            format!("no event in the lake {} is of the {what}{}", arguments.lake, arguments.who)
                .replace("the  ", "the "),
            "names are exact: an access key id, an ARN, a user's name, an address, a client as \
             `aws-cli`; --as KIND says what it is",
        )
    }

    const fn kind(kind: DossierKind) -> Kind {
        match kind {
            DossierKind::Key => Kind::Key,
            DossierKind::Principal => Kind::Principal,
            DossierKind::Address => Kind::Address,
            DossierKind::Client => Kind::Client,
            DossierKind::Resource => Kind::Resource,
        }
    }

    fn filter(arguments: &Dossier) -> Filter {
        let outcome = arguments.outcome.map(|outcome| match outcome {
            DossierOutcome::Success => "success",
            DossierOutcome::Denied => "denied",
            DossierOutcome::Failed => "failed",
        });
        Filter {
            since: arguments.since,
            until: arguments.until,
            region: arguments.region.clone(),
            service: arguments.service.clone(),
            outcome: outcome.map(str::to_owned),
        }
    }
}
