//! What only shows when the episodes of several principals are laid side by side.

use compact_str::format_compact;
use detect::{Evidence, Item, Key, Weights};

use cloudtrail::{Arn, GrantKind};
use intel::address::NetworkClass;

use crate::closure::Known;
use crate::grants::{Grants, Made};

/// The observations across these episodes.
pub(crate) fn observe(members: &[&Known], grants: &Grants, weights: &Weights) -> Evidence {
    let mut evidence = Evidence::default();
    for child in members {
        for made in makers(child, grants) {
            off_runtime(&mut evidence, made, child, weights);
            let Some(parent) =
                members.iter().find(|known| Some(&known.report.id) == made.episode.as_ref())
            else {
                continue;
            };
            if parent.report.id == child.report.id {
                continue;
            }
            let same_network = parent.report.system == child.report.system;
            // A session is how its maker goes on working; only what stays, or turns up elsewhere,
            // says something more.
            let session = matches!(made.kind, GrantKind::RoleSession | GrantKind::SessionToken);
            if !(session && same_network) {
                note(&mut evidence, "minted-by-incident", made, child, weights);
            }
            let minutes = child.report.opened.seconds_since(made.time) / 60;
            match made.kind {
                GrantKind::AccessKey
                    if same_network && minutes <= 60 && made.maker != made.owner =>
                {
                    note(&mut evidence, "key-used-by-its-maker", made, child, weights);
                }
                GrantKind::Password if same_network => {
                    note(&mut evidence, "password-then-login", made, child, weights);
                }
                GrantKind::FederationToken if signs_in(child) => {
                    note(&mut evidence, "key-turned-into-console", made, child, weights);
                }
                _ => {}
            }
        }
    }
    shared_source(&mut evidence, members, grants, weights);
    evidence
}

/// A session that AWS made for a machine, task or function, used outside of AWS. Where the caller's
/// own name does not tell what it is, its making does.
fn off_runtime(evidence: &mut Evidence, made: &Made, child: &Known, weights: &Weights) {
    let by_aws = made.kind == GrantKind::RoleSession && made.maker.starts_with("service:");
    let outside = !matches!(
        child.report.class,
        NetworkClass::Aws | NetworkClass::Private | NetworkClass::Known
    );
    let elsewhere = outside && child.report.address.parse::<std::net::IpAddr>().is_ok();
    if by_aws && elsewhere && child.report.new_network {
        note(evidence, "off-runtime", made, child, weights);
    }
}

/// The grants that a child's credentials, or the child itself, come from.
pub(crate) fn makers<'g>(child: &Known, grants: &'g Grants) -> Vec<&'g Made> {
    let by_key = child.report.keys.iter().filter_map(|key| grants.maker_of(key));
    let by_owner = grants.made_for(&child.report.id.principal).filter(|made| {
        let lets_in = match made.kind {
            GrantKind::User => true,
            // An old key of the same user needs no password.
            GrantKind::Password => signs_in(child),
            _ => false,
        };
        lets_in && made.time <= child.report.last
    });
    by_key.chain(by_owner).collect()
}

fn signs_in(child: &Known) -> bool {
    child.acts.iter().any(|act| act.action.starts_with("signin:"))
}

fn note(
    evidence: &mut Evidence,
    signal: &'static str,
    made: &Made,
    child: &Known,
    weights: &Weights,
) {
    let (time, event) = child.first();
    let mut item = Item::new(weights.signal(signal), time, event);
    item.events.insert(0, made.event.clone());
    let what = match &made.key {
        Some(key) => format_compact!("{key}"),
        None => made.owner.clone(),
    };
    let observed = format_compact!("{what} from {} by {}", made.action, made.maker);
    evidence.add(Key::Signal(signal), item.told(&observed, "", ""));
}

/// One address, new to all of them, with the credentials of several principals that did not
/// make each other.
fn shared_source(evidence: &mut Evidence, members: &[&Known], grants: &Grants, weights: &Weights) {
    let made = |child: &Known, parent: &Known| {
        makers(child, grants).iter().any(|made| made.episode.as_ref() == Some(&parent.report.id))
    };
    let name = |known: &Known| without_account(&known.report.id.principal);
    for (index, one) in members.iter().enumerate() {
        let other = members[..index].iter().find(|other| {
            name(other) != name(one)
                && other.report.address == one.report.address
                && is_stranger(one)
                && is_stranger(other)
                && !made(one, other)
                && !made(other, one)
        });
        if let Some(other) = other {
            let (time, event) = one.first();
            let mut item = Item::new(weights.signal("new-source-on-several-keys"), time, event);
            item.events.insert(0, other.first().1.clone());
            let observed = format_compact!(
                "{} used by {} and {}",
                one.report.address,
                other.report.arn,
                one.report.arn
            );
            let item = item.told(&observed, "", "");
            evidence.add(Key::Signal("new-source-on-several-keys"), item);
        }
    }
}

/// Whether an episode is on a network that is new to a principal with a history. Without one every
/// network is new, and that says nothing.
pub(crate) fn is_stranger(known: &Known) -> bool {
    known.report.new_network && !known.report.cold
}

/// A principal's id without its account: the same role in several accounts has the same.
pub(crate) fn without_account(principal: &str) -> String {
    match Arn::parse(principal).and_then(|arn| arn.account) {
        Some(account) => principal.replace(&account.to_string(), ""),
        None => principal.to_owned(),
    }
}
