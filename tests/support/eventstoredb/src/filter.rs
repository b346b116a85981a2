//! Which events of `$all` somebody wants.

use regex::Regex;
use tonic::Status;

use crate::log::Record;
use crate::protocol::streams::read_req::options::FilterOptions;
use crate::protocol::streams::read_req::options::filter_options::{self, Expression, Window};

/// How many events are looked at at a time where the client does not say.
const DEFAULT_WINDOW: u32 = 32;

/// A filter, and how often its subscriber is told how far it has looked.
#[derive(Debug)]
pub(crate) struct Filter {
    on: On,
    pattern: Pattern,
    /// How many events are looked at between one checkpoint and the next.
    pub(crate) checkpoint_interval: u32,
}

#[derive(Debug)]
enum On {
    StreamName,
    EventType,
}

#[derive(Debug)]
enum Pattern {
    Prefixes(Vec<String>),
    Regex(Regex),
}

impl Filter {
    /// The filter that a request asks for.
    pub(crate) fn parse(options: FilterOptions) -> Result<Self, Status> {
        let (on, expression) = match options.filter {
            Some(filter_options::Filter::StreamIdentifier(by)) => (On::StreamName, by),
            Some(filter_options::Filter::EventType(by)) => (On::EventType, by),
            None => return Err(Status::invalid_argument("the filter is on nothing")),
        };
        let window = match options.window {
            Some(Window::Max(max)) => max,
            Some(Window::Count(())) | None => DEFAULT_WINDOW,
        };
        let checkpoint_interval = window.saturating_mul(options.checkpoint_interval_multiplier);
        if checkpoint_interval == 0 {
            return Err(Status::invalid_argument("the filter's window has no events"));
        }
        Ok(Self { on, pattern: Pattern::parse(expression)?, checkpoint_interval })
    }

    /// Whether the event is wanted.
    pub(crate) fn takes(&self, record: &Record) -> bool {
        let text = match self.on {
            On::StreamName => &record.stream,
            On::EventType => &record.event.event_type,
        };
        match &self.pattern {
            Pattern::Prefixes(prefixes) => prefixes.iter().any(|prefix| text.starts_with(prefix)),
            Pattern::Regex(regex) => regex.is_match(text),
        }
    }
}

impl Pattern {
    fn parse(expression: Expression) -> Result<Self, Status> {
        if expression.regex.is_empty() {
            return Ok(Self::Prefixes(expression.prefix));
        }
        let regex = Regex::new(&expression.regex)
            .map_err(|error| Status::invalid_argument(format!("the filter's {error}")))?;
        Ok(Self::Regex(regex))
    }
}
