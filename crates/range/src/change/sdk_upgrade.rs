//! A program is built with the next version of its SDK.

use crate::change::Occasion;
use crate::error::Result;
use crate::principal::{Change, Kind};
use crate::truth::{LookAlike, Reason};

pub(super) fn happen(occasion: &mut Occasion<'_, '_>) -> Result<Option<LookAlike>> {
    let kinds = [Kind::Application, Kind::CiKey, Kind::Container, Kind::Function, Kind::Instance];
    let Some(index) = occasion.pick(&kinds) else { return Ok(None) };
    let tables = occasion.builder.clients;
    let clients = occasion.principal(index).clients.clone();
    let newer = clients.iter().map(|client| tables.upgrade(client)).collect::<Result<_>>()?;
    occasion.shift(index, 10_000, Change::Clients(newer));
    Ok(Some(occasion.label("sdk-upgrade", Reason::ClientUpdate, &[index], 3)))
}
