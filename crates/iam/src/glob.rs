//! Patterns with `*` and `?`: matching, inclusion, overlap; and ARNs, which are matched part by part.

use std::str::Chars;

/// One character of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece {
    /// This very character, also where it is `*` or `?` because a variable said so.
    Literal(char),
    /// `?`: any one character.
    One,
    /// `*`: any number of characters.
    Many,
    /// A variable without a value: nothing is known of the part that it stands in.
    Unset,
}

/// A pattern whose variables have been filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Piece>);

impl Pattern {
    /// A pattern as a policy writes it.
    pub(crate) fn new(text: &str) -> Self {
        Self(text.chars().map(piece).collect())
    }

    pub(crate) fn of(pieces: Vec<Piece>) -> Self {
        Self(pieces)
    }

    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// Whether it matches everything.
    pub(crate) fn is_everything(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|piece| *piece == Piece::Many)
    }

    /// Whether a text matches. Takes time in proportion to both lengths at the worst.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let (mut at, mut rest) = (0, text.chars());
        let mut star: Option<(usize, Chars<'_>)> = None;
        loop {
            let mut after = rest.clone();
            let Some(character) = after.next() else { break };
            let fits = match self.0.get(at) {
                Some(Piece::Literal(own)) => *own == character,
                Some(Piece::One) => true,
                _ => false,
            };
            if fits {
                (at, rest) = (at + 1, after);
            } else if self.0.get(at) == Some(&Piece::Many) {
                star = Some((at, rest.clone()));
                at += 1;
            } else if let Some((many, from)) = &mut star {
                from.next();
                (at, rest) = (*many + 1, from.clone());
            } else {
                return false;
            }
        }
        self.0[at..].iter().all(|piece| *piece == Piece::Many)
    }

    /// The parts of an ARN: six, divided by colons; the last one may have colons of its own, and
    /// what is missing is everything. `None` for what is no ARN.
    fn parts(&self) -> Option<Vec<&[Piece]>> {
        const PARTS: usize = 6;
        let mut parts: Vec<&[Piece]> =
            self.0.splitn(PARTS, |piece| *piece == Piece::Literal(':')).collect();
        if parts.len() < 2 {
            return None;
        }
        while parts.len() < PARTS {
            parts.push(&[Piece::Many]);
        }
        Some(parts)
    }

    /// Whether an ARN matches: part by part, since no wildcard but in the last part reaches beyond a
    /// colon.
    pub(crate) fn matches_arn(&self, arn: &str) -> bool {
        self.compares_arn(&Self(arn.chars().map(Piece::Literal).collect()), includes)
    }

    /// Whether every ARN that `other` matches is matched by this one, too. It may say no where the
    /// answer is yes, never the other way round.
    pub(crate) fn includes_arn(&self, other: &Self) -> bool {
        self.compares_arn(other, includes)
    }

    /// Whether some ARN matches both.
    pub(crate) fn overlaps_arn(&self, other: &Self) -> bool {
        other.is_everything() || self.compares_arn(other, overlaps)
    }

    /// Whether an ARN matches a pattern that has all six parts, as conditions want it.
    pub(crate) fn matches_whole_arn(&self, arn: &str) -> bool {
        const COLONS: usize = 5;
        let colons = self.0.iter().filter(|piece| **piece == Piece::Literal(':')).count();
        let whole = colons >= COLONS && arn.matches(':').count() >= COLONS;
        self.is_everything() || whole && self.matches_arn(arn)
    }

    fn compares_arn(&self, other: &Self, by: fn(&[Piece], &[Piece]) -> bool) -> bool {
        if self.is_everything() {
            return true;
        }
        match (self.parts(), other.parts()) {
            (Some(own), Some(others)) => own
                .iter()
                .zip(others)
                .all(|(own, other)| own.contains(&Piece::Unset) || by(own, other)),
            // What is no ARN, as `*`, is compared as it stands.
            _ => by(&self.0, &other.0),
        }
    }

    /// The service that an ARN names, if it names one in full.
    pub(crate) fn service(&self) -> Option<String> {
        let parts = self.parts()?;
        parts
            .get(2)?
            .iter()
            .map(|piece| if let Piece::Literal(c) = piece { Some(*c) } else { None })
            .collect()
    }
}

/// What a character of a policy's text is.
pub(crate) fn piece(character: char) -> Piece {
    match character {
        '*' => Piece::Many,
        '?' => Piece::One,
        other => Piece::Literal(other),
    }
}

