//! The fuzzer's way into the probe `forms`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| probes::check("forms", bytes));
