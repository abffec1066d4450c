//! Somebody who looks at everything by trade.

use cloudtrail::Outcome;
use compact_str::format_compact;
use detect::Key;
use intel::address::NetworkClass;
use intel::client::ClientKind;

use super::{Case, Finding};
use crate::act::{action_of, changes};
use crate::closure::Known;
use crate::grants::Made;
use crate::incident::Verdict;

const NAME: &str = "scanner-or-auditor";
const CREATE_ROLE: &str = "iam:CreateRole";
/// Signals of looking at much.
const BREADTH: [&str; 4] = ["read-breadth", "refusal-breadth", "region-sweep", "many-new-networks"];

/// Named by the user, or a known audit program that only reads and has always been where it is.
pub(super) fn test(case: &Case<'_>) -> Finding {
    let scanners = &case.settings.scanners;
    let named = |known: &Known| {
        let report = &known.report;
        scanners.iter().any(|one| one.matches(&report.arn) || one.matches(&report.id.principal))
    };
    if case.all(named) {
        return Finding::supported(NAME, "on your list of scanners", case.weights(), NAME);
    }
    let program =
        case.all(|known| intel::client::parse(&known.report.client).kind == ClientKind::Audit);
    let wrote = case.acts().any(|act| act.outcome == Outcome::Success && changes(&action_of(act)));
    if program && !wrote && case.all(is_at_home) {
        let text =
            "an audit program that only looks, with a role's session, where it has always been";
        return Finding::supported(NAME, text, case.weights(), NAME);
    }
    if let Some(finding) = onboarded(case, wrote).or_else(|| in_many_accounts(case, wrote)) {
        return finding;
    }
    if program && wrote {
        return Finding::contradicted(NAME, "an audit program, but it changes things");
    }
    if program {
        let text = "an audit program, but not where it has always been, or with a key that anybody could have";
        return Finding::contradicted(NAME, text);
    }
    if scanners.is_empty() {
        return Finding::unknown(NAME, "no scanners are named in the configuration");
    }
    Finding::contradicted(NAME, "not on your list of scanners")
}

/// A role that somebody who is not under suspicion made in the period read, and that only looks
/// since, from a cloud: an auditor's product that was given its role. What it looks at for the first
/// time says nothing then.
fn onboarded(case: &Case<'_>, wrote: bool) -> Option<Finding> {
    let made: Vec<&Made> = case
        .episodes()
        .map(|known| {
            let (role, _) = known.report.id.principal.rsplit_once('/')?;
            let made = case.grants.made_for(role).find(|made| made.action == CREATE_ROLE)?;
            let by_member = case.any(|one| made.episode.as_ref() == Some(&one.report.id));
            (!by_member && known.report.class == NetworkClass::Aws).then_some(made)
        })
        .collect::<Option<_>>()?;
    let first = made.first().filter(|_| !wrote)?;
    if took_something(case) {
        return None;
    }
    let bits = -case.explained(is_of_looking);
    let text = format_compact!(
        "the role was made by {} on {} and only looks since, from a cloud",
        first.maker,
        first.time
    );
    let finding = Finding { bits, ..Finding::without_bits(NAME, Verdict::Supported, text) };
    Some(finding.shown_by(vec![first.event.clone()]))
}

/// A role of the same name that looks around in several accounts, in each of them from the address
/// range of a cloud on which it began, and changes nothing: what an auditor's product does whose
/// roles were made before the logs begin. A thief has the role of one account.
fn in_many_accounts(case: &Case<'_>, wrote: bool) -> Option<Finding> {
    const FEWEST_ACCOUNTS: usize = 3;
    let elsewhere = case.episodes().any(|known| known.report.class != NetworkClass::Aws);
    // Whose own people take the role in account after account is robbed by one of them.
    let from_within = case.episodes().any(|known| {
        let mut makers = known.report.keys.iter().filter_map(|key| case.grants.maker_of(key));
        makers.any(|made| !made.from_elsewhere)
    });
    if wrote || elsewhere || from_within || took_something(case) {
        return None;
    }
    let begun =
        |known: &Known| case.movements.begun(&known.report.id.principal, &known.report.range);
    let fewest = case.episodes().map(begun).min()?;
    (fewest >= FEWEST_ACCOUNTS).then(|| {
        let text = format_compact!(
            "the same role works in {fewest} accounts, from one range of a cloud, and only looks"
        );
        let bits = -case.explained(is_of_looking);
        Finding { bits, ..Finding::without_bits(NAME, Verdict::Supported, text) }
    })
}

/// Whether secrets or objects were read: an auditor looks at how things are set up.
fn took_something(case: &Case<'_>) -> bool {
    const TAKES: [&str; 7] = [
        "s3:GetObject",
        "secretsmanager:BatchGetSecretValue",
        "secretsmanager:GetSecretValue",
        "ssm:GetParameter",
        "ssm:GetParameters",
        "ssm:GetParametersByPath",
        "sts:GetFederationToken",
    ];
    case.acts().any(|act| act.outcome == Outcome::Success && TAKES.contains(&act.action.as_str()))
}

/// What somebody who looks at everything for the first time brings about.
fn is_of_looking(key: &Key) -> bool {
    match key {
        Key::Action(_) | Key::Refusals => true,
        Key::Signal(id) => BREADTH.contains(id),
        _ => false,
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
