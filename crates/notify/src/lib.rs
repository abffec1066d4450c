//! Who is told of an incident, and how: one channel per file, rules, retry, duplicates.
//!
//! A [`Notice`] says what is to be told. [`rules::routes`] decides, without doing anything, which
//! channels hear of it and as what [`News`]; [`Channels::tell`] tells one of them and returns what
//! the receiver said, or a [`Fault`]; [`retry::next`] says what becomes of a delivery that failed.
//! Between the three stands an outbox that survives a crash, and it is somebody else's: this crate
//! knows no database, no clock and no chance, they are handed in.
//!
//! What the outbox owes: the [`Letter`]s of a change ([`letters`]) are kept in the same transaction
//! as the change; letters about one incident to one channel go out in order, the next not before
//! the one before has arrived or was given up, so that threads stay together; and the thread of a
//! [`Receipt`] is kept for the next one.

mod address;
mod channel;
mod delivery;
mod digest;
mod error;
mod fault;
mod http;
mod message;
mod notice;
pub mod retry;
pub mod rules;
mod secret;
pub mod settings;
mod story;
mod text;

pub use channel::Channels;
pub use delivery::{Delivery, Letter, News, Told, letters};
pub use digest::{Digest, digests};
pub use error::Error;
pub use fault::{Fault, Receipt};
pub use http::Proxies;
pub use message::Message;
pub use notice::{Notice, Severity, Standing, Status};
pub use secret::{Secret, SecretSource};
