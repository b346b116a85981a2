//! Members, their roles, and that organizations see nothing of each other.

use serde_json::{Value, json};

use super::trail;
use crate::support::{PASSWORD, Person, Server, on_each_store};

fn code(payload: &Value) -> &str {
    payload["userErrors"][0]["code"].as_str().unwrap_or("none")
}

async fn set_roles(by: &Person, of: &Person, roles: &[&str]) -> Value {
    let input = json!({ "memberId": of.member, "roles": roles });
    by.client.try_run("setMemberRoles", "member { id roles version }", input).await
}

async fn permissions(of: &Person) -> Vec<String> {
    let data = of.client.ask("{ viewer { permissions } }", json!({})).await;
    serde_json::from_value(data["viewer"]["permissions"].clone()).expect("a list of texts")
}

async fn names(by: &Person, filter: Value) -> (Vec<String>, u64) {
    let query = "query($filter: MemberFilter) {
        members(filter: $filter) { totalCount nodes { user { name } } } }";
    let data = by.client.ask(query, json!({ "filter": filter })).await;
    let nodes = data["members"]["nodes"].as_array().expect("a list");
    let name = |node: &Value| node["user"]["name"].as_str().expect("a name").to_owned();
    (nodes.iter().map(name).collect(), data["members"]["totalCount"].as_u64().expect("a number"))
}

#[tokio::test]
async fn id_2_members_are_listed_with_their_roles() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga").await;
        owner.add("Bob", &["department_head", "member"]).await;
        owner.add("Eve", &["auditor"]).await;
        assert_eq!(
            names(&owner, Value::Null).await,
            (["Olga", "Bob", "Eve"].map(str::to_owned).to_vec(), 3)
        );
        for filter in [
            json!({ "role": "department_head" }),
            json!({ "name": { "contains": "BO" } }),
            json!({ "email": { "eq": "bob@example.org" } }),
            json!({ "not": { "or": [{ "role": "owner" }, { "role": "auditor" }] } }),
        ] {
            assert_eq!(names(&owner, filter.clone()).await.0, ["Bob"], "{filter}");
        }
    })
    .await;
}

#[tokio::test]
async fn id_2_a_change_of_roles_counts_from_the_next_request_on() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga").await;
        let bob = owner.add("Bob", &["department_head"]).await;
        assert!(permissions(&bob).await.contains(&"task:work".to_owned()), "as every member");
        assert!(!permissions(&bob).await.contains(&"members:manage".to_owned()));
        let set = set_roles(&owner, &bob, &["admin"]).await;
        assert_eq!(set["member"]["roles"], json!(["admin"]));
        assert!(permissions(&bob).await.contains(&"members:manage".to_owned()));
        set_roles(&owner, &bob, &["auditor"]).await;
        assert!(!permissions(&bob).await.contains(&"task:work".to_owned()), "changes nothing");
        trail::until(&owner, "MemberRolesSet", 2).await;
    })
    .await;
}

#[tokio::test]
async fn id_2_only_an_owner_grants_ownership_and_one_always_remains() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga").await;
        let (admin, bob) =
            (owner.add("Ada", &["admin"]).await, owner.add("Bob", &["manager"]).await);
        assert_eq!(code(&set_roles(&owner, &owner, &["admin"]).await), "LAST_OWNER");
        assert_eq!(code(&set_roles(&admin, &admin, &["owner"]).await), "OWNERS_ONLY");
        assert_eq!(code(&set_roles(&admin, &owner, &[]).await), "OWNERS_ONLY");
        let invalid = set_roles(&admin, &bob, &["manager", "Not A Role"]).await;
        assert_eq!(code(&invalid), "INVALID_ROLE");
        assert_eq!(invalid["userErrors"][0]["path"], json!(["input", "roles", "1"]));
        let input = json!({ "memberId": bob.member, "roles": ["owner"] });
        let forbidden = bob.client.mutate("setMemberRoles", "member { id }", input).await;
        assert_eq!(forbidden.error_code(), "FORBIDDEN");
        set_roles(&owner, &bob, &["owner"]).await;
        assert_eq!(code(&set_roles(&bob, &owner, &[]).await), "none");
    })
    .await;
}

