//! The profile of one principal, and how it learns.

use std::marker::PhantomData;

use cloudtrail::{AccountId, Outcome};
use intel::action::ResourceClass;
use serde::{Deserialize, Serialize};
use thin_vec::ThinVec;

use crate::code::{
    Accounts, Actions, Classes, Clients, Code, Dimension, Legible, Places, Platforms, Prefixes,
    Regions, Rules, Systems, TimeBins,
};
use crate::days::{Day, Days};
use crate::names::Names;
use crate::network::Network;
use crate::table::{Entry, Table};
use crate::volume::{Taken, Volume};

/// What one event shows of its principal.
#[derive(Debug, Clone, Copy)]
pub struct Sighting<'a> {
    /// The day.
    pub day: Day,
    /// Hour of the day, 0–23, and 24–47 for weekends.
    pub time_bin: u8,
    /// Where from.
    pub network: &'a Network,
    /// The client family.
    pub client: &'a str,
    /// What the client runs on: an operating system, a runtime, the console.
    pub platform: &'a str,
    /// Where in AWS.
    pub region: &'a str,
    /// In which account.
    pub account: Option<AccountId>,
    /// What, as `service:Name`.
    pub action: &'a str,
    /// What kind of resource it touches, where that is known.
    pub class: Option<ResourceClass>,
    /// How it ended.
    pub outcome: Outcome,
}

/// What a principal showed on one day or in a part of it, until it is learned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    day: Day,
    codes: ThinVec<Code>,
    names: Names,
    calls: u32,
    refusals: u32,
    taken: Taken,
}

/// What is normal for one principal.
///
/// Merging two profiles is exact, associative and commutative; only [`Profile::bound`] forgets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The days on which it was active.
    pub days: Option<Days>,
    /// The first of them, however long ago.
    pub first: Option<Day>,
    table: Table,
    names: Names,
    /// Distinct (hour, action) pairs, and how many of them were refused.
    pub calls: u32,
    /// The refused ones among [`Profile::calls`].
    pub refusals: u32,
    /// How much it takes at a time; `None` where it never took anything.
    volume: Option<Box<Volume>>,
}

/// The values of one dimension.
#[derive(Debug, Clone, Copy)]
pub struct Values<'a, D> {
    profile: &'a Profile,
    dimension: PhantomData<D>,
}

/// Dimensions whose new values the crowds hear of.
const HEARD: [u8; 6] = [
    Systems::NUMBER,
    Clients::NUMBER,
    Regions::NUMBER,
    Actions::NUMBER,
    Rules::NUMBER,
    Classes::NUMBER,
];

/// What a profile had not seen before it learned: the news that its crowds hear.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fresh {
    /// Whether the principal itself is new.
    pub principal: bool,
    /// Active days that are new.
    pub days: u32,
    /// Days of those on which a system, client or region was new to a settled principal.
    pub system_days: u32,
    /// Likewise for clients.
    pub client_days: u32,
    /// Likewise for regions.
    pub region_days: u32,
    /// New systems, client families, regions, actions and rules of the user's.
    pub codes: Vec<Code>,
}

impl Sighting<'_> {
    /// The values that it shows, with the texts of those that need one.
    fn values(&self) -> impl Iterator<Item = (Code, Option<&str>)> {
        fn value<D: Dimension>(value: &D::Value) -> (Code, Option<&str>) {
            (D::code(value), D::name(value))
        }
        [
            value::<Prefixes>(&self.network.prefix),
            value::<Systems>(&self.network.system),
            value::<Places>(&self.network.place),
            value::<Clients>(self.client),
            value::<Platforms>(self.platform),
            value::<Regions>(self.region),
            value::<Actions>(self.action),
            value::<TimeBins>(&self.time_bin),
        ]
        .into_iter()
        .chain(self.account.as_ref().map(|account| (Accounts::code(account), None)))
        .chain(self.class.map(|class| (Classes::code(&(class, self.outcome)), None)))
    }
}

impl Shown {
    /// Nothing yet, on this day.
    pub fn on(day: Day) -> Self {
        Self {
            day,
            codes: ThinVec::new(),
            names: Names::default(),
            calls: 0,
            refusals: 0,
            taken: Taken::default(),
        }
    }

    /// Gives back memory that is not used.
    pub fn shrink(&mut self) {
        self.codes.shrink_to_fit();
    }

