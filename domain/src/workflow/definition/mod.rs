//! The typed model of a workflow definition: everything that a definition can say.

mod automation;
mod calendar;
mod document;
mod people;
mod routing;
mod sla;
mod step;

pub use automation::{Action, AutomationStep, Backoff, HttpMethod, SubworkflowStep};
pub use calendar::{Calendar, Holiday, OpeningHours, Weekday};
pub use document::Definition;
pub use people::{Assign, Strategy, Who};
pub use routing::{Each, ForEach, Join, Split, Transition};
pub use sla::{Escalate, EscalationRule, Promise};
pub use step::{
    ApprovalStep, EndStep, Exclusions, Form, GroupQuorum, LevelRule, MessageWait, QuorumRule, Step,
    StepKind, TaskStep, WaitFor,
};
