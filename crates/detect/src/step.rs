//! The step: the state of a principal and one event become a new state and what is to be told.

use std::hash::BuildHasher;
use std::sync::Arc;

use cloudtrail::{GrantKind, IdentityKind, KeyKind, Outcome, Time};
use compact_str::{CompactString, format_compact};
use intel::address::AddressBook;
use intel::thief::Thief;
use profile::{Amount, Code, Crowds, Day, Network};

use crate::act::{Act, Untold};
use crate::basis::Basis;
use crate::bits::Bits;
use crate::call::{Call, Origin};
use crate::episode::Episode;
use crate::evidence::{
    Item, Key, takes, weigh_action, weigh_class, weigh_context, weigh_refusals, weigh_rule,
    weigh_volume,
};
use crate::output::{
    Arrival, Destination, EpisodeId, GrantMade, Notice, Outputs, Report, Told, What,
};
use crate::principal::Kind;
use crate::readdressed::readdressed;
use crate::rule::{Completed, Rule};
use crate::settings::Settings;
use crate::signal::{Concerns, Scene, Seen};
use crate::state::State;

/// What all principals are judged with.
#[derive(Clone, Copy)]
pub struct Judge<'a> {
    /// Addresses.
    pub book: &'a AddressBook,
    /// What thieves do.
    pub thief: &'a Thief,
    /// The user's facts and the weights.
    pub settings: &'a Settings,
    /// Peers and organisation as they were at the beginning of the day.
    pub crowds: &'a Crowds,
    /// What the user's rules found over several events.
    pub completed: &'a Completed,
}

