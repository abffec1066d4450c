//! What is kept of one principal between its events.

use std::hash::BuildHasher;

use cloudtrail::{AccessKeyId, Time};
use compact_str::{CompactString, format_compact};
use intel::address::NetworkClass;
use profile::{Amount, Code, Day, Dimension, Fresh, Group, Prefixes, Profile, Shown, Sighting};
use serde::{Deserialize, Serialize};
use thin_vec::{ThinVec, thin_vec};

use crate::bits::Bits;
use crate::call::{CONSOLE, Call};
use crate::episode::Episode;
use crate::evidence::Key;
use crate::output::News;
use crate::principal::{Kind, Principal};
use crate::settings::Lesson;
use crate::summary::Summary;
use crate::totals::Totals;
use crate::weights::Weights;
use crate::window::Window;

/// The state of one principal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct State {
    /// Whose it is.
    pub principal: Principal,
    /// What it is, as far as its behaviour tells.
    pub kind: Kind,
    /// Its peer group.
    pub group: Group,
    /// Its ARN as the last event gave it; empty where its id says the same.
    arn: CompactString,
    /// What is normal.
    pub profile: Profile,
    /// Open episodes, the oldest first.
    pub episodes: ThinVec<Episode>,
    /// When each network was last seen, the latest few.
    pub alive: ThinVec<(Code, Time)>,
    /// What the last episodes of each line came to.
    pub carried: ThinVec<Carried>,
    /// When each long-term key was last used.
    pub key_uses: ThinVec<(AccessKeyId, Time)>,
    /// Networks new to the profile within six hours.
    pub new_systems: Window,
    /// Keys that build jobs used within thirty days.
    pub job_keys: Window,
    heard: Heard,
    /// Counters for the identity table.
    pub summary: Summary,
    #[serde(skip)]
    totals: Totals,
    /// What recent hours showed, the oldest first, until the watermark lets it be learned.
    waiting: ThinVec<Part>,
    /// Episodes that ended and were put away, the oldest first.
    ended: ThinVec<Ended>,
    quarantine: ThinVec<Quarantined>,
    next_number: u32,
    regrouped: Day,
    /// Hashes of the calls of this hour that were weighed already, in order; the same again would
    /// say nothing new.
    weighed: ThinVec<u32>,
    weighed_hour: i64,
    /// How often the profile has learned something: what was weighed before is to be weighed anew.
    lessons_learned: u32,
}

/// How many days of each sort the crowds have heard of.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Heard {
    days: u32,
    system_days: u32,
    client_days: u32,
    region_days: u32,
}

/// What an episode left for the next one of the same line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// The credential line.
    pub line: CompactString,
    /// Its score.
    pub score: Bits,
    /// When it ended.
    pub at: Time,
}

/// What an episode showed in an hour.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Part {
    hour: i32,
    episode: u32,
    suspicious: bool,
    lesson: Option<Lesson>,
    shown: Shown,
}

/// What is left of an episode that ended, until the next event of its principal.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Ended {
    number: u32,
    carried: Carried,
}

