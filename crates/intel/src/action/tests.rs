//! Tests of the action tables.