impl Judge<'_> {
    /// Judges one call. Calls of one principal come in the order of (time, event id).
    ///
    /// `late` calls lie behind the watermark: they are judged and never learned.
    pub fn step(&self, state: &mut State, call: &Call<'_>, late: bool, outputs: &mut Outputs) {
        let weights = &self.settings.weights;
        if !late {
            state.advance(call.event.time, weights, &mut outputs.news);
        }
        state.see_arn(&call.event.identity.arn);
        let by_aws = call.is_by_aws();
        state.summary.count(call, by_aws);
        if by_aws {
            self.by_aws(state, call, outputs);
            return;
        }
        let index = open_episode(state, call, self);
        state.episodes[index].count(call);
        let new_to_hour = !state.is_repeat(hash_of(call, state.episodes[index].number));
        tell_arrival(state, index, call, new_to_hour, outputs);
        let taken = (!late && takes(call)).then(|| state.keep_taken(index, call));
        let sight = Sight { new_to_hour, taken };
        let changed = self.weigh(state, index, call, sight, outputs);
        if new_to_hour && !late {
            let number = state.episodes[index].number;
            state.keep_for_learning(call.event.time.hour(), number, &call.sighting());
        }
        if call.event.matches.is_some() && !late {
            let number = state.episodes[index].number;
            state.keep_rules(call.event.time, number, self.rules(call).map(|rule| &rule.id));
        }
        if changed {
            self.rescore(state, index);
        }
        let acts = changed || state.episodes[index].new_network || is_strange(state, call);
        self.tell(state, index, call, Telling { changed, acts }, outputs);
        if call.event.grant.is_some() {
            let id = EpisodeId::new(&state.principal, &state.episodes[index]);
            tell_grant(call, Some(id), outputs);
        }
        tell_readdressed(call, outputs);
    }

    /// AWS acts: lineage and notices are taken from it, evidence is not. What a service changes
    /// with the caller's own credential belongs to the story of that caller.
    fn by_aws(&self, state: &State, call: &Call<'_>, outputs: &mut Outputs) {
        for signal in call.action.signals_for(false) {
            if let Some(notify) = signal.notify
                && let Some(notice) = notify(call)
            {
                self.notice(call, signal.about.id, notice, outputs);
            }
        }
        let caller = state.episode_of(call).filter(|_| !call.reads());
        let id = caller.map(|episode| EpisodeId::new(&state.principal, episode));
        if let Some(id) = &id {
            tell(call, What::Act(id.clone(), Box::new(Act::of(call))), outputs);
        }
        tell_grant(call, id, outputs);
        tell_readdressed(call, outputs);
    }

    fn notice(
        &self,
        call: &Call<'_>,
        signal: &'static str,
        concerns: Concerns,
        outputs: &mut Outputs,
    ) {
        let notice = Notice {
            subject: concerns.subject,
            key: concerns.key,
            account: call.event.account,
            signal,
            bits: self.settings.weights.signal(signal),
            observed: concerns.observed,
            act: Act::of(call),
        };
        tell(call, What::Notice(Box::new(notice)), outputs);
    }

    /// Weighs a call; true when the episode's evidence changed.
    fn weigh(
        &self,
        state: &mut State,
        index: usize,
        call: &Call<'_>,
        Sight { new_to_hour, taken }: Sight,
        outputs: &mut Outputs,
    ) -> bool {
        let weights = &self.settings.weights;
        let entity = state.entity(call);
        state.see_alive(entity, call.event.time);
        let today = call.event.time.day() as Day;
        let totals = state.totals(today, weights);
        let all = !self.settings.hard_only;
        let mut changed = all
            && state.has_stranger()
            && self.overlap(state, index, call, totals.dominant, outputs);
        let key_slept = key_slept(state, call);
        let context = if new_to_hour { state.context_of(call) } else { 0 };
        let State { profile, episodes, kind, group, new_systems, job_keys, .. } = state;
        let episode = &mut episodes[index];
        let basis = Basis {
            profile,
            totals: &totals,
            kind: *kind,
            group,
            crowds: self.crowds,
            thief: self.thief,
            settings: self.settings,
            weights,
            today,
        };
        if new_to_hour && all {
            if episode.context != context {
                episode.context = context;
                changed |= weigh_context(&mut episode.evidence, &basis, call);
            }
            changed |= weigh_action(&mut episode.evidence, &basis, call);
            changed |= weigh_class(&mut episode.evidence, &basis, call);
        }
        if let Some(amount) = taken.filter(|_| all) {
            changed |= weigh_volume(&mut episode.evidence, &basis, call, amount);
        }
        if all
            && call.event.outcome == Outcome::Denied
            && episode.refuse(&call.action.base, &weights.refusal_steps)
        {
            let refused: Vec<u32> = episode.refused.iter().map(|(_, count)| *count).collect();
            if let Some(item) = weigh_refusals(&basis, call, &refused) {
                changed |= episode.evidence.add(Key::Refusals, item);
            }
        }
        for rule in self.rules(call) {
            changed |= weigh_rule(&mut episode.evidence, &basis, call, rule);
        }
        let strong = Bits::from_f64(weights.strong);
        for signal in call.action.signals_for(new_to_hour) {
            if !all && weights.signal(signal.about.id) < strong {
                continue;
            }
            if let Some(notify) = signal.notify
                && let Some(notice) = notify(call)
            {
                self.notice(call, signal.about.id, notice, outputs);
            }
            let Some(see) = signal.see else { continue };
            let mut scene = Scene {
                basis: &basis,
                call,
                tallies: &mut episode.tallies,
                new_network: episode.new_network,
                new_systems,
                job_keys,
                key_slept,
                first_of_episode: episode.events == 1,
            };
            if let Some(seen) = see(&mut scene) {
                let item = signal_item(call, &seen, weights.signal(signal.about.id));
                changed |= episode.evidence.add(Key::Signal(signal.about.id), item);
            }
        }
        changed
    }

    /// The user's rules that match a call, alone or together with calls before it.
    fn rules<'s>(&'s self, call: &'s Call<'_>) -> impl Iterator<Item = &'s Rule> {
        let alone = call.event.matches.iter().flat_map(|matches| &matches.rules);
        let is_part = call.event.matches.as_ref().is_some_and(|known| !known.parts.is_empty());
        let completed = is_part.then(|| self.completed.get(&call.event.id)).flatten();
        let numbers = alone.chain(completed.into_iter().flatten());
        numbers.filter_map(|number| self.settings.rules.get(usize::from(*number)))
    }

    /// Theft overlaps, relocation hands over: the owner's usual network is alive while another one
    /// is new.
    fn overlap(
        &self,
        state: &mut State,
        index: usize,
        call: &Call<'_>,
        dominant: Option<Code>,
        outputs: &mut Outputs,
    ) -> bool {
        let weights = &self.settings.weights;
        let time = call.event.time;
        let Some(dominant) = dominant else { return false };
        let within = |then: Time| then.plus_hours(weights.overlap_hours) >= time;
        let fixed = state.kind == Kind::UserWorkload && state.profile.is_fixed();
        let bits = Bits::from_f64(if fixed { weights.overlap_fixed } else { weights.overlap });
        let item = |state: &State| {
            let system = state.profile.systems().told().find(|(_, entry)| entry.code == dominant);
            let place =
                system.map_or_else(|| "its own range".into(), |(system, _)| system.to_string());
            let observed =
                format_compact!("at work from {place} within {} h", weights.overlap_hours);
            Item::new(bits, time, &call.event.id).told(&observed, "", "")
        };
        if state.entity(call) != dominant {
            let alive = state.alive.iter().find(|(known, _)| *known == dominant).map(|(_, at)| *at);
            let episode = &state.episodes[index];
            // Whoever only moved on is not seen at the old place again.
            let came_back = alive.is_some_and(|then| then > episode.opened && within(then));
            return episode.new_network && came_back && {
                let item = item(state);
                state.episodes[index].evidence.add(Key::Overlap, item)
            };
        }
        // The owner is back at work: that also speaks against strangers who came shortly before.
        for other in 0..state.episodes.len() {
            let episode = &state.episodes[other];
            if !episode.new_network || !within(episode.last) {
                continue;
            }
            let item = item(state);
            if state.episodes[other].evidence.add(Key::Overlap, item) {
                self.rescore(state, other);
                self.tell(state, other, call, Telling { changed: true, acts: false }, outputs);
            }
        }
        false
    }

    fn rescore(&self, state: &mut State, index: usize) {
        let weights = &self.settings.weights;
        let episode = &mut state.episodes[index];
        episode.score = episode.evidence.total(weights);
        let score = episode.score;
        state.summary.score = state.summary.score.max(score);
        if score >= Bits::from_f64(weights.quarantine) {
            state.mark_suspicious(index);
        }
    }

    /// Tells of an episode that is worth it, and of the suspicious act that belongs to it.
    fn tell(
        &self,
        state: &mut State,
        index: usize,
        call: &Call<'_>,
        telling: Telling,
        outputs: &mut Outputs,
    ) {
        let weights = &self.settings.weights;
        let cold = state.profile.active_days() < weights.cold_days;
        let episode = &mut state.episodes[index];
        // A new principal on a new network may be what a thief has made: told of sooner, and at
        // once where everybody else is known already.
        let made_for_it = cold && episode.new_network;
        let today = call.event.time.day() as Day;
        let newcomer = state.profile.active_days() == 0
            && self.crowds.first.is_some_and(|first| first < today);
        let floor = match (made_for_it, newcomer) {
            (true, true) => Bits::MIN,
            (true, false) => Bits::from_f64(weights.report / 2.0),
            _ => Bits::from_f64(weights.report),
        };
        let begins = !episode.reported && (episode.score >= floor || episode.evidence.has_signal());
        episode.reported |= begins;
        if !episode.reported {
            if telling.acts && episode.untold.len() < Untold::MOST {
                episode.untold.push(&Act::of(call));
            }
            return;
        }
        let mut acts = episode.untold.take();
        acts.extend(telling.acts.then(|| Act::of(call)));
        let id = EpisodeId::new(&state.principal, episode);
        if begins || telling.changed {
            let report = report(state, index, cold, call, self);
            tell(call, What::Episode(Box::new(report)), outputs);
        }
        for act in acts {
            tell(call, What::Act(id.clone(), Box::new(act)), outputs);
        }
    }
}

