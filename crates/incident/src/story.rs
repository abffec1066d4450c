//! The story of an incident: who, since when, from where, what was done and made.

use std::collections::BTreeSet;

use cloudtrail::{AccessKeyId, EventId, KeyKind, Outcome};
use detect::{Act, Bits, EpisodeId, Evidence, Key, Kind, Score, Settings, Weights, signal};

use crate::act::action_of;
use crate::blast;
use crate::closure::{self, Closure};
use crate::grants::{Grants, Made};
use crate::hypothesis::Finding;
use crate::incident::{Edge, Hypothesis, Incident, SCHEMA, Severity, Status};
use crate::input::Input;
use crate::investigation::{Investigation, View};
use crate::ledger;
use crate::severity::Achieved;

/// What is known of an incident when its story is told.
pub(crate) struct Known<'a> {
    pub(crate) closure: &'a Closure,
    pub(crate) members: &'a [&'a closure::Known],
    pub(crate) grants: &'a Grants,
    pub(crate) findings: &'a [Finding],
    pub(crate) evidence: &'a Evidence,
    pub(crate) score: &'a Score,
    pub(crate) settings: &'a Settings,
    pub(crate) kind: Kind,
    /// From this score on it is an alert.
    pub(crate) alert_from: Bits,
    pub(crate) input: &'a Input<'a>,
}

/// Tells the story.
pub(crate) fn tell(known: &Known<'_>) -> Incident {
    let mut members = known.members.to_vec();
    members.sort_by(|a, b| a.first().cmp(&b.first()));
    let episodes: Vec<EpisodeId> = members.iter().map(|member| member.report.id.clone()).collect();
    let made = known.grants.made_in(&episodes);
    let root = root(&members, &made);
    let acts = acts(&members);
    let achieved = achieved(&members);
    let done = members.iter().find(|member| !member.is_notice()).or(members.first());
    let first = done.map(|member| member.first());
    let first_event_id = first.map_or_else(|| EventId::new(""), |(_, event)| event.clone());
    let first_seen = first.map(|(time, _)| time).unwrap_or_default();
    let last_seen = members.iter().map(|member| member.report.last).max().unwrap_or(first_seen);
    let alert = known.score.total >= known.alert_from;
    let root_key =
        root.and_then(root_key).or_else(|| members.iter().find_map(|member| root_key(member)));
    let (tactics, techniques) = attack(&acts, known);
    let status = if alert { Status::Alert } else { Status::Watch };
    let ledger: Vec<_> =
        known.score.lines.iter().map(|line| ledger::line(line, known.settings)).collect();
    let keys = keys(&members, &acts, &made);
    let principals = principals(&members);
    let further_events = members.iter().map(|member| member.further).sum();
    let investigation = Investigation::of(&View {
        members: &members,
        deeds: &deeds(&members),
        made: &made,
        grants: known.grants,
        ledger: &ledger,
        findings: known.findings,
        kind: known.kind,
        status,
        root_key: root_key.as_ref(),
        keys: &keys,
        principals: &principals,
        further: further_events,
        input: known.input,
    });
    Incident {
        id: id(&members),
        schema: SCHEMA,
        title: title(root, root_key.as_ref(), achieved.as_ref()),
        severity: severity(&achieved.unwrap_or_default(), known.evidence),
        status,
        score: known.score.total.to_f64(),
        probability: probability(known.score.total, &known.settings.weights),
        first_seen,
        last_seen,
        detected_at: if alert { known.closure.detected } else { None },
        root_access_key_id: root_key,
        access_key_ids: keys,
        principals,
        account_ids: distinct(members.iter().filter_map(|member| member.report.account)),
        networks: distinct(
            members
                .iter()
                .map(|member| member.report.network.to_string())
                .filter(|text| !text.is_empty()),
        ),
        clients: distinct(
            members
                .iter()
                .map(|member| member.report.client.to_string())
                .filter(|text| !text.is_empty()),
        ),
        first_event_id,
        event_ids: acts.iter().map(|act| act.event_id.clone()).collect(),
        resources: blast::touched(&acts),
        created: blast::made(&acts, &made),
        tactics,
        techniques,
        ledger,
        hypotheses: known.findings.iter().map(hypothesis).collect(),
        coverage: coverage(known, &members),
        investigation,
        kind: known.kind,
        lineage: made.iter().filter_map(|made| edge(made)).collect(),
        timeline: acts,
        episodes: members
            .iter()
            .filter(|member| !member.is_notice())
            .map(|member| member.report.first_event.clone())
            .collect(),
        further_events,
    }
}

