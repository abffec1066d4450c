//! What a calibration measured and changed.

use super::percent;
use crate::drill::Calibration;
use crate::render::document::Document;
use crate::render::words;

/// The measurement and the thresholds that follow.
pub(crate) fn told(document: &mut Document, calibration: &Calibration) {
    document.heading(format!(
        "Calibration to {} false alerts per 1,000 key-weeks",
        super::short(calibration.budget)
    ));
    let rows = calibration.shares.iter().map(|share| {
        vec![
            words::grouped(share.principals),
            words::grouped(share.weeks.round() as u64),
            share.alerts.0.to_string(),
            share.alerts.1.to_string(),
            format!("{:.1}", share.alert_from.0),
            format!("{:.1}", share.alert_from.1),
            share.kind.map_or("all others", |kind| kind.as_str()).to_owned(),
        ]
    });
    document.table(
        vec!["principals", "weeks", "alerts", "then", "from bits", "then", "kind of principal"],
        rows.collect(),
    );
    let of = |found: usize| percent(found as f64 / calibration.thefts.max(1) as f64);
    document.text(format!(
        "Of the drill's {} thefts {} are found with the thresholds before and {} after ({} and {}).",
        calibration.thefts,
        calibration.found.0,
        calibration.found.1,
        of(calibration.found.0),
        of(calibration.found.1)
    ));
    document.remark(
        "alerts: principals and weeks with one, before and after. Everything in the history is taken \
         for benign: look at its alerts first. A kind needs 100 principal-weeks for a threshold of \
         its own and 500 for a lower one; none goes below where incidents are watched or above 24.",
    );
}
