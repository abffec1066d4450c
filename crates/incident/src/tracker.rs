//! Hears what is told of all principals, joins what belongs together, and keeps the sums.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use cloudtrail::{AccessKeyId, Time};
use compact_str::CompactString;
use detect::{
    Bits, Destination, EpisodeId, Evidence, GrantMade, Item, Key, Kind, Notice, Report, Settings,
    Told, What,
};
use intel::address::NetworkClass;
use serde::{Deserialize, Serialize};

use crate::across;
use crate::closure::{self, Closure, Known};
use crate::grants::Grants;
use crate::hypothesis::{self, Case, Finding};
use crate::incident::Incident;
use crate::index::{Index, name_of};
use crate::input::Input;
use crate::movements::Movements;
use crate::story;

/// Builds incidents from what is told, in the order of the events.
#[derive(Debug, Serialize, Deserialize)]
pub struct Tracker {
    /// Not in snapshots: who restores one gives it again.
    #[serde(skip)]
    settings: Settings,
    episodes: BTreeMap<u64, Known>,
    keys: BTreeMap<EpisodeId, u64>,
    next_key: u64,
    /// By the key of their first member.
    closures: BTreeMap<u64, Closure>,
    closure_of: BTreeMap<u64, u64>,
    index: Index,
    grants: Grants,
    movements: Movements,
    today: i64,
}

/// Episodes of one principal this close are one theft.
const SAME_PRINCIPAL_HOURS: i64 = 24;
/// The same network and client with the same principal come back within this time.
const RETURN_HOURS: i64 = 14 * 24;
/// One new source on several keys within this time.
const SHARED_SOURCE_HOURS: i64 = 24;
/// What came to nothing is forgotten after this time.
const FORGET_HOURS: i64 = 30 * 24;

