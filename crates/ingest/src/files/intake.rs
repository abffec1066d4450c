//! What can be read only once, standard input and pipes, is kept so that it can be read again.

use std::fmt;
use std::io::{self, Cursor, Read, Write};
use std::sync::Arc;

use tempfile::NamedTempFile;

/// Up to so many bytes are kept in memory; more go to a temporary file.
const IN_MEMORY: usize = 64 << 20;

/// The bytes of one pipe, as they came.
pub(super) enum Intake {
    /// Few.
    Memory(Arc<[u8]>),
    /// Many, in a file that is removed in the end.
    Disk(NamedTempFile, u64),
}

impl Intake {
    /// Reads all there is.
    pub(super) fn read(reader: impl Read) -> io::Result<Self> {
        Self::read_up_to(reader, IN_MEMORY)
    }

    fn read_up_to(mut reader: impl Read, in_memory: usize) -> io::Result<Self> {
        let mut bytes = Vec::new();
        reader.by_ref().take(in_memory as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() <= in_memory {
            return Ok(Self::Memory(bytes.into()));
        }
        let mut file = NamedTempFile::with_prefix("keyhound-")?;
        file.write_all(&bytes)?;
        let rest = io::copy(&mut reader, &mut file)?;
        Ok(Self::Disk(file, bytes.len() as u64 + rest))
    }

    /// How many bytes there are.
    pub(super) fn size(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Disk(_, size) => *size,
        }
    }

    /// Begins to read them once more.
    pub(super) fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::Memory(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
            Self::Disk(file, _) => Box::new(file.reopen()?),
        })
    }
}

impl fmt::Debug for Intake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Intake of {} bytes", self.size())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::Intake;

    #[test]
    fn what_came_can_be_read_again_from_memory_and_from_disk() {
        let bytes: Vec<u8> = (0..100_000_u32).map(|n| n as u8).collect();
        for in_memory in [0, 50_000, 99_999, 100_000, 200_000] {
            let intake = Intake::read_up_to(&bytes[..], in_memory).unwrap();
            assert_eq!(matches!(intake, Intake::Memory(_)), in_memory >= bytes.len());
            assert_eq!(intake.size(), bytes.len() as u64);
            for _ in 0..2 {
                let mut again = Vec::new();
                intake.open().unwrap().read_to_end(&mut again).unwrap();
                assert!(again == bytes);
            }
        }
    }
}
