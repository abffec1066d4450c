//! What is kept of one principal between its events.

use std::collections::{HashSet, VecDeque};

use cloudtrail::{AccessKeyId, Time};
use compact_str::{CompactString, format_compact};
use foldhash::fast::FixedState;
use intel::address::NetworkClass;
use profile::{Day, Group, Profile, System};

use crate::bits::Bits;
use crate::call::CONSOLE;
use crate::episode::Episode;
use crate::output::News;
use crate::principal::{Kind, Principal};
use crate::summary::Summary;
use crate::weights::Weights;
use crate::window::Window;

/// The state of one principal.
#[derive(Debug, Clone)]
pub struct State {
    /// Whose it is.
    pub principal: Principal,
    /// What it is, as far as its behaviour tells.
    pub kind: Kind,
    /// Its peer group.
    pub group: Group,
    /// Its ARN as the last event gave it.
    pub arn: CompactString,
    /// What is normal.
    pub profile: Profile,
    /// Open episodes, the oldest first.
    pub episodes: Vec<Episode>,
    /// When each network was last seen, the latest few.
    pub alive: Vec<(System, Time)>,
    /// What the last episodes of each line came to.
    pub carried: Vec<Carried>,
    /// When each long-term key was last used.
    pub key_uses: Vec<(AccessKeyId, Time)>,
    /// Networks new to the profile within six hours.
    pub new_systems: Window,
    /// Keys that build jobs used within thirty days.
    pub job_keys: Window,
    /// Counters for the identity table.
    pub summary: Summary,
    hours: VecDeque<Hour>,
    quarantine: Vec<Quarantined>,
    next_number: u32,
    regrouped: Day,
    /// Calls of this hour that were weighed already; the same again would say nothing new.
    weighed: HashSet<u64, FixedState>,
    weighed_hour: i64,
}

/// What an episode left for the next one of the same line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// The credential line.
    pub line: CompactString,
    /// Its score.
    pub score: Bits,
    /// When it ended.
    pub at: Time,
}

/// What an hour showed, by episode, until the watermark lets it be learned.
#[derive(Debug, Clone)]
struct Hour {
    hour: i64,
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
struct Part {
    episode: u32,
    suspicious: bool,
    seen: Profile,
}

/// What a suspicious episode showed: it is learned only when nothing came of it.
#[derive(Debug, Clone)]
struct Quarantined {
    until: Time,
    seen: Profile,
}

impl State {
    /// So many episodes are open at once.
    const EPISODES_KEPT: usize = 8;
    /// So many networks are kept alive.
    const ALIVE_KEPT: usize = 8;
    /// So many keys are remembered.
    const KEYS_KEPT: usize = 8;
    /// So many quarantined hours are kept; older ones are forgotten, never learned.
    const QUARANTINED_KEPT: usize = 16;
    /// Learning lags behind: an hour is learned when it lies so many hours back.
    const LEARNED_AFTER: i64 = 3;

    /// The state before the first event.
    pub fn new(principal: Principal) -> Self {
        const HOUR: i64 = 3_600;
        Self {
            kind: principal.kind,
            group: format_compact!("{}/", principal.kind.as_str()),
            arn: principal.id.clone(),
            principal,
            profile: Profile::default(),
            episodes: Vec::new(),
            alive: Vec::new(),
            carried: Vec::new(),
            key_uses: Vec::new(),
            new_systems: Window::new(6 * HOUR, 8),
            job_keys: Window::new(30 * 24 * HOUR, 4),
            summary: Summary::default(),
            hours: VecDeque::new(),
            quarantine: Vec::new(),
            next_number: 1,
            regrouped: Day::MIN,
            weighed: HashSet::default(),
            weighed_hour: i64::MIN,
        }
    }

    /// Brings the state to the time of the next event: learns the hours that lie far enough back,
    /// releases what was quarantined in vain, ends idle episodes.
    pub fn advance(&mut self, time: Time, weights: &Weights, news: &mut Vec<News>) {
        while self.hours.front().is_some_and(|hour| hour.hour <= time.hour() - Self::LEARNED_AFTER)
        {
            let Some(hour) = self.hours.pop_front() else { break };
            for part in hour.parts {
                if part.suspicious {
                    self.confine(part.seen, hour.hour, weights);
                } else {
                    self.learn(&part.seen, news);
                }
            }
        }
        self.release(time, news);
        while let Some(index) =
            self.episodes.iter().position(|episode| episode.has_ended(time, weights))
        {
            let episode = self.episodes.remove(index);
            self.end(&episode);
        }
        let today = time.day() as Day;
        if self.regrouped != today {
            self.regrouped = today;
            self.regroup();
        }
        if self.weighed_hour != time.hour() {
            self.weighed_hour = time.hour();
            self.weighed = HashSet::default();
        }
    }

