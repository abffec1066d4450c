//! The fuzzer's way into the probe `policies`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| probes::check("policies", bytes));
