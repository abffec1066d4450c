//! Steps of sequences: which were seen, on what, when.
//!
//! One short list serves all signals that look for more than one call, so what they remember of a
//! principal is bounded in one place: nothing for most, at most [`Step::most`] marks of each step.

use serde::{Deserialize, Serialize};

use std::hash::{BuildHasher, Hash};

/// One minute in the seconds of [`Steps`].
pub(crate) const MINUTE: i64 = 60;
/// One hour.
pub(crate) const HOUR: i64 = 60 * MINUTE;

/// A kind of thing that sequences and thresholds remember.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Step {
    /// Buckets were listed.
    BucketsListed = 0,
    /// A bucket, of which objects were read.
    BucketRead = 1,
    /// An object that was read.
    ObjectRead = 2,
    /// An object that was copied to a stranger's bucket.
    CopiedOut = 3,
    /// An object that was deleted.
    ObjectDeleted = 4,
    /// A thing whose loss hurts and that was deleted.
    ThingDestroyed = 5,
    /// A protection of a bucket that was switched off.
    ProtectionOff = 6,
    /// A user, key, password, policy or role that was made.
    Made = 7,
    /// A user who was locked out.
    LockedOut = 8,
    /// A user whose key was ended.
    KeyEnded = 9,
    /// A change of identities that was refused.
    IdentityRefused = 10,
    /// A policy document that names nobody who exists.
    Guessed = 11,
    /// A role that could not be assumed.
    RoleRefused = 12,
    /// A role that was assumed.
    RoleAssumed = 13,
    /// An account in which a role was assumed.
    AccountEntered = 14,
    /// A machine that was stopped.
    MachineStopped = 15,
    /// A machine whose boot script was replaced.
    ScriptReplaced = 16,
    /// A region in which machines were asked for.
    LaunchRegion = 17,
    /// A machine to which commands or keys were sent.
    MachineReached = 18,
    /// A disk or snapshot on its way to another machine.
    DiskCopied = 19,
    /// A sign-in that failed.
    SignInFailed = 20,
    /// A list of objects that was deleted.
    ObjectsDeleted = 21,
    /// An address range that is a machine's own, before there is a history.
    AtHome = 22,
    /// An address range that is not.
    AwayFromHome = 23,
}

impl Step {
    /// So many marks of the step are kept; the oldest makes room.
    const fn most(self) -> usize {
        match self {
            Self::ObjectDeleted => 50,
            Self::ObjectRead | Self::Made => 32,
            Self::ObjectsDeleted => 20,
            Self::CopiedOut | Self::ThingDestroyed => 16,
            _ => 8,
        }
    }
}

/// What was seen of sequences within an episode.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Steps {
    marks: Vec<Mark>,
}

/// A step, what it was done to, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    seconds: i64,
    step: Step,
    value: u32,
}

impl Steps {
    /// Notes a step and tells how many different things it was done to in the last `span` seconds,
    /// this one included.
    pub fn see(&mut self, seconds: i64, span: i64, step: Step, value: impl Hash) -> usize {
        let value = hash(value);
        self.marks.retain(|mark| mark.step != step || mark.value != value);
        if self.marks.iter().filter(|mark| mark.step == step).count() >= step.most()
            && let Some(oldest) = self.marks.iter().position(|mark| mark.step == step)
        {
            self.marks.remove(oldest);
        }
        self.marks.push(Mark { seconds, step, value });
        self.count(seconds, span, step)
    }

    /// Whether a step was done to a thing in the last `span` seconds.
    pub fn saw(&self, seconds: i64, span: i64, step: Step, value: impl Hash) -> bool {
        let value = hash(value);
        let same = |mark: &&Mark| mark.step == step && mark.value == value;
        self.marks.iter().filter(same).any(|mark| seconds - mark.seconds <= span)
    }

    /// To how many different things a step was done in the last `span` seconds.
    pub fn count(&self, seconds: i64, span: i64, step: Step) -> usize {
        let recent = |mark: &&Mark| mark.step == step && seconds - mark.seconds <= span;
        self.marks.iter().filter(recent).count()
    }
}

fn hash(value: impl Hash) -> u32 {
    foldhash::quality::FixedState::with_seed(2).hash_one(value) as u32
}

#[cfg(test)]
mod tests {
    use super::{Step, Steps};

    #[test]
    fn steps_are_kept_apart_and_bounded() {
        let mut steps = Steps::default();
        assert_eq!(steps.see(0, 10, Step::BucketRead, "a"), 1);
        assert_eq!(steps.see(1, 10, Step::BucketRead, "a"), 1);
        assert_eq!(steps.see(2, 10, Step::CopiedOut, "a"), 1);
        assert_eq!(steps.see(9, 10, Step::BucketRead, "b"), 2);
        assert!(steps.saw(12, 10, Step::CopiedOut, "a"));
        assert!(!steps.saw(13, 10, Step::CopiedOut, "a"));
        assert!(!steps.saw(12, 10, Step::CopiedOut, "b"));
        assert_eq!(steps.count(12, 10, Step::BucketRead), 1);
        for number in 0..1_000 {
            let count = steps.see(20, 10, Step::ObjectDeleted, number);
            assert_eq!(count, (number + 1).min(50));
        }
        assert_eq!(steps.marks.len(), 53);
    }
}
