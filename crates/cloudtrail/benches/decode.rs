//! What reading one delivered file costs: gunzip, the typed pass, the scanner, in records and bytes of text.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use cloudtrail::decode::{Decoder, Report};
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use libdeflater::{CompressionLvl, Compressor, Decompressor};
use range::{Parameters, World};

// What the program allocates with.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() {
    LazyLock::force(&DELIVERED);
    divan::main();
}

/// Records of the file; CloudTrail's own hold up to some thousand.
const RECORDS: usize = 4_000;

/// One file in each of its forms.
struct Delivered {
    /// `{"Records":[…]}`.
    text: Vec<u8>,
    /// The same, packed.
    gz: Vec<u8>,
    /// The same records, one a line.
    lines: Vec<u8>,
}

static DELIVERED: LazyLock<Delivered> = LazyLock::new(|| {
    let records = of_one_trail();
    let text = format!("{{\"Records\":[{}]}}", records.join(",")).into_bytes();
    let mut compressor = Compressor::new(CompressionLvl::default());
    let mut gz = vec![0; compressor.gzip_compress_bound(text.len())];
    let length = compressor.gzip_compress(&text, &mut gz).unwrap_or_else(|error| panic!("{error}"));
    gz.truncate(length);
    Delivered { text, gz, lines: records.join("\n").into_bytes() }
});

/// The first account and region of the generated organisation to fill a file, as CloudTrail splits them.
fn of_one_trail() -> Vec<String> {
    let parameters = Parameters::shipped("bench").unwrap_or_else(|error| panic!("{error}"));
    let world = World::generate(&parameters, 1).unwrap_or_else(|error| panic!("{error}"));
    let mut trails: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for record in world.records() {
        let record = record.unwrap_or_else(|error| panic!("{error}"));
        let trail = trails.entry((record.account, record.region)).or_default();
        trail.push(record.json);
        if trail.len() == RECORDS {
            return std::mem::take(trail);
        }
    }
    panic!("the world ends before a file is full");
}

/// Runs a reader that lasts, as the program's do, and drops each event at once.
fn read(bencher: Bencher, mut read: impl FnMut(&mut Decoder) -> Report) {
    let mut decoder = Decoder::default();
    let report = read(&mut decoder);
    assert_eq!((report.accepted, report.problems.len()), (RECORDS as u64, 0), "{report:?}");
    bencher
        .counter(ItemsCount::new(RECORDS))
        .counter(BytesCount::new(DELIVERED.text.len()))
        .bench_local(|| read(&mut decoder));
}

/// The floor under every packed file.
#[divan::bench]
fn gunzip(bencher: Bencher) {
    let mut decompressor = Decompressor::new();
    let mut text = vec![0; DELIVERED.text.len()];
    bencher
        .counter(ItemsCount::new(RECORDS))
        .counter(BytesCount::new(text.len()))
        .bench_local(|| decompressor.gzip_decompress(black_box(&DELIVERED.gz), &mut text));
}

/// A delivered file, as `scan` meets nearly all of them.
#[divan::bench]
fn packed(bencher: Bencher) {
    read(bencher, |decoder| {
        decoder.decode(black_box(&DELIVERED.gz), &mut |event| drop(black_box(event)))
    });
}

/// The same unpacked: the typed pass alone.
#[divan::bench]
fn plain(bencher: Bencher) {
    read(bencher, |decoder| {
        decoder.decode(black_box(&DELIVERED.text), &mut |event| drop(black_box(event)))
    });
}

/// JSON Lines: the scanner finds the records one by one.
#[divan::bench]
fn json_lines(bencher: Bencher) {
    read(bencher, |decoder| {
        decoder.decode(black_box(&DELIVERED.lines), &mut |event| drop(black_box(event)))
    });
}

/// A packed file of unknown size from a reader, in bounded memory: streaming gunzip and the scanner.
#[divan::bench]
fn packed_stream(bencher: Bencher) {
    read(bencher, |decoder| {
        decoder
            .decode_stream(black_box(DELIVERED.gz.as_slice()), &mut |event| drop(black_box(event)))
    });
}
