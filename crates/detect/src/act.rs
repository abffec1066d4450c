//! One event of an episode, as the reader of an incident sees it.

use cloudtrail::{AccessKeyId, AccountId, EventId, Outcome, Time};
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use thin_vec::ThinVec;

use crate::call::{CONSOLE, Call};
use crate::fact::Fact;
use crate::resource;

/// One event of an episode, as the reader of an incident sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// When.
    pub time: Time,
    /// Its record.
    pub event_id: EventId,
    /// Who, as an ARN or a name.
    pub principal: String,
    /// With which key.
    pub access_key: Option<AccessKeyId>,
    /// What, as `service:Name`.
    pub action: String,
    /// Where in AWS.
    pub region: String,
    /// In which account.
    pub account: Option<AccountId>,
    /// From where.
    pub source: String,
    /// With what client.
    pub client: String,
    /// Whether it was a page of the console that called.
    pub console: bool,
    /// How it ended.
    pub outcome: Outcome,
    /// The error code; empty for success.
    pub error: String,
    /// What it was done to; empty when the record does not tell.
    pub resource: String,
    /// Everything that a call which succeeded was done to, as ARNs or names.
    pub touched: Vec<CompactString>,
    /// What it made.
    pub made: Vec<CompactString>,
    /// What it says of what it changed.
    pub facts: ThinVec<Fact>,
}

/// Acts of an episode of which nobody was told yet, in one piece of memory: most never are.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Untold {
    packed: ThinVec<u8>,
    count: u32,
}

/// An act as [`Untold`] keeps it.
#[derive(Serialize, Deserialize)]
struct Packed<'a> {
    #[serde(borrow)]
    texts: Texts<'a>,
    time: Time,
    event_id: EventId,
    outcome: Outcome,
    console: bool,
    touched: Vec<CompactString>,
    made: Vec<CompactString>,
    facts: ThinVec<Fact>,
    account: Option<AccountId>,
}

/// The texts of an act; none where the first act of all has the same.
type Texts<'a> = [Option<&'a str>; 8];

impl Act {
    /// A call as the reader sees it.
    pub fn of(call: &Call<'_>) -> Self {
        let event = call.event;
        let identity = &event.identity;
        let principal = if identity.arn.is_empty() { &call.principal.id } else { &identity.arn };
        let named = resource::named(event);
        let touched = if event.outcome == Outcome::Success { named.touched } else { Vec::new() };
        Self {
            time: event.time,
            event_id: event.id.clone(),
            principal: principal.to_string(),
            access_key: identity.access_key.clone(),
            action: call.action.name.to_string(),
            region: event.region.to_string(),
            account: event.account,
            source: call.origin.address.to_string(),
            client: call.client.family.to_string(),
            console: call.platform() == CONSOLE,
            outcome: event.outcome,
            error: event.error.to_string(),
            resource: named.main.to_string(),
            touched,
            made: named.made,
            facts: Fact::of(event, call.reads()),
        }
    }
}

impl Act {
    fn texts(&self) -> [&str; 8] {
        [
            &self.principal,
            self.access_key.as_ref().map_or("", AccessKeyId::as_str),
            &self.action,
            &self.region,
            &self.source,
            &self.client,
            &self.error,
            &self.resource,
        ]
    }
}

impl Untold {
    /// So many acts are kept; a quiet episode has no story.
    pub const MOST: u32 = 32;

    /// How many acts there are.
    pub const fn len(&self) -> u32 {
        self.count
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Keeps one more.
    pub fn push(&mut self, act: &Act) {
        /// Hardly an act takes more.
        const ROOM: usize = 512;
        let texts = act.texts();
        let packed = Packed {
            texts: match postcard::take_from_bytes::<Texts<'_>>(&self.packed) {
                Ok((first, _)) => std::array::from_fn(|index| {
                    (first[index] != Some(texts[index])).then_some(texts[index])
                }),
                Err(_) => texts.map(Some),
            },
            time: act.time,
            event_id: act.event_id.clone(),
            outcome: act.outcome,
            console: act.console,
            touched: act.touched.clone(),
            made: act.made.clone(),
            facts: act.facts.clone(),
            account: act.account,
        };
        if let Ok(packed) = postcard::to_extend(&packed, Vec::with_capacity(ROOM)) {
            self.packed.reserve_exact(packed.len());
            self.packed.extend_from_slice(&packed);
            self.count += 1;
        }
    }

    /// Takes all of them out, in the order in which they came.
    pub fn take(&mut self) -> Vec<Act> {
        let kept = std::mem::take(self);
        let mut acts: Vec<Act> = Vec::with_capacity(kept.count as usize);
        let mut first = [None; 8];
        let mut rest = kept.packed.as_slice();
        while let Ok((packed, after)) = postcard::take_from_bytes::<Packed<'_>>(rest) {
            if acts.is_empty() {
                first = packed.texts;
            }
            let text = |index: usize| packed.texts[index].or(first[index]).unwrap_or_default();
            acts.push(Act {
                time: packed.time,
                event_id: packed.event_id,
                outcome: packed.outcome,
                console: packed.console,
                touched: packed.touched,
                made: packed.made,
                facts: packed.facts,
                account: packed.account,
                principal: text(0).to_owned(),
                access_key: AccessKeyId::new(text(1)),
                action: text(2).to_owned(),
                region: text(3).to_owned(),
                source: text(4).to_owned(),
                client: text(5).to_owned(),
                error: text(6).to_owned(),
                resource: text(7).to_owned(),
            });
            rest = after;
        }
        acts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::Subject;

    #[test]
    fn what_was_kept_comes_out_as_it_went_in() {
        let act = |second: i64, source: &str, key: &str| Act {
            time: Time::from_seconds(second),
            event_id: EventId::new(&format!("event {second}")),
            principal: "arn:aws:iam::193672423079:user/alice".into(),
            access_key: AccessKeyId::new(key),
            action: "s3:ListBuckets".into(),
            region: "eu-west-1".into(),
            source: source.into(),
            client: "aws-cli".into(),
            console: second == 1,
            outcome: Outcome::Success,
            error: String::new(),
            resource: source.repeat(second as usize),
            touched: vec![source.into()],
            made: Vec::new(),
            facts: [Fact { about: Subject::Version, text: source.into() }].into(),
            account: "193672423079".parse().ok(),
        };
        let acts = [act(0, "198.51.100.7", "AKIA"), act(1, "", ""), act(2, "198.51.100.7", "ASIA")];
        let mut untold = Untold::default();
        assert_eq!(untold.take(), []);
        for act in &acts {
            untold.push(act);
        }
        assert_eq!(untold.len(), 3);
        assert_eq!(untold.take(), acts);
        assert!(untold.is_empty() && untold.take().is_empty());
    }
}
