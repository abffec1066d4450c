//! Who does something, and when: what every change is told.

use std::fmt;

use cloudtrail::Time;
use serde::{Deserialize, Serialize};

use crate::words::words;

words! {
    /// What kind of actor it is.
    ActorKind, "kind of actor":
    /// A user who is signed in.
    Person = "person",
    /// A machine with an API token.
    Token = "token",
    /// Keyhound itself.
    Program = "program",
}

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// What kind of actor it is.
    pub kind: ActorKind,
    /// The user's name, the token's name, or the part of the program.
    pub name: String,
}

impl Actor {
    /// A user, by name.
    pub fn person(name: impl Into<String>) -> Self {
        Self { kind: ActorKind::Person, name: name.into() }
    }

    /// An API token, by name.
    pub fn token(name: impl Into<String>) -> Self {
        Self { kind: ActorKind::Token, name: name.into() }
    }

    /// A part of the program, by name.
    pub fn program(name: impl Into<String>) -> Self {
        Self { kind: ActorKind::Program, name: name.into() }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.kind, self.name)
    }
}

/// Who does something, and when. The store has no clock of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Time,
}

impl Act {
    /// By that actor at that moment.
    pub const fn new(by: Actor, at: Time) -> Self {
        Self { by, at }
    }
}
