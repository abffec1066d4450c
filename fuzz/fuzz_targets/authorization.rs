//! The fuzzer's way into the probe `authorization`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| probes::check("authorization", bytes));
