//! In which order objects are read.

use std::cmp::Ordering;
use std::sync::Mutex;

use cloudtrail::Time;
use rayon::prelude::*;

use crate::measure::{Measure, Measurer};
use crate::{FileProblem, Limits, Object, REORDER_HOURS, Reason, Source, Trust};

/// An object, and what is known of its records before they are read.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) object: Object,
    /// No record is earlier, as far as is believed.
    pub(crate) bound: Time,
    /// Bytes of text, measured or estimated.
    pub(crate) text: u64,
    /// Set if an earlier run has handed over what lies before this moment.
    pub(crate) from: Option<Time>,
    /// Set if the object is too large to be held as a whole: no record lies further behind one
    /// before it than so many microseconds.
    pub(crate) disorder: Option<i64>,
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

/// Files are merged by day, and named after its beginning or its end: so far from its name's time
/// a file is looked into before it is left out.
const NAME_HOURS: i64 = 24;

/// So many objects are measured beside one another.
const TOGETHER: usize = 512;

/// What the plan is made by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Aim<'a> {
    pub(crate) since: Option<Time>,
    pub(crate) limits: &'a Limits,
    pub(crate) trust: Trust,
}

/// The text that an object probably has, by its size and name.
fn estimated_text(object: &Object) -> u64 {
    let packed = object.path.extension().is_some_and(|extension| extension == "gz");
    if packed { object.size.saturating_mul(USUAL_RATIO) } else { object.size }
}

impl Aim<'_> {
    fn is_before(&self, time: Time) -> bool {
        self.since.is_some_and(|since| time < since)
    }

    /// The time of delivery, if it is to be believed.
    fn delivered(&self, object: &Object) -> Option<Time> {
        object.delivered.filter(|_| self.trust == Trust::Names)
    }

    /// Whether the name alone tells that there is nothing in the object that is asked for.
    fn leaves_out(&self, object: &Object) -> bool {
        self.delivered(object).is_some_and(|time| self.is_before(time.plus_hours(NAME_HOURS)))
    }

    /// Whether the object must be measured before it can be put in order.
    pub(crate) fn measures(&self, object: &Object) -> bool {
        let named = self.delivered(object).is_some_and(|time| !self.is_before(time));
        let small = estimated_text(object) <= self.limits.whole_text;
        !(self.leaves_out(object) || named && small)
    }
}

/// Plans all objects, measuring those that need it; in the order of the objects.
pub(crate) fn plan(
    source: &dyn Source,
    objects: Vec<Object>,
    aim: Aim<'_>,
    done: &(dyn Fn(u64) + Sync),
) -> Vec<Outcome> {
    let measurers: Mutex<Vec<Measurer>> = Mutex::default();
    let one = |object: Object| {
        if aim.leaves_out(&object) {
            return Outcome::LeftOut;
        }
        if !aim.measures(&object) {
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
            Ok(measure)
                if measure.first <= measure.last
                    && aim.is_before(measure.last)
                    && aim.trust != Trust::Nothing =>
            {
                Outcome::LeftOut
            }
            Ok(measure) => Outcome::Read(planned_by_content(object, measure, aim)),
            Err(error) => Outcome::Unread(problem(object, Reason::Unreadable(error.to_string()))),
        }
    };
    let mut outcomes = Vec::with_capacity(objects.len());
    let mut objects = objects.into_iter();
    loop {
        let together: Vec<Object> = objects.by_ref().take(TOGETHER).collect();
        if together.is_empty() {
            return outcomes;
        }
        source.announce(&mut together.iter().filter(|object| aim.measures(object)));
        outcomes.par_extend(together.into_par_iter().map(one));
    }
}

fn problem(object: Object, reason: Reason) -> FileProblem {
    FileProblem { path: object.path, offset: None, reason }
}

fn planned_by_name(object: Object) -> Planned {
    let bound = object.delivered.map_or(Time::MIN, |time| time.plus_hours(-REORDER_HOURS));
    Planned { text: estimated_text(&object), bound, from: None, disorder: None, object }
}

fn planned_by_content(object: Object, measure: Measure, aim: Aim<'_>) -> Planned {
    let (first, disorder) = match aim.trust {
        Trust::Nothing => (Time::MIN, i64::MAX),
        Trust::Names | Trust::Contents => (measure.first, measure.disorder),
    };
    // Without any time there is nothing to put in order, only something to report: soon is best.
    let bound = if measure.first > measure.last { Time::MIN } else { first };
    let large = measure.text > aim.limits.whole_text;
    Planned { object, bound, text: measure.text, from: None, disorder: large.then_some(disorder) }
}

impl Planned {
    /// The order of reading; the path makes it the same in every run.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        (self.bound, &self.object.path).cmp(&(other.bound, &other.object.path))
    }
}
