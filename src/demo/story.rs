//! What happens in the demo, as `story.yaml` tells it.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use super::DemoError;

/// The story, as text.
const TEXT: &str = include_str!("story.yaml");

/// The workflows that the organization works by, from `examples/`.
pub(super) const WORKFLOWS: [&str; 5] = [
    include_str!("../../examples/equipment-procurement.json"),
    include_str!("../../examples/expense-claim.json"),
    include_str!("../../examples/hr-onboarding.json"),
    include_str!("../../examples/it-incident.json"),
    include_str!("../../examples/vehicle-processing.json"),
];

/// Who there is, and what they do.
#[derive(Debug, Deserialize)]
pub(super) struct Story {
    /// The organization's name.
    pub(super) organization: String,
    /// Its people; the first founds it.
    pub(super) people: Vec<Person>,
    /// What they do, thread by thread.
    pub(super) threads: Vec<Thread>,
}

/// Somebody in the organization.
#[derive(Debug, Deserialize)]
pub(super) struct Person {
    /// The name in the story, and before the `@` of the e-mail address.
    pub(super) key: String,
    /// The full name.
    pub(super) name: String,
    /// The roles.
    pub(super) roles: BTreeSet<String>,
}

/// A run, a task or an approval, and what becomes of it.
#[derive(Debug, Deserialize)]
pub(super) struct Thread {
    /// How many days ago it begins.
    pub(super) ago: f64,
    /// Who begins it.
    pub(super) by: String,
    /// What begins.
    #[serde(flatten)]
    pub(super) begins: Beginning,
    /// What then happens, in order.
    #[serde(default)]
    pub(super) moves: Vec<Move>,
}

/// What begins: the input of a mutation.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Beginning {
    /// A run.
    Run(Value),
    /// A stand-alone task.
    Task(Value),
    /// A stand-alone approval.
    Approval(Value),
}

/// Something that somebody does.
#[derive(Debug, Deserialize)]
pub(super) struct Move {
    /// How many hours after the thread's last one.
    pub(super) after: f64,
    /// Who does it.
    pub(super) by: String,
    /// What they do.
    #[serde(flatten)]
    pub(super) does: Deed,
}

/// What somebody does; the rest of a mutation's input beside what it is done to.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Deed {
    /// Completes a task: the thread's own, or that of one of its steps.
    Complete(OfStep),
    /// Decides an approval: the thread's own, or that of one of its steps.
    Decide(OfStep),
    /// Claims the thread's task.
    Claim(OfStep),
    /// Gives the thread's task to somebody.
    Assign(OfStep),
    /// Cancels the run.
    Cancel(OfStep),
}

/// What something is done to, and how.
#[derive(Debug, Deserialize)]
pub(super) struct OfStep {
    /// The key of the run's step; none for the thread's own task or approval.
    pub(super) step: Option<String>,
    /// The rest of the mutation's input.
    #[serde(default)]
    pub(super) input: Value,
}

impl Story {
    /// The story.
    ///
    /// # Errors
    /// `Story` where its text is no story.
    pub(super) fn read() -> Result<Self, DemoError> {
        Ok(serde_norway::from_str(TEXT)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_in_the_story_is_one_of_its_people() {
        let story = Story::read().unwrap();
        let people: BTreeSet<&str> = story.people.iter().map(|person| &*person.key).collect();
        assert_eq!(people.len(), story.people.len(), "two people of one name");
        for thread in &story.threads {
            let acting = thread.moves.iter().map(|does| &does.by).chain([&thread.by]);
            acting.for_each(|by| assert!(people.contains(by.as_str()), "who is {by}?"));
        }
    }

    #[test]
    fn nothing_in_the_story_is_yet_to_come() {
        for thread in Story::read().unwrap().threads {
            let hours: f64 = thread.moves.iter().map(|does| does.after).sum();
            assert!(hours < thread.ago * 24.0, "{:?} ends in {hours} hours", thread.begins);
        }
    }
}
