//! What is particular to tasks, approvals, pauses and ends.

use super::fields::Fields;
use super::node::Node;
use super::{people, sla};
use crate::FaultCode;
use crate::approval::{OnRejection, Quorum};
use crate::task::Priority;
use crate::workflow::Period;
use crate::workflow::definition::{
    ApprovalStep, Assign, EndStep, Exclusions, GroupQuorum, LevelRule, MessageWait, Promise,
    QuorumRule, Strategy, TaskStep, WaitFor,
};
use crate::workflow::limits::{CANDIDATES_MAX, KEY_MAX_CHARS, LEVELS_MAX, OUTCOMES_MAX};

const PRIORITIES: [(&str, Priority); 4] = [
    ("critical", Priority::Critical),
    ("high", Priority::High),
    ("medium", Priority::Medium),
    ("low", Priority::Low),
];
const ON_REJECTION: [(&str, OnRejection); 2] =
    [("reject", OnRejection::Reject), ("count", OnRejection::Count)];
const QUORUMS: [(&str, Quorum); 2] = [("any", Quorum::Any), ("all", Quorum::All)];
/// The most votes that a level can ask for: more than any organization's members.
const VOTES_MAX: u32 = 1_000_000;

pub(super) fn task(fields: &Fields<'_>, name: &str) -> TaskStep {
    let nobody = || Assign { who: Vec::new(), strategy: Strategy::Claim };
    TaskStep {
        title: title(fields, name),
        assign: fields.need("assign").map_or_else(nobody, |node| people::assign(&node)),
        outcomes: fields.maybe("outcomes").map(|node| outcomes(&node)).unwrap_or_default(),
        form: fields.maybe("form").and_then(|form| form.object_form()),
        priority: fields
            .maybe("priority")
            .and_then(|word| word.word(&PRIORITIES))
            .unwrap_or_default(),
        sla: promised(fields),
    }
}

pub(super) fn approval(fields: &Fields<'_>, name: &str) -> ApprovalStep {
    ApprovalStep {
        title: title(fields, name),
        levels: fields.need("levels").map(|levels| all_levels(&levels)).unwrap_or_default(),
        form: fields.maybe("form").and_then(|form| form.object_form()),
        sla: promised(fields),
    }
}

pub(super) fn wait(fields: &Fields<'_>) -> WaitFor {
    let found = fields.need("wait").and_then(|node| {
        let inner = node.fields()?;
        let chosen = inner.one_of(&["for", "until", "expr", "message"]);
        inner.finish();
        let (name, node) = chosen?;
        match name {
            "for" => node.period().map(WaitFor::Period),
            "until" => node
                .parse(FaultCode::InvalidValue, |_: chrono::ParseError| {
                    "must be a point in time in RFC 3339 such as 2026-12-31T12:00:00Z".to_owned()
                })
                .map(WaitFor::Until),
            "expr" => node.expression().map(WaitFor::Expr),
            _ => message(&node).map(WaitFor::Message),
        }
    });
    found.unwrap_or(WaitFor::Period(Period::default()))
}

pub(super) fn end(fields: &Fields<'_>) -> EndStep {
    EndStep {
        outcome: fields
            .need("outcome")
            .and_then(|text| text.text(KEY_MAX_CHARS))
            .unwrap_or_default(),
        terminate: fields.flag("terminate"),
    }
}

fn title(fields: &Fields<'_>, name: &str) -> String {
    fields.maybe("title").and_then(|title| title.name()).unwrap_or_else(|| name.to_owned())
}

fn promised(fields: &Fields<'_>) -> Promise {
    fields.maybe("sla").map(|node| sla::promise(&node)).unwrap_or_default()
}

fn outcomes(node: &Node<'_>) -> Vec<String> {
    let mut outcomes: Vec<String> = Vec::new();
    for item in node.items(1, OUTCOMES_MAX) {
        match item.text(KEY_MAX_CHARS) {
            Some(outcome) if outcomes.contains(&outcome) => {
                item.fault(FaultCode::Duplicate, "is there twice");
            }
            Some(outcome) => outcomes.push(outcome),
            None => {}
        }
    }
    outcomes
}

fn message(node: &Node<'_>) -> Option<MessageWait> {
    let fields = node.fields()?;
    let name = fields.need("name").and_then(|name| name.key());
    let correlation = fields.need("correlation").and_then(|correlation| correlation.expression());
    fields.finish();
    Some(MessageWait { name: name?, correlation: correlation? })
}

/// The levels of an approval, in order.
pub(super) fn all_levels(node: &Node<'_>) -> Vec<LevelRule> {
    let mut levels: Vec<LevelRule> = Vec::new();
    for (index, item) in node.items(1, LEVELS_MAX).iter().enumerate() {
        let Some(level) = level(item, index) else { continue };
        if levels.iter().any(|other| other.key == level.key) {
            item.fault(
                FaultCode::Duplicate,
                format!("has the key `{}` of another level", level.key),
            );
        }
        levels.push(level);
    }
    levels
}

fn level(node: &Node<'_>, index: usize) -> Option<LevelRule> {
    let fields = node.fields()?;
    let key = fields.maybe("key").and_then(|key| key.key());
    let level = LevelRule {
        key: key.unwrap_or_else(|| format!("level_{}", index.saturating_add(1))),
        approvers: fields.need("approvers").map(|list| people::list(&list)).unwrap_or_default(),
        quorum: fields
            .maybe("quorum")
            .and_then(|node| quorum(&node))
            .unwrap_or(QuorumRule::Votes(Quorum::Any)),
        on_rejection: fields
            .maybe("onRejection")
            .and_then(|word| word.word(&ON_REJECTION))
            .unwrap_or_default(),
        reason_required: fields.flag("reasonRequired"),
        signature_required: fields.flag("signatureRequired"),
        exclude: fields.maybe("exclude").map(|node| exclusions(&node)).unwrap_or_default(),
        sla: promised(&fields),
    };
    fields.finish();
    Some(level)
}

fn quorum(node: &Node<'_>) -> Option<QuorumRule> {
    if node.value.is_number() {
        return node.number(1, VOTES_MAX).map(|votes| QuorumRule::Votes(Quorum::Number(votes)));
    }
    if node.value.is_string() {
        return node.word(&QUORUMS).map(QuorumRule::Votes);
    }
    let fields = node.fields()?;
    let chosen = fields.one_of(&["percent", "groups"]);
    fields.finish();
    match chosen? {
        ("percent", share) => {
            let share = share.number(1, 100)?;
            u8::try_from(share).ok().map(QuorumRule::Percent)
        }
        (_, groups) => Some(QuorumRule::Groups(
            groups.items(1, CANDIDATES_MAX).iter().filter_map(group).collect(),
        )),
    }
}

fn group(node: &Node<'_>) -> Option<GroupQuorum> {
    let fields = node.fields()?;
    let role = fields.need("role").and_then(|role| role.role());
    let votes = fields.need("votes").and_then(|votes| votes.number(1, VOTES_MAX));
    fields.finish();
    Some(GroupQuorum { role: role?, votes: votes? })
}

fn exclusions(node: &Node<'_>) -> Exclusions {
    let mut exclude = Exclusions::default();
    for item in node.items(1, 3) {
        match item.value.as_str() {
            Some("requester") => exclude.requester = true,
            Some("voters") => exclude.voters = true,
            Some("delegates") => exclude.delegates = true,
            _ => {
                item.fault(FaultCode::InvalidValue, "must be one of: requester, voters, delegates");
            }
        }
    }
    exclude
}
