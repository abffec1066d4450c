//! The values of all dimensions and the days on which each was seen.

use serde::{Deserialize, Serialize};
use thin_vec::{ThinVec, thin_vec};

use crate::code::{Code, ROOM};
use crate::days::{Day, Days};

/// What is known of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The value's code.
    pub code: Code,
    /// The day on which it was seen first, however long ago.
    pub born: Day,
    /// The days on which it was seen.
    pub days: Days,
}

/// Values in the order of their codes, in columns: a value seen within the last month takes sixteen
/// bytes, one seen over four months twenty-eight.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(try_from = "Columns")]
pub(crate) struct Table {
    rows: ThinVec<Row>,
    /// The days of each value, counted back from its newest one, in `width` bytes.
    seen: ThinVec<u8>,
    width: u8,
}

/// A value, and its first and newest day in days since 1970; the last of days is in the year 2149.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Row {
    /// The number of the code in bytes, because as a number it would have to stand at every eighth.
    code: [u8; 8],
    born: u16,
    newest: u16,
}

/// A table as a snapshot has it, before anybody looked whether it holds together.
#[derive(Deserialize)]
struct Columns {
    rows: ThinVec<Row>,
    seen: ThinVec<u8>,
    width: u8,
}

impl TryFrom<Columns> for Table {
    type Error = &'static str;

    fn try_from(Columns { rows, seen, width }: Columns) -> Result<Self, Self::Error> {
        let fits = width <= 16 && seen.len() == rows.len() * usize::from(width);
        let ordered = rows.is_sorted_by(|one, next| one.code() < next.code());
        if fits && ordered {
            Ok(Self { rows, seen, width })
        } else {
            Err("columns that do not fit")
        }
    }
}

impl Row {
    const fn code(&self) -> Code {
        Code::of_number(u64::from_be_bytes(self.code))
    }
}

impl Table {
    /// Values seen on this many days are never dropped for lack of room.
    const KEPT: u32 = 7;
    /// Room for so many further values is made at a time: tables grow slowly.
    const GROWTH: usize = 4;

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Where the values of a dimension stand.
    pub(crate) fn range(&self, dimension: u8) -> std::ops::Range<usize> {
        let begin = self.rows.partition_point(|row| row.code().dimension() < dimension);
        let length = self.rows[begin..].partition_point(|row| row.code().dimension() == dimension);
        begin..begin + length
    }

    /// Where a value stands, or where it would.
    pub(crate) fn find(&self, code: Code) -> Result<usize, usize> {
        self.rows.binary_search_by_key(&code, Row::code)
    }

    /// What is known of the value at an index.
    pub(crate) fn entry(&self, index: usize) -> Entry {
        let row = &self.rows[index];
        let width = usize::from(self.width);
        let mut bits = [0; 16];
        bits[..width].copy_from_slice(&self.seen[index * width..][..width]);
        let days = Days::of_bits(Day::from(row.newest), u128::from_le_bytes(bits));
        Entry { code: row.code(), born: Day::from(row.born), days }
    }

    /// Whether the value at an index was seen on a day.
    pub(crate) fn saw_on(&self, index: usize, day: Day) -> bool {
        // Nearly always it is asked of the newest day.
        Day::from(self.rows[index].newest) == day || self.entry(index).days.holds(day)
    }

