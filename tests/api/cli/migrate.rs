//! `docket migrate`, and a server that may not change tables.

use std::sync::Arc;

use docket_domain::Clock;
use docket_eventlog::PostgresStore;
use serde_json::json;
use sqlx::{Connection, Executor, PgConnection, PgPool};
use uuid::Uuid;

use super::program::{Ran, docket, run};
use crate::support::{Company, Person, Server, Store, Subscription, TestClock, eventually};

/// What an operator is told to grant, in the manual.
const MANUAL: &str = include_str!("../../../docs/operations.md");

/// Two roles of a database of its own.
struct Roles {
    owner: String,
    server: String,
    admin_url: String,
    owner_url: String,
    server_url: String,
}

impl Roles {
    async fn make(store: &Store) -> Self {
        let id = Uuid::new_v4().simple();
        let (owner, server) = (format!("docket_owner_{id}"), format!("docket_server_{id}"));
        let admin_url = store.url.clone().expect("PostgreSQL");
        let mut admin = PgConnection::connect(&admin_url).await.expect("the database answers");
        for role in [&owner, &server] {
            let create = format!("CREATE ROLE {role} LOGIN PASSWORD 'secret'");
            admin.execute(create.as_str()).await.expect("a role");
        }
        let (database,): (String,) = sqlx::query_as("SELECT current_database()::text")
            .fetch_one(&mut admin)
            .await
            .expect("a name");
        let grant = format!("GRANT CREATE ON DATABASE {database} TO {owner}");
        admin.execute(grant.as_str()).await.expect("the right to make schemas");
        let url = |role: &str| {
            let (_, host) = admin_url.split_once('@').expect("a user in the URL");
            format!("postgres://{role}:secret@{host}")
        };
        let (owner_url, server_url) = (url(&owner), url(&server));
        Self { owner, server, admin_url, owner_url, server_url }
    }

    /// Does what the manual says.
    async fn grant(&self) {
        let blocks = MANUAL.split("```sql\n").skip(1);
        let mut blocks = blocks.filter_map(|block| block.split("```").next());
        let grants = blocks.find(|block| block.contains("GRANT USAGE")).expect("the grants");
        let grants = grants.replace("docket_server", &self.server);
        let mut owner = PgConnection::connect(&self.owner_url).await.expect("the owner connects");
        owner.execute(grants.as_str()).await.expect("it grants");
    }

    /// Runs the program as the server's role, which knows of the owner's.
    async fn run(&self, store: &Store, arguments: &[&str]) -> Ran {
        let mut process = docket(store, arguments);
        process.env("DOCKET_MIGRATE_URL", &self.owner_url);
        process.output().await.expect("it starts").into()
    }

    async fn remove(self, mut store: Store) {
        store.url = Some(self.admin_url);
        let admin_url = store.admin_url().to_owned();
        store.remove().await;
        let mut admin = PgConnection::connect(&admin_url).await.expect("the server answers");
        for role in [self.owner, self.server] {
            admin.execute(format!("DROP ROLE {role}").as_str()).await.expect("it is gone");
        }
    }
}

/// What nobody does to the log who may append to it alone.
const FORBIDDEN: &[&str] = &[
    "UPDATE log.events SET payload = '{}'",
    "DELETE FROM log.events",
    "TRUNCATE log.events",
    "TRUNCATE log.events CASCADE",
    "DROP TABLE log.events",
    "ALTER TABLE log.events DISABLE TRIGGER events_are_append_only",
    "ALTER TABLE log.events DISABLE TRIGGER ALL",
    "DROP TRIGGER events_are_append_only ON log.events",
    "DROP FUNCTION log.refuse_change() CASCADE",
    "CREATE OR REPLACE FUNCTION log.refuse_change() RETURNS trigger LANGUAGE plpgsql \
     AS 'BEGIN RETURN NULL; END'",
    "ALTER TABLE log.events RENAME TO other",
    "CREATE RULE silent AS ON INSERT TO log.events DO INSTEAD NOTHING",
    "SET session_replication_role = replica",
    "UPDATE log.idempotency SET position = 1",
    "DELETE FROM log.idempotency",
    "TRUNCATE log.idempotency",
    "TRUNCATE log.claims",
    "DELETE FROM log.head",
    "TRUNCATE log.head",
    "INSERT INTO log.head (id, position, recorded_at) VALUES (1, 0, 'epoch')",
    "DELETE FROM keys.data_keys",
    "TRUNCATE keys.data_keys",
];

