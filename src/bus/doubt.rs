//! What became of a request that could not be made, or of which that is not known.

use docket_eventlog::{CommitResult, LogError};
use serde_json::Value;

use super::commit::{done, id_of};
use super::{Bus, BusError, Done, Request};

impl Bus {
    /// What a request that ended with `error` is answered with: what its key was answered with before, where it was
    /// used; else the error.
    ///
    /// A key that cannot be looked up leaves an unknown outcome unknown. Any other error becomes that of the
    /// look-up then: a refusal says nothing where the request may have been made before.
    pub(super) async fn look_up(
        &self,
        request: &Request,
        error: BusError,
    ) -> Result<Done, BusError> {
        let is_unknown = matches!(error, BusError::OutcomeUnknown);
        let found = match self.first_result(request).await {
            Ok(Some(result)) => self.answer_by(request, result, is_unknown).await,
            Ok(None) => return Err(error),
            Err(reused @ LogError::IdempotencyKeyReused) => return Err(reused.into()),
            Err(away) => Err(away),
        };
        found.map_err(|away| if is_unknown { error } else { away.into() })
    }

    /// What the request's key was used for, with the same input.
    pub(super) async fn first_result(
        &self,
        request: &Request,
    ) -> Result<Option<CommitResult>, LogError> {
        let Some(key) = &request.idempotency else { return Ok(None) };
        match self.log.store().repeated(&key.scope, &key.key).await? {
            Some((input_hash, _)) if input_hash != key.input_hash => {
                Err(LogError::IdempotencyKeyReused)
            }
            found => Ok(found.map(|(_, result)| result)),
        }
    }

    /// The answer to `result`: a repetition's, unless it was made by this very request, whose own answer was lost.
    async fn answer_by(
        &self,
        request: &Request,
        result: CommitResult,
        was_lost: bool,
    ) -> Result<Done, LogError> {
        let first = done(result, Value::Null)?;
        if !was_lost {
            return Ok(first);
        }
        let event = self.log.store().read_positions(&[first.position]).await?.pop();
        let own = event.is_some_and(|event| event.commit_id == id_of(request));
        Ok(Done { repeated: !own, ..first })
    }
}
