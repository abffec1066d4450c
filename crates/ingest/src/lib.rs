//! Where events come from: sources of objects, their order, repeats, and the books.
//!
//! A [`Source`] lists [`Object`]s and opens them; [`Files`] is the one for files, folders and
//! patterns, [`Places`] the one for these and for S3. [`Rounds`] reads the objects of a source in the order of what they hold and hands the
//! events over in rounds: everything below a round's watermark has been handed over, in the order
//! of (time, id), each record once, however the records are cut into objects. What must wait longer
//! than memory allows waits on disk. What a record means is no concern of this crate.

mod books;
mod error;
mod files;
mod lane;
mod limits;
mod measure;
mod name;
mod object;
mod places;
mod plain;
mod plan;
mod position;
mod problem;
mod read;
mod rounds;
#[cfg(feature = "aws")]
mod s3;
mod spill;
mod stream;

#[cfg(test)]
mod tests;

pub use books::{Books, Progress};
pub use error::Error;
pub use files::Files;
pub use lane::Lane;
pub use limits::{Limits, Trust};
pub use name::delivered;
pub use object::{Listing, Object, Source};
pub use places::{Places, Remote, in_s3};
pub use position::Position;
pub use problem::{FileProblem, Reason};
pub use rounds::{Round, Rounds};

/// How far behind its delivery an event may lie and still be put in order, in hours. CloudTrail
/// promises about five minutes on average; more than 25 have been seen.
pub const REORDER_HOURS: i64 = 2;

/// Lanes that events are spread over: one for each shard.
pub const LANES: usize = 256;
