//! Who made which credential: the index that lineage is read from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cloudtrail::{AccessKeyId, EventId, GrantKind, Time};
use compact_str::{CompactString, format_compact};
use detect::{EpisodeId, GrantMade};
use serde::{Deserialize, Serialize};

/// A credential, user or role, and the event that made it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Made {
    /// What.
    pub(crate) kind: GrantKind,
    /// `service:Name` of the event.
    pub(crate) action: CompactString,
    /// Who made it.
    pub(crate) maker: CompactString,
    /// With which key.
    pub(crate) maker_key: Option<AccessKeyId>,
    /// In which episode.
    pub(crate) episode: Option<EpisodeId>,
    /// The key that was made, where there is one.
    pub(crate) key: Option<AccessKeyId>,
    /// Whom it lets in: a principal's id or a role session's ARN.
    pub(crate) owner: CompactString,
    /// Until when a session works, as the answer says.
    pub(crate) until: Option<Time>,
    /// Whether no more than the account of the maker is known.
    pub(crate) from_elsewhere: bool,
    /// When.
    pub(crate) time: Time,
    /// The event.
    pub(crate) event: EventId,
}

/// Everything that was made, by key and by owner.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Grants {
    keys: BTreeMap<AccessKeyId, Arc<Made>>,
    owners: BTreeMap<CompactString, Vec<Arc<Made>>>,
    makers: BTreeMap<EpisodeId, Vec<Arc<Made>>>,
    /// What was made across accounts, by `sharedEventID`, until the other account's record comes.
    shared: BTreeMap<EventId, Made>,
    /// By the name of what ended, when and by which event it ended last.
    ended: BTreeMap<CompactString, (Time, EventId)>,
    /// Episodes that are one, seen from the account that calls and from the one that is called.
    twins: BTreeMap<EpisodeId, (Time, BTreeSet<EpisodeId>)>,
}

impl Made {
    /// Whether it ends by itself.
    pub(crate) fn is_session(&self) -> bool {
        matches!(
            self.kind,
            GrantKind::RoleSession
                | GrantKind::SessionToken
                | GrantKind::FederationToken
                | GrantKind::Console
        )
    }
}

impl Grants {
    /// Sessions end after 36 hours at the latest; a grant is no use beyond that.
    const SESSION_HOURS: i64 = 36;
    /// So many grants of one owner are kept.
    const KEPT: usize = 32;
    /// So many grants of one episode are kept.
    const KEPT_BY_MAKER: usize = 256;
    /// So many ends are kept, and each for so many hours.
    const ENDS_KEPT: usize = 100_000;
    const END_HOURS: i64 = 90 * 24;

    /// Takes a grant in, and tells which key it made, as far as this record and the one in another
    /// account's trail tell.
    pub(crate) fn take(
        &mut self,
        made: &GrantMade,
        time: Time,
        event: &EventId,
    ) -> Option<AccessKeyId> {
        let owner = owner_id(made);
        if made.grant.ends {
            self.end(&name_of_end(made.grant.kind, made.grant.key.as_ref(), &owner), time, event);
            return None;
        }
        // A key that was switched on again has not ended.
        self.ended.remove(&name_of_end(made.grant.kind, made.grant.key.as_ref(), &owner));
        let mut entry = Made {
            kind: made.grant.kind,
            action: made.action.clone(),
            maker: made.principal.clone(),
            maker_key: made.key.clone(),
            episode: made.episode.clone(),
            key: made.grant.key.clone(),
            owner: owner.clone(),
            until: made.grant.until,
            from_elsewhere: made.from_elsewhere,
            time,
            event: event.clone(),
        };
        if let Some(shared) = &made.shared {
            entry = self.with_other_record(shared, entry);
        }
        let entry = Arc::new(entry);
        if let Some(episode) = &entry.episode {
            let list = self.makers.entry(episode.clone()).or_default();
            // Whoever makes sessions in a loop does not hide the user among them.
            if list.len() >= Self::KEPT_BY_MAKER
                && !entry.is_session()
                && let Some(session) = list.iter().rposition(|made| made.is_session())
            {
                list.remove(session);
            }
            if list.len() < Self::KEPT_BY_MAKER {
                list.push(Arc::clone(&entry));
            }
        }
        if let Some(key) = &entry.key {
            self.keys.insert(key.clone(), Arc::clone(&entry));
        }
        let key = entry.key.clone();
        // Role sessions are found by their key; there are far too many to keep by owner.
        if made.grant.kind != GrantKind::RoleSession {
            let list = self.owners.entry(owner).or_default();
            if list.len() >= Self::KEPT {
                list.remove(0);
            }
            list.push(entry);
        }
        key
    }

    /// A call from one account into another leaves a record in both trails. One of them names the
    /// caller, the other no more than its account, and either may be alone in naming the key.
    fn with_other_record(&mut self, shared: &EventId, entry: Made) -> Made {
        let Some(other) = self.shared.remove(shared) else {
            self.shared.insert(shared.clone(), entry.clone());
            return entry;
        };
        if let (Some(one), Some(two)) = (&entry.episode, &other.episode) {
            for (one, two) in [(one, two), (two, one)] {
                let twins = self.twins.entry(one.clone()).or_insert((entry.time, BTreeSet::new()));
                twins.1.insert(two.clone());
            }
        }
        let key = entry.key.clone().or_else(|| other.key.clone());
        let by_name = if entry.from_elsewhere { other } else { entry };
        Made { key, ..by_name }
    }