#[tokio::test]
async fn id_2_roles_are_set_on_the_version_that_was_read() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga").await;
        let bob = owner.add("Bob", &["member"]).await;
        let set = async |version: Option<u64>, role: &str| {
            let input = json!({
                "memberId": bob.member, "roles": [role], "expectedVersion": version,
            });
            let select = "member { version } userErrors { currentVersion }";
            owner.client.try_run("setMemberRoles", select, input).await
        };
        let first = set(None, "manager").await["member"]["version"].as_u64().expect("a version");
        let second = set(Some(first), "director").await["member"]["version"].clone();
        let stale = set(Some(first), "clerk").await;
        assert_eq!(code(&stale), "VERSION_CONFLICT");
        assert_eq!(stale["userErrors"][0]["currentVersion"], second);
    })
    .await;
}

#[tokio::test]
async fn id_2_a_person_who_exists_is_taken_in_and_keeps_their_password() {
    on_each_store(async |server: &mut Server| {
        let olga = Person::owner(&server.anonymous, "Olga").await;
        let bob = Person::owner(&server.anonymous, "Bob").await;
        let input = json!({
            "email": "BOB@example.org", "name": "Robert", "password": "olgas choice", "roles": ["member"],
        });
        let taken = olga.client.run("createMember", "existing member { user { name } }", input.clone());
        let expected = json!({ "existing": true, "user": "Bob" });
        let taken = taken.await;
        let found = json!({ "existing": taken["existing"], "user": taken["member"]["user"]["name"] });
        assert_eq!(found, expected);
        let again = olga.client.try_run("createMember", "existing", input).await;
        assert_eq!(code(&again), "ALREADY_MEMBER");
        let login = async |password: &str, organization: &Value| {
            let input = json!({
                "email": "bob@example.org", "password": password, "organizationId": organization,
            });
            server.anonymous.try_run("login", "organizationId", input).await
        };
        let home = async |of: &Person| {
            let data = of.client.ask("{ viewer { organization { id } } }", json!({})).await;
            data["viewer"]["organization"]["id"].clone()
        };
        assert_eq!(code(&login("olgas choice", &Value::Null).await), "INVALID_CREDENTIALS");
        assert_eq!(login(PASSWORD, &Value::Null).await["organizationId"], home(&bob).await);
        assert_eq!(login(PASSWORD, &home(&olga).await).await["organizationId"], home(&olga).await);
        let nowhere = login(PASSWORD, &json!("org_7zzzzzzzzzzzzzzzzzzzzzzzzz")).await;
        assert_eq!(code(&nowhere), "NOT_FOUND");
    })
    .await;
}

#[tokio::test]
async fn id_2_organizations_see_nothing_of_each_others_members() {
    on_each_store(async |server: &mut Server| {
        let olga = Person::owner(&server.anonymous, "Olga").await;
        let bob = Person::owner(&server.anonymous, "Bob").await;
        assert_eq!(names(&olga, Value::Null).await.0, ["Olga"]);
        let nobody = Person { member: "mem_7zzzzzzzzzzzzzzzzzzzzzzzzz".to_owned(), ..bob.clone() };
        let told = async |of: &Person| {
            let set = set_roles(&olga, of, &["admin"]).await.to_string();
            let query = "query($id: ID!) { node(id: $id) { id } }";
            let node = olga.client.ask(query, json!({ "id": of.member })).await.to_string();
            (set + &node).replace(&of.member, "ID")
        };
        assert_eq!(told(&bob).await, told(&nobody).await);
        assert!(told(&bob).await.contains("NOT_FOUND"));
        let seen = trail::types(&olga).await;
        assert!(!seen.iter().any(|event| event == "MemberRolesSet"), "{seen:?}");
    })
    .await;
}
