//! Which case of the playbook applies: what the credential may do to resources decides what is done
//! with it.

use std::collections::BTreeMap;

use compact_str::CompactString;
use detect::Subject;
use intel::action::Access;

use super::restore;
use super::view::{base, facts, service};
use super::{Affected, Case, EVENTS, LISTED, Radius, Resolution, View};
use crate::act::action_of;

/// What to do about the resources.
pub(super) fn resolve(view: &View<'_>, radius: &Radius) -> Resolution {
    let (modified, further_modified) = restore::modified(view);
    let mut resources = affected(view);
    let (case, because, from) = by_policies(radius).unwrap_or_else(|| by_events(view, &resources));
    let further_resources = resources.len().saturating_sub(LISTED) as u64;
    resources.truncate(LISTED);
    Resolution {
        case,
        because,
        from: from.to_owned(),
        resources,
        further_resources,
        modified,
        further_modified,
    }
}

/// What the credentials may do, where policies were given.
fn by_policies(radius: &Radius) -> Option<(Case, String, &'static str)> {
    let reachable = &radius.reachable;
    if !reachable.known || reachable.identities.is_empty() {
        return None;
    }
    let may = |level: fn(&super::ServiceReach) -> [super::Level; 3]| {
        let levels = |service| level(service).iter().any(|one| one.allowed + one.limited > 0);
        reachable.identities.iter().any(|one| one.everything || one.services.iter().any(levels))
    };
    let reads = may(|service| [service.list, service.read, service.read]);
    let writes = may(|service| [service.write, service.permissions, service.tagging]);
    let (case, text) = match (reads, writes) {
        (true, true) => (Case::ReadAndWrite, "its policies allow reading and writing"),
        (false, true) => (Case::Write, "its policies allow writing and no reading"),
        (true, false) => (
            Case::Unknown,
            "its policies allow reading alone, and nothing tells whether what it reads is public",
        ),
        (false, false) => (Case::Unknown, "its policies allow nothing"),
    };
    Some((case, text.to_owned(), "policies"))
}

/// What was done with them: less than what may be done.
fn by_events(view: &View<'_>, resources: &[Affected]) -> (Case, String, &'static str) {
    let reads = resources.iter().filter(|one| one.read).count();
    let writes = resources.iter().filter(|one| one.written).count();
    let secret = resources.iter().any(|one| one.read && one.public != Some(true));
    let (case, text) = match (reads, writes) {
        (0, 0) => {
            let none = if view.succeeded().next().is_some() {
                "nothing that succeeded names a resource, and no policies were given"
            } else {
                "nothing succeeded, and no policies were given"
            };
            return (Case::Unknown, none.to_owned(), "nothing");
        }
        (0, _) => (Case::Write, format!("{writes} written, none read")),
        (_, 0) if secret => (
            Case::Unknown,
            format!(
                "{reads} read, none written, and nothing tells whether they are public: act as if \
                 they were not"
            ),
        ),
        (_, 0) => (Case::PublicRead, format!("{reads} read, all of them public")),
        _ => (Case::ReadAndWrite, format!("{reads} read, {writes} written")),
    };
    (case, format!("{text}; its policies may allow more"), "events")
}

/// The resources that calls read or wrote, in the order of first appearance.
fn affected(view: &View<'_>) -> Vec<Affected> {
    let mut order: Vec<&str> = Vec::new();
    let mut found: BTreeMap<&str, Affected> = BTreeMap::new();
    for act in view.succeeded().filter(|act| !matches!(service(act), "sts" | "signin")) {
        let access = action_of(act).access;
        let names = act.touched.iter().chain(&act.made).map(CompactString::as_str);
        for name in names {
            let thing = found.entry(name).or_insert_with(|| {
                order.push(name);
                Affected {
                    name: name.to_owned(),
                    read: false,
                    written: false,
                    public: None,
                    event_ids: Vec::new(),
                }
            });
            let writes = !matches!(access, Access::List | Access::Read | Access::Unknown);
            thing.read |= matches!(access, Access::List | Access::Read);
            thing.written |= writes;
            let opens = matches!(base(act), "s3:PutBucketPolicy" | "s3:PutBucketAcl");
            if opens && public_to(act) {
                thing.public = Some(true);
            }
            if thing.event_ids.len() < EVENTS {
                thing.event_ids.push(act.event_id.clone());
            }
        }
    }
    order.into_iter().filter_map(|name| found.remove(name)).collect()
}

/// Whether an act lets everybody in.
fn public_to(act: &detect::Act) -> bool {
    let everybody = |text: &str| text == "*" || text == "all" || text.ends_with("/AllUsers");
    facts(act, Subject::LetsIn).any(everybody) || facts(act, Subject::GivenTo).any(everybody)
}
