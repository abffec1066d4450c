//! The decoded days of a generated organisation, and their judgement shard by shard as `keyhound` does it.

use cloudtrail::decode::Decoder;
use cloudtrail::{Event, Time};
use detect::{Completed, Judge, Lens, News, Outputs, Settings, Shard};
use divan::black_box;
use intel::address::AddressBook;
use intel::thief::Thief;
use profile::Crowds;
use range::{Parameters, World};

/// Shards that principals are spread over.
const SHARDS: usize = 256;

/// The events of each shard on one day, in order of time.
pub(crate) type DayOfShards = Vec<Vec<Event>>;

/// Gives the first days of the organisation with these parameters, one after the other.
pub(crate) fn days(parameters: &str, count: usize, mut each: impl FnMut(DayOfShards)) {
    let mut parameters = Parameters::shipped(parameters).unwrap_or_else(|error| panic!("{error}"));
    parameters.time.days = parameters.time.days.max(30);
    let world = World::generate(&parameters, 1).unwrap_or_else(|error| panic!("{error}"));
    let mut decoder = Decoder::default();
    let (mut today, mut seen) = (None, 0);
    let mut day = vec![Vec::new(); SHARDS];
    for record in world.records() {
        let json = record.unwrap_or_else(|error| panic!("{error}")).json;
        let mut events = Vec::with_capacity(1);
        decoder.decode(json.as_bytes(), &mut |event| events.push(event));
        for event in events {
            if today.replace(event.time.day()).is_some_and(|today| today != event.time.day()) {
                each(std::mem::replace(&mut day, vec![Vec::new(); SHARDS]));
                seen += 1;
            }
            if seen == count {
                return;
            }
            day[usize::from(Shard::of(&event))].push(event);
        }
    }
}

/// All shards and crowds.
pub(crate) struct Organisation {
    settings: Settings,
    pub(crate) shards: Vec<Shard>,
    crowds: Crowds,
    completed: Completed,
    news: Vec<News>,
    lens: Lens,
}

impl Default for Organisation {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            shards: std::iter::repeat_with(Shard::default).take(SHARDS).collect(),
            crowds: Crowds::default(),
            news: Vec::new(),
            completed: Completed::new(),
            lens: Lens::default(),
        }
    }
}

impl Organisation {
    /// Puts away what idle principals do not need from an hour since 1970 on.
    pub(crate) fn rest(&mut self, hour: i64) {
        for shard in &mut self.shards {
            shard.rest(Time::from_seconds(hour * 3_600), &self.settings.weights);
        }
    }

    /// Judges a day, on one thread: the crowds hear yesterday's news, then each shard has its events.
    pub(crate) fn judge(&mut self, day: &[Vec<Event>], book: &AddressBook) {
        let first = day.iter().flatten().next();
        let Some(date) = first.map(|event| event.time.day() as profile::Day) else { return };
        self.rest(i64::from(date) * 24);
        self.crowds.first.get_or_insert(date);
        News::tell_all(self.news.drain(..), &mut self.crowds);
        let judge = Judge {
            book,
            thief: Thief::shipped(),
            settings: &self.settings,
            crowds: &self.crowds,
            completed: &self.completed,
        };
        for (shard, events) in self.shards.iter_mut().zip(day) {
            let mut outputs = Outputs::default();
            shard.run(&judge, &mut self.lens, events, false, &mut outputs);
            self.news.append(&mut outputs.news);
            // What is told, incidents are made of: not this crate's cost.
            drop(black_box(outputs));
        }
        self.crowds.accounts.extend(day.iter().flatten().filter_map(|event| event.account));
    }
}
