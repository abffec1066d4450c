//! In which order objects are read.

use std::cmp::Ordering;
use std::sync::Mutex;

use cloudtrail::Time;
use rayon::prelude::*;

use crate::measure::{Measure, Measurer};
use crate::{FileProblem, Limits, Object, REORDER_HOURS, Reason, Source};

/// An object, and what is known of its records before they are read.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) object: Object,
    /// No record is earlier; those that are nevertheless are late.
    pub(crate) bound: Time,
    /// Bytes of text, measured or estimated.
    pub(crate) text: u64,
    /// Set if the object is too large to be held as a whole.
    pub(crate) large: Option<Large>,
}

/// What is known of the order inside a large object.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Large {
    /// No record lies further behind one before it than so many microseconds.
    Ordered(i64),
    /// Later records may be as early as the earliest.
    Unordered,
}

/// What became of planning one object.
pub(crate) enum Outcome {
    /// It is to be read.
    Read(Planned),
    /// All it holds is before the period.
    LeftOut,
    /// It is of a foreign format.
    Foreign(FileProblem),
    /// It could not be opened.
    Unread(FileProblem),
}

/// Trails unpack to 8–20 times their size.
const USUAL_RATIO: u64 = 12;

/// A name's time has no seconds.
const NAME_SECONDS: i64 = 60;

/// The text that an object probably has, by its size and name.
fn estimated_text(object: &Object) -> u64 {
    let packed = object.path.extension().is_some_and(|extension| extension == "gz");
    if packed { object.size.saturating_mul(USUAL_RATIO) } else { object.size }
}

/// Whether the object must be measured before it can be put in order.
pub(crate) fn needs_measuring(object: &Object, limits: &Limits) -> bool {
    object.delivered.is_none() || estimated_text(object) > limits.whole_text
}

/// Plans all objects, measuring those that need it; in the order of the objects.
pub(crate) fn plan(
    source: &dyn Source,
    objects: Vec<Object>,
    since: Option<Time>,
    limits: &Limits,
    done: &(dyn Fn(u64) + Sync),
) -> Vec<Outcome> {
    let measurers: Mutex<Vec<Measurer>> = Mutex::default();
    let one = |object: Object| {
        let is_before = |time: Time| since.is_some_and(|since| time < since);
        if object.delivered.is_some_and(|time| is_before(time.plus_seconds(NAME_SECONDS))) {
            return Outcome::LeftOut;
        }
        if !needs_measuring(&object, limits) {
            return Outcome::Read(planned_by_name(object));
        }
        let mut measurer =
            measurers.lock().ok().and_then(|mut free| free.pop()).unwrap_or_default();
        let measure = source.open(&object).and_then(|reader| measurer.measure(reader));
        if let Ok(mut free) = measurers.lock() {
            free.push(measurer);
        }
        done(object.size);
        tracing::debug!(path = %object.path.display(), ?measure, "measured");
        match measure {
            Ok(Measure { format: Some(format), .. }) => {
                Outcome::Foreign(problem(object, Reason::Format(format)))
            }
            Ok(measure) if measure.first <= measure.last && is_before(measure.last) => {
                Outcome::LeftOut
            }
            Ok(measure) => Outcome::Read(planned_by_content(object, measure, limits)),
            Err(error) => Outcome::Unread(problem(object, Reason::Unreadable(error.to_string()))),
        }
    };
    objects.into_par_iter().map(one).collect()
}

fn problem(object: Object, reason: Reason) -> FileProblem {
    FileProblem { path: object.path, offset: None, reason }
}

fn planned_by_name(object: Object) -> Planned {
    let bound = object.delivered.map_or(Time::MIN, |time| time.plus_hours(-REORDER_HOURS));
    Planned { text: estimated_text(&object), bound, large: None, object }
}

fn planned_by_content(object: Object, measure: Measure, limits: &Limits) -> Planned {
    // Without any time there is nothing to put in order, only something to report: soon is best.
    let bound = if measure.first > measure.last { Time::MIN } else { measure.first };
    let large =
        (measure.text > limits.whole_text).then_some(if measure.is_ordered_within(REORDER_HOURS) {
            Large::Ordered(measure.disorder)
        } else {
            Large::Unordered
        });
    Planned { object, bound, text: measure.text, large }
}

impl Planned {
    /// The order of reading; the path makes it the same in every run.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        (self.bound, &self.object.path).cmp(&(other.bound, &other.object.path))
    }
}
