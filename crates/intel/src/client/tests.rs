//! Tests of the client parser.
