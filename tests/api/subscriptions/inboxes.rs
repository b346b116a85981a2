//! Inboxes, followed.

use serde_json::{Value, json};

use crate::support::{Company, Person, Server, Subscription, on_each_store};

const TASKS: &str = "subscription($after: String) { taskInboxChanged(after: $after) {
    cursor change taskId task { id status title } } }";
const APPROVALS: &str = "subscription($after: String) { approvalInboxChanged(after: $after) {
    cursor change approvalId approval { id status title } } }";

/// What a task update tells: the change and the id.
fn told(update: &Value) -> (String, String) {
    let update = &update["taskInboxChanged"];
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    (text(&update["change"]), text(&update["taskId"]))
}

async fn task(by: &Person, input: Value) -> String {
    let created = by.client.run("createTask", "task { id }", input).await;
    created["task"]["id"].as_str().expect("a task").to_owned()
}

#[tokio::test]
async fn api_2_a_task_comes_into_an_inbox_changes_there_and_leaves_it() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let one = owner.add("Una One", &["welder"]).await;
        let two = owner.add("Duo Two", &["welder"]).await;
        let mut live = Subscription::open(&two.client, TASKS, json!({})).await;
        let seam = task(&owner, json!({ "title": "Seam", "candidateRoles": ["welder"] })).await;
        let added = live.next().await;
        assert_eq!(told(&added), ("ADDED".into(), seam.clone()));
        assert_eq!(added["taskInboxChanged"]["task"]["title"], "Seam");
        one.client.run("claimTask", "task { id }", json!({ "id": seam })).await;
        assert_eq!(told(&live.next().await), ("REMOVED".into(), seam.clone()), "another has it");
        let own = task(&owner, json!({ "title": "Own", "assigneeId": two.member })).await;
        assert_eq!(told(&live.next().await), ("ADDED".into(), own.clone()));
        two.client.run("completeTask", "task { id }", json!({ "id": own })).await;
        let removed = live.next().await;
        assert_eq!(told(&removed), ("REMOVED".into(), own));
        assert_eq!(removed["taskInboxChanged"]["task"]["status"], "COMPLETED");
    })
    .await;
}

#[tokio::test]
async fn api_2_a_new_role_brings_its_tasks_and_a_cursor_among_them_goes_on() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let newcomer = owner.add("Nina New", &[]).await;
        let mut live = Subscription::open(&newcomer.client, TASKS, json!({})).await;
        let mut waiting = Vec::new();
        for title in ["One", "Two", "Three"] {
            let wanted = json!({ "title": title, "candidateRoles": ["welder"] });
            waiting.push(task(&owner, wanted).await);
        }
        let roles = |roles: &[&str]| json!({ "memberId": newcomer.member, "roles": roles });
        owner.client.run("setMemberRoles", "member { id }", roles(&["welder"])).await;
        let added = [live.next().await, live.next().await, live.next().await];
        let ids: Vec<String> = added.iter().map(|update| told(update).1).collect();
        assert_eq!(ids, waiting, "in the order of their ids");
        assert!(added.iter().all(|update| told(update).0 == "ADDED"));

        let after = json!({ "after": added[0]["taskInboxChanged"]["cursor"] });
        let mut again = Subscription::open(&newcomer.client, TASKS, after).await;
        assert_eq!(told(&again.next().await).1, waiting[1]);
        assert_eq!(told(&again.next().await).1, waiting[2]);

        owner.client.run("setMemberRoles", "member { id }", roles(&[])).await;
        for (live, id) in [(&mut live, &waiting[0]), (&mut again, &waiting[0])] {
            assert_eq!(told(&live.next().await), ("REMOVED".into(), id.clone()));
        }
    })
    .await;
}

#[tokio::test]
async fn api_2_an_approval_leaves_the_inbox_of_whoever_voted() {
    on_each_store(async |server: &mut Server| {
        let company = Company::found(server).await;
        let head = &company.head;
        let mut live = Subscription::open(&head.client, APPROVALS, json!({})).await;
        let run = company.start_and_request().await;
        let added = live.next().await["approvalInboxChanged"].clone();
        assert_eq!(
            (&added["change"], &added["approval"]["status"]),
            (&json!("ADDED"), &json!("PENDING"))
        );
        head.decide(&run, "approval", "APPROVE").await;
        let removed = live.next().await["approvalInboxChanged"].clone();
        assert_eq!(
            (&removed["change"], &removed["approvalId"]),
            (&json!("REMOVED"), &added["approvalId"])
        );
        assert_eq!(removed["approval"]["status"], "DECIDED");
    })
    .await;
}

#[tokio::test]
async fn api_2_what_was_missed_is_told_as_it_was_then() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let welder = owner.add("Una One", &["welder"]).await;
        let other = owner.add("Duo Two", &["welder"]).await;
        let mut live = Subscription::open(&welder.client, TASKS, json!({})).await;
        let wanted = |title: &str| json!({ "title": title, "candidateRoles": ["welder"] });
        let seam = task(&owner, wanted("Seam")).await;
        let added = live.next().await;
        assert_eq!(told(&added), ("ADDED".into(), seam.clone()));
        drop(live);

        let roles = |roles: &[&str]| json!({ "memberId": welder.member, "roles": roles });
        let others = |field: &'static str, id: &str| {
            let (client, input) = (other.client.clone(), json!({ "id": id }));
            async move { client.run(field, "task { id }", input).await }
        };
        owner.client.run("setMemberRoles", "member { id }", roles(&[])).await;
        others("claimTask", &seam).await;
        others("completeTask", &seam).await;
        let plate = task(&owner, wanted("Plate")).await;
        others("claimTask", &plate).await;
        owner.client.run("setMemberRoles", "member { id }", roles(&["welder"])).await;
        others("unclaimTask", &plate).await;
        let last = task(&owner, wanted("Last")).await;

        let after = json!({ "after": added["taskInboxChanged"]["cursor"] });
        let mut live = Subscription::open(&welder.client, TASKS, after).await;
        let missed = live.until(|update| told(update).1 == last).await;
        let missed: Vec<_> = missed.iter().map(told).collect();
        let expected = [("REMOVED", seam), ("ADDED", plate), ("ADDED", last)];
        assert_eq!(missed, expected.map(|(change, id)| (change.to_owned(), id)));
    })
    .await;
}
