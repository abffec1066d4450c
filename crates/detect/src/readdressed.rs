//! Calls that give a machine another address: what makes a move inside AWS an ordinary one.

use cloudtrail::Outcome;
use compact_str::CompactString;

use crate::call::Call;
use crate::output::Readdressed;
use crate::texts::texts;

/// EC2 calls after which an instance may be seen from another address. One that is stopped and
/// started again gets another public address, too.
const ACTIONS: [&str; 4] =
    ["AssociateAddress", "AttachNetworkInterface", "DisassociateAddress", "StartInstances"];
/// More machines in one call tell nothing further.
const MOST: usize = 32;

/// What a call that succeeded says of the addresses of machines; `None` for nearly all calls.
pub(crate) fn readdressed(call: &Call<'_>) -> Option<Readdressed> {
    let event = call.event;
    if event.service != "ec2"
        || event.outcome != Outcome::Success
        || ACTIONS.binary_search(&event.name.as_str()).is_err()
    {
        return None;
    }
    let request = texts(event.request.as_deref().unwrap_or_default());
    let under = |key: &'static str| request.iter().filter(move |at| at.key == key);
    let instances: Vec<CompactString> =
        under("instanceId").map(|at| CompactString::new(&*at.value)).take(MOST).collect();
    let address = under("publicIp").next().map(|at| CompactString::new(&*at.value));
    (!instances.is_empty() || address.is_some()).then(|| Readdressed {
        action: call.action.name.clone(),
        principal: call.principal.id.clone(),
        instances,
        address,
    })
}

#[cfg(test)]
mod tests {
    use super::ACTIONS;

    #[test]
    fn the_table_is_sorted() {
        assert!(ACTIONS.is_sorted());
    }
}
