//! Incidents, comments, users, tokens and audit in SQLite or Postgres, from one SQL text.
//!
//! Open a [`Store`]; everything is a method of it. Whatever changes something is told who does it and
//! when, as an [`Act`], and writes an entry of the audit in the same transaction. The store has no
//! clock and no randomness of its own, and does not know how an incident came to be.

mod act;
mod audit;
mod backup;
mod comment;
mod engine;
mod error;
mod exception;
mod hex;
mod incident;
mod notification;
mod page;
mod retention;
mod schema;
mod secret;
mod select;
mod setting;
mod sql;
mod store;
mod token;
mod user;
mod view;
mod words;

pub use act::{Act, Actor, ActorKind};
pub use audit::{Action, AuditEntry, AuditFilter, Break, Chain, Head, TargetKind};
pub use backup::Manifest;
pub use comment::{Comment, CommentVersion, LONGEST_COMMENT};
pub use error::Error;
pub use exception::{Exception, ExceptionText};
pub use incident::{
    Applied, Assignee, Batch, Changed, Filter, Hidden, Incident, IncidentVersion, Judged, Order,
    Reason, Related, Route, Severity, Sort, Status, Step, Tally, TermKind, Verdict, VerdictWord,
    nobody,
};
pub use notification::{Notification, NotificationFilter, NotificationState, Outgoing, Sending};
pub use page::{Limit, MOST, Page};
pub use retention::{Forgotten, Keep};
pub use schema::VERSION;
pub use secret::Secret;
pub use setting::Setting;
pub use store::Store;
pub use token::{Token, TokenText};
pub use user::{Role, Session, SignedIn, User, UserText};
pub use view::View;
