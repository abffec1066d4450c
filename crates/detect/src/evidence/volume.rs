//! How much is taken at a time, against what the principal ever took.

use cloudtrail::{Category, Outcome};
use compact_str::format_compact;
use intel::action::ResourceClass;
use profile::Amount;

use super::{Evidence, Item, Key};
use crate::basis::Basis;
use crate::bits::Bits;
use crate::call::Call;

/// Whether a call takes something: an object, an item, the answer of a model.
pub(crate) fn takes(call: &Call<'_>) -> bool {
    let event = call.event;
    let of_model = call.action.known.resource_class == Some(ResourceClass::Model)
        && (event.name.starts_with("Invoke") || event.name.starts_with("Converse"));
    let reads = event.category == Category::Data && call.reads();
    event.outcome == Outcome::Success && (reads || of_model)
}

/// Weighs what a window of ten minutes holds so far; true when it says more than before.
///
/// The stronger of objects and mebibytes counts: `min(8, s − 9.2)`, where `s` is the surprise of a
/// Poisson–Gamma model of the principal's own windows (`profile::Moments::surprise`) and 9.2 bits
/// are allowed for (`volume_allowance`). Without a history nothing can be far above it.
pub(crate) fn weigh_volume(
    evidence: &mut Evidence,
    basis: &Basis<'_>,
    call: &Call<'_>,
    amount: Amount,
) -> bool {
    let weights = basis.weights;
    if basis.is_cold() || !is_worth_a_look(amount, call.event.bytes_out, weights.volume_least) {
        return false;
    }
    let volume = basis.profile.volume();
    let (objects, mebibytes) = weights.volume_usual;
    let by_count = volume.objects.surprise(volume.windows, amount.objects.into(), objects);
    let by_size = volume.mebibytes.surprise(volume.windows, amount.mebibytes(), mebibytes);
    let surprise =
        if amount.mebibytes() < weights.volume_least { by_count } else { by_count.max(by_size) };
    let bits = (surprise - weights.volume_allowance).min(weights.volume_limit);
    let bits = Bits::from_f64(bits);
    if !bits.is_positive() || !evidence.wants(&Key::Volume, bits) {
        return false;
    }
    let observed = format_compact!(
        "{} objects, {} MiB within ten minutes",
        amount.objects,
        amount.mebibytes()
    );
    let usual = format_compact!(
        "{:.0} objects, {:.0} MiB in the mean of {} windows",
        volume.objects.mean(volume.windows),
        volume.mebibytes.mean(volume.windows),
        volume.windows
    );
    let item = Item::new(bits, call.event.time, &call.event.id).told(&observed, &usual, "");
    evidence.add(Key::Volume, item)
}

/// Whether a window has just doubled, in objects or in size: looking at each object of a million
/// would say nothing more.
fn is_worth_a_look(amount: Amount, bytes: u64, least: u64) -> bool {
    let objects = u64::from(amount.objects);
    let before = amount.bytes.saturating_sub(bytes) >> 20;
    let size = amount.mebibytes();
    objects >= least && objects.is_power_of_two()
        || size >= least && size.ilog2() > before.max(1).ilog2()
}
