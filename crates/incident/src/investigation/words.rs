//! What was found, in the words that every reader is told.

use super::{Changed, How, Level, ServiceReach, Standing};

impl How {
    /// What was done, as it stands behind a name: `made`, `given rights`.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Changed => "changed",
            Self::Empowered => "given rights",
            Self::Shared => "given to others",
            Self::SwitchedOff => "switched off",
            Self::Deleted => "deleted",
        }
    }

    /// Whether it took something away.
    pub const fn ends(self) -> bool {
        matches!(self, Self::SwitchedOff | Self::Deleted)
    }
}

impl Changed {
    /// Whether it was made or changed, and undone later.
    pub fn is_undone(&self) -> bool {
        self.standing == Standing::Gone && !self.how.ends()
    }
}

impl ServiceReach {
    /// The access levels by name, the weakest first.
    pub const fn levels(&self) -> [(&'static str, Level); 5] {
        [
            ("list", self.list),
            ("read", self.read),
            ("write", self.write),
            ("permissions", self.permissions),
            ("tagging", self.tagging),
        ]
    }
}

impl Level {
    /// How many actions are allowed at all.
    pub const fn reached(self) -> u32 {
        self.allowed + self.limited
    }
}
