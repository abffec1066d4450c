//! Gzip, healthy and not: any members, cut anywhere, damaged anywhere.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::records::{assert_agree, decoded, streamed};

/// The decoder's own bounds: what unpacks further than this is a bomb.
const WHOLE: u64 = 64 << 20;
const RATIO: u64 = 300;

pub(crate) fn check(bytes: &[u8]) {
    both_ways(bytes);
    let Some((control, text)) = bytes.split_first_chunk::<4>() else { return };
    let [members, level, damage, place] = *control;
    let mut packed = Vec::new();
    let size = text.len() / usize::from(members % 8 + 1) + 1;
    for member in text.chunks(size) {
        packed.extend(packed_member(member, u32::from(level % 10)));
    }
    if text.is_empty() {
        packed = packed_member(text, 1);
    }
    let healthy = both_ways(&packed);
    assert_eq!(healthy, text.len() as u64, "a healthy file is unpacked to its end");
    assert_agree(&decoded(&packed), &plain(text));
    let place = packed.len() * usize::from(place) / 256;
    match damage % 5 {
        0 => packed.truncate(place),
        1 => packed[place] ^= damage,
        2 => packed.insert(place, damage),
        3 => packed.extend(text),
        _ => packed.extend(std::iter::repeat_n(0, usize::from(damage))),
    }
    both_ways(&packed);
}

/// What a text gives that is no gzip file itself.
fn plain(text: &[u8]) -> (Vec<cloudtrail::Event>, cloudtrail::decode::Report) {
    if text.starts_with(&[0x1f, 0x8b]) {
        // A packed file inside a packed file is not opened: it is text that is none.
        return decoded(&packed_member(text, 0));
    }
    decoded(text)
}

/// Decodes whole and as a stream; both agree, and how much text there was is bounded.
fn both_ways(bytes: &[u8]) -> u64 {
    let whole = decoded(bytes);
    assert_agree(&whole, &streamed(bytes, 61));
    let most = WHOLE.max(RATIO * bytes.len() as u64) + (1 << 20);
    assert!(whole.1.bytes <= most, "{} bytes of text", whole.1.bytes);
    whole.1.bytes
}

fn packed_member(text: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
    // Writing into memory does not fail.
    let _ = encoder.write_all(text);
    encoder.finish().unwrap_or_default()
}
