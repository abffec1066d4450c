//! Somebody takes over a stack: Terraform reads hundreds of things it never read before.

use crate::change::Occasion;
use crate::error::Result;
use crate::principal::{Change, Kind};
use crate::truth::{LookAlike, Reason};

pub(super) fn happen(occasion: &mut Occasion<'_, '_>) -> Result<Option<LookAlike>> {
    let Some(index) = occasion.pick(&[Kind::SsoPerson, Kind::UserPerson]) else { return Ok(None) };
    let terraform = occasion.client("terraform")?;
    let mut clients = occasion.principal(index).clients.clone();
    clients.retain(|client| client.family != "terraform");
    clients.insert(0, terraform);
    occasion.shift(index, 10_000, Change::Clients(clients));
    let account = occasion.principal(index).account;
    for hours in [0, 1, 3, 5] {
        occasion.once(index, "terraform-plan", hours, account)?;
    }
    Ok(Some(occasion.label("terraform-refresh", Reason::PeersDoIt, &[index], 1)))
}