    /// Takes an end in.
    fn end(&mut self, name: &CompactString, time: Time, event: &EventId) {
        if self.ended.len() < Self::ENDS_KEPT || self.ended.contains_key(name) {
            self.ended.insert(name.clone(), (time, event.clone()));
        }
    }

    /// The event that ended what was made, if it has ended since.
    pub(crate) fn end_of(&self, made: &Made) -> Option<&EventId> {
        let own = name_of_end(made.kind, made.key.as_ref(), &made.owner);
        // Whoever deletes a user has deleted keys and password before; a role takes its trust along.
        let whole = name_of_end(GrantKind::User, None, &made.owner);
        let ends = [own, whole].into_iter().filter_map(|name| self.ended.get(&name));
        ends.filter(|(time, _)| *time >= made.time).map(|(_, event)| event).next()
    }

    /// When and by which event a key was switched off or deleted last.
    pub(crate) fn end_of_key(&self, key: &AccessKeyId) -> Option<(Time, &EventId)> {
        let name = name_of_end(GrantKind::AccessKey, Some(key), "");
        self.ended.get(&name).map(|(time, event)| (*time, event))
    }

    /// Who made a key.
    pub(crate) fn maker_of(&self, key: &AccessKeyId) -> Option<&Made> {
        self.keys.get(key).map(Arc::as_ref)
    }

    /// What was made for a principal.
    pub(crate) fn made_for(&self, owner: &str) -> impl Iterator<Item = &Made> {
        self.owners.get(owner).into_iter().flatten().map(Arc::as_ref)
    }

    /// Everything that was made in an episode.
    pub(crate) fn made_by(&self, episode: &EpisodeId) -> impl Iterator<Item = &Made> {
        self.makers.get(episode).into_iter().flatten().map(Arc::as_ref)
    }

    /// Everything that was made in one of these episodes, in order.
    pub(crate) fn made_in(&self, episodes: &[EpisodeId]) -> Vec<&Made> {
        let mut all: Vec<&Made> =
            episodes.iter().flat_map(|episode| self.made_by(episode)).collect();
        all.sort_by(|a, b| (a.time, &a.event).cmp(&(b.time, &b.event)));
        all
    }

    /// The same episode as another account's trail shows it.
    pub(crate) fn twins(&self, episode: &EpisodeId) -> impl Iterator<Item = &EpisodeId> {
        self.twins.get(episode).into_iter().flat_map(|(_, twins)| twins)
    }

    /// Forgets what was made in an episode that is forgotten.
    pub(crate) fn forget_maker(&mut self, episode: &EpisodeId) {
        self.makers.remove(episode);
        let twins = self.twins.remove(episode).map(|(_, twins)| twins).unwrap_or_default();
        for twin in twins {
            self.twins.remove(&twin);
        }
    }

    /// Forgets sessions that have ended and that no episode told of has used, and what was made by
    /// episodes that nobody told of.
    pub(crate) fn forget(
        &mut self,
        now: Time,
        told_of: impl Fn(&EpisodeId) -> bool,
        is_used: impl Fn(&AccessKeyId) -> bool,
    ) {
        self.makers.retain(|episode, made| {
            let recent = made.iter().any(|made| made.time.plus_hours(Self::SESSION_HOURS) >= now);
            recent || told_of(episode)
        });
        let recent = |time: Time| time.plus_hours(Self::SESSION_HOURS) >= now;
        self.twins.retain(|episode, (time, _)| recent(*time) || told_of(episode));
        self.shared.retain(|_, made| made.time.plus_hours(Self::SESSION_HOURS) >= now);
        self.ended.retain(|_, (time, _)| time.plus_hours(Self::END_HOURS) >= now);
        self.keys.retain(|key, made| {
            let session = matches!(
                made.kind,
                GrantKind::RoleSession | GrantKind::SessionToken | GrantKind::FederationToken
            );
            !session || made.time.plus_hours(Self::SESSION_HOURS) >= now || is_used(key)
        });
    }
}

/// Under which name the end of something is kept.
fn name_of_end(kind: GrantKind, key: Option<&AccessKeyId>, owner: &str) -> CompactString {
    match key {
        Some(key) => CompactString::new(key.as_str()),
        None => format_compact!("{kind:?} {owner}"),
    }
}

/// The principal that a grant lets in, under the id that its profile has.
fn owner_id(made: &GrantMade) -> CompactString {
    let owner = &made.grant.owner;
    let account = made.account.map(|account| account.to_string()).unwrap_or_default();
    match made.grant.kind {
        _ if owner.is_empty() => made.principal.clone(),
        GrantKind::AccessKey
        | GrantKind::Password
        | GrantKind::ServiceCredential
        | GrantKind::User => {
            format_compact!("arn:aws:iam::{account}:user/{owner}")
        }
        GrantKind::Trust => format_compact!("arn:aws:iam::{account}:role/{owner}"),
        _ => owner.clone(),
    }
}