    /// What is known of all values, in the order of their codes.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Entry> {
        (0..self.len()).map(|index| self.entry(index))
    }

    /// Adds what is known of a value; true when it was not there.
    pub(crate) fn add(&mut self, entry: Entry) -> bool {
        match self.find(entry.code) {
            Ok(index) => {
                let mut known = self.entry(index);
                let before = known;
                known.born = known.born.min(entry.born);
                known.days.merge(entry.days);
                if known != before {
                    self.set(index, known);
                }
                false
            }
            Err(index) => {
                self.insert(index, entry);
                true
            }
        }
    }

    fn insert(&mut self, index: usize, entry: Entry) {
        let width = usize::from(self.width);
        if self.rows.len() == self.rows.capacity() {
            self.rows.reserve_exact(Self::GROWTH);
            self.seen.reserve_exact(Self::GROWTH * width);
        }
        let code = entry.code.number().to_be_bytes();
        self.rows.insert(index, Row { code, born: 0, newest: 0 });
        let at = index * width;
        self.seen.splice(at..at, std::iter::repeat_n(0, width));
        self.set(index, entry);
    }

    fn set(&mut self, index: usize, entry: Entry) {
        let bits = entry.days.bits();
        self.widen((16 - bits.leading_zeros() / 8) as u8);
        let width = usize::from(self.width);
        let day = |day: Day| day.clamp(0, Day::from(u16::MAX)) as u16;
        let row = &mut self.rows[index];
        (row.born, row.newest) = (day(entry.born), day(entry.days.newest()));
        self.seen[index * width..][..width].copy_from_slice(&bits.to_le_bytes()[..width]);
    }

    fn widen(&mut self, width: u8) {
        if width <= self.width {
            return;
        }
        let (old, new) = (usize::from(self.width), usize::from(width));
        let mut seen = thin_vec![0; self.len() * new];
        for index in 0..self.len() {
            seen[index * new..][..old].copy_from_slice(&self.seen[index * old..][..old]);
        }
        self.seen = seen;
        self.width = width;
    }

    /// Drops values of each dimension until it has at most its room: first those not seen for
    /// longest, among these the rarest. Values of [`Table::KEPT`] days stay, even if there are then
    /// too many. Tells how many were dropped.
    pub(crate) fn bound(&mut self) -> usize {
        let mut drop: Vec<usize> = Vec::new();
        for (dimension, room) in ROOM.into_iter().enumerate() {
            let range = self.range(dimension as u8);
            let Some(excess) = range.len().checked_sub(room).filter(|excess| *excess > 0) else {
                continue;
            };
            let mut weakest: Vec<(Day, u32, usize)> = range
                .map(|index| (self.entry(index).days, index))
                .filter(|(days, _)| days.count() < Self::KEPT)
                .map(|(days, index)| (days.newest(), days.count(), index))
                .collect();
            weakest.sort_unstable();
            drop.extend(weakest.into_iter().take(excess).map(|(.., index)| index));
        }
        if drop.is_empty() {
            return 0;
        }
        drop.sort_unstable();
        let stays: Vec<Entry> = (0..self.len())
            .filter(|index| drop.binary_search(index).is_err())
            .map(|index| self.entry(index))
            .collect();
        *self = stays.into_iter().collect();
        drop.len()
    }

    /// Gives back the room that is not used.
    pub(crate) fn shrink(&mut self) {
        self.rows.shrink_to_fit();
        self.seen.shrink_to_fit();
    }
}

/// From entries in the order of their codes.
impl FromIterator<Entry> for Table {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        let mut table = Self::default();
        for entry in entries {
            table.insert(table.len(), entry);
        }
        table
    }
}

/// How wide the columns are is no difference.
impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        self.entries().eq(other.entries())
    }
}

impl Eq for Table {}

#[cfg(test)]
mod tests {
    use super::{Entry, Table};
    use crate::code::{Dimension, Places, TimeBins};
    use crate::days::{Day, Days};

    fn see(table: &mut Table, bin: u8, day: Day) {
        table.add(Entry { code: TimeBins::code(&bin), born: day, days: Days::one(day) });
    }

    #[test]
    fn the_weakest_values_make_room_and_the_well_supported_stay() {
        let mut table = Table::default();
        // Three more than there is room for: a habit, once long ago, once lately.
        for day in 0..7 {
            see(&mut table, 200, day);
        }
        see(&mut table, 201, 3);
        see(&mut table, 202, 90);
        for bin in 0..47 {
            see(&mut table, bin, 50);
        }
        assert_eq!(table.bound(), 2);
        let has = |table: &Table, bin: u8| table.find(TimeBins::code(&bin)).is_ok();
        assert!(has(&table, 200) && has(&table, 202) && !has(&table, 201));
        assert_eq!((table.len(), table.range(TimeBins::NUMBER).len()), (48, 48));
        assert!(table.range(Places::NUMBER).is_empty());
        assert_eq!(table.bound(), 0);
    }

    #[test]
    fn columns_widen_with_the_days_they_hold() {
        let mut table = Table::default();
        for day in [0, 5, 40, 127, 300] {
            see(&mut table, 1, day);
            see(&mut table, 2, 0);
        }
        let entry = |bin: u8| table.entry(table.find(TimeBins::code(&bin)).unwrap());
        assert_eq!((entry(1).born, entry(1).days.newest(), entry(1).days.count()), (0, 300, 1));
        assert_eq!((entry(2).days.newest(), entry(2).days.count()), (0, 1));
        let mut narrow = Table::default();
        see(&mut narrow, 2, 0);
        see(&mut narrow, 1, 300);
        let index = narrow.find(TimeBins::code(&1)).unwrap();
        narrow.set(index, entry(1));
        assert_eq!(narrow, table);
    }
}
