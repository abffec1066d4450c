//! How bad it is if it is true: what was tried, and what succeeded.

use cloudtrail::Outcome;
use detect::Act;
use intel::action::Tactic;

use crate::act::{action_of, changes};
use crate::incident::Severity;

/// What a theft achieved, counted over its events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Achieved {
    /// Calls that succeeded.
    pub(crate) succeeded: u64,
    /// Calls that were refused or failed.
    pub(crate) failed: u64,
    /// Ways to stay or more rights.
    pub(crate) persistence: u64,
    /// Watchers switched off.
    pub(crate) evasion: u64,
    /// Destruction or use at the owner's cost.
    pub(crate) impact: u64,
    /// Secrets read.
    pub(crate) secrets: u64,
    /// Data read or given away.
    pub(crate) data: u64,
    /// Other changes.
    pub(crate) changes: u64,
}

impl Achieved {
    /// Counts the events of a theft.
    pub(crate) fn of<'a>(acts: impl Iterator<Item = &'a Act>) -> Self {
        let mut achieved = Self::default();
        for act in acts {
            achieved.count(act);
        }
        achieved
    }

    fn count(&mut self, act: &Act) {
        if act.outcome != Outcome::Success {
            self.failed += 1;
            return;
        }
        self.succeeded += 1;
        let known = action_of(act);
        let changes = changes(&known);
        let serves = |tactic| known.tactics.contains(tactic);
        if is_secret_read(&act.action) {
            self.secrets += 1;
        } else if changes && (serves(Tactic::Persistence) || serves(Tactic::PrivilegeEscalation)) {
            self.persistence += 1;
        } else if changes && serves(Tactic::DefenseEvasion) {
            self.evasion += 1;
        } else if changes && serves(Tactic::Impact) {
            self.impact += 1;
        } else if serves(Tactic::Exfiltration) || act.action == "s3:GetObject" {
            self.data += 1;
        } else if changes {
            self.changes += 1;
        }
    }

    /// The severity that this comes to.
    pub(crate) fn severity(&self) -> Severity {
        if self.persistence + self.evasion + self.impact > 0 {
            Severity::Critical
        } else if self.secrets + self.data + self.changes > 0 {
            Severity::High
        } else if self.succeeded > 0 {
            Severity::Medium
        } else {
            Severity::Low
        }
    }

    /// The worst of it, in words.
    pub(crate) fn in_words(&self) -> String {
        let parts = [
            (self.persistence, "ways to stay or more rights"),
            (self.evasion, "defences switched off"),
            (self.impact, "destruction or use at your cost"),
            (self.secrets, "secrets read"),
            (self.data, "data read or given away"),
            (self.changes, "other changes"),
        ];
        let told: Vec<&str> =
            parts.iter().filter(|(count, _)| *count > 0).map(|(_, text)| *text).collect();
        match told.as_slice() {
            [] if self.succeeded > 0 => "looked around".to_owned(),
            [] => "nothing succeeded".to_owned(),
            told => told.iter().take(3).copied().collect::<Vec<_>>().join(", "),
        }
    }
}

pub(crate) fn is_secret_read(action: &str) -> bool {
    const READS: [&str; 6] = [
        "secretsmanager:GetSecretValue",
        "secretsmanager:BatchGetSecretValue",
        "ssm:GetParameter",
        "ssm:GetParameters",
        "ssm:GetParametersByPath",
        "ec2:GetPasswordData",
    ];
    READS.contains(&action)
}
