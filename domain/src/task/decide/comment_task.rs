//! Commenting on a task, also after its end.

use chrono::{DateTime, Utc};

use crate::organization::Permission;
use crate::task::standing::require;
use crate::task::{Task, TaskEvent, TaskRefusal};
use crate::{Acting, Fault, IdSource, Personal};

/// The longest comment, in characters: a few pages.
const MAX_CHARS: usize = 10_000;

/// Says something about a task.
#[derive(Debug, Clone, PartialEq)]
pub struct CommentTask {
    /// What, in 1 to 10,000 characters.
    pub text: String,
}

/// # Errors
/// `NotFound`, `MissingPermission`, `NotInvolved`, `Invalid` for a text that is empty or too long.
pub(in crate::task) fn decide(
    task: &Task,
    comment: CommentTask,
    by: &Acting,
    at: DateTime<Utc>,
    ids: IdSource,
) -> Result<Vec<TaskEvent>, TaskRefusal> {
    let work = task.present()?;
    require(by, Permission::TaskWork)?;
    work.seen_by(by)?;
    if !(1..=MAX_CHARS).contains(&comment.text.trim().chars().count()) {
        let message = format!("use 1 to {MAX_CHARS} characters");
        return Err(TaskRefusal::Invalid { faults: vec![Fault::new("/text", message)] });
    }
    Ok(vec![TaskEvent::TaskCommented {
        comment: ids.id("comment", 0),
        author: by.user(),
        text: Personal::new(work.id, comment.text),
        at,
    }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ada, at, auditor, bob, ids, manager, with, without};
    use crate::organization::Permission;
    use crate::task::TaskCommand;
    use crate::task::fixture::{completed, created, for_role, given, id};

    fn comment(text: &str) -> TaskCommand {
        TaskCommand::CommentTask(CommentTask { text: text.into() })
    }

    #[test]
    fn those_who_take_part_and_those_who_see_all_comment_also_after_the_end() {
        for by in [ada(), with(bob(), "clerk"), manager()] {
            given([created(for_role("clerk")), completed(&ada())])
                .when(&by, comment("Why so late?"))
                .then([TaskEvent::TaskCommented {
                    comment: ids().id("comment", 0),
                    author: by.user(),
                    text: Personal::new(id(), "Why so late?".to_owned()),
                    at: at(0),
                }]);
        }
    }

    #[test]
    fn whoever_does_not_take_part_does_not_comment() {
        given([created(for_role("clerk"))])
            .when(&without(bob(), Permission::TaskRead), comment("Hello"))
            .then_refused(&TaskRefusal::NotInvolved);
    }

    #[test]
    fn an_auditor_changes_nothing() {
        given([created(for_role("clerk"))])
            .when(&auditor(), comment("Hello"))
            .then_refused(&TaskRefusal::MissingPermission { permission: Permission::TaskWork });
    }

    #[test]
    fn a_comment_says_something_and_is_bounded() {
        for text in [" ", &"x".repeat(MAX_CHARS + 1)] {
            let refusal = given([created(for_role("clerk"))]).when(&ada(), comment(text)).refusal();
            assert_eq!(refusal.faults()[0].path, "/text");
        }
    }

    #[test]
    fn what_does_not_exist_is_not_found() {
        given([]).when(&ada(), comment("Hello")).then_refused(&TaskRefusal::NotFound);
    }
}
