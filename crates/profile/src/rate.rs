//! How likely a value is for a principal: the formulas of shared/detection.md, section 3.

/// Weight of the group's novelty rate against the principal's own, in days.
const KAPPA: f64 = 8.0;

/// From so many active days a principal's own rate of novelty is believed.
const SETTLED: u32 = 4;

/// The chance that a principal shows a value today that it never showed before.
///
/// `own` and `group` are (days with a novelty, active days). `e = (new_p + κ·r_g) / (days_p + κ)`
/// with `r_g = (new_g + 0.3) / (days_g + 20)`. A principal of fewer than four days is still showing
/// what it is, and `1 / (days + 1)` is the least that is assumed.
pub fn novelty_rate(own: (u32, u32), group: (u64, u64)) -> f64 {
    let group_rate = (group.0 as f64 + 0.3) / (group.1 as f64 + 20.0);
    let rate = (f64::from(own.0) + KAPPA * group_rate) / (f64::from(own.1) + KAPPA);
    let least = if own.1 < SETTLED { 1.0 / (f64::from(own.1) + 1.0) } else { 0.0 };
    rate.max(least).min(1.0)
}

/// `(1 − e)·c/n + e·parent`: a known value by its share, a new one by what the parent says.
pub fn with_novelty(share: f64, novelty: f64, parent: f64) -> f64 {
    (1.0 - novelty) * share + novelty * parent
}

/// Witten–Bell: `(c + T·parent) / (n + T)` with `T` distinct values among `n` (Witten and Bell,
/// "The zero-frequency problem", 1991, method C). With nothing seen it is the parent.
pub fn back_off(count: f64, total: f64, distinct: f64, parent: f64) -> f64 {
    if total + distinct <= 0.0 {
        return parent;
    }
    (count + distinct * parent) / (total + distinct)
}

#[cfg(test)]
mod tests {
    use super::{back_off, novelty_rate};

    #[test]
    fn an_application_that_never_moved_is_not_expected_to() {
        let settled = novelty_rate((0, 21), (0, 0));
        let traveller = novelty_rate((5, 21), (0, 0));
        assert!(settled < 0.005 && traveller > 0.17, "{settled} {traveller}");
        assert!(novelty_rate((0, 0), (0, 0)) > 0.99);
    }

    #[test]
    fn shares_of_known_and_unknown_values_add_up_to_one() {
        // Three known values with counts 5, 3, 2 and a parent that spreads over ten values.
        let known: f64 = [5.0, 3.0, 2.0].iter().map(|c| back_off(*c, 10.0, 3.0, 0.1)).sum();
        let unknown = 7.0 * back_off(0.0, 10.0, 3.0, 0.1);
        assert!((known + unknown - 1.0).abs() < 1e-12);
    }
}