impl Tracker {
    /// A tracker that has heard nothing.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            episodes: BTreeMap::new(),
            keys: BTreeMap::new(),
            next_key: 0,
            closures: BTreeMap::new(),
            closure_of: BTreeMap::new(),
            index: Index::default(),
            grants: Grants::default(),
            movements: Movements::default(),
            today: i64::MIN,
        }
    }

    /// A tracker restored from a snapshot, judging by these settings again.
    #[must_use]
    pub fn with(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// Hears one thing. Things come in the order of (time, event id), for each event in the order
    /// in which its step told them.
    pub fn hear(&mut self, told: Told) {
        self.forget(told.time);
        match told.what {
            What::Episode(report) => self.hear_report(*report, told.time),
            What::Act(id, act) => {
                let signs_in = act.action.starts_with("signin:");
                let Some(key) = self.keys.get(&id).copied() else { return };
                if let Some(known) = self.episodes.get_mut(&key) {
                    known.add(*act);
                }
                // A sign-in is what makes a password or a token matter.
                if signs_in {
                    self.join(key, told.time);
                }
            }
            What::Grant(made) => self.hear_grant(&made, &told.event_id, told.time),
            What::Notice(notice) => self.hear_notice(&notice, told.time),
            What::Arrival(arrival) => self.movements.arrive(*arrival, told.time),
            What::Readdressed(what) => {
                self.movements.readdress(&what, told.time, &told.event_id);
            }
        }
    }

    /// The incidents as they stand, the surest first, told against what is known of the input.
    pub fn incidents(&self, input: &Input<'_>) -> Vec<Incident> {
        self.incidents_from(Bits::from_f64(self.settings.weights.watch), input)
    }

    /// Likewise, with those that have this score at least, even where nobody would watch them.
    pub fn incidents_from(&self, least: Bits, input: &Input<'_>) -> Vec<Incident> {
        let mut incidents: Vec<Incident> = self
            .closures
            .values()
            .filter_map(|closure| {
                let members = self.members(closure);
                // The last events may have shown more across principals than the last sum knew.
                let across = across::observe(&members, &self.grants, &self.settings.weights);
                let findings = self.test(&members, &across);
                let evidence = closure::united(&members, &across, &findings);
                let score = evidence.score(&self.settings.weights);
                (score.total >= least).then(|| {
                    let kind = closure::kind(&members);
                    story::tell(&story::Known {
                        closure,
                        members: &members,
                        grants: &self.grants,
                        findings: &findings,
                        evidence: &evidence,
                        score: &score,
                        settings: &self.settings,
                        kind,
                        alert_from: self.settings.alert_from(kind),
                        input,
                    })
                })
            })
            .collect();
        incidents.sort_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then_with(|| a.first_seen.cmp(&b.first_seen))
                .then_with(|| a.id.cmp(&b.id))
        });
        incidents
    }

    fn test(&self, members: &[&Known], across: &Evidence) -> Vec<Finding> {
        let Self { grants, movements, settings, .. } = self;
        let explained = RefCell::default();
        hypothesis::test(&Case { members, across, grants, movements, settings, explained })
    }

    fn members(&self, closure: &Closure) -> Vec<&Known> {
        closure.members.iter().filter_map(|key| self.episodes.get(key)).collect()
    }

    fn hear_report(&mut self, report: Report, time: Time) {
        let id = report.id.clone();
        if let Some(key) = self.keys.get(&id).copied() {
            self.index.enter(key, &report);
            if let Some(known) = self.episodes.get_mut(&key) {
                known.report = report;
            }
            self.join(key, time);
            return;
        }
        let key = self.next_key;
        self.next_key += 1;
        self.index.enter(key, &report);
        self.episodes.insert(key, Known::new(report));
        self.keys.insert(id, key);
        self.closures.insert(key, Closure { members: vec![key], ..Closure::default() });
        self.closure_of.insert(key, key);
        self.join(key, time);
    }

    /// A grant matters when it is used; most often that comes later.
    fn hear_grant(&mut self, made: &GrantMade, event: &cloudtrail::EventId, time: Time) {
        let key = self.grants.take(made, time, event);
        let mut used: Vec<u64> = key.iter().flat_map(|key| self.index.with_key(key)).collect();
        if made.shared.is_some() {
            used.extend(made.episode.as_ref().and_then(|id| self.keys.get(id)));
        }
        for key in used {
            self.join(key, time);
        }
    }

    /// A notice is an episode of its own: number 0 of the principal concerned, or of the key where
    /// nobody knows whose it is.
    fn hear_notice(&mut self, notice: &Notice, time: Time) {
        let mut evidence = Evidence::default();
        let item = Item::new(notice.bits, notice.act.time, &notice.act.event_id);
        let item = item.told(&notice.observed, "", "");
        evidence.add(Key::Signal(notice.signal), item);
        let subject = self.owner_of(notice).unwrap_or_else(|| notice.subject.clone());
        let id = EpisodeId { principal: subject.clone(), number: 0 };
        let act = notice.act.clone();
        if let Some(key) = self.keys.get(&id).copied() {
            if let Some(known) = self.episodes.get_mut(&key) {
                known.report.evidence.merge(&evidence);
                let new = notice.key.iter().filter(|key| !known.report.keys.contains(key));
                let new: Vec<_> = new.cloned().collect();
                known.report.keys.extend(new);
                known.add(act);
                self.index.enter(key, &known.report);
            }
            self.join(key, time);
            return;
        }
        let report = Report {
            id: id.clone(),
            kind: Kind::UserHuman,
            arn: subject,
            account: notice.account,
            cold: false,
            days: 0,
            line: CompactString::default(),
            system: profile_text(&act.source),
            address: CompactString::from(act.source.as_str()),
            range: CompactString::from(act.source.as_str()),
            class: NetworkClass::Other,
            network: CompactString::default(),
            client: CompactString::default(),
            first_event: act.event_id.clone(),
            opened: act.time,
            last: act.time,
            new_network: false,
            founding: false,
            neighbours: 0,
            events: 0,
            keys: notice.key.iter().cloned().collect(),
            marks: Vec::new(),
            evidence,
            score: notice.bits,
        };
        self.hear_report(report, time);
        if let Some(known) = self.keys.get(&id).and_then(|key| self.episodes.get_mut(key)) {
            known.add(act);
        }
    }

    /// Whose key a notice names, if an episode or the making of the key has told.
    fn owner_of(&self, notice: &Notice) -> Option<CompactString> {
        let key = notice.key.as_ref().filter(|key| notice.subject == key.as_str())?;
        let users = self.index.with_key(key).filter_map(|user| self.episodes.get(&user));
        let user = users.map(|known| &known.report.id).find(|id| id.number > 0);
        let made = || self.grants.maker_of(key).map(|made| made.owner.clone());
        user.map(|id| id.principal.clone()).or_else(made)
    }

    /// Joins an episode with all that belong to it, and takes the sum anew.
    fn join(&mut self, key: u64, time: Time) {
        for other in self.related(key) {
            self.unite(key, other);
        }
        let Some(root) = self.closure_of.get(&key).copied() else { return };
        let Some(closure) = self.closures.get(&root) else { return };
        let members = self.members(closure);
        let weights = &self.settings.weights;
        let across = across::observe(&members, &self.grants, weights);
        let mut score = closure::united(&members, &across, &[]).total(weights);
        let alert_from = self.settings.alert_from(closure::kind(&members));
        // Explanations only take bits off: below the threshold they need no test yet.
        if score >= alert_from && closure.detected.is_none() {
            let findings = self.test(&members, &across);
            score = closure::united(&members, &across, &findings).total(weights);
        }
        let alert = score >= alert_from;
        if let Some(closure) = self.closures.get_mut(&root) {
            closure.score = score;
            if alert && closure.detected.is_none() {
                closure.detected = Some(time);
            }
        }
    }

    /// Episodes that belong together with this one.
    fn related(&self, key: u64) -> Vec<u64> {
        let Some(one) = self.episodes.get(&key) else { return Vec::new() };
        let report = &one.report;
        let mut candidates: BTreeSet<u64> = self.index.of_principal(&report.id.principal).collect();
        candidates.extend(self.index.at_address(&report.address));
        candidates.extend(report.keys.iter().flat_map(|key| self.index.with_key(key)));
        candidates.extend(self.index.of_origin(report));
        candidates.extend(self.grants.twins(&report.id).filter_map(|id| self.keys.get(id)));
        for made in across::makers(one, &self.grants) {
            candidates.extend(made.episode.as_ref().and_then(|id| self.keys.get(id)));
        }
        for made in self.grants.made_by(&report.id) {
            candidates.extend(made.key.iter().flat_map(|key| self.index.with_key(key)));
            candidates.extend(self.index.of_principal(&made.owner));
        }
        candidates.remove(&key);
        let belongs =
            |other: &u64| self.episodes.get(other).is_some_and(|known| self.belongs(one, known));
        candidates.into_iter().filter(belongs).collect()
    }

    fn belongs(&self, one: &Known, other: &Known) -> bool {
        let same_principal = one.report.id.principal == other.report.id.principal;
        if same_principal {
            let watch = Bits::from_f64(self.settings.weights.watch);
            return belong_by_principal(one, other, watch);
        }
        names_key(one, other)
            || self.made_by(one, other)
            || self.made_by(other, one)
            || self.share_source(one, other)
            || self.share_origin(one, other)
            || self.grants.twins(&one.report.id).any(|twin| *twin == other.report.id)
    }

    /// Whether a credential of `child` was made in the episode `parent`, which was told of.
    fn made_by(&self, child: &Known, parent: &Known) -> bool {
        // An ordinary day's work makes sessions, too: a parent must be suspicious by itself.
        let floor = Bits::from_f64(self.settings.weights.report);
        let suspicious = parent.report.new_network || parent.report.evidence.has_signal();
        suspicious
            && parent.report.score >= floor
            && across::makers(child, &self.grants)
                .iter()
                .any(|made| made.episode.as_ref() == Some(&parent.report.id))
    }

    /// One address that is new to both, within a day, each suspicious by itself.
    fn share_source(&self, one: &Known, other: &Known) -> bool {
        let floor = Bits::from_f64(self.settings.weights.report);
        // A vendor's role has the same name in many accounts.
        let name = |known: &Known| across::without_account(&known.report.id.principal);
        let same_name = name(one) == name(other);
        across::is_stranger(one)
            && across::is_stranger(other)
            && !same_name
            && one.report.address == other.report.address
            && one.report.score >= floor
            && other.report.score >= floor
            && near(one, other, SHARED_SOURCE_HOURS)
    }

    /// Whether sessions of one origin go on as somebody else within a day, both suspicious by
    /// themselves: where nobody saw the session being made, `sourceIdentity` and the sign-in session
    /// still tell who began it.
    fn share_origin(&self, one: &Known, other: &Known) -> bool {
        let floor = Bits::from_f64(self.settings.weights.report);
        let of = |child: &Known, parent: &Known| {
            let name = name_of(&parent.report.id.principal);
            child.report.marks.iter().any(|mark| parent.report.marks.contains(mark) || mark == name)
        };
        (of(one, other) || of(other, one))
            && one.report.new_network
            && other.report.new_network
            && one.report.score >= floor
            && other.report.score >= floor
            && near(one, other, SAME_PRINCIPAL_HOURS)
    }

    fn unite(&mut self, one: u64, other: u64) {
        let (Some(a), Some(b)) = (self.closure_of.get(&one), self.closure_of.get(&other)) else {
            return;
        };
        let (keep, give) = (*a.min(b), *a.max(b));
        if keep == give {
            return;
        }
        let Some(given) = self.closures.remove(&give) else { return };
        for member in &given.members {
            self.closure_of.insert(*member, keep);
        }
        if let Some(closure) = self.closures.get_mut(&keep) {
            closure.members.extend(given.members);
            closure.members.sort_unstable();
            closure.detected = [closure.detected, given.detected].into_iter().flatten().min();
        }
    }

    /// Once a day: what came to nothing long ago makes room.
    fn forget(&mut self, now: Time) {
        if now.day() <= self.today {
            return;
        }
        self.today = now.day();
        let told_of = |id: &EpisodeId| self.keys.contains_key(id);
        let is_used = |key: &AccessKeyId| self.index.with_key(key).next().is_some();
        self.grants.forget(now, told_of, is_used);
        // Where somebody suspicious arrived, the others stay on record.
        let Self { movements, index, .. } = self;
        movements.forget(now, |destination| match destination {
            Destination::Range(range) => index.is_on(range),
            Destination::Region(_) => true,
        });
        let watch = Bits::from_f64(self.settings.weights.watch);
        let old: BTreeSet<u64> = self
            .closures
            .iter()
            .filter(|(_, closure)| {
                let ended = |known: &&Known| known.report.last.plus_hours(FORGET_HOURS) < now;
                closure.score < watch && self.members(closure).iter().all(ended)
            })
            .map(|(root, _)| *root)
            .collect();
        for root in old {
            let Some(closure) = self.closures.remove(&root) else { continue };
            for member in closure.members {
                self.closure_of.remove(&member);
                if let Some(known) = self.episodes.remove(&member) {
                    self.keys.remove(&known.report.id);
                    self.index.leave(member, &known.report);
                    self.grants.forget_maker(&known.report.id);
                }
            }
        }
    }
}

