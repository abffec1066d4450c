//! Policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, and `${*}`, `${?}`, `${$}`.

use crate::context::Context;
use crate::glob::{Pattern, Piece, piece};

/// A text with its variables filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Filled {
    /// The pattern.
    Known(Pattern),
    /// A variable is not in the request and has no default: the text matches nothing.
    Missing(Pattern),
    /// Nothing is known of a variable; the pattern has `*` in its place.
    Unknown(Pattern),
}

/// Fills in the variables of a text; before version 2012-10-17 there were none.
pub(crate) fn fill(text: &str, context: &Context, has_variables: bool) -> Filled {
    let mut pieces = Vec::with_capacity(text.len());
    let (mut unknown, mut missing) = (false, false);
    let mut rest = text;
    while let Some(begin) = rest.find("${").filter(|_| has_variables) {
        let Some(length) = rest[begin..].find('}') else { break };
        pieces.extend(rest[..begin].chars().map(piece));
        let inside = &rest[begin + 2..begin + length];
        rest = &rest[begin + length + 1..];
        if matches!(inside, "*" | "?" | "$") {
            pieces.extend(inside.chars().map(Piece::Literal));
            continue;
        }
        let (key, default) = parts(inside);
        match context.get(key) {
            Some([value]) => pieces.extend(value.chars().map(Piece::Literal)),
            None if context.is_unknown(key) => {
                unknown = true;
                pieces.push(Piece::Many);
            }
            // Several values are no value.
            _ => {
                if let Some(default) = default {
                    pieces.extend(default.chars().map(Piece::Literal));
                } else {
                    missing = true;
                    pieces.push(Piece::Unset);
                }
            }
        }
    }
    pieces.extend(rest.chars().map(piece));
    let pattern = Pattern::of(pieces);
    match (missing, unknown) {
        (true, _) => Filled::Missing(pattern),
        (false, true) => Filled::Unknown(pattern),
        (false, false) => Filled::Known(pattern),
    }
}

/// The key of a variable and its default, which stands in single quotes after a comma.
fn parts(inside: &str) -> (&str, Option<&str>) {
    match inside.split_once(',') {
        Some((key, rest)) => {
            let quoted = rest.trim().strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
            (key.trim(), quoted)
        }
        None => (inside.trim(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::{Filled, fill};
    use crate::context::Context;
    use crate::glob::Pattern;

    #[test]
    fn variables_are_filled_in() {
        let context = Context::complete().with("aws:username", "b*b");
        let matches = |text: &str, what: &str| match fill(text, &context, true) {
            Filled::Known(pattern) => pattern.matches(what),
            _ => false,
        };
        assert!(matches("home/${aws:UserName}/*", "home/b*b/x"));
        assert!(!matches("home/${aws:username}/*", "home/bob/x"));
        assert!(matches("${*}${?}${$}", "*?$"));
        assert!(matches("${aws:PrincipalTag/team, 'none'}", "none"));
        let Filled::Missing(pattern) = fill("a:b${aws:PrincipalTag/team}", &context, true) else {
            panic!("the variable has a value");
        };
        assert!(pattern.matches_arn("a:x") && !pattern.matches_arn("b:x"));
        assert_eq!(
            fill("${aws:username", &context, true),
            Filled::Known(Pattern::new("${aws:username"))
        );
    }

    #[test]
    fn what_is_not_known_stays_open() {
        let open = Context::open();
        assert_eq!(fill("a/${aws:username}", &open, true), Filled::Unknown(Pattern::new("a/*")));
    }

    #[test]
    fn old_policies_have_no_variables() {
        let context = Context::complete().with("aws:username", "bob");
        assert_eq!(
            fill("${aws:username}", &context, false),
            Filled::Known(Pattern::new("${aws:username}"))
        );
    }
}
