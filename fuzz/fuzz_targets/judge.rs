//! The fuzzer's way into the probe `judge`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| probes::check("judge", bytes));
