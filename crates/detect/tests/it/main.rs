//! The judge on scripts of native CloudTrail records.

#[cfg(test)]
mod callers;
#[cfg(test)]
mod court;
#[cfg(test)]
mod episodes;
#[cfg(test)]
mod habits;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod principals;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod script;
#[cfg(test)]
mod services;
#[cfg(test)]
mod signals;
#[cfg(test)]
mod snapshots;
