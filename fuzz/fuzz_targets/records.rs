//! The fuzzer's way into the probe `records`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| probes::check("records", bytes));
