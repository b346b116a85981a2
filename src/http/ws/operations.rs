//! The operations of one socket.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::stream::{self, BoxStream};
use futures::{Stream, StreamExt as _};
use tokio_stream::StreamMap;

use crate::http::Answer;

/// Operations at once on one socket; a client that needs more opens another.
pub const MAX_OPERATIONS: usize = 100;

/// What happens to an operation.
pub enum Event {
    /// It has an answer.
    Next(Answer),
    /// It was refused, or failed, and has ended.
    Error(Answer),
    /// It has ended.
    Complete,
}

/// The operations of one socket, by id.
#[derive(Default)]
pub struct Operations {
    running: StreamMap<String, Answers>,
}

impl Operations {
    /// Whether an operation of this id runs.
    pub fn contains(&self, id: &str) -> bool {
        self.running.contains_key(id)
    }

    /// Whether no more operations are taken.
    pub fn is_full(&self) -> bool {
        self.running.len() >= MAX_OPERATIONS
    }

    /// Adds an operation, and begins it: what the client does next comes after.
    pub async fn start(&mut self, id: String, mut answers: BoxStream<'static, Answer>) {
        let begun = poll_fn(|cx| Poll::Ready(answers.poll_next_unpin(cx))).await;
        let answers = match begun {
            Poll::Pending => answers,
            Poll::Ready(Some(first)) => stream::iter([first]).chain(answers).boxed(),
            Poll::Ready(None) => stream::empty().boxed(),
        };
        self.running.insert(id, Answers { answers: Some(answers) });
    }

    /// Ends an operation, where it runs.
    pub fn stop(&mut self, id: &str) {
        self.running.remove(id);
    }

    /// The next thing that happens to any of them; waits for ever while there are none.
    pub async fn next(&mut self) -> (String, Event) {
        let next = poll_fn(|cx| match Pin::new(&mut self.running).poll_next(cx) {
            Poll::Ready(Some(happened)) => Poll::Ready(happened),
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        });
        next.await
    }
}

/// An operation's answers, and then the word that it has ended.
struct Answers {
    answers: Option<BoxStream<'static, Answer>>,
}

impl Stream for Answers {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        let Some(answers) = &mut self.answers else { return Poll::Ready(None) };
        let event = match answers.as_mut().poll_next(cx) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Some(answer)) if answer.data.is_some() => Event::Next(answer),
            Poll::Ready(Some(answer)) => Event::Error(answer),
            Poll::Ready(None) => Event::Complete,
        };
        if !matches!(event, Event::Next(_)) {
            self.answers = None;
        }
        Poll::Ready(Some(event))
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::Value;

    use super::*;
    use crate::graphql::common::ApiError;

    fn answer() -> Answer {
        Answer { data: Some(Value::Null), ..Answer::default() }
    }

    #[tokio::test]
    async fn an_operation_ends_after_its_last_answer() {
        let mut operations = Operations::default();
        operations.start("1".to_owned(), stream::iter([answer(), answer()]).boxed()).await;
        assert!(matches!(operations.next().await.1, Event::Next(_)));
        assert!(matches!(operations.next().await.1, Event::Next(_)));
        assert!(matches!(operations.next().await.1, Event::Complete));
        operations.stop("1");
        assert!(!operations.contains("1"));
    }

    #[tokio::test]
    async fn an_operation_has_begun_once_it_is_added() {
        let (tell, told) = tokio::sync::oneshot::channel();
        let answers = stream::once(async move {
            tell.send(()).expect("somebody waits");
            std::future::pending::<Answer>().await
        });
        Operations::default().start("1".to_owned(), answers.boxed()).await;
        assert!(told.await.is_ok());
    }

    #[tokio::test]
    async fn a_refusal_ends_it_and_nothing_follows() {
        let mut operations = Operations::default();
        let refused = Answer::refused(ApiError::OutcomeUnknown);
        operations.start("1".to_owned(), stream::iter([refused, answer()]).boxed()).await;
        assert!(matches!(operations.next().await.1, Event::Error(_)));
        let next = tokio::time::timeout(std::time::Duration::from_millis(10), operations.next());
        assert!(next.await.is_err());
    }
}
