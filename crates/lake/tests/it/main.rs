//! The tests of the lake: what goes in comes out, each once, whatever happens on the way.

#[cfg(test)]
mod compaction;
#[cfg(test)]
mod crashes;
#[cfg(test)]
#[cfg(feature = "query")]
mod dossier;
#[cfg(test)]
mod events;
#[cfg(test)]
#[cfg(feature = "query")]
mod hunts;
#[cfg(test)]
#[cfg(feature = "query")]
mod questions;
#[cfg(test)]
mod repeats;
#[cfg(test)]
mod rounds;
#[cfg(test)]
mod store;
