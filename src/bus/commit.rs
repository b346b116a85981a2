//! What an attempt decided, as one commit.

use docket_domain::{DomainEvents, Metadata};
use docket_eventlog::{
    Append, Codec, Commit, CommitResult, Idempotency, LogError, NewEvent, StreamId,
};

use serde_json::Value;
use uuid::Uuid;

use super::unit::{Decided, Touched};
use super::work::Work;
use super::{BusError, Done, Request, Unit};

impl Unit<'_> {
    /// Decides everything that `work` asks for, but for what is `made` already, and what the policies make of it:
    /// where that cannot be in the same commit, they are asked later.
    pub(super) async fn run(&mut self, work: &Work, made: &[StreamId]) -> Result<(), BusError> {
        for step in work.steps.iter().filter(|step| !made.contains(&step.stream())) {
            step.run(self).await?;
        }
        if self.bus.is_atomic() { self.settle().await } else { Ok(()) }
    }

    /// Every stream that the attempt has loaded.
    pub(super) fn streams(&self) -> Vec<StreamId> {
        self.touched.iter().map(|touched| touched.stream.clone()).collect()
    }

    /// Appends what was decided, and keeps the new states once that is on disk. Where that takes several commits,
    /// `made` has the streams of those that were made.
    pub(super) async fn commit(
        &mut self,
        work: &Work,
        made: &mut Vec<StreamId>,
    ) -> Result<Done, LogError> {
        let decided = self.touched.iter().flat_map(|touched| &touched.decided);
        let outcome = work.outcome(decided.map(|decided| &decided.event));
        let commit = self.to_commit(work, &outcome).await?;
        self.weigh(&commit);
        if commit.appends.is_empty() && commit.claims.is_empty() {
            let position = self.bus.log.store().head().await?.position;
            return Ok(Done { position, outcome, repeated: false });
        }
        if !self.bus.is_atomic() {
            return done(self.commit_apart(commit, made).await?, outcome);
        }
        let result = self.bus.log.commit(commit).await?;
        if matches!(result, CommitResult::Appended { .. }) {
            for touched in self.touched.drain(..).filter(|touched| !touched.decided.is_empty()) {
                self.bus.keep(&touched.stream, touched.state);
            }
        }
        done(result, outcome)
    }

    /// Counts what the new states may have taken over from their events.
    fn weigh(&mut self, commit: &Commit) {
        let changed = self.touched.iter_mut().filter(|touched| !touched.decided.is_empty());
        for (touched, append) in changed.zip(&commit.appends) {
            let bytes: usize = append.events.iter().map(|event| event.payload.len()).sum();
            touched.state.bytes = touched.state.bytes.saturating_add(bytes);
        }
    }

    async fn to_commit(&self, work: &Work, outcome: &Value) -> Result<Commit, LogError> {
        let mut appends = Vec::with_capacity(self.touched.len());
        for touched in self.touched.iter().filter(|touched| !touched.decided.is_empty()) {
            appends.push(self.to_append(touched).await?);
        }
        Ok(Commit {
            commit_id: id_of(self.request),
            appends,
            expects: self.expects.clone(),
            claims: work.claims.clone(),
            releases: work.releases.clone(),
            idempotency: self.request.idempotency.as_ref().map(|key| Idempotency {
                scope: key.scope.clone(),
                key: key.key.clone(),
                input_hash: key.input_hash.clone(),
                outcome: outcome.to_string(),
            }),
        })
    }

    async fn to_append(&self, touched: &Touched) -> Result<Append, LogError> {
        let mut events = Vec::with_capacity(touched.decided.len());
        for decided in &touched.decided {
            let metadata = Metadata {
                actor: self.request.by.actor,
                on_behalf_of: None,
                correlation_id: self.request.correlation_id,
                causation_id: decided.cause,
            };
            events.push(encode(&self.bus.codec, touched, decided, &metadata).await?);
        }
        Ok(Append {
            org_id: touched.state.org_id.to_string(),
            stream: touched.stream.clone(),
            expected: touched.base,
            events,
        })
    }
}

/// The id of the one commit that a request makes.
pub(super) fn id_of(request: &Request) -> Uuid {
    request.ids().id("commit", 0)
}

/// An event as the log takes it.
async fn encode(
    codec: &Codec,
    touched: &Touched,
    decided: &Decided,
    metadata: &Metadata,
) -> Result<NewEvent, LogError> {
    let (org_id, stream) = (&*touched.state.org_id, &touched.stream);
    let encoded = match &decided.event {
        DomainEvents::Organization(event) => codec.encode(org_id, stream, event).await?,
        DomainEvents::User(event) => codec.encode(org_id, stream, event).await?,
        DomainEvents::Access(event) => codec.encode(org_id, stream, event).await?,
        DomainEvents::Workflow(event) => codec.encode(org_id, stream, event).await?,
        DomainEvents::Run(event) => codec.encode(org_id, stream, event).await?,
        DomainEvents::Task(event) => codec.encode(org_id, stream, event).await?,
        DomainEvents::Approval(event) => codec.encode(org_id, stream, event).await?,
    };
    Ok(NewEvent {
        event_id: decided.id.uuid(),
        event_type: encoded.event_type,
        event_version: encoded.event_version,
        payload: encoded.payload,
        metadata: codec.encode_metadata(metadata)?,
    })
}

/// What the caller is answered with.
pub(super) fn done(result: CommitResult, outcome: Value) -> Result<Done, LogError> {
    match result {
        CommitResult::Appended { last, .. } => {
            Ok(Done { position: last, outcome, repeated: false })
        }
        CommitResult::Repeated { position, outcome } => {
            let outcome = serde_json::from_str(&outcome)
                .map_err(|error| LogError::Corrupt(format!("an idempotency outcome: {error}")))?;
            Ok(Done { position, outcome, repeated: true })
        }
    }
}
