//! The tests of the store: one suite, each test on SQLite and on a real Postgres.

#[cfg(test)]
mod audited;
#[cfg(test)]
mod backups;
#[cfg(test)]
mod batches;
#[cfg(test)]
mod comments;
#[cfg(test)]
mod crashes;
#[cfg(test)]
mod exceptions;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod incidents;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod migrations;
#[cfg(test)]
mod notifications;
#[cfg(test)]
mod outages;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod raw;
#[cfg(test)]
mod retention;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod scenario;
#[cfg(test)]
mod site;
#[cfg(test)]
mod tampering;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod users;
#[cfg(test)]
mod workflow;
#[cfg(test)]
mod writers;
