//! Steps, and what is particular to each type of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{
    Assign, AutomationStep, ForEach, Join, Promise, Split, SubworkflowStep, Transition, Who,
};
use crate::approval::{OnRejection, Quorum};
use crate::organization::RoleName;
use crate::run::StepType;
use crate::schema::Schema;
use crate::task::Priority;
use crate::workflow::{Expression, Period};

/// A node of a definition.
#[derive(Debug)]
pub struct Step {
    /// Its key, unique in the definition.
    pub key: String,
    /// Its name; the key where its author gives none.
    pub name: String,
    /// What it is for; empty where its author does not say.
    pub description: String,
    /// What is particular to its type.
    pub kind: StepKind,
    /// Where tokens go from it; empty for an end.
    pub next: Vec<Transition>,
    /// Which of those transitions are taken.
    pub split: Split,
    /// What arriving tokens do.
    pub join: Join,
    /// Runs it once for each item of a list.
    pub for_each: Option<ForEach>,
    /// Variables that it sets once it is done, by name.
    pub set: BTreeMap<String, Expression>,
}

impl Step {
    /// Its type.
    pub fn step_type(&self) -> StepType {
        match self.kind {
            StepKind::Task(_) => StepType::Task,
            StepKind::Approval(_) => StepType::Approval,
            StepKind::Decision => StepType::Decision,
            StepKind::Automation(_) => StepType::Automation,
            StepKind::Wait(_) => StepType::Wait,
            StepKind::Subworkflow(_) => StepType::Subworkflow,
            StepKind::End(_) => StepType::End,
        }
    }

    /// What is particular to a task; `None` for every other type.
    pub fn task(&self) -> Option<&TaskStep> {
        if let StepKind::Task(task) = &self.kind { Some(task) } else { None }
    }

    /// What is particular to an approval; `None` for every other type.
    pub fn approval(&self) -> Option<&ApprovalStep> {
        if let StepKind::Approval(approval) = &self.kind { Some(approval) } else { None }
    }

    /// The form of what comes of it: a task's, an approval's, what an automation answers.
    pub fn form(&self) -> Option<&Form> {
        match &self.kind {
            StepKind::Task(task) => task.form.as_ref(),
            StepKind::Approval(approval) => approval.form.as_ref(),
            StepKind::Automation(automation) => automation.output.as_ref(),
            StepKind::Decision
            | StepKind::Wait(_)
            | StepKind::Subworkflow(_)
            | StepKind::End(_) => None,
        }
    }
}

/// What is particular to each type of step.
#[derive(Debug)]
pub enum StepKind {
    /// A person's work.
    Task(TaskStep),
    /// A decision asked of people.
    Approval(ApprovalStep),
    /// Only routes.
    Decision,
    /// An action by a program.
    Automation(AutomationStep),
    /// A pause.
    Wait(WaitFor),
    /// Another workflow.
    Subworkflow(SubworkflowStep),
    /// An end of the run.
    End(EndStep),
}

/// A JSON Schema, as its author wrote it and compiled.
#[derive(Debug, Clone)]
pub struct Form {
    /// As its author wrote it.
    pub schema: Arc<Value>,
    /// Compiled.
    pub compiled: Schema,
    /// Whether it calls something personal.
    pub personal: bool,
}

/// What is particular to a task.
#[derive(Debug)]
pub struct TaskStep {
    /// What to do, in a few words; the step's name where its author gives none.
    pub title: String,
    /// Whom it is for.
    pub assign: Assign,
    /// The outcomes to choose from; empty where completing it says all.
    pub outcomes: Vec<String>,
    /// What its holder fills in.
    pub form: Option<Form>,
    /// How urgent it is.
    pub priority: Priority,
    /// When it is due.
    pub sla: Promise,
}

/// What is particular to an approval.
#[derive(Debug)]
pub struct ApprovalStep {
    /// What is to be decided, in a few words; the step's name where its author gives none.
    pub title: String,
    /// The levels, in order.
    pub levels: Vec<LevelRule>,
    /// What the deciding voter fills in.
    pub form: Option<Form>,
    /// When it is due.
    pub sla: Promise,
}

/// One level of an approval.
#[derive(Debug)]
pub struct LevelRule {
    /// Its key, unique in the approval; `level_1` and so on where its author gives none.
    pub key: String,
    /// Who may vote.
    pub approvers: Vec<Who>,
    /// How many must approve.
    pub quorum: QuorumRule,
    /// What one rejection does.
    pub on_rejection: OnRejection,
    /// Whether a vote must say why.
    pub reason_required: bool,
    /// Whether a vote must be signed.
    pub signature_required: bool,
    /// Who may not vote, though among the approvers.
    pub exclude: Exclusions,
    /// When the level is due.
    pub sla: Promise,
}

/// Who may not vote, though among the approvers (four eyes).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Exclusions {
    /// Whoever asked for the approval.
    pub requester: bool,
    /// Whoever voted in another level.
    pub voters: bool,
    /// A delegate of either.
    pub delegates: bool,
}

/// How many of a level's approvers must approve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuorumRule {
    /// Some, all, or a number of them.
    Votes(Quorum),
    /// A share of them, in per cent from 1 to 100.
    Percent(u8),
    /// So many of each group.
    Groups(Vec<GroupQuorum>),
}

impl QuorumRule {
    /// The rule as votes, for a level with that many approvers. A rule for each group asks for all.
    pub fn votes(&self, headcount: u32) -> Quorum {
        match self {
            Self::Votes(quorum) => *quorum,
            Self::Percent(share) => {
                Quorum::Number((headcount.saturating_mul(u32::from(*share))).div_ceil(100))
            }
            Self::Groups(_) => Quorum::All,
        }
    }
}

/// How many of one group must approve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupQuorum {
    /// The role whose holders make the group.
    pub role: RoleName,
    /// How many of them.
    pub votes: u32,
}

/// What a pause waits for.
#[derive(Debug)]
pub enum WaitFor {
    /// That long.
    Period(Period),
    /// A point in time.
    Until(DateTime<Utc>),
    /// The point in time that the expression gives: a timestamp, or a text in RFC 3339.
    Expr(Expression),
    /// A message.
    Message(MessageWait),
}

/// A message that a pause waits for.
#[derive(Debug)]
pub struct MessageWait {
    /// Its name.
    pub name: String,
    /// What the message's correlation must equal.
    pub correlation: Expression,
}

/// What is particular to an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndStep {
    /// The outcome that the run has when it ends here.
    pub outcome: String,
    /// Whether it ends every other branch too.
    pub terminate: bool,
}
