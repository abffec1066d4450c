//! `keyhound contain verify`: is anybody still inside?

use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use cloudtrail::{Event, Time};
use contain::Plan;
use contain::journal::{Entry, Journal};
use contain::verify::{self, Listener, Proof};
use ingest::{Remote, Rounds, Source};

use super::access::{self, Reached};
use super::apply::in_use;
use super::files;
use crate::cannot_run::CannotRun;
use crate::cli::{ContainFormat, ContainVerify, Global};
use crate::clock;
use crate::engine;
use crate::render;
use crate::render::page::Line;
use crate::render::style::{Ink, Screen};
use crate::verb::{Verdict, deliver, input};

pub(super) fn run(arguments: &ContainVerify, global: &Global) -> Result<Verdict> {
    let plan = files::plan(&arguments.plan)?;
    let path = files::journal(&arguments.plan, &arguments.journal);
    let lines = files::lines(&path)?;
    let contained = verify::contained_at(&plan, &lines).ok_or_else(|| {
        CannotRun::new(
            "nothing of this plan was applied: there is nothing to verify",
            "apply it first: keyhound contain apply PLAN --profile NAME --apply",
        )
    })?;
    if arguments.paths.is_empty() && !arguments.lookup {
        return Err(CannotRun::new(
            "there is nothing to listen to",
            "name the logs that are delivered, or ask the event history: --lookup --profile NAME",
        )
        .into());
    }
    if arguments.lookup {
        access::required(&arguments.responder)?;
    }
    let reached = access::reached(&arguments.responder)?;
    let window = i64::from(arguments.minutes) * 60;
    let end = contained.plus_seconds(verify::SETTLING + window + verify::DELIVERY);
    // CloudTrail delivers within about a quarter of an hour; after that, what is missing stays so.
    let late = end.plus_seconds(verify::DELIVERY);
    let mut path_lines = lines;
    loop {
        let proof = heard(arguments, &plan, contained, window, &reached, &path_lines)?;
        let over = proof.proven || !proof.survivors.is_empty() || !proof.broken.is_empty();
        if over || arguments.once || clock::now() > late {
            return told(arguments, &plan, &path, &proof, &reached, global);
        }
        if !global.quiet {
            let line = Line::new().ink(Ink::Faint, proof.text.as_str());
            input::say(Screen::stderr(global.color), &line);
        }
        thread::sleep(Duration::from_secs(arguments.every));
        path_lines = files::lines(&path)?;
    }
}

/// One round of listening.
fn heard(
    arguments: &ContainVerify,
    plan: &Plan,
    contained: Time,
    window: i64,
    reached: &Reached,
    lines: &[contain::journal::Line],
) -> Result<Proof> {
    let mut listener = Listener::new(plan, contained, window);
    // Sessions live for 36 hours at the longest: whoever made one before is listened to as well.
    let from = contained.plus_hours(-36);
    if !arguments.paths.is_empty() {
        let remote =
            Remote { since: Some(from), until: None, endpoint: arguments.s3_endpoint.clone() };
        let places = ingest::Places::new(&arguments.paths, &remote)
            .map_err(|error| input::advised(error.into()))?;
        let listing = places.list().map_err(|error| input::advised(error.into()))?;
        let rounds = Rounds::new(&places, listing, engine::route)
            .keep(move |event: &Event| event.time >= from)
            .since(from);
        for round in rounds {
            let round = round.context("cannot read the logs")?;
            let mut all: Vec<&Event> = round.events().collect();
            all.sort_by_key(|event| event.time);
            for event in all {
                listener.hear(event);
            }
        }
    }
    if arguments.lookup {
        let mut events = looked_up(arguments, plan, from)?;
        events.sort_by_key(|event| event.time);
        for event in &events {
            listener.hear(event);
        }
    }
    let mut broken = verify::broken(plan, lines, &reached.accounts(), reached.management());
    broken.extend(verify::unfinished(plan, lines));
    Ok(listener.proof(broken))
}

#[cfg(not(feature = "aws"))]
fn looked_up(_: &ContainVerify, _: &Plan, _: Time) -> Result<Vec<Event>> {
    Err(access::not_built().into())
}

/// The event history of the regions of the incident, and of those that were asked for.
#[cfg(feature = "aws")]
fn looked_up(arguments: &ContainVerify, plan: &Plan, from: Time) -> Result<Vec<Event>> {
    let mut regions: Vec<String> = arguments.regions.clone();
    for region in plan.watch.regions.iter().map(String::as_str).chain(["us-east-1"]) {
        if !regions.iter().any(|known| known == region) {
            regions.push(region.to_owned());
        }
    }
    let mut events = Vec::new();
    let mut each = |record: &str| {
        cloudtrail::decode::decode(record.as_bytes(), &mut |event| events.push(event));
    };
    access::looked_up(&arguments.responder, &regions, from, clock::now(), &mut each)?;
    Ok(events)
}

fn told(
    arguments: &ContainVerify,
    plan: &Plan,
    path: &std::path::Path,
    proof: &Proof,
    reached: &Reached,
    global: &Global,
) -> Result<Verdict> {
    let by = reached.by();
    let mut journal = Journal::open(path, &plan.digest, &by, clock::now()).map_err(in_use)?;
    let entry = Entry::Verified {
        proven: proof.proven,
        since: proof.since,
        until: proof.until.unwrap_or(proof.since),
        text: proof.text.clone(),
    };
    journal.add(entry, &by, clock::now()).map_err(in_use)?;
    let printed = match arguments.format {
        ContainFormat::Json => super::json(proof)?,
        ContainFormat::Terminal => {
            render::contain::proof(plan, proof, Screen::stdout(global.color)).into_bytes()
        }
    };
    deliver(&printed)?;
    Ok(if proof.proven { Verdict::Quiet } else { Verdict::Found })
}
