//! Counting: how many there are to vote, and what their votes come to.

use super::{Cast, Decision, Level, OnRejection, Quorum};
use crate::UserId;
use crate::organization::Organization;

/// What the votes on a level come to so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tally {
    /// Its quorum is reached.
    Approved,
    /// It is rejected.
    Rejected,
    /// Neither yet.
    Undecided,
}

impl Level {
    /// How many people may vote on it as `organization` stands.
    pub(super) fn count(&self, organization: &Organization, requester: Option<UserId>) -> u32 {
        let mut people = organization.people(&self.approvers);
        if let Some(requester) = requester.filter(|_| self.exclude_requester) {
            people.remove(&requester);
        }
        u32::try_from(people.len()).unwrap_or(u32::MAX)
    }

    /// What `votes`, those on other levels left aside, come to.
    pub(super) fn tally<'a>(&self, votes: impl Iterator<Item = &'a Cast>) -> Tally {
        let (mut approvals, mut rejections) = (0, 0);
        for vote in votes.filter(|vote| vote.level == self.key) {
            match vote.decision {
                Decision::Approve => approvals += 1,
                Decision::Reject => rejections += 1,
            }
        }
        if approvals >= self.needed() {
            Tally::Approved
        } else if rejections > 0 && self.is_lost(approvals, rejections) {
            Tally::Rejected
        } else {
            Tally::Undecided
        }
    }

    fn needed(&self) -> u32 {
        match self.quorum {
            Quorum::Any => 1,
            // Nobody's consent is not consent: a level that nobody could vote on waits.
            Quorum::All => self.headcount.max(1),
            Quorum::Number(number) => number.max(1),
        }
    }

    fn is_lost(&self, approvals: u32, rejections: u32) -> bool {
        match self.on_rejection {
            OnRejection::Reject => true,
            OnRejection::Count => {
                let left = self.headcount.saturating_sub(approvals + rejections);
                approvals + left < self.needed()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::fixture::level;
    use crate::fixture::{ada, bob, manager, user};
    use Decision::{Approve, Reject};
    use Tally::{Approved, Rejected, Undecided};

    fn tally(quorum: Quorum, on_rejection: OnRejection, votes: &[Decision]) -> Tally {
        let level = Level { quorum, on_rejection, headcount: 3, ..level("head") };
        let people = [ada(), bob(), manager()];
        let cast: Vec<_> = votes
            .iter()
            .zip(&people)
            .map(|(&decision, by)| Cast { level: level.key.clone(), voter: user(by), decision })
            .collect();
        level.tally(cast.iter())
    }

    #[test]
    fn any_takes_one() {
        assert_eq!(tally(Quorum::Any, OnRejection::Reject, &[]), Undecided);
        assert_eq!(tally(Quorum::Any, OnRejection::Reject, &[Approve]), Approved);
    }

    #[test]
    fn all_takes_every_one() {
        assert_eq!(tally(Quorum::All, OnRejection::Reject, &[Approve, Approve]), Undecided);
        assert_eq!(tally(Quorum::All, OnRejection::Reject, &[Approve; 3]), Approved);
    }

    #[test]
    fn a_number_takes_so_many() {
        assert_eq!(tally(Quorum::Number(2), OnRejection::Reject, &[Approve]), Undecided);
        assert_eq!(tally(Quorum::Number(2), OnRejection::Reject, &[Approve; 2]), Approved);
    }

    #[test]
    fn one_rejection_rejects_where_it_does() {
        assert_eq!(tally(Quorum::Number(2), OnRejection::Reject, &[Approve, Reject]), Rejected);
    }

    #[test]
    fn where_rejections_count_it_takes_so_many_that_the_quorum_is_out_of_reach() {
        let count = OnRejection::Count;
        assert_eq!(tally(Quorum::Number(2), count, &[Reject]), Undecided);
        assert_eq!(tally(Quorum::Number(2), count, &[Reject, Approve]), Undecided);
        assert_eq!(tally(Quorum::Number(2), count, &[Reject, Reject]), Rejected);
        assert_eq!(tally(Quorum::All, count, &[Reject]), Rejected);
        assert_eq!(tally(Quorum::Any, count, &[Reject, Reject]), Undecided);
        assert_eq!(tally(Quorum::Any, count, &[Reject; 3]), Rejected);
    }

    #[test]
    fn a_level_of_nobody_is_not_approved_by_itself() {
        let nobody = Level { quorum: Quorum::All, headcount: 0, ..level("head") };
        assert_eq!(nobody.tally([].iter()), Undecided);
    }
}
