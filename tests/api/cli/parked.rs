//! An event that cannot be applied: what the server, the command line and clients say of it, and its mending.

use serde_json::{Value, json};

use super::program::{Ran, run};
use super::tamper::{lose_views, tamper_with_log, tamper_with_views};
use crate::support::{Person, Server, Subscription, eventually, on_each_store};

const EVENTS: &str =
    "subscription($after: String) { events(after: $after) { event { type subjectId } } }";
const COMMENTS: &str = "query($id: ID!) { task(id: $id) { title comments { text } } }";

/// Two tasks. What was said of the first cannot be read by the server that comes up.
struct Poisoned {
    owner: Person,
    task: String,
    other: String,
    position: u64,
}

impl Poisoned {
    async fn new(server: &mut Server) -> Self {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let task = create(&owner, "File it").await;
        let other = create(&owner, "Burn it").await;
        let said = comment(&owner, &task, "first").await;
        comment(&owner, &task, "second").await;
        let position = said["position"].as_str().expect("a position").parse().expect("a number");
        server.stop().await;
        // As a later version would have written it.
        let later = format!("UPDATE events SET event_version = '99' WHERE position = {position}");
        tamper_with_log(&server.store, &later).await;
        lose_views(&server.store).await;
        server.restart().await;
        let this = Self { owner: owner.back(server).await, task, other, position };
        this.all_is_shown().await;
        this
    }

    async fn all_is_shown(&self) {
        let head = "{ system { head projections { position } } }";
        eventually("the read models", async || {
            let system = self.owner.client.ask(head, json!({})).await["system"].clone();
            let all = system["projections"].as_array().expect("a list").clone();
            all.iter().all(|one| one["position"] == system["head"]).then_some(())
        })
        .await;
    }

    /// A later version of the server can read it.
    async fn upgrade(&self, server: &Server) {
        let position = self.position;
        let read = format!("UPDATE events SET event_version = '1' WHERE position = {position}");
        tamper_with_log(&server.store, &read).await;
    }

    /// Runs the program: beside the server where that can be.
    async fn beside(&self, server: &mut Server, arguments: &[&str]) -> Ran {
        if server.store.url.is_none() {
            server.stop().await;
        }
        run(&server.store, arguments).await
    }

    async fn state(&self, name: &str) -> Value {
        let query =
            "{ system { projections { name state lagSeconds parkedKeys parkedEvents error } } }";
        let data = self.owner.client.ask(query, json!({})).await;
        let mut all = data["system"]["projections"].as_array().expect("a list").iter();
        all.find(|one| one["name"] == name).expect("the projection").clone()
    }
}

async fn create(owner: &Person, title: &str) -> String {
    let created = owner.client.run("createTask", "task { id }", json!({ "title": title })).await;
    created["task"]["id"].as_str().expect("an id").to_owned()
}

async fn comment(owner: &Person, task: &str, text: &str) -> Value {
    owner.client.run("commentTask", "position", json!({ "id": task, "text": text })).await
}

async fn ready(server: &Server) -> (u16, Value) {
    let url = format!("{}/health/ready", server.anonymous.url);
    let answer = server.anonymous.http.get(url).send().await.expect("the server answers");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

#[tokio::test]
async fn log_4_poison_is_parked_and_said_and_everything_else_goes_on() {
    on_each_store(async |server: &mut Server| {
        let it = Poisoned::new(server).await;
        let state = it.state("tasks").await;
        assert_eq!((&state["state"], &state["lagSeconds"]), (&json!("PARKED"), &json!(0.0)));
        assert_eq!((&state["parkedKeys"], &state["parkedEvents"]), (&json!(1), &json!(2)));
        let error = state["error"].as_str().expect("why");
        assert!(error.contains(&it.position.to_string()) && error.contains("99"), "{error}");
        assert_eq!(it.state("runs").await["state"], "LIVE");
        let (status, body) = eventually("readiness says so", async || {
            let (status, body) = ready(server).await;
            let said = body["checks"]["projections"].as_str().expect("a check");
            said.contains("tasks has 1 keys with 2 events parked").then_some((status, body.clone()))
        })
        .await;
        assert_eq!(status, 200, "the others are served: {body}");
        let refused = it.owner.client.send(COMMENTS, json!({ "id": it.task })).await.body;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "READ_MODEL_PARKED", "{refused}");
        assert_eq!(refused["errors"][0]["extensions"]["position"], it.position.to_string());
        let select = "task { status comments { text } }";
        comment(&it.owner, &it.other, "third").await;
        let done = it.owner.client.run("completeTask", select, json!({ "id": it.other })).await;
        assert_eq!(done["task"]["status"], "COMPLETED");
        assert_eq!(done["task"]["comments"][0]["text"], "third");
    })
    .await;
}