    /// Whether a call of this hash was weighed in this hour already; notes it if not.
    pub fn is_repeat(&mut self, hash: u64) -> bool {
        /// A principal that makes more different calls an hour is weighed again and again.
        const MOST: usize = 4_096;
        if self.weighed.len() >= MOST {
            self.weighed.clear();
        }
        !self.weighed.insert(hash)
    }

    /// Adds the episode that `begin` makes from the next number, and gives its index.
    pub fn begin_episode(&mut self, begin: impl FnOnce(u32) -> Episode) -> usize {
        if self.episodes.len() >= Self::EPISODES_KEPT {
            // The least suspicious makes room, among equals the one idle for longest.
            let weakest = (0..self.episodes.len())
                .min_by_key(|index| (self.episodes[*index].score, self.episodes[*index].last));
            if let Some(index) = weakest {
                let episode = self.episodes.remove(index);
                self.end(&episode);
            }
        }
        let episode = begin(self.next_number);
        self.next_number += 1;
        self.episodes.push(episode);
        self.episodes.len() - 1
    }

    /// Notes what an hour shows, to be learned later. Each action counts once an hour.
    pub fn keep_for_learning(&mut self, hour: i64, episode: u32, sighting: &profile::Sighting) {
        if let Some(seen) = self.seen_in(hour, episode) {
            seen.see(sighting);
        }
    }

    /// Notes which of the user's rules matched, to be learned later.
    pub fn keep_rules<'r>(
        &mut self,
        time: Time,
        episode: u32,
        rules: impl Iterator<Item = &'r CompactString>,
    ) {
        if let Some(seen) = self.seen_in(time.hour(), episode) {
            rules.for_each(|rule| {
                seen.rules.see(rule, time.day() as Day);
            });
        }
    }

    /// What an episode has shown in an hour so far.
    fn seen_in(&mut self, hour: i64, episode: u32) -> Option<&mut Profile> {
        if self.hours.back().is_none_or(|last| last.hour != hour) {
            self.hours.push_back(Hour { hour, parts: Vec::new() });
        }
        let parts = &mut self.hours.back_mut()?.parts;
        let known = parts.iter().position(|part| part.episode == episode);
        let index = known.unwrap_or_else(|| {
            parts.push(Part { episode, suspicious: false, seen: Profile::default() });
            parts.len() - 1
        });
        parts.get_mut(index).map(|part| &mut part.seen)
    }

    /// Marks what an episode showed as nothing to learn from.
    pub fn mark_suspicious(&mut self, episode: u32) {
        for part in self.hours.iter_mut().flat_map(|hour| &mut hour.parts) {
            part.suspicious |= part.episode == episode;
        }
    }

    /// Notes that a network is in use now, and tells when it was before.
    pub fn see_alive(&mut self, system: &System, time: Time) -> Option<Time> {
        if let Some((_, last)) = self.alive.iter_mut().find(|(known, _)| known == system) {
            return Some(std::mem::replace(last, time));
        }
        if self.alive.len() >= Self::ALIVE_KEPT {
            let oldest = (0..self.alive.len()).min_by_key(|index| self.alive[*index].1);
            self.alive.swap_remove(oldest.unwrap_or(0));
        }
        self.alive.push((system.clone(), time));
        None
    }

    /// Notes that a long-term key is used now, and tells when it was before.
    pub fn see_key(&mut self, key: &AccessKeyId, time: Time) -> Option<Time> {
        if let Some((_, last)) = self.key_uses.iter_mut().find(|(known, _)| known == key) {
            return Some(std::mem::replace(last, time));
        }
        if self.key_uses.len() >= Self::KEYS_KEPT {
            self.key_uses.remove(0);
        }
        self.key_uses.push((key.clone(), time));
        None
    }

    /// The network on which the principal has been most of its days, if there is one.
    pub fn dominant_system(&self, today: Day, weights: &Weights) -> Option<&System> {
        if self.profile.active_days() < weights.cold_days {
            return None;
        }
        let table = &self.profile.systems;
        let half_life = weights.half_life;
        let total = table.weight(today, half_life);
        let (weight, entry) = table
            .entries()
            .iter()
            .map(|entry| (entry.days.weight(today, half_life), entry))
            .max_by_key(|(weight, _)| *weight)?;
        (weight * 100 > total * weights.dominant_percent).then_some(&entry.value)
    }

    /// The profile with everything that has been seen and not been learned yet.
    pub fn everything_seen(&self) -> Profile {
        let mut profile = self.profile.clone();
        let waiting = self.hours.iter().flat_map(|hour| &hour.parts).map(|part| &part.seen);
        let confined = self.quarantine.iter().map(|quarantined| &quarantined.seen);
        for seen in waiting.chain(confined) {
            profile.merge(seen);
        }
        profile
    }

