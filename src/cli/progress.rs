//! How far a long command has come: a bar on a terminal, nothing elsewhere.

use indicatif::{ProgressBar, ProgressStyle};

/// What stands on the terminal: what is done, how far it has come, how long the rest will take.
const BAR: &str = "{msg} [{bar:30}] {human_pos}/{human_len}, {eta} left";

/// The progress of one piece of work, mostly in events. It is on standard error, and gone once it is dropped.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Of the work that is called `what`.
    pub(super) fn of(what: impl Into<String>) -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template(BAR) {
            bar.set_style(style);
        }
        bar.set_message(what.into());
        Self(bar)
    }

    /// It has come to `reached` of `total`.
    pub(super) fn at(&self, reached: u64, total: u64) {
        self.0.set_length(total);
        self.0.set_position(reached);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// The progress of work that is done in several parts, one after another.
#[derive(Default)]
pub(super) struct Stages(Option<(&'static str, Progress)>);

impl Stages {
    /// The part that is called `what` has come to `reached` of `total`.
    pub(super) fn at(&mut self, what: &'static str, reached: u64, total: u64) {
        match &self.0 {
            Some((now, progress)) if *now == what => progress.at(reached, total),
            _ => {
                // The bar before is gone before the next one is drawn.
                self.0 = None;
                let progress = Progress::of(what);
                progress.at(reached, total);
                self.0 = Some((what, progress));
            }
        }
    }
}
