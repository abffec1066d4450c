//! What could not be read, and where.

use std::fmt;

/// One thing in an object that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where: bytes from the start of the object's text, after decompression.
    pub offset: u64,
    /// What.
    pub kind: ProblemKind,
}

/// The ways in which an object can be broken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The gzip data ends early or is damaged; what came before it was read.
    BrokenGzip,
    /// The data unpacks to more than the allowed multiple of its size.
    UnpacksTooFar {
        /// The allowed number of output bytes for each input byte.
        ratio: u64,
    },
    /// The text ends inside a record.
    Truncated,
    /// The text ends between two records of a list; more may have followed.
    Unfinished,
    /// A record's text is no JSON.
    BrokenJson(String),
    /// An object among the records is none.
    NotARecord,
    /// A record has no `eventTime`, or one that is no time.
    NoEventTime,
    /// A record has no `eventName`.
    NoEventName,
    /// A record is longer than the limit, in bytes.
    TooLong(u64),
    /// So much is broken that the search for further records was given up.
    TooDamaged,
    /// Bytes that are no UTF-8 were replaced; the record was still read.
    NotUtf8,
    /// The text between records belongs to none of the known forms.
    Foreign,
    /// The source failed while it was read.
    Unreadable(String),
}

impl ProblemKind {
    /// Whether a record is at fault rather than the object that holds it.
    pub(crate) fn is_of_record(&self) -> bool {
        !matches!(
            self,
            Self::BrokenGzip
                | Self::UnpacksTooFar { .. }
                | Self::Unfinished
                | Self::TooDamaged
                | Self::Foreign
                | Self::Unreadable(_)
        )
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BrokenGzip => formatter.write_str("gzip data is damaged or ends early"),
            Self::UnpacksTooFar { ratio } => {
                write!(formatter, "unpacks to more than {ratio} times its size, reading stopped")
            }
            Self::Truncated => formatter.write_str("text ends inside a record"),
            Self::Unfinished => formatter.write_str("list of records has no end"),
            Self::BrokenJson(reason) => write!(formatter, "record is no JSON: {reason}"),
            Self::NotARecord => formatter.write_str("object is no CloudTrail record"),
            Self::NoEventTime => formatter.write_str("record has no readable eventTime"),
            Self::NoEventName => formatter.write_str("record has no eventName"),
            Self::TooLong(limit) => write!(formatter, "record is longer than {limit} bytes"),
            Self::TooDamaged => formatter.write_str("too much is broken, reading stopped"),
            Self::NotUtf8 => formatter.write_str("bytes that are no UTF-8 were replaced"),
            Self::Foreign => formatter.write_str("no CloudTrail records"),
            Self::Unreadable(reason) => write!(formatter, "cannot be read: {reason}"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} (at byte {})", self.kind, self.offset)
    }
}
