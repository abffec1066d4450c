//! The rings of blast radius: what was touched, what was made or changed.

use std::collections::{BTreeMap, BTreeSet};

use cloudtrail::{EventId, GrantKind, Time};
use compact_str::CompactString;
use detect::{Act, Subject};
use intel::action::Access;

use super::changes::{Change, change};
use super::view::{base, facts, service};
use super::{Changed, EVENTS, How, LISTED, Radius, Standing, Touched, View};
use super::{reachable, session, tried};
use crate::act::{action_of, changes};
use crate::blast;
use crate::grants::Made;

/// All rings.
pub(super) fn rings(view: &View<'_>) -> Radius {
    let (mut changed, subjects) = changed(view);
    let further_changed = changed.len().saturating_sub(LISTED) as u64;
    changed.truncate(LISTED);
    let mut touched = touched(view, &subjects);
    let further_touched = touched.len().saturating_sub(LISTED) as u64;
    touched.truncate(LISTED);
    let nameless = view.succeeded().filter(|act| act.touched.is_empty() && !alters(act));
    let mut listed = tried::count(nameless);
    listed.truncate(LISTED);
    let (sessions, further_sessions) = session::sessions(view);
    Radius {
        touched,
        further_touched,
        listed,
        changed,
        further_changed,
        sessions,
        further_sessions,
        reachable: reachable::reachable(view),
    }
}

/// Whether an act changes something, as far as its action tells; sessions are told apart.
fn alters(act: &Act) -> bool {
    const SESSIONS: [&str; 2] = ["sts", "signin"];
    changes(&action_of(act)) && !SESSIONS.contains(&service(act))
}

/// What was made or changed in the order of events, and by event the names that are told with it.
fn changed<'a>(view: &View<'a>) -> (Vec<Changed>, BTreeMap<&'a EventId, BTreeSet<&'a str>>) {
    let mut told: Vec<Changed> = Vec::new();
    let mut subjects: BTreeMap<&EventId, BTreeSet<&str>> = BTreeMap::new();
    for act in view.succeeded().filter(|act| alters(act)) {
        let name = base(act).split_once(':').map_or("", |(_, name)| name);
        let change = change(service(act), name, &action_of(act));
        let made: Vec<String> = blast::once(act.made.iter().map(ToString::to_string));
        let names = if made.is_empty() { vec![subject(act)] } else { made };
        let of = subjects.entry(&act.event_id).or_default();
        of.extend(act.made.iter().map(CompactString::as_str));
        if act.made.is_empty() {
            of.insert(act.resource.as_str());
        }
        told.extend(names.into_iter().map(|name| entry(act, change, name)));
    }
    for made in view.made {
        if !subjects.contains_key(&made.event) {
            told.extend(from_grant(made));
        }
    }
    told.sort_by(|a, b| (a.time, &a.event_ids, &a.name).cmp(&(b.time, &b.event_ids, &b.name)));
    stand(view, &mut told);
    (told, subjects)
}

/// What an act that made nothing was done to; the account where it names nothing.
fn subject(act: &Act) -> String {
    match (act.resource.as_str(), act.account) {
        ("", Some(account)) => format!("account {account}"),
        (name, _) => name.to_owned(),
    }
}

fn entry(act: &Act, change: Change, name: String) -> Changed {
    let inactive = facts(act, Subject::Status).any(|status| status == "Inactive");
    let script = act.action.ends_with("InstanceAttribute")
        && facts(act, Subject::StartScript).next().is_some();
    // Switching a key off is what its owner does; a start script is a way in.
    let (kind, how, way_in) = match change.kind {
        "access-key" if inactive => ("access-key", How::SwitchedOff, false),
        _ if script => ("user-data", How::Changed, true),
        kind => (kind, change.how, change.way_in),
    };
    let shared = how == How::Shared && matches!(kind, "snapshot" | "image");
    let how =
        if shared && facts(act, Subject::GivenTo).next().is_none() { How::Changed } else { how };
    Changed {
        kind: kind.to_owned(),
        detail: detail(act, &name),
        name,
        how,
        way_in,
        standing: Standing::Unknown,
        by: act.principal.clone(),
        access_key_id: act.access_key.clone(),
        action: base(act).to_owned(),
        account_id: act.account,
        region: act.region.clone(),
        time: act.time,
        event_ids: vec![act.event_id.clone()],
    }
}