/// What is known of a call before it is weighed.
#[derive(Clone, Copy)]
struct Sight {
    /// The same was not weighed in this hour.
    new_to_hour: bool,
    /// What was taken in its ten minutes, if it takes something.
    taken: Option<Amount>,
}

/// What there is to tell after a call.
#[derive(Clone, Copy)]
struct Telling {
    /// The episode's evidence changed.
    changed: bool,
    /// The call itself is suspicious.
    acts: bool,
}

/// Whether a call shows something that the principal never did: its act belongs to the story of an
/// episode that is suspicious for another reason.
fn is_strange(state: &State, call: &Call<'_>) -> bool {
    let profile = &state.profile;
    profile.actions().get(&call.action.base).is_none()
        || profile.clients().get(&call.client.family).is_none()
        || profile.prefixes().get(&call.origin.network.prefix).is_none()
}

/// The episode that a call belongs to, begun if need be.
fn open_episode(state: &mut State, call: &Call<'_>, judge: &Judge<'_>) -> usize {
    let weights = &judge.settings.weights;
    let line = credential_line(call);
    let entity = state.entity(call);
    let belongs = |episode: &Episode| episode.continues(&line, entity, call, weights);
    if let Some(index) = state.episodes.iter().position(belongs) {
        return index;
    }
    let new_network = state.profile.get(entity).is_none();
    // What a thief left speaks against the next stranger, not against the owner at home.
    let carried = if new_network { carried(state, &line, call, weights) } else { None };
    let index = state.begin_episode(line, call);
    state.episodes[index].lesson = judge.settings.lessons.get(&call.event.id).copied();
    if let Some(item) = carried {
        state.episodes[index].evidence.add(Key::Carry, item);
    }
    index
}

