//! Whom work is for: the people, roles and teams that a definition means, found in the organization.

use super::{Engine, Incident};
use crate::workflow::Expression;
use crate::workflow::definition::{Assign, Who};
use crate::{Assignment, Candidates};

impl Engine<'_> {
    /// Whom a task is for. A single person holds it at once.
    pub(super) fn assignment(&self, assign: &Assign) -> Result<Assignment, Incident> {
        let candidates = self.candidates(&assign.who)?;
        let alone = candidates.roles.is_empty()
            && candidates.teams.is_empty()
            && candidates.users.len() == 1;
        let assignee = candidates.users.first().copied().filter(|_| alone);
        Ok(Assignment { assignee, candidates })
    }

    /// The people, roles and teams meant.
    ///
    /// A role that nobody holds is no incident: the work waits until somebody does.
    pub(super) fn candidates(&self, who: &[Who]) -> Result<Candidates, Incident> {
        let mut candidates = Candidates::default();
        for one in who {
            match one {
                Who::Role(role) => {
                    candidates.roles.insert(role.clone());
                }
                Who::User(id) => {
                    let user =
                        self.people.user(id).ok_or_else(|| nobody(&format!("the user `{id}`")))?;
                    candidates.users.insert(user);
                }
                Who::Team(name) => {
                    let team = self
                        .people
                        .team(name)
                        .ok_or_else(|| nobody(&format!("the team `{name}`")))?;
                    candidates.teams.insert(team);
                }
                Who::Expr(expression) => self.named_by(expression, &mut candidates)?,
            }
        }
        if candidates.is_empty() {
            return Err(nobody("anybody"));
        }
        Ok(candidates)
    }

    fn named_by(
        &self,
        expression: &Expression,
        candidates: &mut Candidates,
    ) -> Result<(), Incident> {
        for id in expression.texts(&self.facts(None))? {
            if let Some(user) = self.people.user(&id) {
                candidates.users.insert(user);
            } else if let Some(team) = self.people.team(&id) {
                candidates.teams.insert(team);
            } else {
                return Err(nobody(&format!("whom `{}` names", expression.source())));
            }
        }
        Ok(())
    }
}

fn nobody(whom: &str) -> Incident {
    Incident::new(Incident::NOBODY, format!("{whom} is not to be found in the organization"))
}