    fn learn(&mut self, seen: &Profile, news: &mut Vec<News>) {
        let fresh = self.profile.merge(seen);
        // Not everything that grows is news for the crowds: address ranges are not.
        self.profile.bound();
        if fresh != profile::Fresh::default() {
            let kind = CompactString::const_new(self.kind.as_str());
            news.push(News { kind, group: self.group.clone(), fresh });
        }
    }

    fn confine(&mut self, seen: Profile, hour: i64, weights: &Weights) {
        if self.quarantine.len() >= Self::QUARANTINED_KEPT {
            self.quarantine.remove(0);
        }
        let until = Time::from_seconds(hour * 3_600).plus_hours(24 * weights.release_days);
        // The days of waiting begin anew with everything suspicious.
        for part in &mut self.quarantine {
            part.until = part.until.max(until);
        }
        self.quarantine.push(Quarantined { until, seen });
    }

    /// What was confined is learned when the principal has been quiet since.
    fn release(&mut self, time: Time, news: &mut Vec<News>) {
        if self.quarantine.first().is_none_or(|first| first.until > time) {
            return;
        }
        let (free, confined) = std::mem::take(&mut self.quarantine)
            .into_iter()
            .partition(|part: &Quarantined| part.until <= time);
        self.quarantine = confined;
        for part in free {
            self.learn(&part.seen, news);
        }
    }

    fn end(&mut self, episode: &Episode) {
        const KEPT: usize = 4;
        if !episode.score.is_positive() {
            return;
        }
        self.carried.retain(|carried| carried.line != episode.line);
        if self.carried.len() >= KEPT {
            self.carried.remove(0);
        }
        let (line, score, at) = (episode.line.clone(), episode.score, episode.last);
        self.carried.push(Carried { line, score, at });
    }

    /// Tells kind and peer group from what was learned.
    fn regroup(&mut self) {
        self.kind = kind_by_behaviour(self.principal.kind, &self.profile);
        let account = self.principal.account.map(|account| account.to_string()).unwrap_or_default();
        let client = self.profile.clients.most_seen().first().map(|entry| entry.value.clone());
        let client = client.unwrap_or_default();
        self.group = format_compact!("{}/{account}/{client}", self.kind.as_str());
    }
}

/// What habits say where the identity's type does not: an IAM user on one fixed network that never
/// opens the console is a program; a role whose client names its runtime belongs to it.
fn kind_by_behaviour(named: Kind, profile: &Profile) -> Kind {
    const SETTLED: u32 = 5;
    let on = |platform: &str| profile.platforms.get(&CompactString::new(platform)).is_some();
    match named {
        Kind::Role | Kind::RolePerson if on("lambda") => Kind::Function,
        Kind::Role | Kind::RolePerson if on("ecs") || on("eks") => Kind::Container,
        Kind::Role if on("github-actions") || on("codebuild") => Kind::Ci,
        Kind::Role if on(CONSOLE) => Kind::RolePerson,
        Kind::UserHuman if profile.active_days() >= SETTLED => {
            let person = on(CONSOLE) || on("macos") || on("windows");
            let fixed = profile.systems.distinct() <= 2 && profile.prefixes.distinct() <= 4;
            let rented =
                profile.places.entries().iter().all(|entry| {
                    !matches!(entry.value.class, NetworkClass::Other | NetworkClass::Vpn)
                });
            // A person sleeps; what runs in every hour of the day does not.
            let sleepless = profile.time_bins.distinct() >= 36;
            if !person && fixed && (rented || sleepless) { Kind::UserWorkload } else { named }
        }
        _ => named,
    }
}

#[cfg(test)]
mod tests {
    use profile::{Network, Place, Prefix, Sighting};

    use super::*;

    #[test]
    fn a_history_of_years_keeps_a_profile_within_its_room() {
        let mut state =
            State::new(Principal { id: "somebody".into(), kind: Kind::UserHuman, account: None });
        let mut news = Vec::new();
        for day in 0..800 {
            let time = Time::from_seconds(i64::from(day) * 86_400);
            state.advance(time, Weights::shipped(), &mut news);
            let sighting = Sighting {
                day,
                time_bin: 0,
                network: Network {
                    prefix: Prefix::V4(day.unsigned_abs()),
                    system: System::Number(64_512),
                    place: Place { class: NetworkClass::Other, country: None },
                },
                client: "aws-cli".into(),
                platform: "linux".into(),
                region: cloudtrail::Region::new("eu-west-1"),
                account: None,
                action: "s3:ListBuckets".into(),
                refused: false,
            };
            state.keep_for_learning(time.hour(), 1, &sighting);
        }
        assert_eq!(state.profile.prefixes.distinct(), 64);
        assert_eq!(state.profile.active_days(), 128);
    }
}
