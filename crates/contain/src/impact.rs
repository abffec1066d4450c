//! What a containment breaks: who else used the credential before the theft.

use std::collections::BTreeMap;

use cloudtrail::Time;
use serde::{Deserialize, Serialize};

/// Who else uses the credentials that a plan makes worthless.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Impact {
    /// How many days before the first suspicious call were looked at.
    pub days: u32,
    /// From when to when there are events at all; nothing where nothing was looked at.
    pub looked: Option<(Time, Time)>,
    /// Uses that are not the thief's, the most frequent first.
    pub uses: Vec<Use>,
    /// Uses beyond those.
    pub further: u64,
    /// In one sentence, what will break.
    pub verdict: String,
}

/// One way in which a credential was used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Use {
    /// The principal or key that was used.
    pub who: String,
    /// From where, in words: address, network, country.
    pub network: String,
    /// With which client.
    pub client: String,
    /// How many calls.
    pub calls: u64,
    /// On how many days.
    pub days: u32,
    /// The services that were called, the most frequent first, at most five.
    pub services: Vec<String>,
    /// The last call.
    pub last: Time,
}

impl Impact {
    /// So many days are looked at.
    pub const DAYS: u32 = 30;
    /// So many uses are told.
    const MOST: usize = 20;

    /// The impact of uses that were counted, with the sentence that sums them up.
    ///
    /// Somebody who used a credential on most days, and still did on the last one, will miss it.
    pub fn of(looked: Option<(Time, Time)>, mut uses: Vec<Use>) -> Self {
        uses.sort_by(|a, b| (b.calls, &a.who, &a.network).cmp(&(a.calls, &b.who, &b.network)));
        let further = uses.len().saturating_sub(Self::MOST) as u64;
        let verdict = verdict(looked, &uses);
        uses.truncate(Self::MOST);
        Self { days: Self::DAYS, looked, uses, further, verdict }
    }
}

fn verdict(looked: Option<(Time, Time)>, uses: &[Use]) -> String {
    let Some((from, until)) = looked else {
        return "unknown, because no logs of the time before the theft were read: ask the owner \
                what uses this credential"
            .to_owned();
    };
    let days = (until.day() - from.day() + 1).max(1);
    if uses.is_empty() {
        return format!(
            "nobody but the thief used it in the {days} days that were read: nothing should break"
        );
    }
    let mut by_client: BTreeMap<&str, u64> = BTreeMap::new();
    for one in uses {
        *by_client.entry(&one.client).or_default() += one.calls;
    }
    let steady = uses.iter().filter(|one| i64::from(one.days) * 2 >= days).count();
    let calls: u64 = uses.iter().map(|one| one.calls).sum();
    let mut clients: Vec<(&str, u64)> = by_client.into_iter().collect();
    clients.sort_by_key(|(name, calls)| (std::cmp::Reverse(*calls), *name));
    let names: Vec<&str> = clients.iter().take(3).map(|(name, _)| *name).collect();
    let how = if steady > 0 { "will break" } else { "may break" };
    format!(
        "{calls} calls that are not the thief's in the {days} days that were read: what runs with \
         {} {how}",
        names.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::{Impact, Use};

    #[test]
    fn a_steady_user_will_miss_it_and_a_rare_one_may() {
        let time = |text: &str| text.parse().unwrap();
        let looked = Some((time("2026-11-01T00:00:00Z"), time("2026-11-20T00:00:00Z")));
        let one = |client: &str, calls, days| Use {
            who: "AKIAIOSFODNN7EXAMPLE".into(),
            network: "203.0.113.7".into(),
            client: client.into(),
            calls,
            days,
            services: vec!["s3".into()],
            last: time("2026-11-19T00:00:00Z"),
        };
        let told = |looked, uses| Impact::of(looked, uses).verdict;
        assert!(told(None, vec![]).starts_with("unknown, because"));
        assert!(told(looked, vec![]).starts_with("nobody but the thief"));
        assert!(told(looked, vec![one("boto3", 7, 2)]).ends_with("boto3 may break"));
        let many = told(looked, vec![one("boto3", 7, 2), one("terraform", 900, 18)]);
        assert!(many.ends_with("terraform, boto3 will break"), "{many}");
    }
}
