//! Secrets: where they come from, and that nobody prints them.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::Error;

/// A text that is never shown: `Debug` says so, and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Makes a secret of a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the request that needs it and for nothing else.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// Where a secret is kept. It is never in the configuration itself: `{ file = "/run/secrets/slack" }`
/// or `{ env = "SLACK_TOKEN" }`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum SecretSource {
    /// A file whose text, without blanks around it, is the secret.
    File(PathBuf),
    /// A variable of the environment.
    Env(String),
}

/// No secret is longer, and whoever names a device by mistake gets an answer.
const LONGEST: u64 = 64 * 1024;

impl SecretSource {
    /// Fetches the secret; `environment` looks a variable up.
    pub fn load(&self, environment: &dyn Fn(&str) -> Option<String>) -> Result<Secret, Error> {
        let text = match self {
            Self::File(path) => {
                read(path).map_err(|source| Error::SecretFile { path: path.clone(), source })?
            }
            Self::Env(name) => {
                environment(name).ok_or_else(|| Error::SecretVariable { name: name.clone() })?
            }
        };
        let text = text.trim();
        if text.is_empty() {
            return Err(Error::EmptySecret { origin: self.to_string() });
        }
        Ok(Secret::new(text))
    }
}

impl fmt::Display for SecretSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(formatter, "the file {}", path.display()),
            Self::Env(name) => write!(formatter, "the variable {name}"),
        }
    }
}

fn read(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(LONGEST).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Secret, SecretSource};

    #[test]
    fn a_secret_shows_nothing() {
        assert_eq!(format!("{:?}", Secret::new("xoxb-1")), "Secret(…)");
    }

    #[test]
    fn secrets_come_from_files_and_variables() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        fs::write(&file, " xoxb-1\n").unwrap();
        fs::write(folder.path().join("empty"), "\n").unwrap();
        let environment = |name: &str| (name == "TOKEN").then(|| "xoxb-2".to_owned());
        let load = |source: &str| {
            let source: SecretSource = toml::from_str(source).unwrap();
            source.load(&environment).map_err(|error| error.to_string())
        };
        let path = folder.path().display();
        assert_eq!(load(&format!("file = '{}'", file.display())), Ok(Secret::new("xoxb-1")));
        assert_eq!(load("env = 'TOKEN'"), Ok(Secret::new("xoxb-2")));
        let cases = [
            ("env = 'OTHER'".to_owned(), "the variable OTHER is not set; set it to the secret"),
            (format!("file = '{path}/empty'"), "is empty; write the secret into it"),
            (format!("file = '{path}/missing'"), "cannot be read"),
        ];
        for (source, expected) in cases {
            let told = load(&source).unwrap_err();
            assert!(told.contains(expected), "{told}");
        }
    }

    #[test]
    fn a_secret_in_the_configuration_itself_is_refused() {
        for text in ["value = 'xoxb-1'", "file = 'a'\nenv = 'b'"] {
            assert!(toml::from_str::<SecretSource>(text).is_err(), "{text}");
        }
    }
}
