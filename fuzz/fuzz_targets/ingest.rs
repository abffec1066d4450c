//! The fuzzer's way into the probe `ingest`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| probes::check("ingest", bytes));
