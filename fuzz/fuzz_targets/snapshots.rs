//! The fuzzer's way into the probe `snapshots`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| probes::check("snapshots", bytes));
