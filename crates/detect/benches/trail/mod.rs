//! The decoded days of a generated organisation, and their judgement shard by shard as `keyhound` does it.

use cloudtrail::Event;
use cloudtrail::decode::Decoder;
use detect::{Completed, Judge, News, Outputs, Settings, Shard};
use divan::black_box;
use intel::address::AddressBook;
use intel::thief::Thief;
use profile::Crowds;
use range::{Parameters, World};

/// Shards that principals are spread over.
const SHARDS: usize = 256;

/// For each day the events of each shard, in order of time.
pub(crate) struct Trail {
    pub(crate) days: Vec<Vec<Vec<Event>>>,
}

impl Trail {
    /// The first days of the organisation of `cargo xtask bench`.
    pub(crate) fn of_days(count: usize) -> Self {
        let mut parameters = Parameters::shipped("bench").unwrap_or_else(|error| panic!("{error}"));
        parameters.time.days = 30;
        let world = World::generate(&parameters, 1).unwrap_or_else(|error| panic!("{error}"));
        let mut decoder = Decoder::default();
        let mut days: Vec<Vec<Vec<Event>>> = Vec::new();
        let mut today = None;
        for record in world.records() {
            let json = record.unwrap_or_else(|error| panic!("{error}")).json;
            let mut events = Vec::with_capacity(1);
            decoder.decode(json.as_bytes(), &mut |event| events.push(event));
            for event in events {
                if today != Some(event.time.day()) {
                    today = Some(event.time.day());
                    if days.len() == count {
                        return Self { days };
                    }
                    days.push(vec![Vec::new(); SHARDS]);
                }
                let shard = usize::from(Shard::of(&event));
                if let Some(day) = days.last_mut() {
                    day[shard].push(event);
                }
            }
        }
        Self { days }
    }
}

/// All shards and crowds.
pub(crate) struct Organisation {
    settings: Settings,
    pub(crate) shards: Vec<Shard>,
    crowds: Crowds,
    completed: Completed,
    news: Vec<News>,
}

impl Default for Organisation {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            shards: std::iter::repeat_with(Shard::default).take(SHARDS).collect(),
            crowds: Crowds::default(),
            news: Vec::new(),
            completed: Completed::new(),
        }
    }
}

impl Organisation {
    /// Judges a day, on one thread: the crowds hear yesterday's news, then each shard has its events.
    pub(crate) fn judge(&mut self, day: &[Vec<Event>], book: &AddressBook) {
        let first = day.iter().flatten().next();
        let Some(date) = first.map(|event| event.time.day() as profile::Day) else { return };
        self.crowds.first.get_or_insert(date);
        for news in self.news.drain(..) {
            self.crowds.hear(&news.kind, &news.group, &news.fresh);
        }
        let judge = Judge {
            book,
            thief: Thief::shipped(),
            settings: &self.settings,
            crowds: &self.crowds,
            completed: &self.completed,
        };
        for (shard, events) in self.shards.iter_mut().zip(day) {
            let mut outputs = Outputs::default();
            shard.run(&judge, events, false, &mut outputs);
            self.news.append(&mut outputs.news);
            // What is told, incidents are made of: not this crate's cost.
            drop(black_box(outputs));
        }
        self.crowds.accounts.extend(day.iter().flatten().filter_map(|event| event.account));
    }
}
