//! What a channel is handed to tell.

use crate::story::Story;
use crate::{Delivery, Digest, News, Notice};

/// One message: news of an incident, or a digest of several.
#[derive(Debug, Clone, Copy)]
pub enum Message<'a> {
    /// News of an incident.
    Incident {
        /// The incident as it is now.
        notice: &'a Notice,
        /// What is new, for which channel.
        delivery: &'a Delivery,
        /// Where earlier news of it went: [`crate::Receipt::thread`].
        thread: Option<&'a str>,
    },
    /// What was watched, in one message.
    Digest(&'a Digest),
}

impl<'a> Message<'a> {
    /// The channel that it is for.
    pub const fn channel(&self) -> &'a str {
        match self {
            Self::Incident { delivery, .. } => delivery.channel.as_str(),
            Self::Digest(digest) => digest.channel.as_str(),
        }
    }

    /// What receivers know duplicates by.
    pub(crate) const fn key(&self) -> &'a str {
        match self {
            Self::Incident { delivery, .. } => delivery.key.as_str(),
            Self::Digest(digest) => digest.key.as_str(),
        }
    }

    /// What is new; `None` for a digest.
    pub(crate) const fn news(&self) -> Option<News> {
        match self {
            Self::Incident { delivery, .. } => Some(delivery.news),
            Self::Digest(_) => None,
        }
    }

    /// What belongs together: the incident, or the digest by itself.
    pub(crate) const fn group(&self) -> &'a str {
        match self {
            Self::Incident { notice, .. } => notice.id.as_str(),
            Self::Digest(digest) => digest.key.as_str(),
        }
    }

    /// Where earlier news went.
    pub(crate) const fn thread(&self) -> Option<&'a str> {
        match self {
            Self::Incident { thread, .. } => *thread,
            Self::Digest(_) => None,
        }
    }

    /// The incident; `None` for a digest.
    pub(crate) const fn notice(&self) -> Option<&'a Notice> {
        match self {
            Self::Incident { notice, .. } => Some(*notice),
            Self::Digest(_) => None,
        }
    }

    /// The same in words.
    pub(crate) fn story(&self) -> Story {
        match self {
            Self::Incident { notice, delivery, .. } => Story::of_incident(notice, delivery),
            Self::Digest(digest) => Story::of_digest(digest),
        }
    }
}
