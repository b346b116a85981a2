//! Tasks and approvals that no run raised.

use chrono::Duration;
use docket_domain::Clock;
use serde_json::{Value, json};

use crate::support::{Person, Server, eventually, on_each_store, refusal_of};

async fn create_task(by: &Person, input: Value) -> String {
    let created = by.client.run("createTask", "task { id status }", input).await;
    assert_eq!(created["task"]["status"], "OPEN");
    created["task"]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn task_1_a_candidate_claims_a_task_and_nobody_else_can() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let ada = owner.add("Ada Clerk", &["clerk"]).await;
        let bob = owner.add("Bob Clerk", &["clerk"]).await;
        let eve = owner.add("Eve Guard", &["guard"]).await;
        let task =
            json!({ "title": "File it", "candidateRoles": ["clerk"], "outcomes": ["filed"] });
        let id = json!({ "id": create_task(&owner, task).await });
        let claim = async |by: &Person| {
            by.client.try_run("claimTask", "task { assignee { id } }", id.clone()).await
        };
        assert_eq!(refusal_of(&claim(&eve).await), "NOT_CANDIDATE");
        assert_eq!(claim(&ada).await["task"]["assignee"]["id"], json!(ada.member));
        assert_eq!(refusal_of(&claim(&bob).await), "HELD_BY_OTHER");
        let complete = async |by: &Person| {
            by.client.try_run("completeTask", "task { status outcome }", id.clone()).await
        };
        assert_eq!(refusal_of(&complete(&bob).await), "HELD_BY_OTHER");
        let done = json!({ "status": "COMPLETED", "outcome": "filed" });
        assert_eq!(complete(&ada).await["task"], done);
        assert_eq!(refusal_of(&complete(&ada).await), "TASK_CLOSED");
    })
    .await;
}

#[tokio::test]
async fn wf_9_late_work_is_listed_until_it_ends_and_after() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let due_at = server.clock.now() + Duration::hours(1);
        let task = json!({ "title": "Call back", "dueAt": due_at.to_rfc3339() });
        let id = create_task(&owner, task).await;
        let breaches = async |by: &Person| {
            let query = "{ slaBreaches { nodes { subjectId resolvedAt } } }";
            let data = by.client.ask(query, json!({})).await;
            data["slaBreaches"]["nodes"].as_array().expect("a list").clone()
        };
        assert!(breaches(&owner).await.is_empty(), "it is in time");
        server.clock.advance(Duration::minutes(61));
        let owner = owner.back(server).await;
        eventually("the breach", async || (breaches(&owner).await.len() == 1).then_some(())).await;
        owner.client.run("completeTask", "task { id }", json!({ "id": id })).await;
        let resolved = async || {
            let listed = breaches(&owner).await;
            assert_eq!(listed[0]["subjectId"], json!(id));
            (!listed[0]["resolvedAt"].is_null()).then_some(())
        };
        eventually("it is over", resolved).await;
    })
    .await;
}

#[tokio::test]
async fn apr_5_a_stand_alone_approval_names_the_version_that_was_seen() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let asker = owner.add("Ada Asker", &["engineer"]).await;
        let voter = owner.add("Bob Head", &["head"]).await;
        let both = owner.add("Eve Head", &["head"]).await;
        let ask = json!({
            "title": "Release it", "subjectVersion": 3,
            "subject": { "entityType": "release", "entityId": "7" },
            "levels": [{ "approvers": [{ "role": "head" }], "quorum": "all" }],
        });
        let requested = asker.client.run("requestApproval", "approval { id }", ask).await;
        let id = requested["approval"]["id"].as_str().expect("an id");
        let seen = json!({ "id": id, "decision": "APPROVE", "subjectVersion": 2 });
        let select = "approval { status outcome }";
        let stale = voter.client.try_run("decideApproval", select, seen).await;
        assert_eq!(refusal_of(&stale), "VERSION_SEEN");
        assert_eq!(refusal_of(&asker.cast(id, "APPROVE", None).await), "NOT_APPROVER");
        voter.cast(id, "APPROVE", None).await;
        assert_eq!(refusal_of(&voter.cast(id, "APPROVE", None).await), "VOTED_ALREADY");
        let seen = json!({ "id": id, "decision": "APPROVE", "subjectVersion": 3 });
        let decided = both.client.run("decideApproval", select, seen).await;
        assert_eq!(decided["approval"]["outcome"], "APPROVED");
    })
    .await;
}

#[tokio::test]
async fn apr_1_levels_with_faults_are_refused_with_every_path() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        owner.add("Bob Head", &["head"]).await;
        let ask = json!({ "title": "Release it", "levels": [
            { "approvers": [{ "role": "head" }], "quorum": 2 },
            { "approvers": [{ "role": "nobody_holds_this" }] },
        ]});
        let refused = owner.client.try_run("requestApproval", "approval { id }", ask).await;
        let errors = refused["userErrors"].as_array().expect("a list");
        let paths: Vec<_> = errors.iter().map(|error| error["path"].clone()).collect();
        let expected = [
            json!(["input", "levels", "0", "quorum"]),
            json!(["input", "levels", "1", "approvers"]),
        ];
        assert_eq!(paths, expected);
    })
    .await;
}
