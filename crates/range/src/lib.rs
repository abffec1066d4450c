//! A generated organisation and the attack library: drills and benchmarks.
//!
//! An examiner: it writes what CloudTrail would have written, says what was a theft, and marks what
//! a judge makes of it. It knows nothing of how a judge works. `README.md` says which function
//! answers which question.

pub mod attack;
mod bench;
pub mod caller;
pub mod catalogue;
pub mod change;
pub mod client;
pub mod corpus;
pub mod error;
pub mod estate;
pub mod habits;
pub mod implant;
pub mod network;
pub mod organisation;
pub mod parameters;
pub mod policy;
pub mod principal;
pub mod quiet;
pub mod record;
pub mod score;
pub mod seed;
pub mod stratus;
pub mod template;
pub mod truth;
pub mod world;

pub use attack::{Family, Victim, library};
pub use bench::{Corpus as BenchCorpus, bench_corpus};
pub use caller::{access_key, unique_id};
pub use corpus::{Books, Layout};
pub use error::{Error, Result};
pub use implant::{Implant, Trail};
pub use network::Networks;
pub use parameters::Parameters;
pub use quiet::quiet_history;
pub use record::Record;
pub use score::{Found, Report, Trial, score};
pub use seed::Seed;
pub use stratus::Technique;
pub use truth::{LookAlike, Reason, Style, Theft, Truth};
pub use world::World;
