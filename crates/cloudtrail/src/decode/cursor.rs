//! A position in a JSON text that moves over whole values, many bytes at a time.
//!
//! It takes exactly what JSON's grammar allows and no more: where it answers `None`, the text is
//! broken or unusual, and `serde_json` tells which. It never guesses.

use wide::u8x16;

/// A position in a JSON text.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    pub(super) at: usize,
}

/// A text between its quotes, and whether it has escapes.
pub(super) struct Quoted<'a> {
    pub(super) inner: &'a str,
    pub(super) has_escapes: bool,
}

/// Values are followed into this many objects and lists inside each other; a bit of a word tells
/// which of both each is.
const DEEPEST: u32 = 64;

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str, at: usize) -> Self {
        Self { text, at }
    }

    /// The byte at the position; zero, which no JSON has, at the end.
    #[inline]
    pub(super) fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// Passes over white space and gives what comes then.
    #[inline]
    pub(super) fn next_token(&mut self) -> u8 {
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
    pub(super) fn take(&mut self, byte: u8) -> Option<()> {
        (self.next_token() == byte).then(|| self.at += 1)
    }

    /// Everything from the position on.
    #[inline]
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Everything between an earlier position and this one.
    #[inline]
    pub(super) fn since(&self, begin: usize) -> &'a str {
        self.text.get(begin..self.at).unwrap_or_default()
    }

    /// Passes over the text whose opening quote stands at the position.
    #[inline]
    pub(super) fn quoted(&mut self) -> Option<Quoted<'a>> {
        let begin = self.at + 1;
        self.at = begin;
        let mut has_escapes = false;
        loop {
            self.at += ordinary(self.text.as_bytes().get(self.at..)?);
            match self.peek() {
                b'"' => {
                    let inner = self.since(begin);
                    self.at += 1;
                    return Some(Quoted { inner, has_escapes });
                }
                b'\\' => {
                    has_escapes = true;
                    self.escape()?;
                }
                _ => return None,
            }
        }
    }

    #[cold]
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
    pub(super) fn key(&mut self) -> Option<&'a str> {
        let key = (self.next_token() == b'"').then(|| self.quoted())??;
        self.take(b':')?;
        (!key.has_escapes).then_some(key.inner)
    }

    /// Passes over a value of any kind.
    pub(super) fn value(&mut self) -> Option<()> {
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
                    } else {
                        if depth == DEEPEST {
                            return None;
                        }
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

    /// Passes over a key, whatever it is, and its colon.
    #[inline]
    fn any_key(&mut self) -> Option<()> {
        (self.next_token() == b'"').then(|| self.quoted())??;
        self.take(b':')
    }

    /// Passes over a word that stands for a value.
    #[inline]
    pub(super) fn literal(&mut self, word: &str) -> Option<()> {
        self.rest().starts_with(word).then(|| self.at += word.len())
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

/// How many bytes there are before the first one that ends a text or is special in it: a quote, a
/// backslash, a control character.
#[inline]
fn ordinary(bytes: &[u8]) -> usize {
    let (blocks, rest) = bytes.as_chunks::<16>();
    let mut passed = 0;
    for block in blocks {
        let block = u8x16::new(*block);
        let special = block.simd_eq(u8x16::splat(b'"'))
            | block.simd_eq(u8x16::splat(b'\\'))
            | block.min(u8x16::splat(0x1f)).simd_eq(block);
        let found = special.to_bitmask();
        if found != 0 {
            return passed + found.trailing_zeros() as usize;
        }
        passed += 16;
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    passed + rest.iter().position(is_special).unwrap_or(rest.len())
}
