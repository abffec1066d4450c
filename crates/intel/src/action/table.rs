//! The table of all known actions.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::popularity::Popularity;
use super::{Access, Action, ResourceClass, Tactic, TacticSet, base_name, service};

/// Everything known about the action of an event.
///
/// `read_only` is CloudTrail's own flag, if the record has it; it decides where no table knows the action.
pub fn lookup(event_source: &str, event_name: &str, read_only: Option<bool>) -> Action {
    let (service, name) = (service(event_source), base_name(event_name));
    if let Some(action) = TABLE.actions.get(&(service, name)) {
        return *action;
    }
    Action {
        access: Access::guess(name, read_only),
        tactics: TacticSet::default(),
        hot: false,
        incidents: 0,
        popularity: TABLE.unknown,
        resource_class: ResourceClass::of(service, name),
        listed: false,
        techniques: "",
    }
}

/// Every known action as (IAM service prefix, event name, what is known), in the order of the names.
pub fn actions() -> impl Iterator<Item = (&'static str, &'static str, Action)> {
    let sorted: BTreeMap<_, _> = TABLE.actions.iter().collect();
    sorted.into_iter().map(|(&(service, name), &action)| (service, name, action))
}

/// Every action of IAM as (service prefix, name, access level), in the order of the services.
pub fn iam_actions() -> impl Iterator<Item = (&'static str, &'static str, Access)> {
    rows(include_str!("../../../../data/actions.tsv")).flat_map(|line| {
        let mut fields = line.split('\t');
        let service = fields.next().unwrap_or_default();
        let access = fields.next().and_then(Access::from_name).unwrap_or_default();
        let names = fields.next().unwrap_or_default();
        names.split_ascii_whitespace().map(move |name| (service, name, access))
    })
}

type Key = (&'static str, &'static str);

struct Table {
    actions: HashMap<Key, Action, FixedState>,
    /// Popularity of an action that stands in no table.
    unknown: f64,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut levels = levels();
    let observed: Vec<_> = observations().collect();
    for seen in &observed {
        levels.entry(seen.key).or_insert_with(|| Access::guess(seen.key.1, None));
    }
    let popularity = Popularity::of(&levels);
    let hot: HashSet<Key, FixedState> = rows(include_str!("../../../../data/hot-actions.tsv"))
        .filter_map(|line| line.split('\t').next()?.split_once(':'))
        .collect();
    let mut actions: HashMap<Key, Action, FixedState> = levels
        .iter()
        .map(|(&(service, name), &access)| {
            let action = Action {
                access,
                tactics: TacticSet::default(),
                hot: hot.contains(&(service, name)),
                incidents: 0,
                popularity: popularity.get((service, name), access),
                resource_class: ResourceClass::of(service, name),
                listed: true,
                techniques: "",
            };
            ((service, name), action)
        })
        .collect();
    for seen in observed {
        if let Some(action) = actions.get_mut(&seen.key) {
            action.tactics = action.tactics.union(seen.tactics);
            action.incidents = action.incidents.max(seen.incidents);
            action.techniques = seen.techniques;
        }
    }
    Table { actions, unknown: popularity.unknown() }
});

/// Access levels of IAM's actions, and of the CloudTrail events that are no IAM actions.
fn levels() -> HashMap<Key, Access, FixedState> {
    let iam = rows(include_str!("../../../../data/actions.tsv"));
    let events = rows(include_str!("../../../../data/events.tsv"));
    let mut levels = HashMap::with_capacity_and_hasher(24_000, FixedState::default());
    for line in iam.chain(events) {
        let mut fields = line.split('\t');
        let (Some(service), Some(level), Some(names)) =
            (fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let access = Access::from_name(level).unwrap_or_default();
        for name in names.split_ascii_whitespace() {
            // The first table is IAM's own word.
            levels.entry((service, name)).or_insert(access);
        }
    }
    levels
}

/// A line of the `TrailDiscover` extract.
struct Observation {
    key: Key,
    tactics: TacticSet,
    techniques: &'static str,
    incidents: u16,
}

fn observations() -> impl Iterator<Item = Observation> {
    observed_incidents().map(|(key, tactics, techniques, incidents)| Observation {
        key,
        tactics: tactics.split_ascii_whitespace().filter_map(Tactic::from_id).collect(),
        techniques,
        incidents: incidents.split_ascii_whitespace().count() as u16,
    })
}

/// Action, tactic ids, technique ids and incident names of every line of the extract.
pub(crate) fn observed_incidents()
-> impl Iterator<Item = (Key, &'static str, &'static str, &'static str)> {
    rows(include_str!("../../../../data/traildiscover.tsv")).filter_map(|line| {
        let mut fields = line.split('\t');
        let key = (service(fields.next()?), base_name(fields.next()?));
        Some((key, fields.next()?, fields.next()?, fields.next()?))
    })
}

/// Lines that are no comments.
pub(super) fn rows(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#'))
}