/// Something of what a server does: a workflow from its definition to its end, people, roles, a task, teams, a
/// subscription, a new session.
async fn work(server: &Server, company: &Company) {
    let owner = &company.owner;
    let events = "subscription { events { event { type } } }";
    let mut live = Subscription::open(&owner.client, events, json!({})).await;
    let run = company.start_and_request().await;
    company.head.decide(&run, "approval", "APPROVE").await;
    company.procure(&run).await;
    company.ends(&run, "completed").await;
    let clerk = owner.add("Carl Clerk", &["member"]).await;
    let task = json!({ "title": "Sign it", "assigneeId": clerk.member });
    let task = owner.client.run("createTask", "task { id }", task).await["task"]["id"].clone();
    clerk.client.run("commentTask", "task { id }", json!({ "id": task, "text": "Soon" })).await;
    let done = clerk.client.run("completeTask", "task { status }", json!({ "id": task })).await;
    assert_eq!(done["task"]["status"], "COMPLETED");
    let team = json!({ "name": "Desk" });
    owner.client.run("createTeam", "team { id }", team).await;
    assert!(live.next().await["events"]["event"]["type"].is_string());
    clerk.back(server).await;
}

#[tokio::test]
async fn ops_3_a_server_whose_role_could_rewrite_history_says_so() {
    let server = Server::start(Store::postgres().await).await;
    let url = format!("{}/health/ready", server.anonymous.url);
    let said = eventually("it is ready", async || {
        let answer = server.anonymous.http.get(&url).send().await.expect("it answers");
        let ready = answer.status().is_success();
        let body: serde_json::Value = answer.json().await.expect("JSON");
        ready.then(|| body["checks"]["database role"].clone())
    })
    .await;
    let said = said.as_str().expect("it is said").to_owned();
    assert!(said.starts_with("ok, but") && said.contains("is a superuser"), "{said}");
    let store = server.into_store().await;
    let roles = Roles::make(&store).await;
    let mut store = store;
    for (url, excess) in [(&roles.server_url, None), (&roles.owner_url, Some("owns the table"))] {
        let mut admin = PgConnection::connect(&roles.admin_url).await.expect("it answers");
        let role = if excess.is_some() { &roles.owner } else { &roles.server };
        let give = if excess.is_some() {
            format!("ALTER TABLE log.events OWNER TO {role}")
        } else {
            let schemas = "log, keys, identity, views, snapshots";
            format!(
                "GRANT USAGE ON SCHEMA {schemas} TO {role}, {owner}; \
                 GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA {schemas} TO {role}, {owner}",
                owner = roles.owner
            )
        };
        admin.execute(give.as_str()).await.expect("it is given");
        let pool = PgPool::connect(url).await.expect("it connects");
        let clock: Arc<dyn Clock> = Arc::new(TestClock::default());
        let log = PostgresStore::connect(pool, clock).await.expect("it opens");
        let found = log.excess().await.expect("it answers");
        assert_eq!(found.is_some(), excess.is_some(), "{found:?}");
        assert!(found.is_none_or(|found| found.contains(excess.unwrap_or_default())), "{found:?}");
    }
    let sql = format!("REASSIGN OWNED BY {} TO CURRENT_USER", roles.owner);
    let mut admin = PgConnection::connect(&roles.admin_url).await.expect("it answers");
    admin.execute(sql.as_str()).await.expect("it is taken back");
    store.url = Some(roles.admin_url.clone());
    roles.remove(store).await;
}

