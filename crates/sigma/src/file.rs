//! Rule files as they are handed in, and rules as they are named to people.

use std::fmt;

/// One file with rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleFile {
    /// Its path, as the user is told of it.
    pub path: String,
    /// What it says.
    pub text: String,
    /// The licence of its folder, for rules that do not say their own.
    pub licence: String,
}

/// A rule, or a whole file, and what there is to say of it. All of it is foreign text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The file.
    pub file: String,
    /// The rule's title; empty for what concerns the file.
    pub title: String,
    /// What there is to say, without full stop.
    pub why: String,
}

impl fmt::Display for Named {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.title.as_str() {
            "" => write!(formatter, "{}: {}", self.file, self.why),
            title => write!(formatter, "{}: “{title}”: {}", self.file, self.why),
        }
    }
}

/// A text on one line, of bounded length: titles and reasons quote what others wrote.
pub(crate) fn line(text: &str, most: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
