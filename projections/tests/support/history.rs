//! A log that a test makes up: valid histories of events, the same for the same seed.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use docket_domain::access::AccessEvent;
use docket_domain::approval::ApprovalEvent;
use docket_domain::organization::OrganizationEvent;
use docket_domain::run::RunEvent;
use docket_domain::task::TaskEvent;
use docket_domain::user::UserEvent;
use docket_domain::workflow::WorkflowEvent;
use docket_domain::{Actor, DomainEvents, EventId, Metadata, OrganizationId, Recorded, UserId};
use uuid::Uuid;

/// Numbers that look random and are not: `SplitMix64`.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % (end.max(1) as u64)).unwrap()
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// The log, and what it takes to go on with it.
#[derive(Debug, Clone)]
pub struct History {
    pub events: Vec<Recorded<DomainEvents>>,
    pub dice: Dice,
    pub now: DateTime<Utc>,
    sequences: HashMap<String, u64>,
}

/// An event on its way: organization, aggregate, what happens.
pub type Coming = (Option<OrganizationId>, String, DomainEvents);

impl History {
    pub fn new(seed: u64) -> Self {
        Self {
            events: Vec::new(),
            dice: Dice::new(seed),
            now: DateTime::from_timestamp(1_760_000_000, 0).unwrap(),
            sequences: HashMap::new(),
        }
    }

    /// The position of the last event.
    pub fn head(&self) -> u64 {
        self.events.len() as u64
    }

    /// A new id: the time, then dice.
    pub fn id<T: From<Uuid>>(&mut self) -> T {
        let millis = self.now.timestamp_millis().unsigned_abs();
        let high = (millis << 16) | 0x7000 | (self.dice.roll() & 0x0FFF);
        let low = (self.dice.roll() >> 2) | (1 << 63);
        T::from(Uuid::from_u64_pair(high, low))
    }

    /// Appends what one command brought about.
    pub fn commit(&mut self, actor: Actor, coming: Vec<Coming>) {
        self.now += Duration::milliseconds(1 + i64::try_from(self.dice.below(600_000)).unwrap());
        let commit_end = self.head() + coming.len() as u64;
        let correlation_id = self.id();
        for (organization, aggregate_id, event) in coming {
            let sequence = self.sequences.entry(aggregate_id.clone()).or_default();
            *sequence += 1;
            let sequence = *sequence;
            let metadata =
                Metadata { actor, on_behalf_of: None, correlation_id, causation_id: None };
            let event_id: EventId = self.id();
            self.events.push(Recorded {
                event_id,
                position: self.head() + 1,
                commit_end,
                organization,
                aggregate_id,
                sequence,
                recorded_at: self.now,
                metadata,
                event,
            });
        }
    }

    pub fn user(&mut self) -> UserId {
        self.id()
    }
}

macro_rules! of {
    ($($name:ident $event:ident $variant:ident;)*) => {$(
        pub fn $name(
            org: Option<OrganizationId>,
            id: impl ToString,
            event: $event,
        ) -> Coming {
            (org, id.to_string(), DomainEvents::$variant(event))
        }
    )*};
}

of! {
    of_organization OrganizationEvent Organization;
    of_user UserEvent User;
    of_access AccessEvent Access;
    of_workflow WorkflowEvent Workflow;
    of_run RunEvent Run;
    of_task TaskEvent Task;
    of_approval ApprovalEvent Approval;
}

/// The type of an event's aggregate.
pub fn aggregate_type(event: &DomainEvents) -> &'static str {
    match event {
        DomainEvents::Organization(_) => "organization",
        DomainEvents::User(_) => "user",
        DomainEvents::Access(_) => "access",
        DomainEvents::Workflow(_) => "workflow",
        DomainEvents::Run(_) => "run",
        DomainEvents::Task(_) => "task",
        DomainEvents::Approval(_) => "approval",
    }
}
