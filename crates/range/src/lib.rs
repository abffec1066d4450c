//! A generated organisation and the attack library: drills and benchmarks.
