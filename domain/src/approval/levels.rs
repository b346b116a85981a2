//! The levels of a stand-alone approval, as whoever asks for it writes them.

use serde_json::Value;

use super::Level;
use crate::fault::child;
use crate::organization::Organization;
use crate::run::People;
use crate::workflow::definition::{LevelRule, Who};
use crate::{Candidates, Fault, FaultCode, workflow};

/// Reads levels written as those of an approval step: `[{"approvers": [{"role": "director"}]}]`, each with
/// `key`, `quorum` (`any`, `all` or a number), `onRejection`, `reasonRequired` and `exclude`.
///
/// # Errors
/// Every fault, with paths into the list: what is not understood, and people and teams that are not to be
/// found in the organization.
pub fn read_levels(levels: &Value, organization: &Organization) -> Result<Vec<Level>, Vec<Fault>> {
    let rules = workflow::levels(levels)?;
    let mut faults = Vec::new();
    let read =
        |(at, rule): (usize, &LevelRule)| level(rule, &child("", at), organization, &mut faults);
    let levels = rules.iter().enumerate().map(read).collect();
    if faults.is_empty() { Ok(levels) } else { Err(faults) }
}

fn level(
    rule: &LevelRule,
    path: &str,
    organization: &Organization,
    faults: &mut Vec<Fault>,
) -> Level {
    let mut approvers = Candidates::default();
    for (at, who) in rule.approvers.iter().enumerate() {
        let path = child(&child(path, "approvers"), at);
        if let Err(fault) = add(&mut approvers, who, &path, organization) {
            faults.push(fault);
        }
    }
    rule.level(approvers, 0)
}

fn add(
    approvers: &mut Candidates,
    who: &Who,
    path: &str,
    organization: &Organization,
) -> Result<(), Fault> {
    let stranger = |member: &str, message: &str| {
        Fault::of(FaultCode::InvalidValue, child(path, member), message)
    };
    match who {
        Who::Role(role) => {
            approvers.roles.insert(role.clone());
        }
        Who::User(id) => {
            let found = organization.user(id);
            approvers.users.insert(found.ok_or_else(|| stranger("user", "is no member"))?);
        }
        Who::Team(id) => {
            let found = People::team(organization, id);
            approvers.teams.insert(found.ok_or_else(|| stranger("team", "is no team"))?);
        }
        Who::Expr(_) => {
            return Err(stranger("expr", "there are no expressions outside a workflow"));
        }
    }
    Ok(())
}

impl LevelRule {
    /// The level of an approval, for these approvers, who are so many people.
    pub(crate) fn level(&self, approvers: Candidates, headcount: u32) -> Level {
        Level {
            key: self.key.clone(),
            approvers,
            headcount,
            quorum: self.quorum.votes(headcount),
            on_rejection: self.on_rejection,
            reason_required: self.reason_required,
            exclude_requester: self.exclude.requester,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::approval::fixture::{candidates, organization};
    use crate::approval::{OnRejection, Quorum};
    use crate::fixture::{ada, bob, user};

    fn paths(levels: &Value) -> Vec<String> {
        let faults = read_levels(levels, &organization()).expect_err("faults");
        faults.into_iter().map(|fault| fault.path).collect()
    }

    #[test]
    fn levels_are_written_as_those_of_a_step() {
        let levels = json!([
            {"approvers": [{"role": "head"}]},
            {"key": "board", "quorum": 2, "onRejection": "count", "reasonRequired": true,
             "exclude": ["requester"],
             "approvers": [{"user": user(&ada()).to_string()}, {"user": user(&bob()).to_string()}]},
        ]);
        let head = Level {
            key: "level_1".into(),
            approvers: candidates("head"),
            headcount: 0,
            quorum: Quorum::Any,
            on_rejection: OnRejection::Reject,
            reason_required: false,
            exclude_requester: false,
        };
        let board = Level {
            key: "board".into(),
            approvers: Candidates {
                users: [user(&ada()), user(&bob())].into(),
                ..Candidates::default()
            },
            headcount: 0,
            quorum: Quorum::Number(2),
            on_rejection: OnRejection::Count,
            reason_required: true,
            exclude_requester: true,
        };
        assert_eq!(read_levels(&levels, &organization()), Ok(vec![head, board]));
    }

    #[test]
    fn what_is_not_understood_is_named_with_its_path() {
        assert_eq!(paths(&json!([])), [""]);
        assert_eq!(paths(&json!({"approvers": []})), [""]);
        assert_eq!(
            paths(&json!([{"quorum": "most", "veto": true}])),
            ["/0", "/0/quorum", "/0/veto"]
        );
        assert_eq!(
            paths(&json!([{"approvers": [{"role": "head"}], "signatureRequired": true}])),
            ["/0/signatureRequired"]
        );
    }

    #[test]
    fn strangers_and_expressions_are_named_with_their_paths() {
        let levels = json!([{"approvers": [
            {"user": crate::MemberId::default().to_string()}, {"team": "Sales"}, {"expr": "vars.boss"},
        ]}]);
        assert_eq!(
            paths(&levels),
            ["/0/approvers/0/user", "/0/approvers/1/team", "/0/approvers/2/expr"]
        );
    }
}
