//! `docket serve --demo`.

use std::collections::BTreeSet;
use std::process::Stdio;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;

use super::program::{docket, run};
use crate::support::{Client, Person, Server, Store, on_each_store};

/// A demo that is served.
struct Demo {
    process: Child,
    told: String,
    client: Client,
}

impl Demo {
    async fn serve(mut command: Command) -> Self {
        let mut process = command.stderr(Stdio::inherit()).spawn().expect("it starts");
        let mut lines = BufReader::new(process.stdout.take().expect("a pipe")).lines();
        let mut told = String::new();
        while !told.contains("websocat --protocol") {
            let line = lines.next_line().await.expect("it reads").expect("it tells on");
            told.push_str(&line);
            told.push('\n');
        }
        let (_, url) = told.split_once("explorer: ").expect("where to go");
        let (url, _) = url.split_once("/graphql").expect("the API's address");
        let client = Client::anonymous(url);
        Self { process, told, client }
    }

    /// Logs in by the very request that the demo proposes.
    async fn log_in(&self) -> Client {
        let (_, body) = self.told.split_once("-d '").expect("a request");
        let (body, _) = body.split_once('\'').expect("its end");
        let request = self.client.http.post(format!("{}/graphql", self.client.url));
        let request = request.header("content-type", "application/json").body(body.to_owned());
        let text = request.send().await.expect("an answer").text().await.expect("a text");
        let answer: Value = serde_json::from_str(&text).expect("JSON");
        let token = answer["data"]["login"]["session"]["accessToken"].as_str();
        self.client.bearing(token.unwrap_or_else(|| panic!("no token: {answer:#}")))
    }

    /// Sends by WebSocket what the demo proposes to send, has `happen` happen again and again, and answers the first update.
    async fn watch(&self, client: &Client, happen: impl AsyncFn()) -> Value {
        let (_, url) = self.told.split_once("graphql-transport-ws ").expect("where to");
        let mut request = url.trim().into_client_request().expect("a URL");
        let protocol = HeaderValue::from_static("graphql-transport-ws");
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        let (mut socket, _) = connect_async(request).await.expect("the server answers");
        let token = client.token.as_deref().expect("a token");
        for line in self.told.lines().filter_map(|line| line.split_once("echo '")) {
            let (message, _) = line.1.rsplit_once('\'').expect("its end");
            let message = message.replace("'$TOKEN'", token);
            socket.send(Message::text(message)).await.expect("the socket is open");
        }
        let mut next = async || {
            let text = socket.next().await.expect("a message").expect("a whole one");
            serde_json::from_str::<Value>(text.to_text().expect("a text")).expect("JSON")
        };
        assert_eq!(next().await["type"], "connection_ack");
        let happening = async {
            // Whatever was appended before the subscription began is not told.
            for _ in 0..1_000 {
                happen().await;
            }
        };
        tokio::select! {
            update = next() => update,
            () = happening => panic!("nothing was told"),
        }
    }

    async fn kill(mut self) {
        self.process.kill().await.expect("it is killed");
    }
}

