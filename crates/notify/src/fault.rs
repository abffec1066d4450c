//! What became of one delivery.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What the receiver said when it took a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Where later news of the same incident belongs; for [`crate::Letter::message`].
    pub thread: Option<String>,
    /// What worked only in part, in one sentence.
    pub remark: Option<String>,
}

/// Why the receiver was not told. No text of it holds a secret or the address of a receiver; what
/// a receiver said is cut and spelled out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum Fault {
    /// The same delivery may succeed later.
    #[error("channel {channel} could not be told for now: {reason}")]
    Passing {
        /// The configured name of the channel.
        channel: String,
        /// What happened.
        reason: String,
        /// So long the receiver asked to be left alone.
        wait: Option<Duration>,
    },
    /// It never will, unless somebody changes something.
    #[error("channel {channel} could not be told: {reason}")]
    Final {
        /// The configured name of the channel.
        channel: String,
        /// What happened, and after a semicolon what to do about it.
        reason: String,
    },
}

/// A fault before it is known whose: what the channels work with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    Passing { reason: String, wait: Option<Duration> },
    Final { reason: String },
}

impl Trouble {
    pub(crate) fn passing(reason: impl Into<String>) -> Self {
        Self::Passing { reason: reason.into(), wait: None }
    }

    pub(crate) fn lasting(reason: impl Into<String>) -> Self {
        Self::Final { reason: reason.into() }
    }

    /// The same, with a wait of at least so long.
    pub(crate) fn not_before(self, least: Duration) -> Self {
        match self {
            Self::Passing { reason, wait } => {
                let wait = wait.unwrap_or_default().max(least);
                Self::Passing { reason, wait: Some(wait) }
            }
            Self::Final { .. } => self,
        }
    }

    pub(crate) fn of(self, channel: &str) -> Fault {
        let channel = channel.to_owned();
        match self {
            Self::Passing { reason, wait } => Fault::Passing { channel, reason, wait },
            Self::Final { reason } => Fault::Final { channel, reason },
        }
    }
}
