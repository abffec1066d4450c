//! The crates and their order, as `ARCHITECTURE.md` draws them: the one place to change when a crate is added.

/// The crates without I/O, async runtime, clock, randomness or environment.
pub(super) const CORE: &[&str] = &["cloudtrail", "intel", "iam", "profile", "detect", "incident"];

/// The layers from left to right; a crate uses only what stands in a layer to its left.
pub(super) const LAYERS: &[&[&str]] = &[
    &["cloudtrail"],
    &["intel"],
    &["iam", "profile"],
    &["detect"],
    &["incident"],
    &["ingest", "lake", "store", "contain", "notify", "range", "report", "sigma"],
    &["server", "cluster"],
    &["keyhound"],
];

/// Crates that serve the project and are no part of the product: they may use any crate, no crate uses them.
pub(super) const TOOLS: &[&str] = &["benches", "emulators", "probes", "xtask"];

/// What tests of any crate may use, and nothing else of the product.
pub(super) const FOR_TESTS: &[&str] = &["emulators", "range"];

/// The layer a crate stands in.
pub(super) fn layer_of(name: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&name))
}
