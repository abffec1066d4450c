//! Containment against emulators of AWS, on this machine and only there.

#[cfg(test)]
mod account;
#[cfg(test)]
mod containment;
#[cfg(test)]
mod enforcement;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod incident;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod models;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod responder;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod setup;
#[cfg(test)]
mod things;
#[cfg(test)]
mod tricks;
#[cfg(test)]
mod who;
