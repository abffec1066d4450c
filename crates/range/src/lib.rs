//! A generated organisation and the attack library: drills and benchmarks.

mod bench;
pub mod caller;
pub mod catalogue;
pub mod client;
pub mod corpus;
pub mod error;
pub mod estate;
pub mod habits;
pub mod network;
pub mod organisation;
pub mod parameters;
pub mod principal;
pub mod quiet;
pub mod record;
pub mod seed;
pub mod template;
pub mod world;

pub use bench::bench_corpus;
pub use caller::{Caller, Role, SessionContext, access_key, unique_id};
pub use catalogue::{Action, Catalogue, Failure};
pub use client::{Client, Clients};
pub use error::{Error, Result};
pub use estate::{Estate, Things};
pub use habits::{Burst, Duty, Rhythm, Routine, Routines, Schedule, Who};
pub use network::{Network, NetworkKind, Networks};
pub use organisation::{Account, Builder, Organisation};
pub use parameters::{Office, Parameters, People, Shape, Thefts, Time, Workloads};
pub use principal::{Change, Host, Key, Kind, Login, Place, Principal, Runtime, Session, Shift};
pub use quiet::{Owner, quiet_history};
pub use record::{Call, Fields, Focus, Outcome, Record};
pub use seed::{Dice, Seed};
pub use template::{Template, Values};
pub use world::{Records, World};
