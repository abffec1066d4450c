//! Tests of the priors.
