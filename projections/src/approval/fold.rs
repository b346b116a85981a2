//! Approvals from their events.

use docket_domain::ApprovalId;
use docket_domain::approval::{ApprovalEvent, Level, Outcome};

use super::{ApprovalRow, ApprovalStatus, LevelRow, LevelStatus, VoteRow};
use crate::event::Event;
use crate::plain::plain_or_none;
use crate::projection::Projection;
use crate::rows::{FoldError, Rows};
use crate::table::Row as _;

/// Approvals with their levels and votes.
pub(crate) struct Approvals;

impl Projection for Approvals {
    const NAME: &'static str = ApprovalRow::PROJECTION;
    const VERSION: u32 = 1;
    const READS: &'static [&'static str] = &["approval"];
    type Rows = Rows<ApprovalRow>;

    fn announce(event: &Event, rows: &mut Self::Rows) {
        let Some((id, _)) = event.approval_event() else { return };
        if event.is_first() {
            rows.announce_new(event.organization, id);
        } else {
            rows.announce(event.organization, id);
        }
    }

    fn fold(event: &Event, rows: &mut Self::Rows) -> Result<(), FoldError> {
        let Some((id, happened)) = event.approval_event() else { return Ok(()) };
        let org = event.organization;
        if let ApprovalEvent::ApprovalRequested { .. } = happened {
            return rows.put(org, requested(id, event, happened)?);
        }
        rows.change(org, id, |row| {
            row.happen(happened)?;
            row.version = event.sequence;
            Ok(())
        })
    }
}

fn requested(
    id: ApprovalId,
    event: &Event,
    happened: &ApprovalEvent,
) -> Result<ApprovalRow, FoldError> {
    let ApprovalEvent::ApprovalRequested {
        title,
        origin,
        subject,
        subject_version,
        levels,
        data,
        form,
        sla,
        requested_by,
        at,
        ..
    } = happened
    else {
        return Err(FoldError::Unfit("an approval begins with ApprovalRequested".to_owned()));
    };
    let mut levels: Vec<_> = levels.iter().map(LevelRow::waiting).collect();
    if let Some(first) = levels.first_mut() {
        first.status = LevelStatus::Open;
    }
    Ok(ApprovalRow {
        id,
        title: title.clone(),
        status: ApprovalStatus::Pending,
        outcome: None,
        requested_by: event.asked_by(*requested_by),
        requested_at: *at,
        decided_at: None,
        origin: origin.clone(),
        subject: subject.clone(),
        subject_version: *subject_version,
        levels,
        data: plain_or_none(data),
        form: form.clone(),
        decided_data: None,
        decided_reason: None,
        due_at: sla.due_at,
        breached_at: None,
        version: event.sequence,
    })
}

impl LevelRow {
    fn waiting(level: &Level) -> Self {
        Self {
            key: level.key.clone(),
            status: LevelStatus::Waiting,
            approvers: level.approvers.clone(),
            headcount: level.headcount,
            quorum: level.quorum,
            on_rejection: level.on_rejection,
            reason_required: level.reason_required,
            exclude_requester: level.exclude_requester,
            votes: Vec::new(),
        }
    }
}

impl ApprovalRow {
    fn happen(&mut self, happened: &ApprovalEvent) -> Result<(), FoldError> {
        match happened {
            ApprovalEvent::ApprovalRequested { .. } | ApprovalEvent::ApprovalDueSoon { .. } => {}
            ApprovalEvent::VoteCast { level, .. } => {
                self.level(level)?.votes.extend(vote(happened));
            }
            ApprovalEvent::LevelApproved { level, next_headcount, .. } => {
                self.level(level)?.status = LevelStatus::Approved;
                let next = self.levels.iter_mut().find(|l| l.status == LevelStatus::Waiting);
                if let Some(next) = next {
                    next.status = LevelStatus::Open;
                    next.headcount = *next_headcount;
                }
            }
            ApprovalEvent::ApprovalDecided { outcome, level, data, reason, at, .. } => {
                self.decide(*outcome, level.as_deref())?;
                self.decided_at = Some(*at);
                self.decided_data = plain_or_none(data);
                self.decided_reason.clone_from(reason);
            }
            ApprovalEvent::ApprovalSlaBreached { at, .. } => self.breached_at = Some(*at),
            ApprovalEvent::ApprovalEscalated { to, headcount, .. } => {
                let open = self.levels.iter_mut().find(|level| level.status == LevelStatus::Open);
                if let Some(open) = open {
                    open.approvers.extend(to.clone().unwrap_or_default());
                    open.headcount = headcount.unwrap_or(open.headcount);
                }
            }
        }
        Ok(())
    }

    fn level(&mut self, key: &str) -> Result<&mut LevelRow, FoldError> {
        let found = self.levels.iter_mut().find(|level| level.key == key);
        found.ok_or_else(|| FoldError::Unfit(format!("the approval has no level `{key}`")))
    }

    fn decide(&mut self, outcome: Outcome, level: Option<&str>) -> Result<(), FoldError> {
        self.status = ApprovalStatus::Decided;
        self.outcome = Some(outcome);
        if let Some(key) = level {
            self.level(key)?.status = match outcome {
                Outcome::Approved => LevelStatus::Approved,
                Outcome::Rejected => LevelStatus::Rejected,
                Outcome::Withdrawn | Outcome::Expired => LevelStatus::Closed,
            };
        }
        for level in &mut self.levels {
            if matches!(level.status, LevelStatus::Waiting | LevelStatus::Open) {
                level.status = LevelStatus::Closed;
            }
        }
        Ok(())
    }
}

fn vote(happened: &ApprovalEvent) -> Option<VoteRow> {
    let ApprovalEvent::VoteCast {
        voter,
        on_behalf_of,
        decision,
        comment,
        data,
        subject_version,
        authorized_at,
        at,
        ..
    } = happened
    else {
        return None;
    };
    Some(VoteRow {
        voter: *voter,
        on_behalf_of: *on_behalf_of,
        decision: *decision,
        comment: comment.as_ref().and_then(|comment| comment.value().cloned()),
        data: plain_or_none(data),
        subject_version: *subject_version,
        authorized_at: *authorized_at,
        at: *at,
    })
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod tests;
