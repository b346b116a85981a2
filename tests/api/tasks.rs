//! What people do with tasks beside completing them.

use serde_json::{Value, json};

use crate::support::{Person, Server, on_each_store, refusal_of};

const TASK: &str = "task { id status assignee { id } candidateRoles version }";

async fn created(by: &Person, input: Value) -> Value {
    by.client.run("createTask", TASK, input).await["task"].clone()
}

async fn asks(by: &Person, mutation: &str, task: &Value) -> Value {
    by.client.try_run(mutation, TASK, json!({ "id": task["id"] })).await
}

fn for_clerks() -> Value {
    json!({ "title": "File it", "candidateRoles": ["clerk"] })
}

#[tokio::test]
async fn task_1_what_its_holder_gives_back_another_candidate_takes() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let ada = owner.add("Ada Clerk", &["clerk"]).await;
        let bob = owner.add("Bob Clerk", &["clerk"]).await;
        let task = created(&owner, for_clerks()).await;
        assert_eq!(refusal_of(&asks(&ada, "unclaimTask", &task).await), "NOT_HELD");
        asks(&ada, "claimTask", &task).await;
        assert_eq!(refusal_of(&asks(&bob, "unclaimTask", &task).await), "HELD_BY_OTHER");
        let given_back = asks(&ada, "unclaimTask", &task).await["task"].clone();
        assert_eq!(
            (&given_back["status"], &given_back["assignee"]),
            (&json!("OPEN"), &Value::Null)
        );
        assert_eq!(ada.inbox().await.len(), 1, "it is open to all candidates again");
        assert_eq!(
            asks(&bob, "claimTask", &task).await["task"]["assignee"]["id"],
            json!(bob.member)
        );
        let own = created(&ada, json!({ "title": "Mine" })).await;
        assert_eq!(refusal_of(&asks(&ada, "unclaimTask", &own).await), "FOR_NOBODY");
    })
    .await;
}

#[tokio::test]
async fn task_1_a_candidate_who_starts_a_task_holds_it() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let ada = owner.add("Ada Clerk", &["clerk"]).await;
        let eve = owner.add("Eve Guard", &["guard"]).await;
        let task = created(&owner, for_clerks()).await;
        assert_eq!(refusal_of(&asks(&eve, "startTask", &task).await), "NOT_CANDIDATE");
        let started = asks(&ada, "startTask", &task).await["task"].clone();
        assert_eq!(started["status"], "IN_PROGRESS");
        assert_eq!(started["assignee"]["id"], json!(ada.member));
        assert_eq!(refusal_of(&asks(&ada, "startTask", &task).await), "STARTED_ALREADY");
        let given_back = asks(&ada, "unclaimTask", &task).await;
        assert_eq!(given_back["task"]["status"], "OPEN", "nobody is at work on it");
    })
    .await;
}

#[tokio::test]
async fn task_1_a_holder_passes_a_task_on() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let ada = owner.add("Ada Clerk", &["clerk"]).await;
        let bob = owner.add("Bob Clerk", &["clerk"]).await;
        let task = created(&owner, for_clerks()).await;
        let assign = async |by: &Person, to: &Person| {
            let input = json!({ "id": task["id"], "assigneeId": to.member });
            by.client.try_run("assignTask", TASK, input).await
        };
        assert_eq!(refusal_of(&assign(&ada, &ada).await), "NOT_HOLDER", "a candidate claims it");
        asks(&ada, "claimTask", &task).await;
        assert_eq!(refusal_of(&assign(&bob, &bob).await), "NOT_HOLDER");
        let passed_on = assign(&ada, &bob).await["task"].clone();
        assert_eq!(passed_on["assignee"]["id"], json!(bob.member));
        assert_eq!(passed_on["candidateRoles"], json!(["clerk"]));
        assert_eq!(refusal_of(&assign(&ada, &ada).await), "NOT_HOLDER", "it is Bob's now");
        assign(&owner, &ada).await;
        assert_eq!(ada.inbox().await.len(), 1, "its creator decides whom it is for");
    })
    .await;
}

