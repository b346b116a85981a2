//! What the rules refuse, each with its code and its path.

use serde_json::{Value, json};

use super::unchanged::unchanged;
use crate::support::{Person, Server, on_each_store, publish, refusal_of};

fn paths(payload: &Value) -> Vec<Value> {
    let errors = payload["userErrors"].as_array().expect("a list");
    errors.iter().map(|error| error["path"].clone()).collect()
}

#[tokio::test]
async fn wf_1_ten_faults_of_a_definition_come_in_one_answer_each_with_its_path() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let step = |number: usize| {
            let next = json!([{ "to": format!("step_{}", number + 1) }, { "to": "nowhere" }]);
            json!({ "key": format!("step_{number}"), "type": "decision", "name": "Step", "next": next })
        };
        let mut steps: Vec<Value> = (0..10).map(step).collect();
        steps.push(json!({ "key": "step_10", "type": "end", "outcome": "over" }));
        let definition = json!({ "code": "FAULTY", "name": "Faulty", "start": "step_0", "steps": steps });
        let created = json!({ "definition": definition });
        let created = owner.client.run("createWorkflow", "workflow { id }", created).await;
        let id = json!({ "id": created["workflow"]["id"] });
        let publish = owner.client.try_run("publishWorkflow", "workflow { id } version", id);
        let refused = unchanged(&owner, publish).await;
        let path = |number: usize| {
            json!(["input", "definition", "steps", number.to_string(), "next", "1", "to"])
        };
        assert_eq!(paths(&refused), (0..10).map(path).collect::<Vec<_>>(), "{refused:#}");
        assert_eq!(refused["version"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn wf_7_variables_that_fail_the_schema_start_no_run() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        publish(&owner, "equipment-procurement").await;
        let start = async |variables: Value| {
            let input = json!({ "workflowCode": "EQUIPMENT_PROCUREMENT", "variables": variables });
            let started = owner.client.mutate("startRun", "run { id }", input);
            unchanged(&owner, started).await
        };
        let wrong = json!({ "equipment_name": 7, "estimated_cost": -1 });
        let refused = start(wrong).await.body["data"]["startRun"].clone();
        assert_eq!(refusal_of(&refused), "VARIABLE_FAULTS");
        let at = |name: &str| json!(["input", "variables", name]);
        assert_eq!(paths(&refused), [at("equipment_name"), at("estimated_cost")]);
        let no_object = start(json!([])).await.body["data"]["startRun"].clone();
        assert_eq!(refusal_of(&no_object), "INVALID_INPUT");
        let large = json!({ "equipment_name": "x", "estimated_cost": 9_007_199_254_740_993_u64 });
        let large = start(large).await.body["data"]["startRun"].clone();
        assert_eq!(paths(&large), [at("estimated_cost")], "no number is rounded");
        let long = json!({ "equipment_name": "x".repeat(100_000), "estimated_cost": 1 });
        assert_eq!(refusal_of(&start(long).await.body["data"]["startRun"]), "VARIABLE_FAULTS");
    })
    .await;
}

#[tokio::test]
async fn task_1_texts_that_are_too_long_or_empty_are_refused_with_their_paths() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let input = json!({
            "title": "x".repeat(201), "description": "x".repeat(10_001), "outcomes": ["", "a", "a"],
        });
        let create = owner.client.try_run("createTask", "task { id }", input);
        let refused = unchanged(&owner, create).await;
        let errors = refused["userErrors"].as_array().expect("a list");
        assert!(errors.iter().all(|error| error["code"] == "INVALID_INPUT"), "{refused:#}");
        for field in ["title", "description", "outcomes"] {
            assert!(paths(&refused).iter().any(|path| path[1] == field), "{field}: {refused:#}");
        }
    })
    .await;
}

#[tokio::test]
async fn task_1_what_is_over_stays_as_it_is_and_what_is_stale_is_told_so() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let created = json!({ "title": "File it", "outcomes": ["filed"] });
        let created = owner.client.run("createTask", "task { id version }", created).await;
        let complete = async |more: Value| {
            let mut input = json!({ "id": created["task"]["id"] });
            input
                .as_object_mut()
                .expect("an object")
                .extend(more.as_object().expect("one").clone());
            let select = "task { version } userErrors { currentVersion }";
            owner.client.try_run("completeTask", select, input).await
        };
        let unknown = unchanged(&owner, complete(json!({ "outcome": "burnt" }))).await;
        assert_eq!(refusal_of(&unknown), "UNKNOWN_OUTCOME");
        let stale = unchanged(&owner, complete(json!({ "expectedVersion": 7 }))).await;
        assert_eq!(refusal_of(&stale), "VERSION_CONFLICT");
        assert_eq!(stale["userErrors"][0]["currentVersion"], created["task"]["version"]);
        complete(json!({ "outcome": "filed" })).await;
        let twice = unchanged(&owner, complete(json!({ "outcome": "filed" }))).await;
        assert_eq!(refusal_of(&twice), "TASK_CLOSED");
    })
    .await;
}

#[tokio::test]
async fn apr_3_a_vote_by_somebody_who_may_not_changes_nothing() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let stranger = owner.add("Eve Guard", &["guard"]).await;
        owner.add("Bob Head", &["head"]).await;
        let wanted =
            json!({ "title": "Release it", "levels": [{ "approvers": [{ "role": "head" }] }] });
        let made = owner.client.run("requestApproval", "approval { id }", wanted).await;
        let id = made["approval"]["id"].as_str().expect("an id");
        let refused = unchanged(&owner, stranger.cast(id, "APPROVE", None)).await;
        assert_eq!(refusal_of(&refused), "NOT_APPROVER");
        assert_eq!(refused["approval"], Value::Null);
    })
    .await;
}
