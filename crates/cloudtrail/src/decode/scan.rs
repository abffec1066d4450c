//! The scanner: finds JSON objects in a text of any size and any health, in bounded memory.
//!
//! It does not care in which list or on which line an object stands. A list under `Records` or
//! `Events` is entered, so that its elements are met one by one; every other object is handed on
//! whole. What stands between objects is passed over.

use std::io::Read;

use memchr::{memchr_iter, memchr2, memchr3, memmem};

use super::inflate;
use super::object::Reading;
use crate::ProblemKind;

/// The longest record that is read. CloudTrail's own limit is 256 KB.
pub(super) const LONGEST: usize = 16 << 20;

/// How much is read from the source at a time.
const STEP: usize = 256 << 10;

/// Looking for records inside broken ones reads bytes again. A text made to be broken at every
/// step would be read without end; past this many bytes it is given up.
const MOST_READ_AGAIN: u64 = 512 << 20;

/// With these bytes CloudTrail begins its records: where to go on after damage.
const BEGINNING: &[u8] = b"{\"eventVersion\"";

/// Hands every object of the text to `reading`, and every problem.
pub(super) fn scan(reader: impl Read, reading: &mut Reading<'_>) {
    let mut window = Window::new(reader);
    while let Some(found) = window.next_object() {
        let offset = window.offset();
        match found {
            Found::Object(length) => {
                if reading.object(&window.bytes()[..length], offset).is_err() {
                    window.pass_broken(length);
                } else {
                    window.pass(length);
                }
            }
            Found::List(length) => {
                reading.report.recognised = true;
                window.pass(length);
                window.in_list = true;
            }
            Found::Value(length) => window.pass(length),
            Found::Broken(length) => {
                window.read_again += length as u64;
                let reason = "a line ends inside a text".to_owned();
                let broken = &window.bytes()[..length];
                reading.broken(broken, offset, ProblemKind::BrokenJson(reason));
                window.pass_to_next_beginning();
            }
            Found::TooLong => {
                window.read_again += LONGEST as u64;
                reading.broken(window.bytes(), offset, ProblemKind::TooLong(LONGEST as u64));
                window.pass_to_next_beginning();
            }
            Found::Truncated => {
                reading.broken(window.bytes(), offset, ProblemKind::Truncated);
                window.pass_broken(window.bytes().len());
            }
        }
        if window.read_again > MOST_READ_AGAIN {
            reading.report.problem(window.offset(), ProblemKind::TooDamaged);
            break;
        }
    }
    reading.report.bytes = window.offset();
    if window.in_list && window.error.is_none() && reading.report.problems.is_empty() {
        reading.report.problem(window.offset(), ProblemKind::Unfinished);
    }
    if let Some(error) = &window.error {
        reading.report.problem(window.offset(), inflate::problem_of(error));
    }
}

/// What begins at the window's position; lengths are in bytes from there.
enum Found {
    /// A whole object.
    Object(usize),
    /// The beginning of an object up to the opening bracket of its list of records.
    List(usize),
    /// A whole object that is a value of something else and no record.
    Value(usize),
    /// An object whose text cannot be JSON, as was seen after so many bytes.
    Broken(usize),
    /// An object that goes on beyond the limit.
    TooLong,
    /// An object that the end of the text cuts off.
    Truncated,
}

/// The part of the text in memory, from the position onwards.
struct Window<R> {
    reader: R,
    buffer: Vec<u8>,
    position: usize,
    /// Bytes of the text before the buffer.
    passed: u64,
    at_end: bool,
    error: Option<std::io::Error>,
    /// Bytes of broken objects so far.
    read_again: u64,
    /// The last byte between objects that was no space: a colon makes the next object a value.
    before: u8,
    /// Whether a list of records has begun and not ended, as far as its text is sound.
    in_list: bool,
}

