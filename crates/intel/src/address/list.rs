//! The user's plain lists of addresses and networks.

use std::net::IpAddr;

use ipnet::IpNet;

/// A line of a list, or a file, that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{list}, line {line}: {problem}")]
pub struct ListError {
    /// Which list: `tor`, `vpn`, `threat`, `known networks`, `aws ranges`.
    pub list: &'static str,
    /// Line, or entry, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: ListProblem,
}

/// What is wrong with a line; quoted text is cut and has no control characters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListProblem {
    /// Neither an address nor a network in CIDR notation.
    #[error("`{0}` is neither an address nor a network such as 192.0.2.0/24")]
    NotAnAddress(String),
    /// The text is not the JSON it should be.
    #[error("{0}")]
    NotJson(String),
}

/// Reads one address or network per line; what follows a space, comma or semicolon is a remark.
///
/// Comments start with `#`, `;` or `//`. The Tor project's `ExitAddress …` lines are understood, its other lines skipped.
pub(super) fn parse(list: &'static str, text: &str) -> Result<Vec<IpNet>, ListError> {
    let mut nets = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim_start_matches('\u{feff}').trim();
        if line.is_empty() || line.starts_with(['#', ';']) || line.starts_with("//") {
            continue;
        }
        let mut words = line.split([' ', '\t', ',', ';']).filter(|word| !word.is_empty());
        let word = match words.next().unwrap_or(line) {
            "ExitAddress" => words.next().unwrap_or(line),
            "ExitNode" | "Published" | "LastStatus" => continue,
            word => word,
        };
        let net = network(word).ok_or_else(|| ListError {
            list,
            line: at + 1,
            problem: not_an_address(word),
        })?;
        nets.push(net);
    }
    Ok(nets)
}

/// An address or a network in CIDR notation; host bits are ignored.
pub(super) fn network(text: &str) -> Option<IpNet> {
    let text = text.trim_matches(['"', '\'']);
    let net =
        text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))?;
    Some(net.trunc())
}

pub(super) fn not_an_address(text: &str) -> ListProblem {
    ListProblem::NotAnAddress(text.chars().take(64).flat_map(char::escape_default).collect())
}
