//! "Timeline": two pictures. The days around the theft, owner above and thief below; then the
//! suspicious calls one by one, a lane for each identity.

use std::collections::BTreeMap;

use cloudtrail::{Outcome, Time};
use incident::{Act, Incident};

use super::{Markup, Telling};
use crate::facts;
use crate::owner::Activity;
use crate::words;

/// The width of a picture, and where its time begins.
const WIDTH: f64 = 1_120.0;
const LEFT: f64 = 150.0;
const RIGHT: f64 = 1_100.0;
/// The height of a lane.
const LANE: f64 = 64.0;
/// So many identities have a lane of their own.
const LANES: usize = 6;
/// So many calls have their names beside them.
const NAMED: usize = 10;

/// A span of time over the width of a picture.
#[derive(Clone, Copy)]
struct Axis {
    from: Time,
    until: Time,
}

impl Axis {
    /// Where a moment stands.
    fn x(self, time: Time) -> f64 {
        let whole = (self.until.micros() - self.from.micros()).max(1) as f64;
        let part = (time.micros() - self.from.micros()) as f64;
        LEFT + (part / whole).clamp(0.0, 1.0) * (RIGHT - LEFT)
    }

    /// Round moments within it, at most about eight.
    fn ticks(self) -> Vec<Time> {
        const STEPS: [i64; 18] = [
            1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 10_800, 21_600, 43_200,
            86_400, 172_800,
        ];
        let span = self.until.seconds_since(self.from).max(1);
        let least = span / 8 + 1;
        let days = (least + 86_399) / 86_400 * 86_400;
        let step = STEPS.into_iter().find(|step| *step >= least).unwrap_or(days);
        let first = (self.from.seconds() + step - 1).div_euclid(step) * step;
        let ticks = (self.until.seconds() - first).div_euclid(step);
        (0..=ticks).map(|n| Time::from_seconds(first + n * step)).collect()
    }

    fn draw(self, page: &mut Markup, top: f64, bottom: f64) {
        let short = self.until.seconds_since(self.from) < 2 * 86_400;
        for time in self.ticks() {
            let x = self.x(time);
            page.raw("<line class=\"stroke-line\" stroke-dasharray=\"2 4\"")
                .at("x1", x)
                .at("x2", x);
            page.at("y1", top)
                .at("y2", bottom)
                .raw("/><text class=\"soft\" text-anchor=\"middle\"");
            page.at("x", x).at("y", bottom + 16.0).raw(">");
            let clock = words::clock(time);
            let minute = clock.get(..5).unwrap_or(&clock);
            let label = match (short, time.seconds() % 60) {
                (true, 0) => minute.to_owned(),
                (true, _) => clock.clone(),
                (false, _) if time.seconds() % 86_400 == 0 => words::day(time),
                (false, _) => format!("{} {minute}", words::day(time)),
            };
            page.text(&label).raw("</text>");
        }
    }
}

/// Both pictures.
pub(super) fn told(page: &mut Markup, telling: Telling<'_>) {
    let Telling { incident, anchors, report } = telling;
    page.section(
        &anchors.section("timeline"),
        "Timeline",
        "All times are UTC. Every mark stands for calls in the table of events and says which.",
    );
    if let Some(activity) = report.activity.get(&incident.id) {
        page.raw("<div class=\"card\"><h3>The days around it</h3><div class=\"scroll\">");
        days(page, telling, activity);
        page.raw("</div></div>\n");
    }
    page.raw("<div class=\"card\"><h3>The suspicious calls</h3><div class=\"scroll\">");
    calls(page, telling);
    page.raw("</div></div></section>\n");
}

/// Calls per hour of the owner, upwards, and of the thief, downwards.
fn days(page: &mut Markup, telling: Telling<'_>, activity: &Activity) {
    const HEIGHT: f64 = 52.0;
    let axis = Axis { from: activity.from, until: activity.until() };
    let mut thief: BTreeMap<i64, (u64, &Act)> = BTreeMap::new();
    for act in &telling.incident.timeline {
        if let Some(bin) = activity.bin_of(act.time) {
            thief.entry(bin).or_insert((0, act)).0 += 1;
        }
    }
    let most = |numbers: &mut dyn Iterator<Item = u64>| numbers.max().unwrap_or(1).max(1) as f64;
    let most_owner = most(&mut activity.bins.values().map(|bin| bin.calls));
    let most_thief = most(&mut thief.values().map(|(calls, _)| *calls));
    let middle = 18.0 + HEIGHT;
    let svg = Svg {
        height: 2.0 * HEIGHT + 52.0,
        label: "Calls of the owner and suspicious calls over the days",
    };
    svg.open(page);
    axis.draw(page, 10.0, middle + HEIGHT + 8.0);
    lane(
        page,
        middle - HEIGHT + 14.0,
        "Owner",
        &format!("up to {most_owner} calls in {}", hours(activity.hours)),
    );
    lane(
        page,
        middle + 24.0,
        "Suspicious",
        &format!("up to {most_thief} calls in {}", hours(activity.hours)),
    );
    let width = ((RIGHT - LEFT) / activity.count.max(1) as f64 - 0.6).max(1.2);
    let begin = |bin: i64| axis.x(activity.from.plus_hours(bin * activity.hours));
    // The root of a number: a busy owner must not press a quiet thief flat.
    let height = |calls: u64, most: f64| ((calls as f64 / most).sqrt() * HEIGHT).max(2.0);
    for (number, bin) in &activity.bins {
        let tall = height(bin.calls, most_owner);
        page.raw("<rect class=\"fill-owner\"").at("x", begin(*number)).at("y", middle - tall);
        page.at("width", width).at("height", tall).attribute("data-event", bin.first.1.to_string());
        page.raw("><title>").text(&format!(
            "{} UTC: owner, {}; the first is event {}",
            words::moment(bin.first.0),
            words::count(bin.calls, "call", "calls"),
            bin.first.1
        ));
        page.raw("</title></rect>");
    }
    for (number, (calls, first)) in &thief {
        let tall = height(*calls, most_thief);
        page.raw("<rect class=\"fill-bad\"").at("x", begin(*number)).at("y", middle + 1.0);
        page.at("width", width.max(2.5)).at("height", tall);
        page.attribute("data-event", first.event_id.to_string()).raw("><title>");
        page.text(&format!(
            "{} UTC: {}",
            words::moment(first.time),
            words::count(*calls, "suspicious call", "suspicious calls")
        ));
        page.raw("</title></rect>");
    }
    page.raw("<line class=\"stroke-soft\"")
        .at("x1", LEFT)
        .at("x2", RIGHT)
        .at("y1", middle)
        .at("y2", middle)
        .raw("/></svg>");
}

