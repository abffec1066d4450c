//! A position in a JSON text that moves over whole values, many bytes at a time.
//!
//! It takes exactly what JSON's grammar allows and no more: where it answers `None`, the text is
//! broken or unusual, and `serde_json` tells which. It never guesses.

use wide::u8x32;

/// A position in a JSON text.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    pub(crate) at: usize,
}

/// Values are followed into this many objects and lists inside each other; a bit of a word tells
/// which of both each is.
const DEEPEST: u32 = 64;

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The byte at the position; zero, which no JSON has, at the end.
    #[inline]
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// Passes over white space and gives what comes then.
    #[inline]
    pub(crate) fn next_token(&mut self) -> u8 {
        loop {
            let byte = self.peek();
            if !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return byte;
            }
            self.at += 1;
        }
    }

    /// Passes over white space and this byte.
    #[inline]
    pub(crate) fn take(&mut self, byte: u8) -> Option<()> {
        if self.next_token() != byte {
            return None;
        }
        self.at += 1;
        Some(())
    }

    /// Passes over white space and tells whether nothing is left.
    pub(crate) fn is_at_end(&mut self) -> bool {
        self.next_token();
        self.at == self.text.len()
    }

    /// Everything from the position on.
    #[inline]
    pub(crate) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Everything between an earlier position and this one.
    #[inline]
    pub(crate) fn since(&self, begin: usize) -> &'a str {
        self.text.get(begin..self.at).unwrap_or_default()
    }

    /// Passes over the text whose opening quote stands at the position, and tells whether it has
    /// escapes.
    #[inline]
    pub(crate) fn quoted(&mut self) -> Option<bool> {
        // Most texts end within one block.
        let begin = self.at + 1;
        if let Some(block) = self.text.as_bytes().get(begin..).and_then(<[u8]>::first_chunk) {
            let length = special(block);
            if block.get(length) == Some(&b'"') {
                self.at = begin + length + 1;
                return Some(false);
            }
        }
        self.quoted_at_length()
    }

    #[inline(never)]
    fn quoted_at_length(&mut self) -> Option<bool> {
        let bytes = self.text.as_bytes();
        let mut has_escapes = false;
        self.at += 1;
        loop {
            self.at = ordinary(bytes, self.at);
            match self.peek() {
                b'"' => {
                    self.at += 1;
                    return Some(has_escapes);
                }
                b'\\' => {
                    has_escapes = true;
                    self.escape()?;
                }
                _ => return None,
            }
        }
    }

    #[inline(never)]
    fn escape(&mut self) -> Option<()> {
        let escape = self.text.as_bytes().get(self.at + 1..)?;
        match escape.first()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.at += 2,
            b'u' if escape.get(1..5)?.iter().all(u8::is_ascii_hexdigit) => self.at += 6,
            _ => return None,
        }
        Some(())
    }

    /// Passes over a key without escapes and its colon.
    #[inline]
    pub(crate) fn key(&mut self) -> Option<&'a [u8]> {
        if self.next_token() != b'"' {
            return None;
        }
        let begin = self.at + 1;
        if self.quoted()? {
            return None;
        }
        let key = self.text.as_bytes().get(begin..self.at - 1)?;
        self.take(b':')?;
        Some(key)
    }

    /// Passes over a key, whatever it is, and its colon.
    #[inline]
    fn any_key(&mut self) -> Option<()> {
        if self.next_token() != b'"' {
            return None;
        }
        self.quoted()?;
        self.take(b':')
    }

    /// Passes over a word that stands for a value.
    #[inline]
    pub(crate) fn literal(&mut self, word: &str) -> Option<()> {
        if !self.text.as_bytes().get(self.at..)?.starts_with(word.as_bytes()) {
            return None;
        }
        self.at += word.len();
        Some(())
    }

    /// Passes over a value of any kind.
    pub(crate) fn value(&mut self) -> Option<()> {
        let mut depth = 0;
        // One bit for each open object (1) or list (0), the innermost lowest.
        let mut open = 0_u64;
        loop {
            match self.next_token() {
                b'"' => {
                    self.quoted()?;
                }
                byte @ (b'{' | b'[') => {
                    self.at += 1;
                    let is_object = byte == b'{';
                    // `{` and `}` are two apart, and so are `[` and `]`.
                    if self.next_token() == byte + 2 {
                        self.at += 1;
                    } else if depth == DEEPEST {
                        return None;
                    } else {
                        depth += 1;
                        open = open << 1 | u64::from(is_object);
                        if is_object {
                            self.any_key()?;
                        }
                        continue;
                    }
                }
                b't' => self.literal("true")?,
                b'f' => self.literal("false")?,
                b'n' => self.literal("null")?,
                _ => self.number()?,
            }
            // Behind a value: the next one, or the ends of what is open.
            loop {
                if depth == 0 {
                    return Some(());
                }
                let is_object = open & 1 == 1;
                match self.next_token() {
                    b',' => {
                        self.at += 1;
                        if is_object {
                            self.any_key()?;
                        }
                        break;
                    }
                    byte if byte == if is_object { b'}' } else { b']' } => {
                        self.at += 1;
                        depth -= 1;
                        open >>= 1;
                    }
                    _ => return None,
                }
            }
        }
    }

    fn number(&mut self) -> Option<()> {
        if self.peek() == b'-' {
            self.at += 1;
        }
        match self.peek() {
            b'0' => self.at += 1,
            _ => self.digits()?,
        }
        if self.peek() == b'.' {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.at += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.at += 1;
            }
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        let begin = self.at;
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        (self.at > begin).then_some(())
    }
}

/// Bytes that are looked at together.
const BLOCK: usize = 32;

/// Where in a block the first byte stands that ends a text or is special in it: a quote, a
/// backslash, a control character. Behind the block if there is none.
#[inline]
fn special(block: &[u8; BLOCK]) -> usize {
    let block = u8x32::new(*block);
    let special = block.simd_eq(u8x32::splat(b'"'))
        | block.simd_eq(u8x32::splat(b'\\'))
        | block.min(u8x32::splat(0x1f)).simd_eq(block);
    special.to_bitmask().trailing_zeros() as usize
}

/// Where the first such byte stands in all of a text, from a position on.
#[inline]
fn ordinary(bytes: &[u8], mut at: usize) -> usize {
    while let Some(block) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let passed = special(block);
        at += passed;
        if passed < BLOCK {
            return at;
        }
    }
    while bytes.get(at).is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20)) {
        at += 1;
    }
    at
}
