//! A function begins to watch quotas and costs in every region, the mail quota among them.

use crate::change::Occasion;
use crate::error::Result;
use crate::habits::Schedule;
use crate::principal::Kind;
use crate::truth::{LookAlike, Reason};

pub(super) fn happen(occasion: &mut Occasion<'_, '_>) -> Result<Option<LookAlike>> {
    let index = occasion.builder.workload(Kind::Function, 10_000 + occasion.number)?;
    occasion.taken.insert(index);
    let account = occasion.principal(index).account;
    let duties = vec![
        occasion.builder.duty("quota-check", Schedule::Daily { hour: 5 }, account, 0)?,
        occasion.builder.duty("cost-report", Schedule::Daily { hour: 6 }, account, 0)?,
    ];
    let from = occasion.time;
    let principal = occasion.principal(index);
    principal.duties = duties;
    principal.from = from;
    Ok(Some(occasion.label("quota-job", Reason::NewPrincipal, &[index], 7)))
}