fn hours(number: i64) -> String {
    if number == 1 { "an hour".to_owned() } else { format!("{number} hours") }
}

/// Every suspicious call in the lane of whoever made it.
fn calls(page: &mut Markup, telling: Telling<'_>) {
    let Telling { incident, .. } = telling;
    let (from, until) = (incident.first_seen, incident.last_seen);
    let margin = (until.seconds_since(from) / 25).max(1);
    let axis = Axis { from: from.plus_seconds(-margin), until: until.plus_seconds(margin) };
    let lanes = lanes(incident);
    let bottom = 14.0 + lanes.len() as f64 * LANE;
    let svg = Svg { height: bottom + 26.0, label: "The suspicious calls over time, by identity" };
    svg.open(page);
    axis.draw(page, 8.0, bottom);
    for (index, (who, acts)) in lanes.iter().enumerate() {
        let ground = 14.0 + (index as f64 + 1.0) * LANE - 10.0;
        lane(page, ground - 22.0, who, &words::count(acts.len() as u64, "call", "calls"));
        page.raw("<line class=\"stroke-line\"")
            .at("x1", LEFT)
            .at("x2", RIGHT)
            .at("y1", ground)
            .at("y2", ground)
            .raw("/>");
        for act in acts {
            mark(page, axis.x(act.time), ground, act);
        }
        names(page, axis, ground, acts);
    }
    page.raw("</svg>");
}

/// The calls by identity in the order of appearance; the last lane holds everybody else.
fn lanes(incident: &Incident) -> Vec<(String, Vec<&Act>)> {
    let mut lanes: Vec<(String, Vec<&Act>)> = Vec::new();
    for act in &incident.timeline {
        let who = facts::name(&act.principal);
        let known = lanes.iter().position(|(name, _)| name == who);
        match known {
            Some(index) => lanes[index].1.push(act),
            None if lanes.len() < LANES => lanes.push((who.to_owned(), vec![act])),
            None => {
                if let Some((name, acts)) = lanes.last_mut() {
                    "everybody else".clone_into(name);
                    acts.push(act);
                }
            }
        }
    }
    lanes
}

/// One call: tall where it is sensitive, hollow where it was refused.
fn mark(page: &mut Markup, x: f64, ground: f64, act: &Act) {
    let tall = if facts::is_sensitive(act) { 26.0 } else { 14.0 };
    page.raw("<rect rx=\"1\"").attribute(
        "class",
        match act.outcome {
            Outcome::Success => "fill-bad",
            Outcome::Denied => "fill-warn",
            Outcome::Failed => "fill-soft",
        },
    );
    page.at("x", x - 1.4).at("y", ground - tall).at("width", 2.8).at("height", tall);
    page.attribute("data-event", act.event_id.to_string()).raw("><title>");
    page.text(&format!(
        "{} {} {}",
        words::moment(act.time),
        act.action,
        facts::outcome(act.outcome)
    ));
    page.raw("</title></rect>");
}

/// Names of the heaviest calls, where there is room beside the one before.
fn names(page: &mut Markup, axis: Axis, ground: f64, acts: &[&Act]) {
    let mut heavy: Vec<&&Act> = acts.iter().filter(|act| facts::is_sensitive(act)).collect();
    heavy.sort_by_key(|act| std::cmp::Reverse(facts::weight(&act.action)));
    heavy.truncate(NAMED);
    let mut taken: Vec<(f64, f64)> = Vec::new();
    for act in heavy {
        let name = act.action.split_once(':').map_or(act.action.as_str(), |(_, name)| name);
        let x = axis.x(act.time);
        let width = 6.4 * name.chars().count().min(40) as f64 + 8.0;
        let begin = if x + width > RIGHT { x - width } else { x };
        if taken.iter().any(|(from, until)| begin < *until && *from < begin + width) {
            continue;
        }
        taken.push((begin, begin + width));
        page.raw("<text class=\"soft\"").at("x", begin).at("y", ground - 30.0).raw(">");
        page.within(name, 40).raw("</text>");
    }
}

fn lane(page: &mut Markup, y: f64, name: &str, below: &str) {
    page.raw("<text class=\"strong\" x=\"0\"").at("y", y).raw(">").ends(name, 21).raw("</text>");
    page.raw("<text class=\"soft\" x=\"0\"")
        .at("y", y + 15.0)
        .raw(">")
        .within(below, 26)
        .raw("</text>");
}

/// A picture of the usual width.
struct Svg {
    height: f64,
    label: &'static str,
}

impl Svg {
    fn open(&self, page: &mut Markup) {
        page.raw("<svg role=\"img\"")
            .attribute("viewBox", format_args!("0 0 {WIDTH} {}", self.height));
        page.at("width", WIDTH)
            .at("height", self.height)
            .attribute("aria-label", self.label)
            .raw(">");
    }
}
