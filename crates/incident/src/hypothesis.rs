//! "Why this might be just fine": innocent explanations, each held against the events.

use std::collections::{BTreeMap, BTreeSet};

use cloudtrail::{EventId, GrantKind, Outcome, Time};
use compact_str::{CompactString, format_compact};
use detect::{Arrival, Bits, Evidence, Item, Key, Kind, Settings};
use intel::address::NetworkClass;
use intel::client::ClientKind;

use crate::act::{action_of, changes};
use crate::closure::{self, Known};
use crate::grants::Grants;
use crate::incident::Verdict;

/// What became of one explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The explanation's id.
    pub(crate) name: &'static str,
    /// What the events say of it.
    pub(crate) verdict: Verdict,
    /// Why.
    pub(crate) text: CompactString,
    /// What it takes off.
    pub(crate) bits: Bits,
    /// The events behind it.
    pub(crate) events: Vec<EventId>,
}

impl Finding {
    /// The line that a supported explanation has in the ledger; `first` is the incident's first
    /// event, for explanations that no event of their own speaks for.
    pub(crate) fn discount(&self, first: (Time, &EventId)) -> Option<(Key, Item)> {
        if !self.bits.is_negative() {
            return None;
        }
        let mut item = Item::new(self.bits, first.0, first.1);
        if !self.events.is_empty() {
            item.events.clone_from(&self.events);
        }
        item.observed.clone_from(&self.text);
        Some((Key::Innocent(self.name), item))
    }
}

/// What the explanations are held against.
struct Case<'a> {
    members: &'a [&'a Known],
    grants: &'a Grants,
    arrivals: &'a BTreeMap<CompactString, Vec<(Time, Arrival)>>,
    settings: &'a Settings,
}

/// Tests every explanation.
pub(crate) fn test(
    members: &[&Known],
    grants: &Grants,
    arrivals: &BTreeMap<CompactString, Vec<(Time, Arrival)>>,
    settings: &Settings,
) -> Vec<Finding> {
    let case = Case { members, grants, arrivals, settings };
    let mut findings = vec![
        case.key_rotation(),
        case.temporary_user(),
        case.new_location(),
        case.client_update(),
        case.console_pages(),
        case.ci_job(),
        case.peers_do_it(),
        case.scanner_or_auditor(),
        case.announced_test(),
    ];
    for finding in &mut findings {
        finding.bits = Bits::from_f64(finding.bits.to_f64() * settings.weights.explained);
    }
    findings
}

