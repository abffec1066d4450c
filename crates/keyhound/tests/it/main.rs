//! The program as its users run it.

#[cfg(test)]
mod cli;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod judge;
#[cfg(test)]
mod scenarios;
