//! The probes on inputs that were kept.

#[cfg(test)]
mod corpus;
