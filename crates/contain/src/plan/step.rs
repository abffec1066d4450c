//! One step of a plan.

use cloudtrail::{AccountId, EventId, Time};
use serde::{Deserialize, Serialize};

use crate::account::{Account, Accounts};
use crate::call::Call;
use crate::thing::{NoWay, State, Thing};

/// One thing to do, with its reason and what it costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name in the plan, for example `deny-user:sam`.
    pub name: String,
    /// The part of the resolution that it belongs to.
    pub phase: Phase,
    /// What kind of step it is.
    pub action: Action,
    /// Whether it is taken at once or only when asked for.
    pub when: When,
    /// The account in which it is taken.
    pub account: AccountId,
    /// With whose credentials.
    pub place: Place,
    /// Whom or what it is about, as an ARN or a name.
    pub subject: String,
    /// What is done.
    pub text: String,
    /// Why, with this incident's values.
    pub reason: String,
    /// What it stops.
    pub stops: Vec<Stops>,
    /// The settings that it changes; none for what only people can do.
    pub changes: Vec<Change>,
    /// What people type, where no setting is changed.
    pub commands: Vec<String>,
    /// Whether it can be taken back.
    pub reversible: Reversible,
    /// What happens then.
    pub effect: String,
    /// How soon.
    pub takes: String,
    /// What may break.
    pub risk: String,
    /// The events behind it.
    pub event_ids: Vec<EventId>,
}

/// A setting and what it becomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The setting.
    pub thing: Thing,
    /// How it was when the plan was made; `None` where nobody could tell.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::thing::known"
    )]
    pub was: Option<State>,
    /// What it becomes.
    pub to: Wanted,
    /// Whether the wish was made from `was`, so that it is void when something else is found.
    pub only_from_was: bool,
}

/// What a setting becomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wanted {
    /// Nothing: it is taken away.
    Absent,
    /// This.
    Exactly(String),
    /// This, with the moment of applying instead of [`Wanted::NOW`].
    AsOfNow(String),
    /// Whatever AWS chooses: the id of a new key.
    Something,
}

/// The four parts of a resolution, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// See to the resources that are affected.
    Resources,
    /// Make the credentials worthless.
    Invalidate,
    /// Give the owner new ones.
    Restore,
    /// Find what was left behind.
    Review,
}

/// When a step is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// By every `apply`.
    AtOnce,
    /// When `apply --with NAME` asks for it: it costs more, or comes later.
    OnRequest,
}

/// With whose credentials a step is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// Somebody's in the account itself.
    Account,
    /// Somebody's in the organisation's management account.
    Management,
}

/// The kinds of steps, in the order in which they are taken: first what the thief cannot undo, then
/// what makes credentials worthless, then what lets somebody back in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is the name of a file in `action/`")]
pub enum Action {
    QuarantineScp,
    DenyUser,
    DeactivateKey,
    DeleteLoginProfile,
    RevokeSessions,
    RestrictTrust,
    Boundary,
    InstanceProfile,
    FunctionConcurrency,
    RemovePersistence,
    RootUser,
    IdentityCenter,
    Rotate,
    RestoreAccess,
}

/// A column of the containment matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stops {
    /// Use of a long-term access key.
    Key,
    /// Signing in with a password.
    Password,
    /// Live sessions of a role.
    RoleSessions,
    /// Live sessions of `GetSessionToken` and `GetFederationToken`.
    TokenSessions,
    /// That new credentials are issued.
    Reissue,
    /// A way back in that the thief left.
    WayIn,
}

/// Whether a step can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reversible {
    /// Byte for byte.
    Yes,
    /// With a difference.
    Partly(String),
    /// Not at all, or not by us.
    No(String),
}

impl Phase {
    /// All, in order.
    pub const ALL: [Self; 4] = [Self::Resources, Self::Invalidate, Self::Restore, Self::Review];

    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Resources => "See to the resources that are affected",
            Self::Invalidate => "Invalidate the credentials",
            Self::Restore => "Restore access with new credentials",
            Self::Review => "Review the account",
        }
    }
}

impl Stops {
    /// In words, for a list.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Key => "use of the access key",
            Self::Password => "signing in with the password",
            Self::RoleSessions => "live sessions of the role",
            Self::TokenSessions => "live sessions of GetSessionToken and GetFederationToken",
            Self::Reissue => "new credentials",
            Self::WayIn => "a way back in",
        }
    }
}

impl Reversible {
    /// In words.
    pub fn in_words(&self) -> String {
        match self {
            Self::Yes => "yes".to_owned(),
            Self::Partly(why) => format!("partly: {why}"),
            Self::No(why) => format!("no: {why}"),
        }
    }
}

impl Wanted {
    /// Where the moment of applying is put in. No name in AWS has these signs.
    pub const NOW: &'static str = "{now}";

    /// The state, at a moment; `None` for what AWS chooses.
    pub fn at(&self, now: Time) -> Option<State> {
        match self {
            Self::Absent => Some(None),
            Self::Exactly(text) => Some(Some(text.clone())),
            Self::AsOfNow(text) => {
                // Issue times are whole seconds: what was issued in this one is older as well.
                let next = Time::from_seconds(now.seconds() + 1).to_string();
                Some(Some(text.replace(Self::NOW, &next)))
            }
            Self::Something => None,
        }
    }
}

impl Change {
    /// A change to a state that does not depend on what was there.
    pub fn to(thing: Thing, to: Wanted) -> Self {
        Self { thing, was: None, to, only_from_was: false }
    }

    /// The calls that it comes to at a moment, from what was there when the plan was made.
    pub fn calls(&self, now: Time) -> Result<Vec<Call>, NoWay> {
        let to = self.to.at(now).unwrap_or_else(|| Some(String::new()));
        let was = self.was.clone().unwrap_or_else(|| self.assumed());
        self.thing.calls(&was, &to)
    }

    /// What is there where nobody could look: whatever needs the change.
    pub(crate) fn assumed(&self) -> State {
        match (&self.thing, &self.to) {
            (Thing::AccessKey { .. }, _) => Some("Active".to_owned()),
            (_, Wanted::Absent) => Some(String::new()),
            _ => None,
        }
    }
}

impl Step {
    /// The account in which it is taken, where somebody may act in it.
    pub(crate) fn account_among<'a>(
        &self,
        accounts: &Accounts<'a>,
        management: Option<&'a dyn Account>,
    ) -> Option<&'a dyn Account> {
        match self.place {
            Place::Account => accounts.get(&self.account).copied(),
            Place::Management => management,
        }
    }

    /// Whether people must do it themselves.
    pub fn is_by_hand(&self) -> bool {
        self.changes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_and_what_is_nothing_survive_a_file() {
        for was in [None, Some(None), Some(Some("Active".to_owned()))] {
            let thing = Thing::LoginProfile { user: "sam".into() };
            let change = Change { was, ..Change::to(thing, Wanted::Absent) };
            let text = serde_json::to_string(&change).unwrap();
            assert_eq!(serde_json::from_str::<Change>(&text).unwrap(), change, "{text}");
        }
    }
}
