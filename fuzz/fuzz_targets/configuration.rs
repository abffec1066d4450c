//! The fuzzer's way into the probe `configuration`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| probes::check("configuration", bytes));
