//! The books: what became of every file and every record.

use cloudtrail::Time;
use cloudtrail::decode::Report;

/// What became of the files and records of a run. They balance at every moment: see
/// [`Books::balances`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Books {
    /// Files found.
    pub found: u64,
    /// Files read, in full or in part, that hold records or an empty list of them.
    pub files: u64,
    /// Digest files, by their place, name or content.
    pub digests: u64,
    /// Insight files, by their place or name.
    pub insights: u64,
    /// Aggregated files, by their place or name.
    pub aggregates: u64,
    /// Files in which nothing of CloudTrail was found, empty ones included.
    pub foreign: u64,
    /// Files that could not be opened.
    pub unread: u64,
    /// Files that hold nothing after the beginning of the period asked for.
    pub left_out: u64,
    /// Files not yet read.
    pub waiting: u64,
    /// Records met.
    pub read: u64,
    /// Records handed over or about to be, late ones included.
    pub accepted: u64,
    /// Records that were there already.
    pub duplicate: u64,
    /// Records left out: derived ones, and those that the caller does not want.
    pub skipped: u64,
    /// Records that could not be read.
    pub malformed: u64,
    /// Accepted records from before the moment that reading began after.
    pub late: u64,
    /// Files that were delivered more than a day after everything in them.
    pub overdue: u64,
    /// Files that hold records from after their delivery, by more than a day.
    pub ahead: u64,
    /// Records that waited for their turn on disk; repeats count once for each time they came.
    pub on_disk: u64,
    /// The size of what was written there, in bytes.
    pub bytes_on_disk: u64,
    /// Bytes read, as stored.
    pub bytes_packed: u64,
    /// Bytes of text, after decompression.
    pub bytes_text: u64,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read so far, as stored. Files that are measured first count twice.
    pub bytes: u64,
    /// Bytes that will have been read at the end.
    pub total_bytes: u64,
    /// Records met so far.
    pub records: u64,
}

impl Books {
    /// CloudTrail delivers within minutes; later than this is told of.
    const OVERDUE_HOURS: i64 = 24;
    /// Who cuts files anew may name them by their beginning.
    const AHEAD_HOURS: i64 = 24;

    /// Notes when a file was delivered, and of when the last record in it is, where both are known.
    pub(crate) fn date(&mut self, delivered: Option<Time>, latest: Time) {
        let Some(delivered) = delivered.filter(|_| latest > Time::MIN && latest < Time::MAX) else {
            return;
        };
        self.overdue += u64::from(delivered > latest.plus_hours(Self::OVERDUE_HOURS));
        self.ahead += u64::from(latest > delivered.plus_hours(Self::AHEAD_HOURS));
    }

    /// Whether every file and every record is accounted for exactly once.
    pub fn balances(&self) -> bool {
        let records = self.accepted + self.duplicate + self.skipped + self.malformed;
        let files = self.files
            + self.digests
            + self.insights
            + self.aggregates
            + self.foreign
            + self.unread
            + self.left_out
            + self.waiting;
        self.read == records && self.found == files && self.late <= self.accepted
    }

    /// Enters the report on one file that was waiting, of so many bytes, of whose records the
    /// caller did not want some.
    pub(crate) fn enter(&mut self, report: &Report, bytes: u64, unwanted: u64) {
        self.waiting -= 1;
        if report.digest && report.read == 0 {
            self.digests += 1;
        } else if report.recognised || report.read > 0 {
            self.files += 1;
        } else {
            self.foreign += 1;
        }
        self.read += report.read;
        self.accepted += report.accepted - unwanted;
        self.skipped += report.skipped + unwanted;
        self.malformed += report.malformed;
        self.bytes_packed += bytes;
        self.bytes_text += report.bytes;
    }
}

#[cfg(test)]
mod tests {
    use cloudtrail::Time;

    use super::Books;

    #[test]
    fn files_that_came_late_or_from_the_future_are_counted() {
        let time = |text: &str| text.parse::<Time>().unwrap();
        let delivered = Some(time("2026-11-20T12:05:00Z"));
        for (delivered, latest, overdue, ahead) in [
            (delivered, "2026-11-20T12:00:00Z", 0, 0),
            (delivered, "2026-11-21T12:04:59Z", 0, 0),
            (delivered, "2026-11-21T12:06:00Z", 0, 1),
            (delivered, "2026-11-19T12:04:59Z", 1, 0),
            (None, "2020-01-01T00:00:00Z", 0, 0),
        ] {
            let mut books = Books::default();
            books.date(delivered, time(latest));
            assert_eq!((books.overdue, books.ahead), (overdue, ahead), "{latest}");
        }
        let mut books = Books::default();
        books.date(delivered, Time::MIN);
        books.date(delivered, Time::MAX);
        assert_eq!(books, Books::default());
    }
}