/// What a suspicious episode showed: it is learned only when nothing came of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Quarantined {
    until: Time,
    lesson: Option<Lesson>,
    shown: Shown,
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
            arn: CompactString::default(),
            principal,
            profile: Profile::default(),
            episodes: ThinVec::new(),
            alive: ThinVec::new(),
            carried: ThinVec::new(),
            key_uses: ThinVec::new(),
            new_systems: Window::new(6 * HOUR, 8),
            job_keys: Window::new(30 * 24 * HOUR, 4),
            heard: Heard::default(),
            summary: Summary::default(),
            totals: Totals::NONE,
            waiting: ThinVec::new(),
            ended: ThinVec::new(),
            quarantine: ThinVec::new(),
            next_number: 1,
            regrouped: Day::MIN,
            weighed: ThinVec::new(),
            weighed_hour: i64::MIN,
            lessons_learned: 0,
        }
    }

    /// Its ARN as the last event gave it; its id where none did.
    pub fn arn(&self) -> &CompactString {
        if self.arn.is_empty() { &self.principal.id } else { &self.arn }
    }

    /// Notes the ARN of an event.
    pub fn see_arn(&mut self, arn: &CompactString) {
        if arn.is_empty() || self.arn() == arn {
            return;
        }
        let told_by_id = *arn == self.principal.id;
        self.arn = if told_by_id { CompactString::default() } else { arn.clone() };
    }

    /// Brings the state to the time of the next event: learns the hours that lie far enough back,
    /// releases what was quarantined in vain, ends idle episodes.
    pub fn advance(&mut self, time: Time, weights: &Weights, news: &mut Vec<News>) {
        let due = (time.hour() - Self::LEARNED_AFTER) as i32;
        if self.waiting.first().is_some_and(|part| part.hour <= due) {
            let later = self.waiting.split_off(self.waiting.partition_point(|p| p.hour <= due));
            for part in std::mem::replace(&mut self.waiting, later) {
                if part.suspicious || part.lesson == Some(Lesson::Never) {
                    self.confine(part, weights);
                } else {
                    self.learn(&part.shown, news);
                }
            }
        }
        self.release(time, news);
        self.put_away(time, weights);
        for Ended { carried, .. } in std::mem::take(&mut self.ended) {
            self.carry(carried);
        }
        let today = time.day() as Day;
        if self.regrouped != today {
            self.regrouped = today;
            self.regroup(news);
        }
        if self.totals.today != today {
            self.totals = Totals::of(&self.profile, self.kind, today, weights);
        }
        if self.weighed_hour != time.hour() {
            self.weighed_hour = time.hour();
            self.weighed = ThinVec::new();
        }
    }

    /// Puts away what is not needed before the next event, which will not be earlier than `now`:
    /// what idle episodes held, and room for growth.
    pub fn rest(&mut self, now: Time, weights: &Weights) {
        self.put_away(now, weights);
        self.episodes.shrink_to_fit();
        self.waiting.shrink_to_fit();
        self.waiting.iter_mut().for_each(|part| part.shown.shrink());
        self.profile.shrink();
        if self.weighed_hour < now.hour() {
            self.weighed = ThinVec::new();
        }
    }

    /// Whether a call of this hash was weighed in this hour already; notes it if not.
    pub fn is_repeat(&mut self, hash: u32) -> bool {
        /// A principal that makes more different calls an hour is weighed again and again.
        const MOST: usize = 1_024;
        match self.weighed.binary_search(&hash) {
            Ok(_) => true,
            Err(_) if self.weighed.len() >= MOST => {
                self.weighed = thin_vec![hash];
                false
            }
            Err(index) => {
                if self.weighed.len() == self.weighed.capacity() {
                    self.weighed.reserve_exact(8 + self.weighed.len() / 4);
                }
                self.weighed.insert(index, hash);
                false
            }
        }
    }

    /// A hash of all that the context of a call is weighed by.
    pub fn context_of(&self, call: &Call<'_>) -> u32 {
        let event = call.event;
        let (network, client) = (&call.origin.network.prefix, &call.client);
        let place = (network, &event.region, event.account);
        let what = (event.time.hour(), self.lessons_learned, place, &client.family);
        foldhash::quality::FixedState::with_seed(3).hash_one(what) as u32 | 1
    }

    /// What the principal's dimensions weigh on a day; kept for the day of the last event.
    pub fn totals(&self, today: Day, weights: &Weights) -> Totals {
        if self.totals.today == today {
            return self.totals;
        }
        Totals::of(&self.profile, self.kind, today, weights)
    }

    /// Begins the episode of a credential line with a call, and gives its index.
    pub fn begin_episode(&mut self, line: CompactString, call: &Call<'_>) -> usize {
        if self.episodes.len() >= Self::EPISODES_KEPT {
            // The least suspicious makes room, among equals the one idle for longest.
            let weakest = (0..self.episodes.len())
                .min_by_key(|index| (self.episodes[*index].score, self.episodes[*index].last));
            if let Some(index) = weakest {
                let episode = self.episodes.remove(index);
                self.carry(Carried::from(&episode));
            }
        }
        let entity = self.entity(call);
        let known = self.profile.get(entity).is_some();
        let episode = Episode::begin(self.next_number, line, call, (entity, known), &self.profile);
        self.next_number += 1;
        self.episodes.reserve_exact(1);
        self.episodes.push(episode);
        self.episodes.len() - 1
    }

    /// Notes what an hour shows, to be learned later. Each action counts once an hour.
    pub fn keep_for_learning(&mut self, hour: i64, episode: u32, sighting: &Sighting<'_>) {
        let index = self.part(hour, episode, sighting.day);
        self.waiting[index].shown.note(sighting, &self.profile);
    }

    /// Notes which of the user's rules matched, to be learned later.
    pub fn keep_rules<'r>(
        &mut self,
        time: Time,
        episode: u32,
        rules: impl Iterator<Item = &'r CompactString>,
    ) {
        let index = self.part(time.hour(), episode, time.day() as Day);
        for rule in rules {
            self.waiting[index].shown.note_rule(rule, &self.profile);
        }
    }

    /// Notes that a call of an episode took something, and tells what its ten minutes hold so far.
    pub fn keep_taken(&mut self, index: usize, call: &Call<'_>) -> Amount {
        let (event, episode) = (call.event, self.episodes[index].number);
        let index = self.part(event.time.hour(), episode, event.time.day() as Day);
        self.waiting[index].shown.taken().add(event.time.seconds(), event.bytes_out)
    }

    /// Where what an episode shows in an hour is kept.
    fn part(&mut self, hour: i64, episode: u32, day: Day) -> usize {
        let hour = hour as i32;
        let known =
            self.waiting.iter().rposition(|part| part.hour == hour && part.episode == episode);
        known.unwrap_or_else(|| {
            let shown = Shown::on(day);
            self.waiting.reserve_exact(1);
            let open = self.episodes.iter().find(|open| open.number == episode);
            let (suspicious, lesson) =
                open.map_or((false, None), |open| (open.suspicious, open.lesson));
            self.waiting.push(Part { hour, episode, suspicious, lesson, shown });
            self.waiting.len() - 1
        })
    }

    /// The open episode in which a call's credential was used last, if it has been told of.
    pub fn episode_of(&self, call: &Call<'_>) -> Option<&Episode> {
        let key = call.event.identity.access_key.as_ref()?;
        let used = |episode: &&Episode| episode.reported && episode.keys.contains(key);
        self.episodes.iter().filter(used).max_by_key(|episode| episode.last)
    }

    /// Whether somebody is on a new network of whom it is not known yet that the owner is elsewhere.
    pub fn has_stranger(&self) -> bool {
        let alone = |episode: &Episode| episode.evidence.get(&Key::Overlap).is_none();
        self.episodes.iter().any(|episode| episode.new_network && alone(episode))
    }

    /// Marks what an episode showed, and what it will show, as nothing to learn from. Of somebody new
    /// what comes again is learned: everything is strange at first, and would be for ever.
    pub fn mark_suspicious(&mut self, index: usize) {
        self.episodes[index].suspicious = !self.episodes[index].founding;
        let episode = self.episodes[index].number;
        for part in &mut self.waiting {
            part.suspicious |= part.episode == episode;
        }
    }

    /// What counts as one network for the principal: the provider, whose ranges change for most; the
    /// range itself for a program that has had no other for weeks, because the next tenant of a
    /// provider is a stranger.
    pub fn entity(&self, call: &Call<'_>) -> Code {
        if self.kind == Kind::UserWorkload && self.profile.is_pinned() {
            Prefixes::code(&call.origin.network.prefix)
        } else {
            call.origin.system
        }
    }

    /// Notes that a network is in use now, and tells when it was before.
    pub fn see_alive(&mut self, entity: Code, time: Time) -> Option<Time> {
        if let Some((_, last)) = self.alive.iter_mut().find(|(known, _)| *known == entity) {
            return Some(std::mem::replace(last, time));
        }
        if self.alive.len() >= Self::ALIVE_KEPT {
            let oldest = (0..self.alive.len()).min_by_key(|index| self.alive[*index].1);
            self.alive.swap_remove(oldest.unwrap_or(0));
        }
        self.alive.reserve_exact(1);
        self.alive.push((entity, time));
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
        self.key_uses.reserve_exact(1);
        self.key_uses.push((key.clone(), time));
        None
    }

    /// The profile with everything that has been seen and not been learned yet.
    pub fn everything_seen(&self) -> Profile {
        let mut profile = self.profile.clone();
        let waiting = self.waiting.iter().map(|part| &part.shown);
        let confined = self.quarantine.iter().map(|quarantined| &quarantined.shown);
        for shown in waiting.chain(confined) {
            profile.learn(shown);
        }
        profile
    }

    fn learn(&mut self, shown: &Shown, news: &mut Vec<News>) {
        let values = self.profile.values_known();
        let fresh = self.profile.learn(shown);
        self.totals = Totals::NONE;
        self.lessons_learned = self.lessons_learned.wrapping_add(1);
        // Not everything that grows is news for the crowds: address ranges are not.
        if self.profile.values_known() > values {
            let forgotten = self.profile.bound() as u32;
            self.summary.forgotten = self.summary.forgotten.saturating_add(forgotten);
        }
        if fresh != profile::Fresh::default() {
            self.heard.add(&fresh);
            let kind = CompactString::const_new(self.kind.as_str());
            news.push(News { kind, group: self.group.clone(), fresh, before: None });
        }
    }

    fn confine(&mut self, part: Part, weights: &Weights) {
        let Part { hour, lesson, shown, .. } = part;
        let shown_at = Time::from_seconds(i64::from(hour) * 3_600);
        let until = match lesson {
            // What an episode showed must not excuse the rest of it.
            Some(Lesson::Learn) => shown_at.plus_hours(weights.episode_hours),
            _ => shown_at.plus_hours(24 * weights.release_days),
        };
        if lesson != Some(Lesson::Learn) {
            // The days of waiting begin anew with everything suspicious.
            for part in self.quarantine.iter_mut().filter(|part| part.lesson.is_none()) {
                part.until = part.until.max(until);
            }
        }
        if lesson == Some(Lesson::Never) {
            return;
        }
        if self.quarantine.len() >= Self::QUARANTINED_KEPT {
            // What a verdict wants to be learned stays longest.
            let oldest = self.quarantine.iter().position(|part| part.lesson.is_none());
            self.quarantine.remove(oldest.unwrap_or(0));
        }
        self.quarantine.push(Quarantined { until, lesson, shown });
    }

    /// What was confined is learned when the principal has been quiet since, or when a verdict has
    /// said that it was the owner.
    fn release(&mut self, time: Time, news: &mut Vec<News>) {
        if !self.quarantine.iter().any(|part| part.until <= time) {
            return;
        }
        let (free, confined) = std::mem::take(&mut self.quarantine)
            .into_iter()
            .partition(|part: &Quarantined| part.until <= time);
        self.quarantine = confined;
        for part in free {
            self.learn(&part.shown, news);
        }
    }

    /// Of an idle episode only its end is kept. What it leaves counts from the next event on, in
    /// the order in which the episodes began.
    fn put_away(&mut self, now: Time, weights: &Weights) {
        let before = self.ended.len();
        self.episodes.retain(|episode| {
            let ended = episode.has_ended(now, weights);
            if ended && episode.score.is_positive() {
                self.ended.push(Ended { number: episode.number, carried: Carried::from(episode) });
            }
            !ended
        });
        if self.ended.len() > before {
            self.ended.sort_by_key(|ended| ended.number);
        }
    }

    fn carry(&mut self, carried: Carried) {
        const KEPT: usize = 4;
        if !carried.score.is_positive() {
            return;
        }
        self.carried.retain(|known| known.line != carried.line);
        if self.carried.len() >= KEPT {
            self.carried.remove(0);
        }
        self.carried.reserve_exact(1);
        self.carried.push(carried);
    }

    /// Tells kind and peer group from what was learned.
    fn regroup(&mut self, news: &mut Vec<News>) {
        let before = (CompactString::const_new(self.kind.as_str()), self.group.clone());
        self.kind = kind_by_behaviour(self.principal.kind, &self.profile);
        let account = self.principal.account.map(|account| account.to_string()).unwrap_or_default();
        let client = self.profile.clients().most_seen().into_iter().next();
        let client = client.map(|(name, _)| name).unwrap_or_default();
        self.group = format_compact!("{}/{account}/{client}", self.kind.as_str());
        let kind = CompactString::const_new(self.kind.as_str());
        let known = self.profile.first.is_some();
        if known && before != (kind.clone(), self.group.clone()) {
            let fresh = self.heard.fresh(self.profile.heard());
            news.push(News { kind, group: self.group.clone(), fresh, before: Some(before) });
        }
    }
}