impl Case<'_> {
    fn finding(
        name: &'static str,
        verdict: Verdict,
        text: impl Into<CompactString>,
        bits: i32,
    ) -> Finding {
        Finding { name, verdict, text: text.into(), bits: Bits::whole(bits), events: Vec::new() }
    }

    fn any(&self, test: impl Fn(&Known) -> bool) -> bool {
        self.members.iter().any(|known| test(known))
    }

    fn all(&self, test: impl Fn(&Known) -> bool) -> bool {
        self.members.iter().all(|known| test(known))
    }

    fn has(&self, key: &Key) -> bool {
        self.any(|known| known.report.evidence.get(key).is_some_and(|item| item.bits.is_positive()))
    }

    /// A new key of the same principal, used from the same network with the same client.
    fn key_rotation(&self) -> Finding {
        const NAME: &str = "key-rotation";
        // AWS's word on a key is no use of it.
        let used = self.members.iter().filter(|known| known.report.id.number > 0);
        let made = used.into_iter().find_map(|known| {
            let made = self.grants.made_for(&known.report.id.principal);
            made.iter().find(|made| {
                made.kind == GrantKind::AccessKey
                    && made.key.as_ref().is_some_and(|key| known.report.keys.contains(key))
            })
        });
        let moved = self.any(|known| known.report.new_network);
        match made {
            Some(made) if !moved => {
                let text = format_compact!(
                    "{} was made by {} and is used from the usual network",
                    key_text(made.key.as_ref()),
                    made.maker
                );
                Finding {
                    events: vec![made.event.clone()],
                    ..Self::finding(NAME, Verdict::Supported, text, -3)
                }
            }
            Some(made) => {
                let text = format_compact!(
                    "{} is new, but its network is new, too",
                    key_text(made.key.as_ref())
                );
                Finding {
                    events: vec![made.event.clone()],
                    ..Self::finding(NAME, Verdict::Contradicted, text, 0)
                }
            }
            None => Self::finding(
                NAME,
                Verdict::Contradicted,
                "no key was made for this principal in the period read",
                0,
            ),
        }
    }

    /// A user for a short job: made and removed again by the same hands, from the usual network;
    /// or made by somebody who is not under suspicion.
    fn temporary_user(&self) -> Finding {
        const NAME: &str = "temporary-user";
        let moved = self.any(|known| known.report.new_network);
        let acts = || self.members.iter().flat_map(|known| &known.acts);
        let named = |name: &'static str| {
            acts().filter(move |act| act.action == name && act.outcome == Outcome::Success)
        };
        let made: Vec<_> = named("iam:CreateUser").collect();
        let removed: BTreeSet<&str> =
            named("iam:DeleteUser").map(|act| act.resource.as_str()).collect();
        if let Some(first) = made.first() {
            let all = made.iter().all(|act| removed.contains(act.resource.as_str()));
            let events = vec![first.event_id.clone()];
            if all && !moved {
                let text =
                    "every user was made for a short job and removed again, from the usual network";
                let mut finding = Self::finding(NAME, Verdict::Supported, text, 0);
                finding.bits = -self.explained_by_a_short_job();
                return Finding { events, ..finding };
            }
            let text = if all {
                "users were made and removed, but from a new network"
            } else {
                "users were made and left"
            };
            return Finding { events, ..Self::finding(NAME, Verdict::Contradicted, text, 0) };
        }
        let made = self.members.iter().find_map(|known| {
            let made = self.grants.made_for(&known.report.id.principal);
            made.iter().find(|made| made.kind == GrantKind::User)
        });
        let Some(made) = made else {
            let text = "the principal was not made in the period read";
            return Self::finding(NAME, Verdict::Contradicted, text, 0);
        };
        let by_member = self.any(|known| made.episode.as_ref() == Some(&known.report.id));
        let text = format_compact!("made by {} on {}", made.maker, made.time);
        let (verdict, bits) =
            if by_member { (Verdict::Contradicted, 0) } else { (Verdict::Supported, -2) };
        Finding { events: vec![made.event.clone()], ..Self::finding(NAME, verdict, text, bits) }
    }

    /// What the sum would lose without the steps of such a job: making a user, giving it rights and
    /// a key, and removing it. Whatever else was done stays.
    fn explained_by_a_short_job(&self) -> Bits {
        const STEPS: [&str; 6] = [
            "iam:CreateUser",
            "iam:DeleteUser",
            "iam:AttachUserPolicy",
            "iam:DetachUserPolicy",
            "iam:CreateAccessKey",
            "iam:DeleteAccessKey",
        ];
        const SIGNALS: [&str; 2] = ["key-for-another", "new-administrator"];
        let weights = &self.settings.weights;
        let mut evidence = closure::united(self.members, &Evidence::default(), &[]);
        let with = evidence.score(weights).total;
        for step in STEPS {
            evidence.remove(&Key::Action(step.into()));
        }
        for signal in SIGNALS {
            evidence.remove(&Key::Signal(signal));
        }
        with - evidence.score(weights).total
    }

    /// A new office, VPN exit or provider of the organisation; or the owner moved on.
    fn new_location(&self) -> Finding {
        const NAME: &str = "new-location";
        const FEWEST_PRINCIPALS: usize = 3;
        const FEWEST_GROUPS: usize = 2;
        if !self.any(|known| known.report.new_network) {
            return Self::finding(
                NAME,
                Verdict::Contradicted,
                "the network is not new: there is nothing to explain",
                0,
            );
        }
        for known in self.members.iter().filter(|known| known.report.new_network) {
            let arrived = self.arrivals.get(&known.report.range).map_or(&[][..], Vec::as_slice);
            let who: BTreeSet<&str> =
                arrived.iter().map(|(_, arrival)| arrival.principal.as_str()).collect();
            let groups: BTreeSet<&str> =
                arrived.iter().map(|(_, arrival)| arrival.group.as_str()).collect();
            if who.len() >= FEWEST_PRINCIPALS && groups.len() >= FEWEST_GROUPS {
                let text = format_compact!(
                    "{} principals of {} groups appeared on {} within three days",
                    who.len(),
                    groups.len(),
                    known.report.range
                );
                return Self::finding(NAME, Verdict::Supported, text, -6);
            }
        }
        if self.any(|known| known.report.class == NetworkClass::Known) {
            return Self::finding(NAME, Verdict::Supported, "the network is one of yours", -4);
        }
        if self.has(&Key::Overlap) {
            return Self::finding(
                NAME,
                Verdict::Contradicted,
                "the owner was at work from the usual network at the same time",
                0,
            );
        }
        let hidden = |known: &Known| {
            matches!(
                known.report.class,
                NetworkClass::Hosting | NetworkClass::Vpn | NetworkClass::Tor
            )
        };
        if self.any(hidden) {
            return Self::finding(
                NAME,
                Verdict::Contradicted,
                "people and programs do not move into a hoster, VPN or Tor exit by themselves",
                0,
            );
        }
        Self::finding(
            NAME,
            Verdict::Unknown,
            "nobody else of the organisation has been seen there",
            0,
        )
    }

    /// The same program in a new version.
    fn client_update(&self) -> Finding {
        const NAME: &str = "client-update";
        if self.has(&Key::Client) {
            return Self::finding(
                NAME,
                Verdict::Contradicted,
                "the client is another program, not a newer version of the usual one",
                0,
            );
        }
        if self.any(|known| known.report.new_network) {
            return Self::finding(
                NAME,
                Verdict::Contradicted,
                "the client may be the usual one, but the network is not",
                0,
            );
        }
        Self::finding(NAME, Verdict::Unknown, "the client is the usual one", 0)
    }

    /// One click in the console makes dozens of calls.
    fn console_pages(&self) -> Finding {
        const NAME: &str = "console-fan-out";
        let acts: Vec<_> = self.members.iter().flat_map(|known| &known.acts).collect();
        let pages = acts.iter().filter(|act| {
            matches!(act.client.as_str(), "console" | "browser") && act.outcome != Outcome::Denied
        });
        let pages = pages.count();
        if pages * 5 >= acts.len() * 4 && !acts.is_empty() {
            let text = format_compact!(
                "{pages} of {} calls come from console pages; they count little already",
                acts.len()
            );
            return Self::finding(NAME, Verdict::Supported, text, 0);
        }
        Self::finding(
            NAME,
            Verdict::Contradicted,
            format_compact!("{pages} of {} calls come from the console", acts.len()),
            0,
        )
    }

    /// The same job on another runner.
    fn ci_job(&self) -> Finding {
        const NAME: &str = "ci-unchanged";
        if !self.any(|known| known.report.kind == Kind::Ci) {
            return Self::finding(
                NAME,
                Verdict::Contradicted,
                "the principal is no build or deployment job",
                0,
            );
        }
        if self.has(&Key::Client) {
            return Self::finding(NAME, Verdict::Contradicted, "the job's client has changed", 0);
        }
        Self::finding(
            NAME,
            Verdict::Supported,
            "the same job with the same client; its runners change",
            -3,
        )
    }

    /// What is new to this principal is ordinary among its peers.
    fn peers_do_it(&self) -> Finding {
        const NAME: &str = "peers-do-it";
        let mut actions = BTreeMap::new();
        for known in self.members {
            for (key, item) in known.report.evidence.items() {
                if let Key::Action(name) = key {
                    let by_peers = !item.peers.starts_with("0 ") && !item.peers.starts_with("no ");
                    actions.insert(name, by_peers);
                }
            }
        }
        if actions.is_empty() {
            return Self::finding(
                NAME,
                Verdict::Unknown,
                "no new actions: there is nothing to compare",
                0,
            );
        }
        let by_peers = actions.values().filter(|by_peers| **by_peers).count();
        let text = format_compact!(
            "{by_peers} of {} new actions are known among the peers",
            actions.len()
        );
        if by_peers == actions.len() {
            return Self::finding(NAME, Verdict::Supported, text, -1);
        }
        let verdict =
            if by_peers * 2 < actions.len() { Verdict::Contradicted } else { Verdict::Unknown };
        Self::finding(NAME, verdict, text, 0)
    }

    /// Somebody who looks at everything by trade: named by the user, or a known audit program that
    /// only reads and has always been where it is.
    fn scanner_or_auditor(&self) -> Finding {
        const NAME: &str = "scanner-or-auditor";
        let scanners = &self.settings.scanners;
        let named = |known: &Known| {
            scanners.iter().any(|scanner| {
                scanner.matches(&known.report.arn) || scanner.matches(&known.report.id.principal)
            })
        };
        if self.all(named) {
            return Self::finding(NAME, Verdict::Supported, "on your list of scanners", -8);
        }
        let acts = || self.members.iter().flat_map(|known| &known.acts);
        let program =
            self.all(|known| intel::client::parse(&known.report.client).kind == ClientKind::Audit);
        let wrote = acts().any(|act| act.outcome == Outcome::Success && changes(&action_of(act)));
        if program && !wrote && self.all(is_at_home) {
            let text =
                "an audit program that only looks, with a role's session, where it has always been";
            return Self::finding(NAME, Verdict::Supported, text, -8);
        }
        match (program, wrote, scanners.is_empty()) {
            (true, true, _) => Self::finding(
                NAME,
                Verdict::Contradicted,
                "an audit program, but it changes things",
                0,
            ),
            (true, ..) => Self::finding(
                NAME,
                Verdict::Contradicted,
                "an audit program, but not where it has always been, or with a key that anybody could have",
                0,
            ),
            (_, _, true) => Self::finding(
                NAME,
                Verdict::Unknown,
                "no scanners are named in the configuration",
                0,
            ),
            _ => Self::finding(NAME, Verdict::Contradicted, "not on your list of scanners", 0),
        }
    }

    /// A penetration test that somebody announced.
    fn announced_test(&self) -> Finding {
        const NAME: &str = "announced-test";
        let tests = &self.settings.announced_tests;
        let test = tests.iter().find(|test| {
            self.all(|known| {
                let in_time = known.report.opened >= test.from && known.report.last <= test.until;
                let from_testers = known.acts.iter().all(|act| {
                    let address = act.source.parse::<std::net::IpAddr>();
                    address.is_ok_and(|ip| test.sources.iter().any(|net| net.contains(&ip)))
                });
                in_time && from_testers && !known.acts.is_empty()
            })
        });
        match test {
            Some(test) => Self::finding(
                NAME,
                Verdict::Supported,
                format_compact!("announced: {}", test.reason),
                -8,
            ),
            None if tests.is_empty() => Self::finding(
                NAME,
                Verdict::Unknown,
                "no tests are announced in the configuration",
                0,
            ),
            None => Self::finding(
                NAME,
                Verdict::Contradicted,
                "no announced test covers this time and source",
                0,
            ),
        }
    }
}

/// Whether a principal with a history works from a cloud or a network of its own, with a session
/// rather than a key that could lie anywhere. What a client calls itself proves nothing.
fn is_at_home(known: &Known) -> bool {
    let report = &known.report;
    let class =
        matches!(report.class, NetworkClass::Aws | NetworkClass::Known | NetworkClass::Private);
    class && !report.new_network && report.line == "session"
}

fn key_text(key: Option<&cloudtrail::AccessKeyId>) -> &str {
    key.map_or("the key", |key| key.as_str())
}
