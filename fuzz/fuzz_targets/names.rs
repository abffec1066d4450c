//! The fuzzer's way into the probe `names`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| probes::check("names", bytes));