/// The chance that it is a theft: even odds at 12.3 bits, doubled with every bit.
fn probability(score: Bits, weights: &Weights) -> f64 {
    1.0 / (1.0 + libm::exp2(weights.even_odds - score.to_f64()))
}

/// The first member whose credential no other member made.
fn root<'a>(members: &[&'a closure::Known], made: &[&Made]) -> Option<&'a closure::Known> {
    let is_made = |member: &&closure::Known| {
        made.iter().any(|made| {
            let by_itself = made.episode.as_ref() == Some(&member.report.id);
            let key = made.key.as_ref().is_some_and(|key| member.report.keys.contains(key));
            !by_itself && (key || made.owner == member.report.id.principal)
        })
    };
    let done = || members.iter().filter(|member| !member.is_notice());
    done().find(|member| !is_made(member)).or_else(|| done().next()).or(members.first()).copied()
}

/// The key of the first suspicious call, else the first that was in use, or the one that a notice
/// names; who acts in a notice is another.
fn root_key(root: &closure::Known) -> Option<AccessKeyId> {
    let mut acts: Vec<&Act> = root.suspicious().filter(|_| !root.is_notice()).collect();
    acts.sort_by_key(|act| (act.time, &act.event_id));
    let by_act = acts.iter().find_map(|act| act.access_key.clone());
    by_act.or_else(|| root.report.keys.first().cloned())
}

/// Who was impersonated. A key whose owner nobody knows stands for itself, until somebody does.
fn principals(members: &[&closure::Known]) -> Vec<String> {
    let nameless = |member: &&closure::Known| names_only_its_key(member);
    let named = members.iter().filter(|member| !nameless(member));
    let named = distinct(named.map(|member| member.report.arn.to_string()));
    if named.is_empty() {
        return distinct(members.iter().map(|member| member.report.arn.to_string()));
    }
    named
}

/// Whether it is a notice about a key whose owner nobody knows.
fn names_only_its_key(member: &closure::Known) -> bool {
    member.is_notice() && member.report.keys.iter().any(|key| member.report.arn == key.as_str())
}

/// All suspicious events in order, each once.
fn acts(members: &[&closure::Known]) -> Vec<Act> {
    let mut acts: Vec<Act> =
        members.iter().flat_map(|member| member.suspicious().cloned()).collect();
    acts.sort_by(|a, b| (a.time, &a.event_id).cmp(&(b.time, &b.event_id)));
    acts.dedup_by(|a, b| a.event_id == b.event_id && a.time == b.time);
    acts
}

fn keys(members: &[&closure::Known], acts: &[Act], made: &[&Made]) -> Vec<AccessKeyId> {
    let used = members.iter().flat_map(|member| member.report.keys.iter().cloned());
    let acted = acts.iter().filter_map(|act| act.access_key.clone());
    distinct(used.chain(acted).chain(made.iter().filter_map(|made| made.key.clone())))
}

/// What was achieved; `None` when AWS's word is all there is: its own acts are nobody's deeds.
fn achieved(members: &[&closure::Known]) -> Option<Achieved> {
    let real = members.iter().any(|member| !member.is_notice());
    real.then(|| Achieved::of(deeds(members).iter()))
}

/// What was done with the credentials; what AWS says of them is left out.
fn deeds(members: &[&closure::Known]) -> Vec<Act> {
    let real: Vec<&closure::Known> =
        members.iter().filter(|member| !member.is_notice()).copied().collect();
    acts(&real)
}

/// In the order of first appearance.
pub(crate) fn distinct<T: Ord + Clone>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = BTreeSet::new();
    values.filter(|value| seen.insert(value.clone())).collect()
}

fn edge(made: &Made) -> Option<Edge> {
    let maker = made
        .maker_key
        .as_ref()
        .map_or_else(|| made.maker.to_string(), |key| key.as_str().to_owned());
    Some(Edge {
        from: maker,
        to: blast::in_words(made)?,
        by: made.action.to_string(),
        event_id: made.event.clone(),
        time: made.time,
    })
}

fn hypothesis(finding: &Finding) -> Hypothesis {
    Hypothesis {
        name: finding.name.to_owned(),
        verdict: finding.verdict,
        text: finding.text.to_string(),
        bits: finding.bits.to_f64(),
        event_ids: finding.events.clone(),
    }
}

