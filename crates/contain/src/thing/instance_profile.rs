//! The instance profile through which a machine gets its credentials.

use crate::call::Call;

pub(super) fn calls(
    region: &str,
    instance: &str,
    from: Option<&str>,
    to: Option<&str>,
) -> Vec<Call> {
    let (region, instance_id) = (region.to_owned(), instance.to_owned());
    let off = from.map(|_| Call::DisassociateIamInstanceProfile {
        region: region.clone(),
        instance_id: instance_id.clone(),
    });
    let arn = to.map(ToOwned::to_owned);
    let on = arn.map(|arn| Call::AssociateIamInstanceProfile { region, instance_id, arn });
    off.into_iter().chain(on).collect()
}
