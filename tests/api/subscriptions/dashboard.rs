//! The dashboard, asked for and followed.

use serde_json::{Value, json};

use crate::support::{Company, Person, Server, Subscription, eventually, on_each_store};

const CHANGED: &str = "subscription { dashboardChanged { tasks { open completed } } }";

async fn dashboard(owner: &Person) -> Value {
    let query = "{ dashboard { runs { running completed } tasks { open completed }
        approvals { pending approved rejected } runTimes { count p50 } taskTimes { count p99 }
        sla { met missed share } throughput { day runsStarted runsCompleted tasksCompleted }
        workload { member { id } openTasks tasksCompleted votes } } }";
    owner.client.ask(query, json!({})).await["dashboard"].clone()
}

#[tokio::test]
async fn anl_1_the_dashboard_counts_what_there_is_and_what_was_done() {
    on_each_store(async |server: &mut Server| {
        let company = Company::found(server).await;
        let run = company.start_and_request().await;
        company.start().await;
        company.head.decide(&run, "approval", "REJECT").await;
        let told = eventually("the dashboard shows the end", async || {
            let told = dashboard(&company.owner).await;
            (told["runs"]["completed"] == 1).then_some(told)
        })
        .await;
        assert_eq!(told["runs"], json!({ "running": 1, "completed": 1 }));
        assert_eq!(told["tasks"], json!({ "open": 1, "completed": 1 }));
        assert_eq!(told["approvals"], json!({ "pending": 0, "approved": 0, "rejected": 1 }));
        assert_eq!(told["runTimes"]["count"], 1);
        assert_eq!(told["sla"], json!({ "met": 2, "missed": 0, "share": 1.0 }));
        assert_eq!(told["throughput"][0]["runsStarted"], 2);
        assert_eq!(told["throughput"][0]["tasksCompleted"], 1);
        let people = told["workload"].as_array().expect("a list").iter();
        let voted =
            people.filter(|person| person["votes"] == 1).map(|person| &person["member"]["id"]);
        assert_eq!(voted.collect::<Vec<_>>(), [&json!(company.head.member)]);
    })
    .await;
}

#[tokio::test]
async fn anl_1_a_range_that_cannot_be_served_is_refused() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let query =
            "query($from: DateTime, $to: DateTime) { dashboard(from: $from, to: $to) { from to } }";
        for (from, to) in [("2026-02-01", "2026-01-01"), ("2000-01-01", "2026-01-01")] {
            let range =
                json!({ "from": format!("{from}T00:00:00Z"), "to": format!("{to}T00:00:00Z") });
            assert_eq!(owner.client.send(query, range).await.error_code(), "BAD_USER_INPUT");
        }
        let range = json!({ "from": "2026-01-01T12:00:00Z", "to": "2026-01-02T12:00:00Z" });
        let told = owner.client.ask(query, range).await;
        let whole =
            json!({ "from": "2026-01-01T00:00:00+00:00", "to": "2026-01-03T00:00:00+00:00" });
        assert_eq!(told["dashboard"], whole);
    })
    .await;
}

#[tokio::test]
async fn api_2_the_dashboard_is_told_at_once_and_when_it_changes() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let mut live = Subscription::open(&owner.client, CHANGED, json!({})).await;
        let first = live.next().await;
        assert_eq!(first["dashboardChanged"]["tasks"], json!({ "open": 0, "completed": 0 }));
        owner.client.run("createTask", "task { id }", json!({ "title": "One" })).await;
        let opened = |update: &Value| update["dashboardChanged"]["tasks"]["open"] == 1;
        live.until(opened).await;
    })
    .await;
}
