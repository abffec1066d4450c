//! Hours without a record where there usually is one.

use std::collections::BTreeMap;

use cloudtrail::{AccountId, Time};
use serde::{Deserialize, Serialize};

use super::{Gap, Gaps};
use report::words;

/// Nothing is said of fewer days, nor of more: nobody's logs go back so far, but times in records
/// can be anything.
const SETTLED_DAYS: i64 = 7;
const MOST_DAYS: i64 = 3_660;
/// Where something happens in so many of twenty hours, silence is a gap when fewer than one in a
/// thousand like it would be there by chance.
const NEARLY_ALWAYS: i64 = 19;
const BY_CHANCE: f64 = 0.001;
/// Elsewhere silence is a gap when it is less likely than one in 2^40.
const UNLIKELY: f64 = 1.0 / (1_u64 << 40) as f64;
/// No silence needs more hours than this to become unlikely, or it never does.
const FAR: i64 = 14 * 24;
/// So many gaps of one sort are told, the longest.
const MOST: usize = 3;

/// The hours in which something was recorded, one bit each, by day.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Hours(BTreeMap<i64, u32>);

/// A span of hours: the first silent one, and the first after it.
type Silence = (i64, i64);

impl Hours {
    pub(super) fn see(&mut self, hour: i64) {
        *self.0.entry(hour.div_euclid(24)).or_default() |= 1 << hour.rem_euclid(24);
    }

    pub(super) fn merge(&mut self, other: Self) {
        for (day, hours) in other.0 {
            *self.0.entry(day).or_default() |= hours;
        }
    }

    pub(super) fn days(&self) -> usize {
        self.0.len()
    }

    /// The first active hour and the last one.
    pub(super) fn span(&self) -> Option<(i64, i64)> {
        let (first, early) = self.0.first_key_value()?;
        let (last, late) = self.0.last_key_value()?;
        let first = first * 24 + i64::from(early.trailing_zeros());
        Some((first, last * 24 + 31 - i64::from(late.leading_zeros())))
    }

    /// The first active hour from this one on.
    pub(super) fn next(&self, hour: i64) -> Option<i64> {
        let day = hour.div_euclid(24);
        let today = self.0.get(&day).map_or(0, |bits| bits & (u32::MAX << hour.rem_euclid(24)));
        if today != 0 {
            return Some(day * 24 + i64::from(today.trailing_zeros()));
        }
        let (day, bits) = self.0.range(day + 1..).next()?;
        Some(day * 24 + i64::from(bits.trailing_zeros()))
    }

    /// Silences up to `end` that are not like the other days, oldest first.
    fn silences(&self, end: i64) -> Vec<Silence> {
        let Some(usual) = Usual::of(self) else { return Vec::new() };
        let mut found = Vec::new();
        let mut hour = usual.first;
        while let Some(active) = self.next(hour) {
            if usual.is_gap(hour, active) {
                found.push((hour, active));
            }
            hour = active + 1;
        }
        if usual.is_gap(hour, end + 1) {
            found.push((hour, end + 1));
        }
        found
    }
}

/// How often something happens in an hour of the day, on working days and at weekends.
struct Usual {
    first: i64,
    /// All hours, and the silent ones.
    hours: i64,
    silent: i64,
    /// Active days and days, by hour.
    rates: [[(u32, u32); 24]; 2],
    nearly_always: bool,
}

impl Usual {
    /// `None` where too little is known, or too much.
    fn of(hours: &Hours) -> Option<Self> {
        let (first, last) = hours.span()?;
        if !(SETTLED_DAYS * 24..MOST_DAYS * 24).contains(&(last - first)) {
            return None;
        }
        let mut rates = [[(0, 0); 24]; 2];
        let mut active = 0;
        for hour in first..=last {
            let bits = hours.0.get(&hour.div_euclid(24)).copied().unwrap_or(0);
            let is_active = bits >> hour.rem_euclid(24) & 1;
            let (seen, days) = &mut rates[is_weekend(hour)][hour.rem_euclid(24) as usize];
            *seen += is_active;
            *days += 1;
            active += i64::from(is_active);
        }
        let hours = last - first + 1;
        let nearly_always = active * 20 >= hours * NEARLY_ALWAYS;
        Some(Self { first, hours, silent: hours - active, rates, nearly_always })
    }