/// The credential that is followed: a long-term key by itself; keys that rotate by themselves as
/// one session of their principal.
fn credential_line(call: &Call<'_>) -> CompactString {
    match &call.event.identity.access_key {
        Some(key) if key.kind() == KeyKind::LongTerm => CompactString::new(key.as_str()),
        _ => CompactString::const_new("session"),
    }
}

/// Half of what the last episode of the line came to, halved again every three days.
fn carried(state: &State, line: &str, call: &Call<'_>, weights: &crate::Weights) -> Option<Item> {
    let carried = state.carried.iter().find(|carried| carried.line == line)?;
    let hours = call.event.time.seconds_since(carried.at) as f64 / 3_600.0;
    let share = weights.carry * libm::exp2(-hours / weights.carry_half_life_hours);
    let bits = Bits::from_f64(carried.score.to_f64() * share);
    let least = Bits::from_f64(0.5);
    // Only what was worth telling is carried; the tail of ordinary work is not.
    if bits < least || carried.score < Bits::from_f64(weights.report) {
        return None;
    }
    let observed =
        format_compact!("an episode of {} bits ended {:.0} h before", carried.score, hours);
    Some(Item::new(bits, call.event.time, &call.event.id).told(&observed, "", ""))
}

/// Days since the key was used last, for a long-term key.
fn key_slept(state: &mut State, call: &Call<'_>) -> Option<i64> {
    let key = call.event.identity.access_key.as_ref()?;
    if key.kind() != KeyKind::LongTerm {
        return None;
    }
    let before = state.see_key(key, call.event.time)?;
    Some(call.event.time.seconds_since(before) / 86_400)
}

fn hash_of(call: &Call<'_>, episode: u32) -> u32 {
    let network = &call.origin.network.prefix;
    let (region, account) = (&call.event.region, call.event.account);
    let what = (episode, network, &call.action.base, region, account, call.event.outcome);
    foldhash::quality::FixedState::with_seed(0).hash_one(what) as u32
}

