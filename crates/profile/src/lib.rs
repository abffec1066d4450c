//! What is normal for a principal: bounded, decaying, mergeable.