#[tokio::test]
async fn log_4_poison_ends_no_subscription() {
    on_each_store(async |server: &mut Server| {
        let it = Poisoned::new(server).await;
        let after = json!({ "after": "AAAAAAAAAAA" });
        let mut events = Subscription::open(&it.owner.client, EVENTS, after.clone()).await;
        let inbox =
            "subscription($after: String) { taskInboxChanged(after: $after) { change taskId } }";
        let mut inbox = Subscription::open(&it.owner.client, inbox, after).await;
        let input = json!({ "id": it.other, "assigneeId": it.owner.member });
        it.owner.client.run("assignTask", "task { id }", input).await;
        loop {
            let told = events.next().await["events"]["event"].clone();
            if told["type"] == "TaskAssigned" {
                assert_eq!(told["subjectId"], it.other);
                break;
            }
        }
        loop {
            if inbox.next().await["taskInboxChanged"]["taskId"] == it.other {
                break;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn log_4_what_was_parked_is_applied_after_an_upgrade_beside_the_server() {
    on_each_store(async |server: &mut Server| {
        let it = Poisoned::new(server).await;
        let parked = it.beside(server, &["projections", "parked", "--json"]).await.json();
        let all = parked["parked"].as_array().expect("a list");
        let tasks = all.iter().find(|one| one["projection"] == "tasks").expect("of the tasks");
        assert_eq!(tasks["key"], format!("task/{}", it.task));
        assert_eq!((&tasks["position"], &tasks["behind"]), (&json!(it.position), &json!(1)));
        assert_eq!(tasks["eventType"], "TaskCommented");
        let text = it.beside(server, &["projections", "parked"]).await.out;
        assert!(text.contains("1 behind it") && text.contains(&it.task), "{text}");
        let verified = it.beside(server, &["verify-store"]).await;
        assert_eq!(verified.code, 3, "what is parked is not whole: {verified:?}");
        let early = it.beside(server, &["projections", "retry", "tasks", "--json"]).await;
        assert_eq!((early.code, &early.json()["parked"]), (3, &json!(2)), "{early:?}");
        let strange = ["projections", "retry", "tasks", "--key", "task/none"];
        let strange = it.beside(server, &strange).await;
        assert_eq!(strange.code, 2, "{strange:?}");
        it.upgrade(server).await;
        for name in ["tasks", "timers", "sla_breaches", "dashboard", "audit"] {
            let retried = it.beside(server, &["projections", "retry", name, "--json"]).await;
            assert_eq!((retried.code, &retried.json()["parked"]), (0, &json!(0)), "{retried:?}");
        }
        let verified = it.beside(server, &["verify-store"]).await;
        assert_eq!(verified.code, 0, "{verified:?}");
        if server.store.url.is_none() {
            server.restart().await;
        }
        let owner = it.owner.back(server).await;
        let texts = eventually("both are shown", async || {
            let shown = owner.client.send(COMMENTS, json!({ "id": it.task })).await.body;
            let comments = shown["data"]["task"]["comments"].as_array()?.clone();
            (comments.len() == 2).then_some(comments)
        })
        .await;
        assert_eq!(texts, [json!({ "text": "first" }), json!({ "text": "second" })]);
    })
    .await;
}

#[tokio::test]
async fn log_4_what_is_given_up_is_named_with_who_and_why() {
    on_each_store(async |server: &mut Server| {
        let it = Poisoned::new(server).await;
        let position = it.position.to_string();
        let behind = (it.position + 1).to_string();
        let why = ["--by", "olga", "--reason", "nobody will ever read it"];
        let skip = |at: &str| [&["projections", "skip", "tasks", at], &why[..]].concat().join("\n");
        let asked = skip(&behind);
        let refused = it.beside(server, &asked.split('\n').collect::<Vec<_>>()).await;
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(refused.err.contains(&format!("waits behind position {position}")), "{refused:?}");
        let unsaid = it.beside(server, &["projections", "skip", "tasks", &position]).await;
        assert_eq!(unsaid.code, 2, "who and why have to be said: {unsaid:?}");
        let nowhere = it.beside(server, &["projections", "skip", "tasks"]).await;
        assert_eq!(nowhere.code, 2, "which has to be said: {nowhere:?}");
        let asked = skip(&position);
        let skipped = it.beside(server, &asked.split('\n').collect::<Vec<_>>()).await;
        assert_eq!(skipped.code, 0, "{skipped:?}");
        let parked = it.beside(server, &["projections", "parked", "--json"]).await.json();
        let said = &parked["skipped"][0];
        assert_eq!((&said["by"], &said["position"]), (&json!("olga"), &json!(it.position)));
        assert_eq!(said["reason"], "nobody will ever read it");
        let rows = it.beside(server, &["verify-store", "--json"]).await.json();
        let mut all = rows["projections"].as_array().expect("a list").iter();
        let tasks = all.find(|one| one["name"] == "tasks").expect("tasks");
        assert_eq!(tasks["ok"], true, "a rebuild leaves it out, too: {tasks}");
        if server.store.url.is_none() {
            server.restart().await;
        }
        let owner = it.owner.back(server).await;
        let shown = eventually("the other is shown", async || {
            let shown = owner.client.send(COMMENTS, json!({ "id": it.task })).await.body;
            shown["errors"].is_null().then_some(shown)
        })
        .await;
        assert_eq!(shown["data"]["task"]["comments"], json!([{ "text": "second" }]));
    })
    .await;
}

#[tokio::test]
async fn log_4_a_runner_that_died_is_told_from_a_slow_one_and_comes_back() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        create(&owner, "File it").await;
        eventually("it is ready", async || (ready(server).await.0 == 200).then_some(())).await;
        let away = "ALTER TABLE projection_group RENAME TO elsewhere";
        tamper_with_views(&server.store, away).await;
        eventually("it is not ready", async || {
            let (status, body) = ready(server).await;
            let down = body["checks"]["services"].as_str().expect("a check").contains("core");
            (status == 503 && down && body["checks"]["projections"] != "ok").then_some(())
        })
        .await;
        let back = "ALTER TABLE elsewhere RENAME TO projection_group";
        tamper_with_views(&server.store, back).await;
        eventually("it is started again", async || (ready(server).await.0 == 200).then_some(()))
            .await;
        create(&owner, "Burn it").await;
    })
    .await;
}

#[tokio::test]
async fn log_4_a_stopped_projection_makes_the_server_not_ready() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        create(&owner, "File it").await;
        eventually("it is ready", async || (ready(server).await.0 == 200).then_some(())).await;
        let stop = "UPDATE projection SET stopped_at = 1, error_position = 2, error = 'full' \
                    WHERE name = 'tasks'";
        tamper_with_views(&server.store, stop).await;
        let said = eventually("it is not ready", async || {
            let (status, body) = ready(server).await;
            (status == 503).then(|| body["checks"]["projections"].clone())
        })
        .await;
        assert_eq!(said, "tasks has stopped at 1: at position 2: full");
        let go_on = "UPDATE projection SET stopped_at = NULL, error_position = NULL, error = NULL";
        tamper_with_views(&server.store, go_on).await;
        eventually("it is ready", async || (ready(server).await.0 == 200).then_some(())).await;
    })
    .await;
}