fn signal_item(call: &Call<'_>, seen: &Seen, bits: Bits) -> Item {
    Item::new(bits, call.event.time, &call.event.id).told(&seen.observed, &seen.usual, "")
}

fn report(state: &State, index: usize, cold: bool, call: &Call<'_>, judge: &Judge<'_>) -> Report {
    let episode = &state.episodes[index];
    let origin = if episode.source == call.event.source {
        Arc::clone(call.origin)
    } else {
        Arc::new(Origin::of(&episode.source, judge.book))
    };
    let Network { prefix, system, place } = &origin.network;
    Report {
        id: EpisodeId::new(&state.principal, episode),
        kind: state.kind,
        arn: state.arn().clone(),
        account: state.principal.account,
        cold,
        days: state.profile.active_days(),
        line: episode.line.clone(),
        neighbours: judge.crowds.organisation.with_system(system),
        system: system.clone(),
        address: origin.address.clone(),
        range: CompactString::from(prefix.to_string()),
        class: place.class,
        network: origin.label.clone(),
        client: episode.client.clone(),
        first_event: episode.first_event.clone(),
        opened: episode.opened,
        last: episode.last,
        new_network: episode.new_network,
        founding: episode.founding,
        events: episode.events,
        keys: episode.keys.to_vec(),
        marks: episode.marks.to_vec(),
        evidence: episode.evidence.clone(),
        score: episode.score,
    }
}

/// Tells of the first call of a principal from a network that is new to it, and of calls from its
/// own networks in a region that is.
fn tell_arrival(
    state: &State,
    index: usize,
    call: &Call<'_>,
    new_to_hour: bool,
    outputs: &mut Outputs,
) {
    let episode = &state.episodes[index];
    let destination = if episode.new_network {
        let range = || CompactString::from(call.origin.network.prefix.to_string());
        (episode.events == 1).then(|| Destination::Range(range()))
    } else {
        // Looking at a region is not working there.
        let works = new_to_hour && !call.reads() && call.event.outcome == Outcome::Success;
        let new = works && state.profile.regions().get(&call.event.region).is_none();
        new.then(|| Destination::Region(CompactString::new(call.event.region.as_str())))
    };
    if let Some(destination) = destination {
        let arrival = Arrival {
            principal: state.principal.id.clone(),
            group: state.group.clone(),
            destination,
            newcomer: state.profile.active_days() == 0,
        };
        tell(call, What::Arrival(Box::new(arrival)), outputs);
    }
}

fn tell_readdressed(call: &Call<'_>, outputs: &mut Outputs) {
    if let Some(change) = readdressed(call) {
        tell(call, What::Readdressed(Box::new(change)), outputs);
    }
}

fn tell_grant(call: &Call<'_>, episode: Option<EpisodeId>, outputs: &mut Outputs) {
    let Some(grant) = call.event.grant.as_deref() else { return };
    // AWS hands roles to its own services all day long; those sessions have no human maker. Only
    // what is made for a runtime may turn up elsewhere.
    if episode.is_none() && grant.kind == GrantKind::RoleSession && !makes_for_runtime(call) {
        return;
    }
    let made = GrantMade {
        grant: grant.clone(),
        action: call.action.name.clone(),
        principal: call.principal.id.clone(),
        account: call.event.account,
        key: call.event.identity.access_key.clone(),
        episode,
        shared: call.event.shared_id.clone(),
        from_elsewhere: call.event.identity.kind == IdentityKind::AwsAccount,
    };
    tell(call, What::Grant(Box::new(made)), outputs);
}

/// Whether AWS hands a role to an instance, a task or a function.
fn makes_for_runtime(call: &Call<'_>) -> bool {
    const RUNTIMES: [&str; 3] = ["service:lambda.", "service:ecs-tasks.", "service:ec2."];
    RUNTIMES.iter().any(|service| call.principal.id.starts_with(service))
}

fn tell(call: &Call<'_>, what: What, outputs: &mut Outputs) {
    outputs.told.push(Told { time: call.event.time, event_id: call.event.id.clone(), what });
}
