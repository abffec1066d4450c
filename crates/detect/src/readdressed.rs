//! Calls that give a machine another address: what makes a move inside AWS an ordinary one.

use cloudtrail::Outcome;
use compact_str::CompactString;

use crate::call::Call;
use crate::output::Readdressed;

/// EC2 calls after which an instance may be seen from another address. One that is stopped and
/// started again gets another public address, too.
const ACTIONS: [&str; 6] = [
    "AssociateAddress",
    "AttachNetworkInterface",
    "DisassociateAddress",
    "ModifyNetworkInterfaceAttribute",
    "RunInstances",
    "StartInstances",
];

/// What a call that succeeded says of the addresses of machines; `None` for nearly all calls.
pub(crate) fn readdressed(call: &Call<'_>) -> Option<Readdressed> {
    let event = call.event;
    if event.service != "ec2"
        || event.outcome != Outcome::Success
        || ACTIONS.binary_search(&event.name.as_str()).is_err()
    {
        return None;
    }
    let texts = [event.request.as_deref(), event.response.as_deref()];
    let mut instances: Vec<CompactString> = Vec::new();
    for word in texts.iter().flatten().flat_map(|json| json.split('"')) {
        if crate::principal::is_instance_id(word) && !instances.iter().any(|known| known == word) {
            instances.push(CompactString::new(word));
        }
    }
    let address = event.request_text("publicIp");
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