impl<R: Read> Window<R> {
    fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: Vec::new(),
            position: 0,
            passed: 0,
            at_end: false,
            error: None,
            read_again: 0,
            before: 0,
            in_list: false,
        }
    }

    fn bytes(&self) -> &[u8] {
        &self.buffer[self.position..]
    }

    fn offset(&self) -> u64 {
        self.passed + self.position as u64
    }

    fn pass(&mut self, length: usize) {
        self.position += length;
        self.before = b'}';
    }

    /// Passes over a broken object, but not over records that its text swallowed.
    fn pass_broken(&mut self, length: usize) {
        self.read_again += length as u64;
        let inner = &self.bytes()[1..length];
        let next = memmem::find(inner, BEGINNING).map_or(length, |index| index + 1);
        self.pass(next);
    }

    /// Goes on where the next record begins, or the next line with an object, or at the end.
    fn pass_to_next_beginning(&mut self) {
        self.pass(1);
        loop {
            // One look at each brace: to search for either beginning up to the end of what is there
            // would take the square of the time in a text that is broken at every line.
            let bytes = self.bytes();
            let is_beginning = |index: &usize| {
                bytes[*index..].starts_with(BEGINNING) || bytes[..*index].ends_with(b"\n")
            };
            if let Some(index) = memchr_iter(b'{', bytes).find(is_beginning) {
                return self.pass(index);
            }
            let keep = BEGINNING.len().min(self.bytes().len());
            self.pass(self.bytes().len() - keep);
            if !self.fill() {
                let rest = self.bytes().len();
                return self.pass(rest);
            }
        }
    }

    /// Reads more of the text behind what is there; false at the end.
    fn fill(&mut self) -> bool {
        if self.at_end {
            return false;
        }
        if self.position > 0 {
            self.buffer.drain(..self.position);
            self.passed += self.position as u64;
            self.position = 0;
        }
        let length = self.buffer.len();
        self.buffer.resize(length + STEP, 0);
        let mut filled = length;
        while filled < self.buffer.len() {
            match self.reader.read(&mut self.buffer[filled..]) {
                Ok(0) => self.at_end = true,
                Ok(count) => filled += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.error = Some(error);
                    self.at_end = true;
                }
            }
            if self.at_end {
                break;
            }
        }
        self.buffer.truncate(filled);
        filled > length
    }

    /// Moves to the next object and tells what it is; `None` at the end of the text.
    fn next_object(&mut self) -> Option<Found> {
        loop {
            let opening = memchr2(b'{', b'"', self.bytes());
            let skipped = opening.unwrap_or(self.bytes().len());
            let between = &self.bytes()[..skipped];
            let last = between.iter().rev().find(|byte| !byte.is_ascii_whitespace()).copied();
            self.in_list &= !between.contains(&b']');
            self.before = last.unwrap_or(self.before);
            self.position += skipped;
            match self.bytes().first().copied() {
                Some(b'{') => return Some(self.measure()),
                Some(_) => self.skip_text(),
                None if self.fill() => {}
                None => return None,
            }
        }
    }

    /// Skips a text between objects, for example a key behind a list of records. After damage the
    /// quote may be the end of a text rather than its beginning, so what stands on another line or
    /// behind a brace is not taken for part of it.
    fn skip_text(&mut self) {
        self.position += 1;
        self.before = b'"';
        if self.bytes().len() < 4_096 {
            self.fill();
        }
        let end = self.bytes().iter().position(|byte| matches!(byte, b'"' | b'\n' | b'{'));
        if let Some(index) = end
            && self.bytes()[index] == b'"'
        {
            self.position += index + 1;
        }
    }

    /// Measures the object that begins at the position.
    fn measure(&mut self) -> Found {
        let is_value = self.before == b':';
        let mut depth = 0_u32;
        let mut index = 0;
        // Where the last text at depth 1 begins and ends: a key, if a colon follows it.
        let mut key = (0, 0);
        loop {
            let Some(&byte) = self.bytes().get(index) else {
                if index > LONGEST {
                    return Found::TooLong;
                }
                if self.fill() {
                    continue;
                }
                return Found::Truncated;
            };
            match byte {
                b'{' | b'[' => {
                    if byte == b'[' && depth == 1 && self.is_list_of_records(key, index) {
                        return Found::List(index + 1);
                    }
                    depth += 1;
                }
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        let length = index + 1;
                        if length > LONGEST {
                            return Found::TooLong;
                        }
                        return if is_value { Found::Value(length) } else { Found::Object(length) };
                    }
                }
                b'"' => match self.text_end(index + 1) {
                    TextEnd::At(end) => {
                        if depth == 1 {
                            key = (index + 1, end);
                        }
                        index = end;
                    }
                    TextEnd::LineBreak => return Found::Broken(index),
                    TextEnd::TooLong => return Found::TooLong,
                    TextEnd::Missing => return Found::Truncated,
                },
                _ => {}
            }
            index += 1;
        }
    }

    /// Whether the bracket at `index` opens the list behind a key that holds records.
    fn is_list_of_records(&self, key: (usize, usize), index: usize) -> bool {
        let bytes = self.bytes();
        let between = bytes[key.1 + 1..index].iter().filter(|byte| !byte.is_ascii_whitespace());
        matches!(&bytes[key.0..key.1], b"Records" | b"Events") && between.eq([&b':'])
    }

    /// The index of the quote that ends the text which begins at `index`.
    fn text_end(&mut self, mut index: usize) -> TextEnd {
        loop {
            let rest = &self.bytes()[index.min(self.bytes().len())..];
            if let Some(found) = memchr3(b'"', b'\\', b'\n', rest) {
                index += found;
                match self.bytes()[index] {
                    b'"' => return TextEnd::At(index),
                    b'\n' => return TextEnd::LineBreak,
                    _ => index += 2,
                }
                continue;
            }
            index = index.max(self.bytes().len());
            if index > LONGEST {
                return TextEnd::TooLong;
            }
            if !self.fill() {
                return TextEnd::Missing;
            }
        }
    }
}

enum TextEnd {
    At(usize),
    LineBreak,
    TooLong,
    Missing,
}
