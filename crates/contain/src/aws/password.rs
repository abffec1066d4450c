//! Passwords that nobody guesses.

/// The length. IAM's password policies ask for 6 to 128 signs; more than this is not seen.
const LENGTH: usize = 32;
/// IAM's password policies know four kinds of signs. Signs that look like others, or mean something
/// to shells and credentials files, are left out.
const KINDS: [&[u8]; 4] =
    [b"abcdefghijkmnopqrstuvwxyz", b"ABCDEFGHJKLMNPQRSTUVWXYZ", b"23456789", b"_+-=@^"];

/// A password with signs of every kind: 32 of 63, so some 190 bits.
pub(super) fn random() -> Result<String, &'static str> {
    let signs = KINDS.concat();
    loop {
        let password = drawn(&signs)?;
        if KINDS.iter().all(|kind| password.bytes().any(|sign| kind.contains(&sign))) {
            return Ok(password);
        }
    }
}

/// Signs drawn with the same chance each: random bytes beyond the last whole multiple are dropped.
fn drawn(signs: &[u8]) -> Result<String, &'static str> {
    let fair = 256 - 256 % signs.len();
    let mut password = String::with_capacity(LENGTH);
    while password.len() < LENGTH {
        let mut bytes = [0; LENGTH];
        getrandom::fill(&mut bytes).map_err(|_| "the machine gives no random numbers")?;
        let drawn = bytes.iter().map(|byte| usize::from(*byte)).filter(|number| *number < fair);
        let missing = LENGTH - password.len();
        password.extend(drawn.take(missing).map(|number| char::from(signs[number % signs.len()])));
    }
    Ok(password)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{KINDS, LENGTH, random};

    #[test]
    fn passwords_fulfil_policies_and_differ() {
        let all: BTreeSet<String> = (0..200).map(|_| random().unwrap()).collect();
        assert_eq!(all.len(), 200);
        for password in &all {
            assert_eq!(password.len(), LENGTH);
            for kind in KINDS {
                assert!(password.bytes().any(|sign| kind.contains(&sign)), "{password}");
            }
        }
        let seen: BTreeSet<u8> = all.iter().flat_map(|password| password.bytes()).collect();
        assert_eq!(seen.len(), KINDS.concat().len(), "every sign is drawn");
    }
}
