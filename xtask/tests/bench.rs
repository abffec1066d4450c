//! The benchmark runs from end to end: real programs, a tiny corpus, no network.

use clap::Parser;
use xtask::bench::{self, Options};

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    options: Options,
}

#[test]
fn a_tiny_corpus_is_measured_whole() {
    let arguments = [
        "bench",
        "--debug",
        "--records=400",
        "--runs=1",
        "--tiny=80",
        "--without-peers",
        "--peer=list=ls -R {trail}",
        "--long",
        "--principals=2600",
        "--principal-records=500",
    ];
    let report = bench::measure(&Arguments::parse_from(arguments).options).expect("measure");
    let ratios: Vec<&str> = report.ratios.iter().map(|ratio| ratio.against.as_str()).collect();
    assert_eq!(ratios, ["baseline", "list"]);
    assert!(report.counted.keys > 1 && report.counted.with_key <= 400, "{:?}", report.counted);
    let missing: Vec<&str> = report.missing.iter().map(|peer| peer.name.as_str()).collect();
    assert_eq!(missing, ["chdb", "duckdb"]);
    let rows: Vec<(u64, u64)> =
        report.rows.iter().map(|row| (row.corpus.size.records, row.corpus.size.files)).collect();
    assert_eq!((rows.len(), rows[0].0, rows[2].0), (3, 400, 80));
    assert!(rows[2].1 >= 10, "eight records a file: {rows:?}");
    let records: Vec<u64> = report.singles.iter().map(|one| one.corpus.size.records).collect();
    assert_eq!(records, [4_000, 500]);
    let figures = report.contenders.iter().map(|contender| contender.median);
    for run in figures.chain(report.singles.iter().map(|one| one.run)) {
        assert!(run.wall_seconds > 0.0 && run.peak_bytes > 0, "{run:?}");
    }
}
