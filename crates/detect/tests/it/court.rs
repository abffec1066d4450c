//! The judge as the engine drives it, and what it tells in a form that tests can compare.

use std::collections::BTreeMap;

use cloudtrail::Event;
use detect::{Completed, Judge, Key, Lens, News, Outputs, Report, Settings, Shard, What};
use intel::address::AddressBook;
use intel::thief::Thief;
use profile::Crowds;

/// The judge with what a user may have told it.
pub(crate) struct Court {
    pub(crate) settings: Settings,
    pub(crate) book: AddressBook,
    pub(crate) completed: Completed,
}

impl Default for Court {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            book: AddressBook::new(),
            completed: Completed::new(),
        }
    }
}

impl Court {
    /// Judges events in one shard, the crowds advancing once a day as in the engine.
    pub(crate) fn judge(&self, events: &[Event]) -> (Shard, Outputs) {
        let mut shards = [Shard::default()];
        let outputs = self.judge_in(&mut shards, events, |_| 0);
        let [shard] = shards;
        (shard, outputs)
    }

    /// Judges events in several shards; `shard_of` says which event goes where.
    pub(crate) fn judge_in(
        &self,
        shards: &mut [Shard],
        events: &[Event],
        shard_of: impl Fn(&Event) -> usize,
    ) -> Outputs {
        let mut crowds = Crowds::default();
        let mut all = Outputs::default();
        let mut lens = Lens::default();
        for day in events.chunk_by(|one, next| one.time.day() == next.time.day()) {
            crowds.begin(day[0].time.day() as profile::Day);
            let judge = Judge {
                book: &self.book,
                thief: Thief::shipped(),
                settings: &self.settings,
                crowds: &crowds,
                completed: &self.completed,
            };
            let mut outputs = Outputs::default();
            for (index, shard) in shards.iter_mut().enumerate() {
                let own = day.iter().filter(|event| shard_of(event) == index);
                shard.run(&judge, &mut lens, own, false, &mut outputs);
            }
            News::tell_all(outputs.news.iter().cloned(), &mut crowds);
            crowds.accounts.extend(day.iter().filter_map(|event| event.account));
            outputs.told.sort_by(|a, b| (a.time, &a.event_id).cmp(&(b.time, &b.event_id)));
            all.told.append(&mut outputs.told);
            all.news.append(&mut outputs.news);
        }
        all
    }
}

/// Every episode as it was told last, by (principal, number).
pub(crate) fn reports(outputs: &Outputs) -> BTreeMap<(String, u32), Report> {
    let mut reports = BTreeMap::new();
    for told in &outputs.told {
        if let What::Episode(report) = &told.what {
            reports.insert((report.id.principal.to_string(), report.id.number), (**report).clone());
        }
    }
    reports
}

/// The signals that were seen, each once, sorted.
pub(crate) fn signals(outputs: &Outputs) -> Vec<&'static str> {
    let mut seen: Vec<&'static str> = Vec::new();
    for told in &outputs.told {
        match &told.what {
            What::Episode(report) => {
                for (key, _) in report.evidence.items() {
                    if let Key::Signal(id) = key {
                        seen.push(id);
                    }
                }
            }
            What::Notice(notice) => seen.push(notice.signal),
            _ => {}
        }
    }
    seen.sort_unstable();
    seen.dedup();
    seen
}
