//! Emulators of AWS for tests, on this machine and only there: started once per process, ended with
//! it, with a proxy that notes every request and answers in their place where a test says so.
//!
//! Nothing here may fail softly: a test that cannot be prepared must stop.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::return_self_not_must_use,
    reason = "a test that cannot be prepared must stop"
)]

mod emulator;
mod proxy;
mod signed;

pub use emulator::{Emulator, ministack, moto, python};
pub use proxy::{Deed, Proxy, Seen, reads};
pub use signed::{Keys, REGION, Reply};
