//! What a request asks for, in the log's own words.

use tonic::Status;

use crate::append::Expected;
use crate::filter::Filter;
use crate::protocol::streams::append_req::options::ExpectedStreamRevision as ToAppend;
use crate::protocol::streams::batch_append_req::options::ExpectedStreamPosition as ToBatch;
use crate::protocol::streams::delete_req::options::ExpectedStreamRevision as ToDelete;
use crate::protocol::streams::read_req::Options;
use crate::protocol::streams::read_req::options::{
    CountOption, FilterOption, Position, ReadDirection, StreamOption, all_options::AllOption,
    stream_options::RevisionOption, uuid_option::Content as IdContent,
};
use crate::protocol::streams::tombstone_req::options::ExpectedStreamRevision as ToEnd;
use crate::read::{Direction, From, Reading};
use crate::wire::{self, IdForm};

/// A request to read.
#[derive(Debug)]
pub(crate) enum Asked {
    /// What is there.
    Read(Of, Reading),
    /// What is there and what comes.
    Follow(Of, From, IdForm),
}

/// What of.
#[derive(Debug)]
pub(crate) enum Of {
    Stream(String),
    All(Option<Filter>),
}

/// What a request to read asks for.
pub(crate) fn reading(options: Option<Options>) -> Result<Asked, Status> {
    let options = options.ok_or_else(|| Status::invalid_argument("nothing is asked for"))?;
    let direction = match options.read_direction() {
        ReadDirection::Forwards => Direction::Forwards,
        ReadDirection::Backwards => Direction::Backwards,
    };
    let ids = match options.uuid_option.and_then(|option| option.content) {
        Some(IdContent::String(())) => IdForm::Text,
        Some(IdContent::Structured(())) | None => IdForm::Structured,
    };
    let tells_bounds = options.control_option.is_some_and(|control| control.compatibility >= 1);
    let (of, from) = place(options.stream_option, options.filter_option)?;
    match (options.count_option, direction) {
        (Some(CountOption::Count(max_count)), _) => {
            Ok(Asked::Read(of, Reading { direction, from, max_count, ids, tells_bounds }))
        }
        (Some(CountOption::Subscription(_)), Direction::Forwards) => {
            Ok(Asked::Follow(of, from, ids))
        }
        (Some(CountOption::Subscription(_)), Direction::Backwards) => {
            Err(Status::invalid_argument("nothing can be followed backwards"))
        }
        (None, _) => Err(Status::invalid_argument("neither a count nor a subscription")),
    }
}

fn place(stream: Option<StreamOption>, filter: Option<FilterOption>) -> Result<(Of, From), Status> {
    let filter = match filter {
        Some(FilterOption::Filter(options)) => Some(Filter::parse(options)?),
        Some(FilterOption::NoFilter(())) | None => None,
    };
    match (stream, filter) {
        (Some(StreamOption::Stream(stream)), None) => {
            let name = wire::stream_name(stream.stream_identifier)?;
            Ok((Of::Stream(name), revision(stream.revision_option)))
        }
        (Some(StreamOption::All(all)), filter) => Ok((Of::All(filter), position(all.all_option))),
        (Some(StreamOption::Stream(_)), Some(_)) => {
            Err(Status::invalid_argument("only $all can be filtered"))
        }
        (None, _) => Err(Status::invalid_argument("neither a stream nor $all")),
    }
}

fn revision(option: Option<RevisionOption>) -> From {
    match option {
        Some(RevisionOption::Revision(u64::MAX) | RevisionOption::End(())) => From::End,
        Some(RevisionOption::Revision(revision)) => From::At(revision),
        Some(RevisionOption::Start(())) | None => From::Start,
    }
}

fn position(option: Option<AllOption>) -> From {
    match option {
        Some(
            AllOption::Position(Position { commit_position: u64::MAX, .. }) | AllOption::End(()),
        ) => From::End,
        Some(AllOption::Position(position)) => From::At(position.commit_position),
        Some(AllOption::Start(())) | None => From::Start,
    }
}

/// What is expected is said in four messages in four ways.
macro_rules! expected {
    ($($name:ident: $of:ident, $revision:ident;)*) => {$(
        /// What is expected of the stream.
        pub(crate) fn $name(option: Option<$of>) -> Result<Expected, Status> {
            match option {
                Some($of::$revision(revision)) => Ok(Expected::Revision(revision)),
                Some($of::NoStream(())) => Ok(Expected::NoStream),
                Some($of::Any(())) => Ok(Expected::Any),
                Some($of::StreamExists(())) => Ok(Expected::StreamExists),
                None => Err(Status::invalid_argument("nothing is said of what is expected")),
            }
        }
    )*};
}

expected! {
    to_append: ToAppend, Revision;
    to_append_in_batch: ToBatch, StreamPosition;
    to_delete: ToDelete, Revision;
    to_end: ToEnd, Revision;
}