fn profile_text(source: &str) -> detect::System {
    detect::System::Unlisted(detect::Prefix::Text(source.into()))
}

/// Episodes of one principal: all new networks within a day, the same stranger come back, or one
/// suspicious thing after another.
fn belong_by_principal(one: &Known, other: &Known, watch: Bits) -> bool {
    // Where a principal was first seen is most likely its home.
    let stranger = |known: &Known| {
        known.report.new_network && (!known.report.founding || known.report.score >= watch)
    };
    if one.is_notice() || other.is_notice() {
        let strange = |known: &Known| known.is_notice() || stranger(known);
        let counts = |known: &Known| strange(known) || known.report.score >= watch;
        return strange(one) && strange(other) && near(one, other, RETURN_HOURS)
            || counts(one) && counts(other) && near(one, other, SAME_PRINCIPAL_HOURS);
    }
    let both_new = stranger(one) && stranger(other);
    let either_new = stranger(one) || stranger(other);
    let same_stranger =
        one.report.system == other.report.system && one.report.client == other.report.client;
    let both_watched = one.report.score >= watch && other.report.score >= watch;
    both_new && near(one, other, SAME_PRINCIPAL_HOURS)
        || either_new && same_stranger && near(one, other, RETURN_HOURS)
        || both_watched && near(one, other, SAME_PRINCIPAL_HOURS)
}

/// Whether one of them is a notice about a key that the other used, within the time in which a
/// stranger returns.
fn names_key(one: &Known, other: &Known) -> bool {
    let notice = (one.report.id.number == 0) != (other.report.id.number == 0);
    notice
        && one.report.keys.iter().any(|key| other.report.keys.contains(key))
        && near(one, other, RETURN_HOURS)
}

fn near(one: &Known, other: &Known, hours: i64) -> bool {
    let (first, second) =
        if one.report.opened <= other.report.opened { (one, other) } else { (other, one) };
    first.report.last.plus_hours(hours) >= second.report.opened
}
