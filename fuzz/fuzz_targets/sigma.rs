//! The fuzzer's way into the probe `sigma`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| probes::check("sigma", bytes));
