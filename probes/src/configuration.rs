//! What a user writes down: `keyhound.toml`, other constants for the judge, verdicts.

use detect::Weights;
use incident::feedback::{Feedback, Verdict};
use intel::address::NetworkClass;
use intel::thief::Thief;
use keyhound::config::Settings;

pub(crate) fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    settings(text);
    if let Ok(verdict) = serde_json::from_str::<Verdict>(text) {
        let line = serde_json::to_string(&verdict).unwrap_or_default();
        assert_eq!(serde_json::from_str::<Verdict>(&line).ok().as_ref(), Some(&verdict));
        assert_eq!(Feedback::of(vec![verdict.clone()]), Feedback::of(vec![verdict]));
    }
    if let Ok(weights) = Weights::shipped().changed(text) {
        let again = Weights::shipped().changed(text).ok();
        assert_eq!(Some(format!("{weights:?}")), again.map(|again| format!("{again:?}")));
    }
    if let Ok(thief) = Thief::from_json(text) {
        let sum: f64 = NetworkClass::ALL.iter().map(|class| thief.network(*class)).sum();
        assert!((sum - 1.0).abs() < 0.01, "what a thief does sums to {sum}");
        for class in NetworkClass::ALL {
            assert!(thief.network(class) > 0.0, "nothing is impossible");
        }
    }
}

fn settings(text: &str) {
    match Settings::of_text(text) {
        Ok(settings) => {
            let thresholds = &settings.thresholds;
            assert!(thresholds.watch <= thresholds.alert && thresholds.alert <= thresholds.page);
            assert_eq!(Settings::of_text(text).as_ref(), Ok(&settings));
        }
        Err(error) => {
            assert!(!error.why.is_empty() && !error.tips.is_empty(), "{error:?}");
            let Some(excerpt) = error.excerpt else { return };
            assert!(excerpt.line <= text.lines().count() + 1, "{excerpt:?}");
            assert!(
                excerpt.start <= excerpt.end && excerpt.end <= excerpt.text.len(),
                "{excerpt:?}"
            );
            let part = excerpt.text.get(excerpt.start..excerpt.end);
            assert!(part.is_some(), "the part that is wrong is whole characters: {excerpt:?}");
        }
    }
}
