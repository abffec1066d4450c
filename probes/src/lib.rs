//! What must hold whatever bytes come from outside: one probe for each decoder of them.
//!
//! A probe takes any bytes, hands them to the product, and panics where the product breaks a
//! promise. The fuzz targets in `fuzz/` run the probes on bytes that a fuzzer makes up; the test in
//! `tests/it/corpus.rs` runs them on the bytes that were kept.

mod authorization;
mod configuration;
mod forms;
mod gzip;
mod ingest;
mod judge;
mod lists;
mod memory;
mod names;
mod policies;
mod records;
mod sigma;
mod snapshots;

/// A decoder of outside bytes, and what is asked of it.
pub struct Probe {
    /// Its name, which is also that of its fuzz target and of its folder of inputs.
    pub name: &'static str,
    /// Panics where a promise is broken.
    pub check: fn(&[u8]),
}

/// All probes, by name.
pub const PROBES: [Probe; 12] = [
    Probe { name: "authorization", check: authorization::check },
    Probe { name: "configuration", check: configuration::check },
    Probe { name: "forms", check: forms::check },
    Probe { name: "gzip", check: gzip::check },
    Probe { name: "ingest", check: ingest::check },
    Probe { name: "judge", check: judge::check },
    Probe { name: "lists", check: lists::check },
    Probe { name: "names", check: names::check },
    Probe { name: "policies", check: policies::check },
    Probe { name: "records", check: records::check },
    Probe { name: "sigma", check: sigma::check },
    Probe { name: "snapshots", check: snapshots::check },
];

/// Runs the probe of this name; the fuzz targets' way in.
///
/// # Panics
///
/// Where the product breaks a promise, and where there is no such probe.
pub fn check(name: &str, bytes: &[u8]) {
    let probe = PROBES.iter().find(|probe| probe.name == name);
    assert!(probe.is_some(), "no probe is called {name}");
    if let Some(probe) = probe {
        (probe.check)(bytes);
    }
}

/// Whether a text can be shown as it is: one line, nothing that a terminal obeys.
fn is_plain(text: &str) -> bool {
    !text.chars().any(char::is_control)
}