    /// Whether silence in these hours is not like the other days.
    fn is_gap(&self, from: i64, until: i64) -> bool {
        if self.nearly_always {
            // Among the other hours, so many are silent; these may lie behind all that was seen.
            let length = until - from;
            let others = (self.silent - length).max(0) + 1;
            let rate = others as f64 / (self.hours + 1) as f64;
            let expected = (0..length.min(64)).fold(self.hours as f64, |left, _| left * rate);
            return length > 1 && expected < BY_CHANCE;
        }
        let mut chance = 1.0;
        for hour in from..until.min(from + FAR) {
            let (seen, days) = self.rates[is_weekend(hour)][hour.rem_euclid(24) as usize];
            chance *= 1.0 - f64::from(seen) / f64::from(days + 1);
        }
        chance < UNLIKELY
    }
}

/// 0 for a working day, 1 for a day of the weekend; day 0 was a Thursday.
fn is_weekend(hour: i64) -> usize {
    usize::from(matches!((hour.div_euclid(24) + 3).rem_euclid(7), 5 | 6))
}

/// Gaps of everything at once, then of accounts, then of regions that are nearly always busy; what
/// a larger gap explains is not told again.
pub(super) fn told(gaps: &Gaps) -> Vec<Gap> {
    let mut all = Hours::default();
    let mut accounts: BTreeMap<AccountId, Hours> = BTreeMap::new();
    for ((account, _), place) in &gaps.places {
        all.merge(place.hours.clone());
        accounts.entry(*account).or_default().merge(place.hours.clone());
    }
    let Some((_, end)) = all.span() else { return Vec::new() };
    let mut told = Vec::new();
    let everywhere = all.silences(end);
    let mut known = everywhere.clone();
    say(&mut told, "of any account", &everywhere, &[]);
    let mut by_account: BTreeMap<AccountId, Vec<Silence>> = BTreeMap::new();
    for (account, hours) in &accounts {
        let own = beyond(hours.silences(end), &known);
        say(&mut told, &format!("of account {account}"), &own, &[*account]);
        by_account.insert(*account, own);
    }
    for ((account, region), place) in &gaps.places {
        known.truncate(everywhere.len());
        known.extend(by_account.get(account).into_iter().flatten());
        if Usual::of(&place.hours).is_some_and(|usual| usual.nearly_always) {
            let own = beyond(place.hours.silences(end), &known);
            say(&mut told, &format!("of account {account} in {region}"), &own, &[*account]);
        }
    }
    told
}

/// Silences that no known one overlaps.
fn beyond(silences: Vec<Silence>, known: &[Silence]) -> Vec<Silence> {
    let overlaps = |one: &Silence| known.iter().any(|other| one.0 < other.1 && other.0 < one.1);
    silences.into_iter().filter(|silence| !overlaps(silence)).collect()
}

/// One sentence for each of the longest.
fn say(told: &mut Vec<Gap>, of: &str, silences: &[Silence], accounts: &[AccountId]) {
    let mut longest = silences.to_vec();
    longest.sort_by_key(|(from, until)| (from - until, *from));
    let further = longest.len().saturating_sub(MOST);
    longest.truncate(MOST);
    for (index, (from, until)) in longest.iter().enumerate() {
        let (begin, end) = (Time::from_seconds(from * 3_600), Time::from_seconds(until * 3_600));
        let more = match further {
            0 => String::new(),
            _ if index + 1 < MOST => String::new(),
            _ => format!("; {further} shorter gaps besides"),
        };
        let text = format!(
            "no event {of} from {} to {} UTC ({}), unlike the other days: records may be missing{more}",
            words::moment(begin),
            words::moment(end),
            words::duration((until - from) * 3_600),
        );
        told.push(Gap::during(text, accounts.to_vec(), begin, end));
    }
}