#[tokio::test]
async fn task_1_whoever_created_a_task_cancels_it_and_says_why() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let ada = owner.add("Ada Clerk", &["clerk"]).await;
        let bob = owner.add("Bob Clerk", &["clerk"]).await;
        let task = created(&ada, for_clerks()).await;
        let cancel = async |by: &Person, reason: &str| {
            let select = "task { status cancelReason endedAt }";
            let input = json!({ "id": task["id"], "reason": reason });
            by.client.try_run("cancelTask", select, input).await
        };
        assert_eq!(refusal_of(&cancel(&bob, "no time").await), "NOT_CREATOR");
        let silent = cancel(&ada, "  ").await;
        assert_eq!(refusal_of(&silent), "INVALID_INPUT");
        assert_eq!(silent["userErrors"][0]["path"], json!(["input", "reason"]));
        let cancelled = cancel(&ada, "done elsewhere").await["task"].clone();
        assert_eq!(cancelled["status"], "CANCELLED");
        assert_eq!(cancelled["cancelReason"], "done elsewhere");
        assert!(cancelled["endedAt"].is_string());
        assert_eq!(refusal_of(&cancel(&ada, "again").await), "TASK_CLOSED");
        assert!(bob.inbox().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn task_3_people_comment_on_a_task_also_after_its_end() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let ada = owner.add("Ada Clerk", &["clerk"]).await;
        let eve = owner.add("Eve Auditor", &["auditor"]).await;
        let task = created(&owner, for_clerks()).await;
        let comment = async |by: &Person, text: &str| {
            let select = "task { version comments { text author { id member { id } } } }";
            let input = json!({ "id": task["id"], "text": text });
            by.client.mutate("commentTask", select, input).await
        };
        let empty = comment(&ada, " ").await.body["data"]["commentTask"].clone();
        assert_eq!(refusal_of(&empty), "INVALID_INPUT");
        assert_eq!(empty["userErrors"][0]["path"], json!(["input", "text"]));
        comment(&ada, "Which drawer?").await;
        asks(&ada, "completeTask", &task).await;
        let said = comment(&owner, "The upper one.").await.body["data"]["commentTask"].clone();
        let comments = said["task"]["comments"].as_array().expect("a list").clone();
        let texts: Vec<_> = comments.iter().map(|comment| &comment["text"]).collect();
        assert_eq!(texts, ["Which drawer?", "The upper one."]);
        assert_eq!(comments[0]["author"]["member"]["id"], json!(ada.member));
        assert_eq!(comment(&eve, "Hm.").await.error_code(), "FORBIDDEN", "an auditor only reads");
    })
    .await;
}

#[tokio::test]
async fn apr_2_whoever_asked_for_an_approval_takes_it_back() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let asker = owner.add("Ada Asker", &["engineer"]).await;
        let voter = owner.add("Bob Head", &["head"]).await;
        let wanted =
            json!({ "title": "Release it", "levels": [{ "approvers": [{ "role": "head" }] }] });
        let made = asker.client.run("requestApproval", "approval { id }", wanted).await;
        let id = made["approval"]["id"].as_str().expect("an id");
        let withdraw = async |by: &Person, reason: &str| {
            let input = json!({ "id": id, "reason": reason });
            by.client.try_run("withdrawApproval", "approval { status outcome }", input).await
        };
        assert_eq!(refusal_of(&withdraw(&owner, "no").await), "NOT_REQUESTER");
        assert_eq!(withdraw(&asker, "").await["userErrors"][0]["path"], json!(["input", "reason"]));
        let withdrawn = withdraw(&asker, "bought elsewhere").await["approval"].clone();
        assert_eq!(withdrawn, json!({ "status": "DECIDED", "outcome": "WITHDRAWN" }));
        assert!(voter.votes().await.is_empty());
        assert_eq!(refusal_of(&voter.cast(id, "APPROVE", None).await), "APPROVAL_CLOSED");
        assert_eq!(refusal_of(&withdraw(&asker, "again").await), "APPROVAL_CLOSED");
    })
    .await;
}
