//! What principals do and when: duties, their schedules and the routines that they consist of.

mod burst;
mod person;
mod routine;
mod schedule;
mod workload;

use crate::client::Client;
use crate::error::Result;
use crate::organisation::Organisation;
use crate::principal::{Kind, Principal, Session};
use crate::record::Record;

pub use burst::{Burst, Who};
pub use routine::{Routine, Routines};
pub use schedule::{DAY, Duty, HOUR, Rhythm, Schedule, weekday};
pub use workload::assumption;

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

/// The credential that a principal holds at a time, with the address and client that it uses it
/// from; none if it holds none then, as a person on a day off.
pub fn credential(
    principal: &Principal,
    organisation: &Organisation,
    time: i64,
) -> Result<Option<(Session, String, Client)>> {
    if !principal.is_active(time) {
        return Ok(None);
    }
    match principal.kind {
        Kind::SsoPerson | Kind::Administrator | Kind::UserPerson | Kind::Auditor => {
            person::credential(principal, organisation, time)
        }
        _ => workload::credential(principal, organisation, time),
    }
}