impl Heard {
    const fn add(&mut self, fresh: &Fresh) {
        self.days += fresh.days;
        self.system_days += fresh.system_days;
        self.client_days += fresh.client_days;
        self.region_days += fresh.region_days;
    }

    /// All that the crowds have heard of a principal with these values.
    const fn fresh(self, codes: Vec<Code>) -> Fresh {
        let Self { days, system_days, client_days, region_days } = self;
        Fresh { principal: true, days, system_days, client_days, region_days, codes }
    }
}

impl From<&Episode> for Carried {
    /// An episode of which a verdict says that it was the owner leaves nothing.
    fn from(episode: &Episode) -> Self {
        let score = if episode.lesson == Some(Lesson::Learn) { Bits::ZERO } else { episode.score };
        Self { line: episode.line.clone(), score, at: episode.last }
    }
}

/// What habits say where the identity's type does not: an IAM user on one fixed network that never
/// opens the console is a program; a role whose client names its runtime belongs to it.
fn kind_by_behaviour(named: Kind, profile: &Profile) -> Kind {
    const SETTLED: u32 = 5;
    let on = |platform: &str| profile.platforms().get(platform).is_some();
    match named {
        Kind::Role | Kind::RolePerson if on("lambda") => Kind::Function,
        Kind::Role | Kind::RolePerson if on("ecs") || on("eks") => Kind::Container,
        Kind::Role if on("github-actions") || on("codebuild") => Kind::Ci,
        Kind::Role if on(CONSOLE) => Kind::RolePerson,
        Kind::UserHuman if profile.active_days() >= SETTLED => {
            let person = on(CONSOLE) || on("macos") || on("windows");
            let fixed = profile.systems().distinct() <= 2 && profile.prefixes().distinct() <= 4;
            let rented = profile
                .places()
                .told()
                .all(|(place, _)| !matches!(place.class, NetworkClass::Other | NetworkClass::Vpn));
            // A person sleeps; what runs in every hour of the day does not.
            let sleepless = profile.time_bins().distinct() >= 36;
            if !person && fixed && (rented || sleepless) { Kind::UserWorkload } else { named }
        }
        _ => named,
    }
}

#[cfg(test)]
mod tests {
    use profile::{Network, Place, Prefix, System};

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
                network: &Network {
                    prefix: Prefix::V4(day.unsigned_abs()),
                    system: System::Number(64_512),
                    place: Place { class: NetworkClass::Other, country: None },
                },
                client: "aws-cli",
                platform: "linux",
                region: "eu-west-1",
                account: None,
                action: "s3:ListBuckets",
                class: None,
                outcome: cloudtrail::Outcome::Success,
            };
            state.keep_for_learning(time.hour(), 1, &sighting);
        }
        assert_eq!(state.profile.prefixes().distinct(), 64);
        // Of 800 ranges, the one of the last day is not learned yet.
        assert_eq!(state.summary.forgotten, 800 - 1 - 64);
        assert_eq!(state.profile.active_days(), 128);
    }
}