/// Tactics and techniques of the signals that fired and of the actions that count.
fn attack(acts: &[Act], known: &Known<'_>) -> (Vec<String>, Vec<String>) {
    let mut tactics = BTreeSet::new();
    let mut techniques = BTreeSet::new();
    for rule in known.settings.rules.iter() {
        if known.evidence.get(&Key::Rule(rule.id.clone())).is_some() {
            techniques.extend(rule.techniques.iter().map(ToString::to_string));
        }
    }
    for (key, _) in known.evidence.items() {
        if let Key::Signal(id) = key
            && let Some(about) = signal::about(id)
        {
            techniques.extend(about.techniques.iter().map(ToString::to_string));
        }
    }
    let counted: BTreeSet<&str> = known
        .evidence
        .items()
        .filter_map(|(key, _)| match key {
            Key::Action(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    for act in acts {
        let (service, name) = act.action.split_once(':').unwrap_or(("", &act.action));
        let base = format!("{service}:{}", intel::action::base_name(name));
        if counted.contains(base.as_str()) {
            let action = action_of(act);
            tactics.extend(action.tactics.iter());
            techniques.extend(action.techniques().map(ToOwned::to_owned));
        }
    }
    (
        tactics.into_iter().map(|tactic| tactic.name().to_owned()).collect(),
        techniques.into_iter().collect(),
    )
}

fn severity(achieved: &Achieved, evidence: &Evidence) -> Severity {
    let leaked = ["quarantined-by-aws", "exposed-says-aws", "canary-key"];
    let certain = leaked.iter().any(|id| evidence.get(&Key::Signal(id)).is_some());
    let severity = achieved.severity();
    if certain { severity.max(Severity::High) } else { severity }
}

fn title(
    root: Option<&closure::Known>,
    key: Option<&AccessKeyId>,
    achieved: Option<&Achieved>,
) -> String {
    let achieved = achieved.map_or_else(|| "AWS says that it is public".into(), Achieved::in_words);
    let Some(root) = root else { return achieved };
    let kind = match key.map(AccessKeyId::kind) {
        Some(KeyKind::LongTerm) => "Long-term key",
        Some(KeyKind::Temporary) => "Temporary key",
        Some(KeyKind::Other) => "Key",
        None => "Credential",
    };
    let id = key.map(|key| format!(" {key}")).unwrap_or_default();
    let account =
        root.report.account.map(|account| format!(", account {account}")).unwrap_or_default();
    if names_only_its_key(root) {
        return format!("{kind}{id}{account}: {achieved}");
    }
    format!(
        "{kind}{id} of {} ({}{account}): {achieved}",
        owner(&root.report.arn),
        kind_in_words(root.report.kind),
    )
}

/// The part of an ARN that people use as a name.
fn owner(arn: &str) -> &str {
    cloudtrail::Arn::parse(arn).map_or(arn, |arn| arn.resource)
}

fn kind_in_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Root => "root of the account",
        Kind::UserHuman => "IAM user",
        Kind::UserWorkload => "IAM user of a program",
        Kind::SsoPerson => "person of Identity Center",
        Kind::RolePerson => "person in a role",
        Kind::Ci => "build or deployment job",
        Kind::Instance => "EC2 instance",
        Kind::Container => "container",
        Kind::Function => "Lambda function",
        Kind::Role => "role session",
        Kind::Vendor => "caller from another account",
        Kind::AwsService => "AWS service",
    }
}

/// The same theft has the same id in every run: its first principal and first event.
fn id(members: &[&closure::Known]) -> String {
    let mut hasher = blake3::Hasher::new();
    if let Some(first) = members.first() {
        hasher.update(first.report.id.principal.as_bytes());
        hasher.update(first.first().1.to_string().as_bytes());
    }
    format!("inc-{}", &hasher.finalize().to_hex()[..12])
}

fn coverage(known: &Known<'_>, members: &[&closure::Known]) -> Vec<String> {
    let mut coverage = known.input.coverage.to_vec();
    let real = members.iter().filter(|member| !member.is_notice());
    for member in real {
        if member.report.cold {
            coverage.push(format!(
                "{} has {} active days of history: too few to say what is usual, so only loud behaviour counts",
                owner(&member.report.arn),
                member.report.days
            ));
        }
    }
    let further: u64 = members.iter().map(|member| member.further).sum();
    if further > 0 {
        coverage.push(format!("{further} further events of this incident are counted, not listed"));
    }
    let unseen = known
        .members
        .iter()
        .flat_map(|member| &member.acts)
        .filter(|act| act.outcome == Outcome::Success && act.resource.is_empty())
        .count();
    if unseen > 0 {
        coverage.push(format!("{unseen} successful calls do not say what they were done to"));
    }
    distinct(coverage.into_iter())
}
