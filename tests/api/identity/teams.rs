//! Teams, and that everything with an id is found by it.

use serde_json::{Value, json};

use crate::support::{Person, Server, on_each_store, publish, refusal_of};

const TEAM: &str = "team { id name version members { id } } userErrors { currentVersion }";

async fn create(by: &Person, name: &str, members: &[&Person]) -> Value {
    let members: Vec<_> = members.iter().map(|person| &person.member).collect();
    let input = json!({ "name": name, "memberIds": members });
    by.client.try_run("createTeam", TEAM, input).await
}

#[tokio::test]
async fn id_2_work_for_a_team_is_for_whoever_belongs_to_it() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga").await;
        let (ada, bob) = (owner.add("Ada", &["member"]).await, owner.add("Bob", &["member"]).await);
        let team = create(&owner, " Buyers ", &[&ada]).await["team"].clone();
        assert_eq!(team["name"], "Buyers");
        assert_eq!(team["members"], json!([{ "id": ada.member }]));
        let levels = json!([{ "approvers": [{ "team": team["id"] }] }]);
        let ask = json!({ "title": "Buy it", "levels": levels });
        owner.client.run("requestApproval", "approval { id }", ask).await;
        assert_eq!((ada.votes().await.len(), bob.votes().await.len()), (1, 0));
        let set = json!({ "teamId": team["id"], "memberIds": [bob.member] });
        let set = owner.client.run("setTeamMembers", TEAM, set).await["team"].clone();
        assert_eq!(set["members"], json!([{ "id": bob.member }]));
        assert_eq!((ada.votes().await.len(), bob.votes().await.len()), (0, 1));
    })
    .await;
}

#[tokio::test]
async fn id_2_a_team_has_a_name_of_its_own_and_known_members() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga").await;
        let ada = owner.add("Ada", &["member"]).await;
        let team = create(&owner, "Buyers", &[]).await["team"].clone();
        assert_eq!(refusal_of(&create(&owner, "BUYERS", &[]).await), "NAME_TAKEN");
        assert_eq!(refusal_of(&create(&owner, " ", &[]).await), "NAME_LENGTH");
        let stranger =
            Person { member: "mem_7zzzzzzzzzzzzzzzzzzzzzzzzz".to_owned(), ..ada.clone() };
        assert_eq!(refusal_of(&create(&owner, "Sellers", &[&stranger]).await), "NOT_FOUND");
        let set = async |version: &Value| {
            let input = json!({
                "teamId": team["id"], "memberIds": [ada.member], "expectedVersion": version,
            });
            owner.client.try_run("setTeamMembers", TEAM, input).await
        };
        let now = set(&team["version"]).await["team"]["version"].clone();
        let stale = set(&team["version"]).await;
        assert_eq!(refusal_of(&stale), "VERSION_CONFLICT");
        assert_eq!(stale["userErrors"][0]["currentVersion"], now);
    })
    .await;
}

#[tokio::test]
async fn api_1_node_serves_everything_that_has_an_id() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga").await;
        let clerk = owner.add("Ada", &["clerk"]).await;
        let viewer = owner.client.ask("{ viewer { user { id } organization { id } } }", json!({}));
        let viewer = viewer.await["viewer"].clone();
        let team = create(&owner, "Buyers", &[]).await["team"]["id"].clone();
        let key = json!({ "name": "Reports", "scopes": ["run:read"] });
        let key = owner.client.run("createApiKey", "apiKey { id }", key).await;
        let task = json!({ "title": "File it", "candidateRoles": ["clerk"] });
        let task = owner.client.run("createTask", "task { id }", task).await;
        publish(&owner, "equipment-procurement").await;
        let wanted = json!({ "equipment_name": "Solar Simulator", "estimated_cost": 500_000 });
        let run = owner.start("EQUIPMENT_PROCUREMENT", wanted).await;
        let query = "query($id: ID!) { run(id: $id) { steps { id } } }";
        let step = owner.client.ask(query, json!({ "id": run })).await["run"]["steps"][0].clone();
        let ids = json!([
            viewer["organization"]["id"],
            viewer["user"]["id"],
            owner.member,
            team,
            key["apiKey"]["id"],
            task["task"]["id"],
            run,
            step["id"],
        ]);
        let kinds = async |by: &Person| {
            let query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
            let found = by.client.ask(query, json!({ "ids": ids })).await;
            let nodes = found["nodes"].as_array().expect("a list").clone();
            nodes.iter().map(|node| node["__typename"].clone()).collect::<Vec<_>>()
        };
        let all =
            ["Organization", "User", "Member", "Team", "ApiKey", "Task", "Run", "StepExecution"];
        assert_eq!(kinds(&owner).await, all);
        let mut seen = all.map(|kind| json!(kind));
        seen[4] = Value::Null;
        assert_eq!(kinds(&clerk).await, seen, "keys are for those who manage them");
        let stranger = Person::owner(&server.anonymous, "Eve").await;
        assert_eq!(kinds(&stranger).await, [const { Value::Null }; 8]);
    })
    .await;
}
