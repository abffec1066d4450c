//! Patterns that name several files.

use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};

use crate::Error;

/// A pattern and the folder in which its matches lie.
pub(super) struct Pattern {
    path: PathBuf,
    folder: PathBuf,
    matcher: GlobMatcher,
    /// How far below the folder matches lie; `None` if there is no telling.
    depth: Option<usize>,
}

const SIGNS: [char; 4] = ['*', '?', '[', '{'];

impl Pattern {
    /// Reads a pattern; `None` if the path has none of its signs.
    pub(super) fn new(path: &Path) -> Result<Option<Self>, Error> {
        let has_sign = |part: &str| part.contains(SIGNS);
        let Some(text) = path.to_str().filter(|text| has_sign(text)) else { return Ok(None) };
        // Walking begins at the named folder, so that it is named the same way in the results.
        let is_plain =
            |part: &Component<'_>| part.as_os_str().to_str().is_some_and(|p| !has_sign(p));
        let folder: PathBuf = path.components().take_while(is_plain).collect();
        let below = path.components().count() - folder.components().count();
        let depth = (!text.contains("**") && !text.contains('{')).then_some(below);
        let matcher = GlobBuilder::new(text)
            .literal_separator(true)
            .build()
            .map_err(|source| Error::Pattern { pattern: path.to_path_buf(), source })?
            .compile_matcher();
        Ok(Some(Self { path: path.to_path_buf(), folder, matcher, depth }))
    }

    /// The pattern as given.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Where to look.
    pub(super) fn folder(&self) -> &Path {
        if self.folder.as_os_str().is_empty() { Path::new(".") } else { &self.folder }
    }

    /// Whether the pattern fits the path, or a folder that the path is in.
    pub(super) fn fits(&self, path: &Path) -> bool {
        let path = self.named(path);
        path.ancestors().any(|part| self.matcher.is_match(part))
    }

    /// Whether there is any use in looking at this path, so far below the folder.
    pub(super) fn may_hold(&self, path: &Path, depth: usize) -> bool {
        self.depth.is_none_or(|most| depth < most) || self.fits(path)
    }

    /// The path as the user would write it: without the dot that stands for the current folder.
    fn named<'p>(&self, path: &'p Path) -> &'p Path {
        if self.folder.as_os_str().is_empty() {
            path.strip_prefix(".").unwrap_or(path)
        } else {
            path
        }
    }
}
