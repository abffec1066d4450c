//! What the input could not show: said once for the whole scan.

use std::collections::BTreeSet;

use cloudtrail::{AccountId, Category, Event, Time};
use incident::Shown;
use ingest::Books;
use serde::{Deserialize, Serialize};

use super::gaps::Gaps;

/// What kinds of events there were.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Coverage {
    pub(super) period: Option<(Time, Time)>,
    pub(super) accounts: BTreeSet<AccountId>,
    /// Days on which something happened.
    days: BTreeSet<i64>,
    /// Which of [`Sort`] there were.
    shown: [bool; 4],
    pub(super) gaps: Gaps,
}

/// Events that a trail may lack.
#[derive(Debug, Clone, Copy)]
enum Sort {
    Object,
    OtherData,
    SignIn,
    Health,
}

impl Coverage {
    pub(super) fn see(&mut self, event: &Event) {
        let (first, last) = self.period.unwrap_or((event.time, event.time));
        self.period = Some((first.min(event.time), last.max(event.time)));
        if !self.days.contains(&event.time.day()) {
            self.days.insert(event.time.day());
        }
        if let Some(account) = event.account
            && !self.accounts.contains(&account)
        {
            self.accounts.insert(account);
        }
        self.gaps.see(event);
        let data = event.category == Category::Data;
        let object =
            event.service == "s3" && matches!(event.name.as_str(), "GetObject" | "PutObject");
        self.shown[Sort::Object as usize] |= object;
        self.shown[Sort::OtherData as usize] |= data && event.service != "s3";
        self.shown[Sort::SignIn as usize] |= event.service == "signin";
        self.shown[Sort::Health as usize] |= event.service == "health" && event.source.is_aws();
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.period = match (self.period, other.period) {
            (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
            (a, b) => a.or(b),
        };
        self.accounts.extend(other.accounts);
        self.days.extend(other.days);
        self.gaps.merge(other.gaps);
        for (shown, other) in self.shown.iter_mut().zip(other.shown) {
            *shown |= other;
        }
    }

    /// Which sorts of events there were at all.
    pub(super) fn shown(&self) -> Shown {
        let [objects, other_data, sign_ins, health] = self.shown;
        Shown { objects, other_data, sign_ins, health }
    }

    /// One sentence for each thing that could not be checked.
    pub(super) fn in_words(&self, books: &Books) -> Vec<String> {
        const SETTLED_DAYS: usize = 5;
        let mut said = Vec::new();
        let days = self.days.len();
        if (1..SETTLED_DAYS).contains(&days) {
            let unit = if days == 1 { "day" } else { "days" };
            said.push(format!(
                "only {days} {unit} of logs: too few to say what is usual, so only loud behaviour counts"
            ));
        }
        let missing = [
            (Sort::Object, "no S3 data events: objects read, taken or rewritten were not seen"),
            (
                Sort::OtherData,
                "no data events of other services: invoked functions and read table items were not seen",
            ),
            (Sort::SignIn, "no sign-in events: console logins were not seen"),
            (
                Sort::Health,
                "no AWS Health events: that AWS found a key in public shows only where it quarantined the user",
            ),
        ];
        said.extend(
            missing
                .iter()
                .filter(|(sort, _)| !self.shown[*sort as usize])
                .map(|(_, text)| (*text).to_owned()),
        );
        let counts = [
            (books.malformed, "records could not be read"),
            (
                books.late,
                "records are from before what an earlier run had judged: judged, but not learned from",
            ),
            (books.overdue, "files were delivered more than a day after everything in them"),
            (
                books.ahead,
                "files hold records from more than a day after their delivery: a clock was wrong, or they were renamed",
            ),
        ];
        said.extend(
            counts
                .iter()
                .filter(|(count, _)| *count > 0)
                .map(|(count, text)| format!("{count} {text}")),
        );
        said
    }
}