/// What there is to say beyond the name.
fn detail(act: &Act, name: &str) -> String {
    let said = |before: &str, about| -> Option<String> {
        let texts: Vec<&str> = facts(act, about).filter(|text| *text != name).collect();
        (!texts.is_empty()).then(|| format!("{before}{}", texts.join(", ")))
    };
    let of = &act.resource;
    let same = of == name || blast::names_it(name, of);
    let of = (!act.made.is_empty() && !of.is_empty() && !same).then(|| format!("of {of}"));
    [
        of,
        said("", Subject::Policy),
        said("all rights on ", Subject::AllRights),
        said("lets in ", Subject::LetsIn),
        said("given to ", Subject::GivenTo),
        said("group ", Subject::Group),
        said("role ", Subject::Role),
        said("at ", Subject::Url),
        said("asks for ", Subject::UrlAuth),
        said("start script ", Subject::StartScript),
        said("status ", Subject::Status),
        said("account ", Subject::Account),
        said("version ", Subject::Version),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join("; ")
}

/// Something lasting that was made by an event that is not told one by one.
fn from_grant(made: &Made) -> Option<Changed> {
    let (kind, how) = match made.kind {
        GrantKind::User => ("user", How::Made),
        GrantKind::AccessKey => ("access-key", How::Made),
        GrantKind::Password => ("login-profile", How::Made),
        GrantKind::ServiceCredential => ("service-credential", How::Made),
        GrantKind::Trust if made.action == "iam:CreateRole" => ("role", How::Made),
        GrantKind::Trust => ("trust-policy", How::Changed),
        _ => return None,
    };
    let name = blast::in_words(made)?;
    Some(Changed {
        kind: kind.to_owned(),
        detail: if made.key.is_some() { format!("of {}", made.owner) } else { String::new() },
        name,
        how,
        way_in: true,
        standing: Standing::Unknown,
        by: made.maker.to_string(),
        access_key_id: made.maker_key.clone(),
        action: made.action.to_string(),
        account_id: cloudtrail::Arn::parse(&made.owner).and_then(|arn| arn.account),
        region: String::new(),
        time: made.time,
        event_ids: vec![made.event.clone()],
    })
}

/// Finds out what is still there. Of credentials, users and roles everybody's events are heard; of
/// other things only what the same incident did to them.
fn stand(view: &View<'_>, told: &mut [Changed]) {
    let ends: Vec<(Time, String, EventId)> = told
        .iter()
        .filter(|one| one.how.ends())
        .filter_map(|one| Some((one.time, one.name.clone(), one.event_ids.first()?.clone())))
        .collect();
    for one in told {
        if one.how.ends() {
            one.standing = Standing::Gone;
            continue;
        }
        let heard = view.made.iter().find(|made| one.event_ids.contains(&made.event));
        let by_anybody = heard.and_then(|made| view.grants.end_of(made));
        let by_itself = ends
            .iter()
            .find(|(time, name, _)| *time >= one.time && *name == one.name)
            .map(|(_, _, event)| event);
        match by_anybody.or(by_itself) {
            Some(event) => {
                one.standing = Standing::Gone;
                one.event_ids.push(event.clone());
            }
            None if heard.is_some() => one.standing = Standing::Stands,
            None => {}
        }
    }
}

/// Things that calls were done to without changing them, in the order of first appearance.
fn touched(view: &View<'_>, subjects: &BTreeMap<&EventId, BTreeSet<&str>>) -> Vec<Touched> {
    let mut order: Vec<&str> = Vec::new();
    let mut found: BTreeMap<&str, (Access, Touched)> = BTreeMap::new();
    for act in view.succeeded() {
        let access = action_of(act).access;
        let own = subjects.get(&act.event_id);
        for name in act.touched.iter().map(CompactString::as_str) {
            if own.is_some_and(|own| own.contains(name)) {
                continue;
            }
            let (strongest, thing) = found.entry(name).or_insert_with(|| {
                order.push(name);
                (access, begin(act, name))
            });
            *strongest = (*strongest).max(access);
            thing.calls += 1;
            thing.last = thing.last.max(act.time);
            if !thing.actions.iter().any(|action| action == base(act)) {
                thing.actions.push(base(act).to_owned());
            }
            if thing.event_ids.len() < EVENTS {
                thing.event_ids.push(act.event_id.clone());
            } else {
                thing.further_events += 1;
            }
        }
    }
    let take = |name: &str| {
        let (access, mut thing) = found.remove(name)?;
        access.as_str().clone_into(&mut thing.access);
        Some(thing)
    };
    order.into_iter().filter_map(take).collect()
}

fn begin(act: &Act, name: &str) -> Touched {
    Touched {
        name: name.to_owned(),
        access: String::new(),
        actions: Vec::new(),
        calls: 0,
        first: act.time,
        last: act.time,
        event_ids: Vec::new(),
        further_events: 0,
    }
}
