//! The fuzzer's way into the probe `gzip`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| probes::check("gzip", bytes));