/// The demo over `store`; the embedded one where nobody says where.
fn demo_over(store: &Store) -> Command {
    let arguments = ["serve", "--demo", "--listen", "127.0.0.1:0", "--log", "warn"];
    if store.url.is_some() {
        return docket(store, &arguments);
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_docket"));
    command.args(arguments).current_dir(store.path()).env_remove("DOCKET_DATA_DIR");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
    command
}

fn verify(store: &Store) -> Command {
    if store.url.is_some() {
        return docket(store, &["verify-store"]);
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_docket"));
    command.args(["verify-store", "--data-dir", "docket-demo"]).current_dir(store.path());
    command
}

fn texts(nodes: &Value, field: &str) -> BTreeSet<String> {
    let nodes = nodes["nodes"].as_array().expect("a list").iter();
    nodes.filter_map(|node| node[field].as_str().map(str::to_owned)).collect()
}

fn set(texts: &[&str]) -> BTreeSet<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

const EVERYTHING: &str = "{
    workflows { nodes { code status } }
    runs(first: 100) { nodes { status outcome incidents { code } } }
    tasks(first: 100) { nodes { title status run { id } } }
    approvals(first: 100) { nodes { title status outcome run { id } } }
    slaBreaches(first: 100) { nodes { subjectId resolvedAt } }
    members(first: 100) { nodes { roles } }
    system { head }
}";

fn is_at_work(found: &Value) {
    assert_eq!(
        texts(&found["workflows"], "code"),
        set(&[
            "EQUIPMENT_PROCUREMENT",
            "EXPENSE_CLAIM",
            "HR_ONBOARDING",
            "IT_INCIDENT",
            "VEHICLE_PROCESSING"
        ])
    );
    let runs = &found["runs"];
    assert_eq!(texts(runs, "status"), set(&["RUNNING", "COMPLETED", "CANCELLED"]));
    let outcomes = texts(runs, "outcome");
    for outcome in ["completed", "rejected", "paid", "withdrawn", "onboarded", "resolved", "sold"] {
        assert!(outcomes.contains(outcome), "{outcome}: {outcomes:?}");
    }
    let all = runs["nodes"].as_array().expect("a list").iter();
    let incidents: Vec<&Value> = all.filter_map(|run| run["incidents"].get(0)).collect();
    assert_eq!(incidents, [&json!({ "code": "NOBODY_TO_ASK" })]);
    let alone = |field: &str, status: &str| {
        let nodes = found[field]["nodes"].as_array().expect("a list");
        nodes.iter().any(|node| node["run"].is_null() && node["status"] == status)
    };
    assert!(alone("tasks", "OPEN") && alone("tasks", "COMPLETED"));
    assert!(alone("approvals", "PENDING") && alone("approvals", "DECIDED"));
    let breaches = found["slaBreaches"]["nodes"].as_array().expect("a list");
    assert!(breaches.iter().any(|breach| breach["resolvedAt"].is_null()), "one is open");
    assert!(breaches.iter().any(|breach| breach["resolvedAt"].is_string()), "one is over");
    assert!(found["members"]["nodes"].as_array().expect("a list").len() > 20);
}

#[tokio::test]
async fn ops_5_an_organization_at_work_is_served_by_one_command_and_told_of_again() {
    for store in [Store::sqlite(), Store::postgres().await] {
        let demo = Demo::serve(demo_over(&store)).await;
        for (mail, roles) in [("olga@demo.example", "owner"), ("lena@demo.example", "line_manager")]
        {
            let line = demo.told.lines().find(|line| line.contains(mail)).expect(mail);
            assert!(line.ends_with(roles), "{line}");
        }
        assert!(demo.told.contains("subscription { events { cursor event { type subjectId } } }"));
        let found = demo.log_in().await.ask(EVERYTHING, json!({})).await;
        is_at_work(&found);
        demo.kill().await;

        let again = Demo::serve(demo_over(&store)).await;
        let since = again.log_in().await.ask(EVERYTHING, json!({})).await;
        for same in ["runs", "tasks", "approvals", "members"] {
            assert_eq!(since[same], found[same], "nothing was made a second time");
        }
        let olga = again.log_in().await;
        let update = again
            .watch(&olga, async || {
                olga.run("createTask", "task { id }", json!({ "title": "File it" })).await;
            })
            .await;
        let event = &update["payload"]["data"]["events"]["event"];
        assert_eq!(event["type"], "TaskCreated", "{update:#}");
        again.kill().await;
        let verified = verify(&store).output().await.expect("it starts");
        assert!(verified.status.success(), "{verified:?}");
        store.remove().await;
    }
}

#[tokio::test]
async fn ops_5_a_demo_does_not_mix_with_other_data() {
    on_each_store(async |server: &mut Server| {
        Person::owner(&server.anonymous, "Olga Owner").await;
        server.stop().await;
        let arguments = ["serve", "--demo", "--listen", "127.0.0.1:0"];
        let refused = run(&server.store, &arguments).await;
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(refused.err.contains("the store holds other data"), "{refused:?}");
        let events = run(&server.store, &["events", "export"]).await.lines();
        assert_eq!(events.len(), 3, "nothing was added");
    })
    .await;
}
