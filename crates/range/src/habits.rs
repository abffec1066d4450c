//! What principals do and when: duties, their schedules and the routines that they consist of.

mod burst;
mod person;
mod routine;
mod schedule;
mod workload;

pub use burst::{Burst, Who};
pub use routine::{Routine, Routines};
pub use schedule::{DAY, Duty, HOUR, Rhythm, Schedule};

use crate::error::Result;
use crate::organisation::Organisation;
use crate::principal::{Kind, Principal};
use crate::record::Record;

/// Appends what a principal does in the hour that begins at `hour` (seconds since 1970).
pub fn hour(
    principal: &Principal,
    organisation: &Organisation,
    hour: i64,
    records: &mut Vec<Record>,
) -> Result<()> {
    match principal.kind {
        Kind::SsoPerson | Kind::Administrator | Kind::UserPerson | Kind::Auditor => {
            person::hour(principal, organisation, hour, records)
        }
        _ => workload::hour(principal, organisation, hour, records),
    }
}
