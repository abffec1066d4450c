//! How much is believed of the files before they are read: as much as turns out to be true.

use anyhow::Result;
use ingest::{Error, Trust};

/// Attempts a reading. When it finds that a file holds earlier records than was believed, all that
/// was judged is void, and it is attempted anew with less belief. The last attempt believes
/// nothing, so that it cannot be disappointed.
pub(super) fn trusting<T>(mut attempt: impl FnMut(Trust) -> Result<T>) -> Result<T> {
    let mut trust = Trust::default();
    loop {
        let error = match attempt(trust) {
            Err(error) => error,
            done => return done,
        };
        let less = error.downcast_ref::<Error>().and_then(|error| trust.after(error));
        let Some(less) = less else { return Err(error) };
        tracing::info!(%error, ?less, "reading anew");
        trust = less;
    }
}

#[cfg(test)]
mod tests {
    use ingest::{Error, Trust};

    use super::trusting;

    #[test]
    fn it_is_tried_again_with_less_until_it_works_and_never_in_vain() {
        let behind = || Error::Behind { time: cloudtrail::Time::MIN };
        for wanted in [Trust::Names, Trust::Contents, Trust::Nothing] {
            let reached =
                trusting(|trust| if trust == wanted { Ok(trust) } else { Err(behind().into()) });
            assert_eq!(reached.unwrap(), wanted);
        }
        let mut attempts = 0;
        let mut always = |error: fn() -> Error| {
            attempts = 0;
            let result = trusting(|_| {
                attempts += 1;
                Err::<(), _>(error().into())
            });
            (attempts, result.is_err())
        };
        assert_eq!(always(|| Error::Behind { time: cloudtrail::Time::MIN }), (3, true));
        assert_eq!(always(|| Error::NoPath), (1, true));
    }
}