    /// Notes what an event shows. What `known` has seen on this day already would teach it nothing
    /// and is passed over, which leaves next to nothing of most hours.
    pub fn note(&mut self, sighting: &Sighting<'_>, known: &Profile) {
        self.calls = self.calls.saturating_add(1);
        let refused = sighting.outcome == Outcome::Denied;
        self.refusals = self.refusals.saturating_add(u32::from(refused));
        for (code, name) in sighting.values() {
            self.add(code, name, known);
        }
    }

    /// What was taken in the ten minutes of an event, so far.
    pub const fn taken(&mut self) -> &mut Taken {
        &mut self.taken
    }

    /// Notes that a rule of the user's matched.
    pub fn note_rule(&mut self, rule: &str, known: &Profile) {
        self.add(Rules::code(rule), None, known);
    }

    fn add(&mut self, code: Code, name: Option<&str>, known: &Profile) {
        if self.codes.contains(&code) || known.saw_on(code, self.day) {
            return;
        }
        if self.codes.len() == self.codes.capacity() {
            self.codes.reserve_exact(4);
        }
        self.codes.push(code);
        if let Some(name) = name
            && known.table.find(code).is_err()
        {
            self.names.add(code, name);
        }
    }
}

impl Profile {
    /// Learns at once what one event shows.
    pub fn see(&mut self, sighting: &Sighting<'_>) {
        let mut shown = Shown::on(sighting.day);
        shown.note(sighting, self);
        self.learn(&shown);
    }

    /// Learns what the principal showed on a day. Learning the same again changes nothing but the
    /// number of calls.
    pub fn learn(&mut self, shown: &Shown) -> Fresh {
        let day = shown.day;
        self.names.merge(&shown.names);
        // What was known when it was shown may have made room since, and its text with it.
        let tellable = |code: &&Code| !code.needs_name() || self.names.get(**code).is_some();
        let entry = |code: &Code| Entry { code: *code, born: day, days: Days::one(day) };
        let entries: Vec<Entry> = shown.codes.iter().filter(tellable).map(entry).collect();
        self.take_volume(&shown.taken.volume());
        self.take(
            entries.into_iter(),
            Some(Days::one(day)),
            Some(day),
            (shown.calls, shown.refusals),
        )
    }

    fn take_volume(&mut self, volume: &Volume) {
        if volume.windows > 0 {
            self.volume.get_or_insert_default().merge(volume);
        }
    }

    /// Adds everything that another profile of the same principal has seen.
    pub fn merge(&mut self, other: &Self) -> Fresh {
        self.names.merge(&other.names);
        self.take_volume(&other.volume());
        self.take(other.table.entries(), other.days, other.first, (other.calls, other.refusals))
    }

    fn take(
        &mut self,
        entries: impl Iterator<Item = Entry>,
        days: Option<Days>,
        first: Option<Day>,
        (calls, refusals): (u32, u32),
    ) -> Fresh {
        let before = self.days;
        let mut fresh = Fresh { principal: self.first.is_none(), ..Fresh::default() };
        for entry in entries {
            if self.table.add(entry) && HEARD.contains(&entry.code.dimension()) {
                fresh.codes.push(entry.code);
            }
        }
        self.calls = self.calls.saturating_add(calls);
        self.refusals = self.refusals.saturating_add(refusals);
        if let Some(days) = days {
            self.days.get_or_insert(days).merge(days);
        }
        self.first = [self.first, first].into_iter().flatten().min();
        // The window of remembered days is full one day; new days still come.
        let newest = |days: Option<Days>| days.map(|days| days.newest());
        fresh.days = u32::from(newest(days) > newest(before));
        let novel = |dimension: u8| {
            let any = fresh.codes.iter().any(|code| code.dimension() == dimension);
            u32::from(before.is_some() && any)
        };
        let of_days = [Systems::NUMBER, Clients::NUMBER, Regions::NUMBER].map(novel);
        [fresh.system_days, fresh.client_days, fresh.region_days] = of_days;
        fresh
    }

    /// Forgets the weakest values beyond the room that each dimension has, and tells how many.
    pub fn bound(&mut self) -> usize {
        let forgotten = self.table.bound();
        if forgotten > 0 {
            let table = &self.table;
            self.names.retain(|code| table.find(code).is_ok());
        }
        forgotten
    }

    /// How many values of all dimensions it knows.
    pub fn values_known(&self) -> usize {
        self.table.len()
    }

    /// Gives back memory that is not used.
    pub fn shrink(&mut self) {
        self.table.shrink();
        self.names.shrink();
    }

    /// Whether it has been on one network, or two, for two weeks: it does not move.
    pub fn is_fixed(&self) -> bool {
        const SETTLED_DAYS: u32 = 14;
        self.active_days() >= SETTLED_DAYS && self.systems().distinct() <= 2
    }