#[tokio::test]
async fn ops_3_an_owner_migrates_and_the_server_needs_no_right_to_change_tables() {
    let mut store = Store::postgres().await;
    let roles = Roles::make(&store).await;
    store.url = Some(roles.server_url.clone());
    let refused = run(&store, &["migrate"]).await;
    assert_eq!(refused.code, 4, "the server's role may not: {refused:?}");
    for _ in 0..2 {
        let migrated = roles.run(&store, &["migrate"]).await;
        assert_eq!(migrated.code, 0, "{migrated:?}");
        roles.grant().await;
    }
    let server = Server::start(store).await;
    let company = Company::found(&server).await;
    let owner = &company.owner;
    let create = async || {
        let input = json!({ "title": "File it" });
        owner.client.run("createTask", "task { status }", input).await["task"]["status"].clone()
    };
    assert_eq!(create().await, "OPEN");
    work(&server, &company).await;
    for forbidden in FORBIDDEN {
        let mut role = PgConnection::connect(&roles.server_url).await.expect("it connects");
        let refused = role.execute(*forbidden).await.expect_err(forbidden).to_string();
        assert!(
            refused.contains("permission denied") || refused.contains("must be owner"),
            "{forbidden}: {refused}"
        );
    }
    for forbidden in
        ["DROP TABLE views.task", "CREATE TABLE views.mine (id bigint)", "CREATE SCHEMA mine"]
    {
        let mut role = PgConnection::connect(&roles.server_url).await.expect("it connects");
        let refused = role.execute(forbidden).await.expect_err(forbidden).to_string();
        assert!(
            refused.contains("permission denied") || refused.contains("must be owner"),
            "{refused}"
        );
    }
    let rebuilt = roles.run(&server.store, &["projections", "rebuild", "tasks"]).await;
    assert_eq!(rebuilt.code, 0, "{rebuilt:?}");
    assert_eq!(create().await, "OPEN", "the server may write what the owner has made");
    let verified = roles.run(&server.store, &["verify-store"]).await;
    assert_eq!(verified.code, 0, "{verified:?}");
    let store = server.into_store().await;
    roles.remove(store).await;
}

#[tokio::test]
async fn log_7_the_servers_role_backs_up_and_the_owner_restores() {
    let (mut from, mut to) = (Store::postgres().await, Store::postgres().await);
    let (of_from, of_to) = (Roles::make(&from).await, Roles::make(&to).await);
    from.url = Some(of_from.server_url.clone());
    to.url = Some(of_to.server_url.clone());
    assert_eq!(of_from.run(&from, &["migrate"]).await.code, 0);
    of_from.grant().await;
    let server = Server::start(from).await;
    let owner = Person::owner(&server.anonymous, "Olga Owner").await;
    let place = server.store.path().join("monday");
    let place = place.to_str().expect("UTF-8");
    let ran = run(&server.store, &["backup", "--to", place]).await;
    assert_eq!(ran.code, 0, "the server's role is enough: {ran:?}");
    let key = "master.key";
    std::fs::copy(server.store.path().join(key), to.path().join(key)).expect("a copy");
    let refused = run(&to, &["restore", "--from", place]).await;
    assert_eq!(refused.code, 4, "the server's role may not: {refused:?}");
    let ran = of_to.run(&to, &["restore", "--from", place]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    of_to.grant().await;
    let copy = Server::start(to).await;
    let input = json!({ "title": "File it" });
    owner.back(&copy).await.client.run("createTask", "task { status }", input).await;
    of_to.remove(copy.into_store().await).await;
    of_from.remove(server.into_store().await).await;
}

#[tokio::test]
async fn ops_3_the_embedded_store_has_nothing_to_migrate() {
    let store = Store::sqlite();
    let refused = run(&store, &["migrate"]).await;
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("--database-url"), "{refused:?}");
}
