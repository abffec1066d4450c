//! The values of one dimension and the days on which each was seen.

use crate::days::{Day, Days};

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<V> {
    /// The value.
    pub value: V,
    /// The day on which it was seen first, however long ago.
    pub born: Day,
    /// The days on which it was seen.
    pub days: Days,
}

/// Values in ascending order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table<V> {
    entries: Vec<Entry<V>>,
}

impl<V> Default for Table<V> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<V: Ord + Clone> Table<V> {
    /// Values seen on this many days are never dropped for lack of room.
    pub const KEPT: u32 = 7;

    /// Notes that a value was seen on a day; true when the table did not have it.
    pub fn see(&mut self, value: &V, day: Day) -> bool {
        match self.find(value) {
            Ok(index) => {
                let entry = &mut self.entries[index];
                entry.born = entry.born.min(day);
                entry.days.add(day);
                false
            }
            Err(index) => {
                let entry = Entry { value: value.clone(), born: day, days: Days::one(day) };
                self.entries.insert(index, entry);
                true
            }
        }
    }

    /// What is known of a value.
    pub fn get(&self, value: &V) -> Option<&Entry<V>> {
        self.find(value).ok().map(|index| &self.entries[index])
    }

    /// All values in ascending order.
    pub fn entries(&self) -> &[Entry<V>] {
        &self.entries
    }

    /// How many values there are.
    pub fn distinct(&self) -> usize {
        self.entries.len()
    }

    /// The sum of all weights, in 256ths of a day.
    pub fn weight(&self, today: Day, half_life: u32) -> u32 {
        self.entries.iter().map(|entry| entry.days.weight(today, half_life)).sum()
    }

    /// On how many days a value appeared that the table did not have before. The day `first`, on
    /// which everything was new, does not count.
    pub fn novelty_days(&self, first: Day) -> u32 {
        let mut births: Vec<Day> =
            self.entries.iter().map(|entry| entry.born).filter(|born| *born > first).collect();
        births.sort_unstable();
        births.dedup();
        births.len() as u32
    }

    /// The values from the most to the least seen, for telling what is usual.
    pub fn most_seen(&self) -> Vec<&Entry<V>> {
        let mut entries: Vec<&Entry<V>> = self.entries.iter().collect();
        entries.sort_by(|a, b| {
            b.days.count().cmp(&a.days.count()).then_with(|| a.value.cmp(&b.value))
        });
        entries
    }

    /// Adds everything that another table has seen; `fresh` is told of the values that were new.
    pub fn merge(&mut self, other: &Self, mut fresh: impl FnMut(&V)) {
        for entry in &other.entries {
            match self.find(&entry.value) {
                Ok(index) => {
                    let own = &mut self.entries[index];
                    own.born = own.born.min(entry.born);
                    own.days.merge(entry.days);
                }
                Err(index) => {
                    fresh(&entry.value);
                    self.entries.insert(index, entry.clone());
                }
            }
        }
    }

    /// Drops values until at most `room` are left: first those not seen for longest, among these
    /// the rarest. Values of [`Table::KEPT`] days stay, even if the table is then too large.
    pub fn bound(&mut self, room: usize) {
        if self.entries.len() <= room {
            return;
        }
        let mut weakest: Vec<(Day, u32, usize)> = self
            .entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| entry.days.count() < Self::KEPT)
            .map(|(index, entry)| (entry.days.newest(), entry.days.count(), index))
            .collect();
        weakest.sort_unstable();
        weakest.truncate(self.entries.len() - room);
        let mut drop: Vec<usize> = weakest.into_iter().map(|(.., index)| index).collect();
        drop.sort_unstable();
        let mut index = 0;
        self.entries.retain(|_| {
            let stays = drop.binary_search(&index).is_err();
            index += 1;
            stays
        });
    }

    fn find(&self, value: &V) -> Result<usize, usize> {
        self.entries.binary_search_by(|entry| entry.value.cmp(value))
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn the_weakest_values_make_room_and_the_well_supported_stay() {
        let mut table = Table::default();
        for day in 0..7 {
            table.see(&"old habit", day);
        }
        table.see(&"once, long ago", 3);
        table.see(&"recent", 90);
        table.bound(2);
        let left: Vec<_> = table.entries().iter().map(|entry| entry.value).collect();
        assert_eq!(left, ["old habit", "recent"]);
        table.bound(0);
        assert_eq!(table.distinct(), 1);
    }

    #[test]
    fn the_first_day_is_no_novelty() {
        let mut table = Table::default();
        for (value, day) in [("a", 5), ("b", 5), ("c", 9), ("d", 9), ("e", 12)] {
            table.see(&value, day);
        }
        assert_eq!(table.novelty_days(5), 2);
    }
}