    /// Whether it has been on one address range, or two, for two weeks: a server of its own.
    pub fn is_pinned(&self) -> bool {
        const SETTLED_DAYS: u32 = 14;
        self.active_days() >= SETTLED_DAYS && self.prefixes().distinct() <= 2
    }

    /// On how many of the last 128 days the principal was active.
    pub fn active_days(&self) -> u32 {
        self.days.map_or(0, |days| days.count())
    }

    /// The values that the crowds have heard of.
    pub fn heard(&self) -> Vec<Code> {
        let codes = self.table.entries().map(|entry| entry.code);
        codes.filter(|code| HEARD.contains(&code.dimension())).collect()
    }

    /// What is known of the value with a code.
    pub fn get(&self, code: Code) -> Option<Entry> {
        self.table.find(code).ok().map(|index| self.table.entry(index))
    }

    fn saw_on(&self, code: Code, day: Day) -> bool {
        self.table.find(code).is_ok_and(|index| self.table.saw_on(index, day))
    }

    const fn values<D: Dimension>(&self) -> Values<'_, D> {
        Values { profile: self, dimension: PhantomData }
    }

    /// Address ranges.
    pub const fn prefixes(&self) -> Values<'_, Prefixes> {
        self.values()
    }

    /// Autonomous systems.
    pub const fn systems(&self) -> Values<'_, Systems> {
        self.values()
    }

    /// Kinds of network and countries.
    pub const fn places(&self) -> Values<'_, Places> {
        self.values()
    }

    /// Client families.
    pub const fn clients(&self) -> Values<'_, Clients> {
        self.values()
    }

    /// What the clients run on.
    pub const fn platforms(&self) -> Values<'_, Platforms> {
        self.values()
    }

    /// Regions.
    pub const fn regions(&self) -> Values<'_, Regions> {
        self.values()
    }

    /// Accounts.
    pub const fn accounts(&self) -> Values<'_, Accounts> {
        self.values()
    }

    /// Actions.
    pub const fn actions(&self) -> Values<'_, Actions> {
        self.values()
    }

    /// Kinds of resource, and how the calls to them ended.
    pub const fn classes(&self) -> Values<'_, Classes> {
        self.values()
    }

    /// How much it takes at a time.
    pub fn volume(&self) -> Volume {
        self.volume.as_deref().copied().unwrap_or_default()
    }

    /// Hours of the day, weekends apart.
    pub const fn time_bins(&self) -> Values<'_, TimeBins> {
        self.values()
    }

    /// Rules of the user's that matched.
    pub const fn rules(&self) -> Values<'_, Rules> {
        self.values()
    }
}

impl<'a, D: Dimension> Values<'a, D> {
    /// What is known of a value.
    pub fn get(&self, value: &D::Value) -> Option<Entry> {
        self.profile.get(D::code(value))
    }

    /// What is known of all values, in no particular order.
    pub fn entries(&self) -> impl Iterator<Item = Entry> + use<'a, D> {
        let table = &self.profile.table;
        table.range(D::NUMBER).map(|index| table.entry(index))
    }

    /// How many values there are.
    pub fn distinct(&self) -> usize {
        self.profile.table.range(D::NUMBER).len()
    }

    /// The sum of all weights, in 256ths of a day.
    pub fn weight(&self, today: Day, half_life: u32) -> u32 {
        self.entries().map(|entry| entry.days.weight(today, half_life)).sum()
    }

    /// On how many days a value appeared that was not there before. The day `first`, on which
    /// everything was new, does not count.
    pub fn novelty_days(&self, first: Day) -> u32 {
        let mut births: Vec<Day> =
            self.entries().map(|entry| entry.born).filter(|born| *born > first).collect();
        births.sort_unstable();
        births.dedup();
        births.len() as u32
    }
}

impl<'a, D: Legible> Values<'a, D> {
    /// All values, in no particular order.
    pub fn told(&self) -> impl Iterator<Item = (D::Owned, Entry)> + use<'a, D> {
        let names = &self.profile.names;
        self.entries()
            .map(|entry| (D::value(entry.code, names.get(entry.code).unwrap_or_default()), entry))
    }

    /// The values from the most to the least seen, for telling what is usual.
    pub fn most_seen(&self) -> Vec<(D::Owned, Entry)> {
        let mut told: Vec<_> = self.told().collect();
        told.sort_by(|a, b| b.1.days.count().cmp(&a.1.days.count()).then_with(|| a.0.cmp(&b.0)));
        told
    }
}

#[cfg(test)]
mod tests;
