//! Episodes become incidents: ledger, hypotheses, story, advice.

mod incident;

pub use incident::{
    Act, Edge, Hypothesis, IdentitySummary, Incident, LedgerLine, SCHEMA, Severity, Status, Verdict,
};
