//! Who hears of what: a pure function from the rules, the incident, and what was told before.

use std::collections::BTreeMap;

use globset::{Glob, GlobSet, GlobSetBuilder};
use serde::{Deserialize, Serialize};

use crate::settings::{alerts, lowest};
use crate::{Delivery, Error, News, Notice, Severity, Standing, Status, Told};

/// One rule of the configuration: which incidents some channels hear of. What is not said allows
/// everything, but for `standing`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The channels, by name.
    pub channels: Vec<String>,
    /// At least this bad.
    #[serde(default = "lowest")]
    pub severity: Severity,
    /// At least this sure; `alert` if it is not said.
    #[serde(default = "alerts")]
    pub standing: Standing,
    /// In one of these accounts, twelve digits each.
    #[serde(default)]
    pub accounts: Vec<String>,
    /// Not if all of it is in these accounts.
    #[serde(default)]
    pub except_accounts: Vec<String>,
    /// The robbed principal is of one of these kinds: patterns with `*` and `?`.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// One of the access keys is like this: patterns with `*` and `?`.
    #[serde(default)]
    pub keys: Vec<String>,
    /// The channels hear how it goes on, not only that it has begun.
    #[serde(default = "yes")]
    pub updates: bool,
    /// The channels get a digest of what is watched, and nothing by this rule at once.
    #[serde(default)]
    pub digest: bool,
}

const fn yes() -> bool {
    true
}

/// Rules that make sense, ready to be asked.
#[derive(Debug, Clone, Default)]
pub struct Rules(Vec<Compiled>);

#[derive(Debug, Clone)]
struct Compiled {
    rule: Rule,
    kinds: GlobSet,
    keys: GlobSet,
}

impl Rules {
    /// Checks the rules of a configuration that knows these channels.
    pub fn new<'a>(
        rules: &[Rule],
        channels: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, Error> {
        let known: Vec<&str> = channels.into_iter().collect();
        let compile = |(index, rule): (usize, &Rule)| {
            compile(rule, &known).map_err(|reason| Error::Rule { number: index + 1, reason })
        };
        rules.iter().enumerate().map(compile).collect::<Result<_, _>>().map(Self)
    }

    /// The channels that get digests, each once.
    pub(crate) fn digest_channels(&self) -> Vec<&str> {
        let digests = self.0.iter().filter(|compiled| compiled.rule.digest);
        let mut channels: Vec<&str> =
            digests.flat_map(|compiled| &compiled.rule.channels).map(String::as_str).collect();
        channels.sort_unstable();
        channels.dedup();
        channels
    }

    /// Whether an incident is in the digest of a channel.
    pub(crate) fn digests_to(&self, channel: &str, notice: &Notice) -> bool {
        self.0.iter().any(|compiled| {
            let rule = &compiled.rule;
            rule.digest && rule.channels.iter().any(|name| name == channel) && compiled.fits(notice)
        })
    }

    /// The channels that hear of an incident at once, and whether they hear how it goes on.
    fn channels(&self, notice: &Notice) -> BTreeMap<&str, bool> {
        let mut channels = BTreeMap::new();
        let fitting = self.0.iter().filter(|compiled| !compiled.rule.digest);
        for compiled in fitting.filter(|compiled| compiled.is_reached(notice)) {
            for channel in &compiled.rule.channels {
                *channels.entry(channel.as_str()).or_default() |= compiled.rule.updates;
            }
        }
        channels
    }
}

fn compile(rule: &Rule, known: &[&str]) -> Result<Compiled, String> {
    if rule.channels.is_empty() {
        return Err("it names no channel; write channels = [\"NAME\"]".to_owned());
    }
    if let Some(name) = rule.channels.iter().find(|name| !known.contains(&name.as_str())) {
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(format!("there is no channel {name:?}; configured are: {known}"));
    }
    let is_account =
        |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut accounts = rule.accounts.iter().chain(&rule.except_accounts);
    if let Some(text) = accounts.find(|text| !is_account(text)) {
        return Err(format!("{text:?} is no account; write its twelve digits"));
    }
    let patterns = |patterns: &[String]| {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            let glob = Glob::new(pattern).map_err(|error| {
                format!("{pattern:?} is no pattern ({}); write * and ?", error.kind())
            })?;
            set.add(glob);
        }
        set.build().map_err(|error| error.to_string())
    };
    Ok(Compiled { rule: rule.clone(), kinds: patterns(&rule.kinds)?, keys: patterns(&rule.keys)? })
}

