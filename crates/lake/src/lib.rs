//! Events as Parquet, bucketed by shard, and questions to them.
//!
//! A [`Lake`] is a folder or a bucket. A [`Writer`] puts the events of a scan into it, each once;
//! [`schema::COLUMNS`] says what a row holds. Other engines read the same files in place.

mod compact;
#[cfg(feature = "query")]
pub mod dossier;
mod encode;
mod error;
mod index;
mod lake;
mod manifest;
mod place;
#[cfg(feature = "query")]
pub mod query;
#[cfg(feature = "query")]
mod reference;
mod row;
mod rows;
pub mod schema;
mod tables;
mod writer;

pub use compact::{Compacted, Removed};
pub use error::Error;
pub use lake::{BUCKETS, Lake, Status};
pub use place::Access;
#[cfg(feature = "query")]
pub use reference::reference;
pub use writer::{Writer, Written};
