//! The fuzzer's way into the probe `lists`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| probes::check("lists", bytes));
