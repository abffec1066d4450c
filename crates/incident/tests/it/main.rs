//! Episodes of several principals, from native CloudTrail records to incidents.

#[cfg(test)]
mod across;
#[cfg(test)]
#[allow(dead_code, reason = "shared with the tests of detect, which use more of it")]
#[path = "../../../detect/tests/it/callers.rs"]
mod callers;
#[cfg(test)]
#[allow(dead_code, reason = "shared with the tests of detect, which use more of it")]
#[path = "../../../detect/tests/it/court.rs"]
mod court;
#[cfg(test)]
mod explanations;
#[cfg(test)]
mod incidents;
#[cfg(test)]
mod investigation;
#[cfg(test)]
mod lineage;
#[cfg(test)]
mod notices;
#[cfg(test)]
#[allow(dead_code, reason = "shared with the tests of detect, which use more of it")]
#[path = "../../../detect/tests/it/script.rs"]
mod script;