/// Whether `own` matches whatever `other` matches, going back to the last `*` where a try fails.
fn includes(own: &[Piece], other: &[Piece]) -> bool {
    let (mut at, mut seen) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while seen < other.len() {
        let fits = match (own.get(at), other[seen]) {
            (Some(Piece::Literal(a)), Piece::Literal(b)) => *a == b,
            (Some(Piece::One), Piece::Literal(_) | Piece::One) => true,
            _ => false,
        };
        if fits {
            (at, seen) = (at + 1, seen + 1);
        } else if own.get(at) == Some(&Piece::Many) {
            star = Some((at, seen));
            at += 1;
        } else if let Some((many, from)) = star {
            (at, seen) = (many + 1, from + 1);
            star = Some((many, from + 1));
        } else {
            return false;
        }
    }
    own[at..].iter().all(|piece| *piece == Piece::Many)
}

/// Whether some text is matched by both: the reachable pairs of positions, row by row.
fn overlaps(one: &[Piece], other: &[Piece]) -> bool {
    let mut row = vec![false; other.len() + 1];
    for at in 0..=one.len() {
        let mut next = vec![false; other.len() + 1];
        for seen in 0..=other.len() {
            let here = if at == 0 && seen == 0 {
                true
            } else {
                let many =
                    |pieces: &[Piece], index: usize| index > 0 && pieces[index - 1] == Piece::Many;
                let up = at > 0 && row[seen];
                let left = seen > 0 && next[seen - 1];
                let both = at > 0 && seen > 0 && row[seen - 1];
                // A `*` may stand for nothing, or swallow what the other side has.
                up && (many(one, at) || many(other, seen))
                    || left && (many(one, at) || many(other, seen))
                    || both && meets(one[at - 1], other[seen - 1])
            };
            next[seen] = here;
        }
        row = next;
    }
    row[other.len()]
}

/// Whether one character may be both.
fn meets(one: Piece, other: Piece) -> bool {
    match (one, other) {
        (Piece::Literal(a), Piece::Literal(b)) => a == b,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Pattern, includes, overlaps};

    #[test]
    fn patterns_match() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("s3:Get*", "s3:GetObject", true),
            ("s3:Get*", "s3:PutObject", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*b*c", "abxbyc", true),
            ("*b*c", "abxby", false),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(Pattern::new(pattern).matches(text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn arns_are_matched_part_by_part() {
        for (pattern, arn, expected) in [
            ("*", "arn:aws:s3:::b/k", true),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b/k/l", true),
            ("arn:aws:s3:::b", "arn:aws:s3:::b/k", false),
            ("arn:aws:iam::*:role/x", "arn:aws:iam::1:role/x", true),
            ("arn:aws:s3*b", "arn:aws:s3:::b", false),
            ("arn:aws:sqs", "arn:aws:sqs:eu-west-1:1:q", true),
            (
                "arn:aws:logs:*:1:log-group:*",
                "arn:aws:logs:eu-west-1:1:log-group:a:log-stream:b",
                true,
            ),
        ] {
            assert_eq!(Pattern::new(pattern).matches_arn(arn), expected, "{pattern} {arn}");
        }
    }

    #[test]
    fn a_long_pattern_does_not_take_long() {
        let pattern = Pattern::new(&"*a".repeat(2_000));
        assert!(!pattern.matches(&"a".repeat(1_999)));
    }

    /// All texts of up to four letters.
    fn texts() -> Vec<String> {
        let mut texts = vec![String::new()];
        for length in 0..4 {
            let longer: Vec<String> = texts
                .iter()
                .filter(|text| text.len() == length)
                .flat_map(|text| ["a", "b"].map(|letter| format!("{text}{letter}")))
                .collect();
            texts.extend(longer);
        }
        texts
    }

    proptest! {
        #[test]
        fn inclusion_and_overlap_agree_with_matching(one in "[ab*?]{0,4}", two in "[ab*?]{0,4}") {
            let (a, b) = (Pattern::new(&one), Pattern::new(&two));
            let shared = texts().iter().any(|text| a.matches(text) && b.matches(text));
            prop_assert!(!shared || overlaps(a.pieces(), b.pieces()));
            if includes(a.pieces(), b.pieces()) {
                for text in texts() {
                    prop_assert!(!b.matches(&text) || a.matches(&text), "{text}");
                }
            }
            // Patterns this short overlap in a short text, if at all.
            let stars = one.matches('*').count() + two.matches('*').count();
            if overlaps(a.pieces(), b.pieces()) && stars == 0 {
                prop_assert!(shared);
            }
        }
    }
}
