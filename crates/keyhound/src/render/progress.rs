//! The progress bar: how far, how fast, how long still.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::words;
use crate::drill::Watch;
use crate::engine::Progress;

/// A bar on standard error; nothing where that is no terminal or quiet was asked for.
#[derive(Debug)]
pub(crate) struct Bar(ProgressBar);

impl Bar {
    pub(crate) fn new(visible: bool) -> Self {
        let target =
            if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        let template =
            "{wide_bar} {bytes} of {total_bytes}, {msg} events, {bytes_per_sec}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━╸ "));
        }
        bar.set_message("0");
        Self(bar)
    }
}

impl Watch for Bar {
    fn round(&self, done: usize, of: usize) {
        let template = "{wide_bar} judged {pos} of {len} rounds of thefts, {eta} left";
        if done == 0 {
            self.0.reset();
            if let Ok(style) = ProgressStyle::with_template(template) {
                self.0.set_style(style.progress_chars("━╸ "));
            }
            self.0.set_length(of as u64);
        }
        self.0.set_position(done as u64);
        if done == of {
            self.0.finish_and_clear();
        }
    }
}

impl Progress for Bar {
    fn total(&self, bytes: u64) {
        self.0.set_length(bytes);
    }

    fn at(&self, bytes: u64, records: u64) {
        self.0.set_message(words::grouped(records));
        self.0.set_position(bytes);
    }

    fn done(&self) {
        self.0.finish_and_clear();
    }
}
