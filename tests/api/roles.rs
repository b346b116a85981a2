//! ID-2: what each role may ask for: exactly what `graphql::authorization::TABLE` says.

use std::collections::BTreeSet;

use docket::graphql::authorization::{Needs, TABLE, needs};
use docket_domain::organization::{Permission, RoleName, ShippedRole};
use serde_json::{Value, json};

use crate::schema::{Samples, Schema};
use crate::support::{Client, Person, Server, Subscription, on_each_store};

/// Somebody who asks, and what they may do.
struct Asker {
    called: &'static str,
    client: Client,
    /// `None` for somebody who has not signed in.
    permissions: Option<BTreeSet<Permission>>,
}

/// The mutation after which the others would be asked by nobody.
const ENDS_THE_SESSION: &str = "logout";

/// What a caller is refused before a field is even tried.
#[derive(Debug, PartialEq, Eq)]
enum Gate {
    Open,
    Unauthenticated,
    Forbidden(Permission),
}

#[tokio::test]
async fn id_2_every_root_field_is_open_to_exactly_those_whom_the_table_names() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga").await;
        let schema = Schema::of(&owner.client).await;
        for asker in askers(server, &owner).await {
            for parent in ["Query", "Mutation"] {
                let mut fields: Vec<_> = schema.roots(parent).iter().collect();
                fields.sort_by_key(|field| ENDS_THE_SESSION == field.name);
                for field in fields {
                    let arguments = Samples::default().arguments(&schema, field);
                    let document = schema.document(parent, &field.name, &arguments);
                    let reply = asker.client.send(&document, Value::Object(arguments)).await;
                    let expected = asker.expects(parent, &field.name);
                    let asked = format!("{} asks {parent}.{}", asker.called, field.name);
                    assert_eq!(gate(&reply.body["errors"]), expected, "{asked}: {:#}", reply.body);
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn id_2_every_subscription_is_open_to_exactly_those_whom_the_table_names() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga").await;
        let schema = Schema::of(&owner.client).await;
        for asker in askers(server, &owner).await {
            for field in schema.roots("Subscription") {
                let arguments = Samples::default().arguments(&schema, field);
                let document = schema.document("Subscription", &field.name, &arguments);
                let arguments = Value::Object(arguments);
                let mut live = Subscription::open(&asker.client, &document, arguments).await;
                let expected = asker.expects("Subscription", &field.name);
                // Who may subscribe is told nothing as long as nothing happens.
                let told = match expected {
                    Gate::Open => live.drained().await,
                    _ => vec![live.whole().await],
                };
                let told = told.iter().find(|message| message["type"] == "error");
                let errors = told.map_or(Value::Null, |message| message["payload"].clone());
                assert_eq!(gate(&errors), expected, "{} asks {}", asker.called, field.name);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn id_2_the_table_names_every_root_field_and_no_other() {
    on_each_store(async |server: &mut Server| {
        let schema = Schema::of(&server.anonymous).await;
        let parents = ["Query", "Mutation", "Subscription"];
        let told: BTreeSet<(&str, &str)> = parents
            .into_iter()
            .flat_map(|of| schema.roots(of).iter().map(move |field| (of, field.name.as_str())))
            .collect();
        let table: BTreeSet<_> = TABLE.iter().map(|(parent, name, _)| (*parent, *name)).collect();
        assert_eq!(told, table, "say in the table what each needs");
        assert_eq!(TABLE.len(), table.len(), "each stands there once");
    })
    .await;
}

/// Somebody of every role that ships, with a role that only routes work, with none, a program, and a stranger.
async fn askers(server: &Server, owner: &Person) -> Vec<Asker> {
    let mut askers = Vec::new();
    for (called, roles) in [
        ("an owner", &["owner"][..]),
        ("an admin", &["admin"]),
        ("a manager", &["manager"]),
        ("a member", &["member"]),
        ("an auditor", &["auditor"]),
        ("a clerk", &["clerk"]),
        ("nobody in particular", &[]),
    ] {
        let person = owner.add(called, roles).await;
        askers.push(Asker { called, client: person.client, permissions: Some(of_member(roles)) });
    }
    let scopes = Permission::of([&ShippedRole::Service.name()]);
    let names: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
    let key = json!({ "name": "Reports", "scopes": names });
    let key = owner.client.run("createApiKey", "secret", key).await;
    let client = server.anonymous.bearing(key["secret"].as_str().expect("a secret"));
    askers.push(Asker { called: "a program", client, permissions: Some(scopes) });
    let client = server.anonymous.clone();
    askers.push(Asker { called: "a stranger", client, permissions: None });
    askers
}

/// What the roles permit, and what every member may who does not only audit.
fn of_member(roles: &[&str]) -> BTreeSet<Permission> {
    let names: Vec<RoleName> =
        roles.iter().map(|role| role.parse().expect("a role's name")).collect();
    let mut permissions = Permission::of(&names);
    if roles != ["auditor"] {
        permissions.extend(Permission::of([&ShippedRole::Member.name()]));
    }
    permissions
}

impl Asker {
    fn expects(&self, parent: &str, field: &str) -> Gate {
        let needs = needs(parent, field).unwrap_or_else(|| panic!("{parent}.{field} is missing"));
        match (needs, &self.permissions) {
            (Needs::Nothing, _) | (Needs::Membership, Some(_)) => Gate::Open,
            (_, None) => Gate::Unauthenticated,
            (Needs::Permission(needed), Some(held)) if held.contains(&needed) => Gate::Open,
            (Needs::Permission(needed), Some(_)) => Gate::Forbidden(needed),
        }
    }
}

/// What the errors of an answer say at the top level about who may ask.
fn gate(errors: &Value) -> Gate {
    let errors = errors.as_array().map_or(&[][..], Vec::as_slice);
    let root = errors.iter().find(|error| error["path"].as_array().is_none_or(|p| p.len() == 1));
    let extensions = root.map_or(Value::Null, |error| error["extensions"].clone());
    match extensions["code"].as_str() {
        Some("UNAUTHENTICATED") => Gate::Unauthenticated,
        Some("FORBIDDEN") => {
            let name = extensions["permission"].as_str().expect("what is missing");
            Gate::Forbidden(Permission::named(name).expect("a permission"))
        }
        _ => Gate::Open,
    }
}