impl Compiled {
    fn is_reached(&self, notice: &Notice) -> bool {
        notice.standing >= self.rule.standing && self.fits(notice)
    }

    /// Whether an incident is what the rule is about, however sure it is.
    fn fits(&self, notice: &Notice) -> bool {
        let rule = &self.rule;
        let in_accounts =
            |accounts: &[String]| notice.accounts.iter().any(|account| accounts.contains(account));
        let excepted = !notice.accounts.is_empty()
            && notice.accounts.iter().all(|account| rule.except_accounts.contains(account));
        notice.severity >= rule.severity
            && (rule.accounts.is_empty() || in_accounts(&rule.accounts))
            && !excepted
            && (rule.kinds.is_empty() || self.kinds.is_match(&notice.kind))
            && (rule.keys.is_empty() || notice.keys.iter().any(|key| self.keys.is_match(key)))
    }
}

/// What is to be told of an incident, to which channels, given what they know: `told` has at most
/// one entry for each channel.
///
/// A channel hears of an incident when it first fits one of its rules; then when it became worse
/// or surer, when more was achieved, when somebody took it, when it was closed and when it was
/// reopened. It hears of the end even if the incident has ceased to fit.
pub fn routes(rules: &Rules, notice: &Notice, told: &[Told]) -> Vec<Delivery> {
    let fitting = rules.channels(notice);
    let mut deliveries = Vec::new();
    for (channel, updates) in &fitting {
        let news = match told.iter().find(|told| told.channel == *channel) {
            // Who has not heard of its beginning is not bothered with its end.
            None if notice.status == Status::Closed => None,
            None => Some((News::Opened, Vec::new())),
            Some(told) if *updates => changes(notice, told),
            Some(_) => None,
        };
        deliveries
            .extend(news.map(|(news, changes)| Delivery::new(channel, notice, news, changes)));
    }
    let mut others: Vec<&Told> =
        told.iter().filter(|told| !fitting.contains_key(told.channel.as_str())).collect();
    others.sort_by(|one, other| one.channel.cmp(&other.channel));
    for told in others {
        if let Some((News::Closed, changes)) = changes(notice, told) {
            deliveries.push(Delivery::new(&told.channel, notice, News::Closed, changes));
        }
    }
    deliveries
}

/// What a channel does not know yet, if that is worth a message.
fn changes(notice: &Notice, told: &Told) -> Option<(News, Vec<String>)> {
    if notice.version <= told.version {
        return None;
    }
    let mut changes = Vec::new();
    if notice.severity > told.severity {
        let (before, now) = (told.severity.word(), notice.severity.word());
        changes.push(format!("The severity rose from {before} to {now}."));
    }
    if notice.standing > told.standing {
        let (before, now) = (told.standing.word(), notice.standing.word());
        changes.push(format!("The standing rose from {before} to {now}."));
    }
    let new = notice.achieved.iter().filter(|one| !told.achieved.contains(one));
    changes.extend(new.map(|one| format!("Achieved since: {one}")));
    let worse = !changes.is_empty();
    let (news, change) = match (told.status, notice.status) {
        (Status::Open | Status::InProgress, Status::Closed) => {
            (News::Closed, Some(ended(notice.resolution.as_deref())))
        }
        (Status::Closed, Status::Open | Status::InProgress) => {
            (News::Reopened, Some("It was closed and is open again.".to_owned()))
        }
        (Status::Open, Status::InProgress) => {
            let news = if worse { News::Updated } else { News::Taken };
            (news, Some(taken(notice.assignee.as_deref())))
        }
        // Nobody is told what happens to an incident that they believe closed.
        (Status::Closed, Status::Closed) => return None,
        _ if worse => (News::Updated, None),
        _ => return None,
    };
    changes.extend(change);
    Some((news, changes))
}

fn ended(resolution: Option<&str>) -> String {
    resolution.map_or_else(|| "It was closed.".to_owned(), |why| format!("It was closed: {why}"))
}

fn taken(assignee: Option<&str>) -> String {
    assignee
        .map_or_else(|| "Somebody is on it.".to_owned(), |name| format!("It was taken by {name}"))
}
