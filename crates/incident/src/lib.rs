//! Episodes become incidents: ledger, hypotheses, story, advice.
