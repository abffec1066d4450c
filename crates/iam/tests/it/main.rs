//! Policies from the outside: accounts, and the same requests decided by others.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod emulator;
#[cfg(test)]
mod made_up;
#[cfg(test)]
mod reference;
