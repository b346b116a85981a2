//! No list costs a statement for each of its entries.

use chrono::Duration;
use docket_domain::Clock;
use serde_json::{Value, json};

use crate::support::{Person, Server, eventually, on_each_store};

/// Entries of the short list, and of the long one.
const FEW: usize = 3;
const MANY: usize = 30;
/// Statements that a list may cost more: where two edges lead to the same kind of rows, they are asked for
/// together or one after the other, as the database happens to answer. One statement for each entry is far more.
const WAVES: u64 = 3;
/// How often a query is asked: what the server does beside it is counted, too, and the least is the query's own.
const TRIES: usize = 7;

const MEMBER: &str = "id user { name email } roles";
const WORK: &str = "assignee { id user { name } } createdBy { member { id } }
    run { id workflow { code } startedBy { member { id } } } comments { text author { member { id } } }";
const VOTES: &str = "requestedBy { member { id } } run { id }
    votes { by { member { id user { name } } } }
    levels { votes { by { member { id } } } approvers { members { id user { name } } } }";

/// The lists, with every edge of what they list.
fn lists() -> Vec<(&'static str, String)> {
    let page = "first: 50";
    let steps = "key task { id } approval { id }";
    vec![
        ("members", format!("members({page}) {{ totalCount nodes {{ {MEMBER} }} }}")),
        (
            "workflows",
            format!(
                "workflows({page}) {{ totalCount nodes {{ code createdBy {{ member {{ id }} }}
                    versions {{ definition publishedBy {{ member {{ id }} }} }} }} }}"
            ),
        ),
        (
            "runs",
            format!(
                "runs({page}) {{ totalCount nodes {{ workflow {{ code }} startedBy {{ member {{ id }} }}
                    activeSteps {{ {steps} }} steps {{ {steps} }}
                    tasks(first: 2) {{ totalCount nodes {{ assignee {{ id }} }} }}
                    approvals(last: 2) {{ nodes {{ requestedBy {{ member {{ id }} }} }} }} }} }}"
            ),
        ),
        ("tasks", format!("tasks({page}) {{ totalCount nodes {{ {WORK} }} }}")),
        ("taskInbox", format!("taskInbox({page}) {{ totalCount nodes {{ {WORK} }} }}")),
        ("approvals", format!("approvals({page}) {{ totalCount nodes {{ {VOTES} }} }}")),
        ("approvalInbox", format!("approvalInbox({page}) {{ totalCount nodes {{ {VOTES} }} }}")),
        (
            "slaBreaches",
            format!(
                "slaBreaches({page}) {{ totalCount nodes {{ run {{ id }} approval {{ id }}
                    task {{ assignee {{ id }} }} }} }}"
            ),
        ),
        (
            "auditTrail",
            format!(
                "auditTrail({page}) {{ totalCount nodes {{ actor {{ member {{ id user {{ name }} }} }}
                    onBehalfOf {{ id }} }} }}"
            ),
        ),
    ]
}

#[tokio::test]
async fn api_1_no_list_costs_a_statement_for_each_of_its_entries() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let roles = json!({ "memberId": owner.member, "roles": ["owner", "clerk"] });
        owner.client.run("setMemberRoles", "member { id }", roles).await;
        grow(server, &owner, 0..FEW).await;
        let few = statements(server, &owner, FEW).await;
        let owner = owner.back(server).await;
        grow(server, &owner, FEW..MANY).await;
        let many = statements(server, &owner, MANY).await;
        for ((name, short), (_, long)) in few.iter().zip(&many) {
            assert!(*short > 0, "{name} was counted");
            assert!(*long <= short + WAVES, "{name}: {short} for {FEW}, {long} for {MANY}");
        }
    })
    .await;
}

/// How many statements each list costs, asked by somebody of a server that has just begun and remembers nothing.
async fn statements(
    server: &mut Server,
    owner: &Person,
    at_least: usize,
) -> Vec<(&'static str, u64)> {
    server.restart().await;
    let owner = owner.back(server).await;
    let mut counted = Vec::new();
    for (name, list) in lists() {
        let mut least = u64::MAX;
        for _ in 0..TRIES {
            let before = server.statements();
            let told = owner.client.ask(&format!("{{ {list} }}"), json!({})).await;
            least = least.min(server.statements() - before);
            let entries = told[name]["nodes"].as_array().expect("a list").len();
            assert!(entries >= at_least, "{name} has {entries}");
        }
        counted.push((name, least));
    }
    counted
}

/// Adds an entry to every list for each number: a member with a run of a workflow of their own, whose task the
/// member holds and says something about and whose approval the member votes on; and late work for the owner.
async fn grow(server: &Server, owner: &Person, numbers: std::ops::Range<usize>) {
    let late = numbers.end;
    for number in numbers {
        let clerk = owner.add(&format!("Clerk {number}"), &["clerk"]).await;
        let code = format!("FLOW_{number}");
        publish(&clerk, owner, &code).await;
        let run = clerk.start(&code, json!({})).await;
        let task = clerk.task_of(&run, "work").await;
        clerk.client.run("claimTask", "position", json!({ "id": task })).await;
        let said = json!({ "id": task, "text": "At it." });
        clerk.client.run("commentTask", "position", said).await;
        let approval = clerk.vote_of(&run, "decide").await;
        clerk.cast(&approval, "APPROVE", None).await;
        let due_at = server.clock.now() - Duration::hours(1);
        let task = json!({ "title": "Late", "dueAt": due_at.to_rfc3339() });
        owner.client.run("createTask", "position", task).await;
    }
    let breached = async || {
        let told = owner.client.ask("{ slaBreaches { totalCount } }", json!({})).await;
        (told["slaBreaches"]["totalCount"] == late).then_some(())
    };
    eventually("what is late is found so", breached).await;
}

async fn publish(clerk: &Person, owner: &Person, code: &str) {
    let levels =
        json!([{ "approvers": [{ "role": "clerk" }, { "user": clerk.member }], "quorum": 2 }]);
    let definition = json!({
        "code": code, "name": code, "start": "both",
        "steps": [
            { "key": "both", "type": "decision", "name": "Both", "split": "all",
              "next": [{ "to": "work" }, { "to": "decide" }] },
            { "key": "work", "type": "task", "name": "Work", "assign": { "role": "clerk" },
              "next": [{ "to": "end" }] },
            { "key": "decide", "type": "approval", "name": "Decide", "levels": levels,
              "next": [{ "to": "end" }] },
            { "key": "end", "type": "end", "outcome": "over" },
        ],
    });
    let created = json!({ "definition": definition });
    let created = owner.client.run("createWorkflow", "workflow { id }", created).await;
    let id: &Value = &created["workflow"]["id"];
    owner.client.run("publishWorkflow", "version", json!({ "id": id })).await;
}
