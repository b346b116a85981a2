//! Incidents: triage against the clock, escalation, a major incident, reopening, silence as consent.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::{Person, Server, eventually, on_each_store, publish};

struct Company {
    owner: Person,
    reporter: Person,
    desk: Person,
    support: Person,
    senior: Person,
    on_call: Person,
    manager: Person,
}

async fn company(server: &Server) -> Company {
    let owner = Person::owner(&server.anonymous, "Olga Owner").await;
    publish(&owner, "it-incident").await;
    Company {
        reporter: owner.add("Rita Reporter", &["staff"]).await,
        desk: owner.add("Dan Desk", &["service_desk"]).await,
        support: owner.add("Sue Support", &["support_engineer"]).await,
        senior: owner.add("Sam Senior", &["senior_engineer"]).await,
        on_call: owner.add("Oda Oncall", &["on_call_engineer"]).await,
        manager: owner.add("Ina Incident", &["incident_manager"]).await,
        owner,
    }
}

impl Company {
    async fn report(&self) -> String {
        let report = json!({ "summary": "Mail is down", "service": "mail", "reported_by": "Rita" });
        self.reporter.start("IT_INCIDENT", report).await
    }

    async fn triage(&self, run: &str, outcome: &str, severity: &str) {
        self.desk.complete(run, "triage", Some(outcome), json!({ "severity": severity })).await;
    }
}

fn ended(outcome: &str) -> (String, Value) {
    ("COMPLETED".to_owned(), json!(outcome))
}

async fn happens(person: &Person, run: &str, event: &str, times: usize) {
    eventually(event, async || {
        let trail = person.trail(run).await;
        (trail.iter().filter(|happened| *happened == event).count() == times).then_some(())
    })
    .await;
}

#[tokio::test]
async fn wf_4_an_incident_is_resolved_and_confirmed_by_whoever_reported_it() {
    on_each_store(async |server: &mut Server| {
        let company = company(server).await;
        let run = company.report().await;
        company.triage(&run, "incident", "normal").await;
        company.support.complete(&run, "resolve", Some("resolved"), json!({})).await;
        company.reporter.complete(&run, "confirm", Some("works"), json!({})).await;
        assert_eq!(company.owner.state_of(&run).await, ended("resolved"));
    })
    .await;
}

#[tokio::test]
async fn wf_4_a_critical_incident_is_restored_and_told_side_by_side_then_reviewed() {
    on_each_store(async |server: &mut Server| {
        let company = company(server).await;
        let run = company.report().await;
        company.triage(&run, "incident", "critical").await;
        let mut active = company.owner.active_steps(&run).await;
        active.sort_unstable();
        assert_eq!(active, ["inform_stakeholders", "restore_service"]);
        company.on_call.complete(&run, "restore_service", None, json!({})).await;
        company.manager.complete(&run, "inform_stakeholders", None, json!({})).await;
        let review = json!({ "root_cause": "A full disk" });
        company.manager.complete(&run, "review", None, review).await;
        company.desk.complete(&run, "confirm", Some("works"), json!({})).await;
        assert_eq!(company.owner.state_of(&run).await, ended("resolved"));
    })
    .await;
}

#[tokio::test]
async fn wf_4_duplicates_and_false_alarms_end_at_the_triage() {
    on_each_store(async |server: &mut Server| {
        let company = company(server).await;
        for outcome in ["duplicate", "no_fault"] {
            let run = company.report().await;
            company.triage(&run, outcome, "normal").await;
            assert_eq!(company.owner.state_of(&run).await, ended(outcome));
        }
    })
    .await;
}

#[tokio::test]
async fn wf_4_a_reopened_incident_goes_to_the_second_line_the_second_time() {
    on_each_store(async |server: &mut Server| {
        let company = company(server).await;
        let run = company.report().await;
        company.triage(&run, "incident", "high").await;
        company.support.complete(&run, "resolve", Some("resolved"), json!({})).await;
        company.reporter.complete(&run, "confirm", Some("reopened"), json!({})).await;
        company.support.complete(&run, "resolve", Some("beyond_first_line"), json!({})).await;
        company.senior.complete(&run, "resolve_in_second_line", None, json!({})).await;
        company.reporter.complete(&run, "confirm", Some("reopened"), json!({})).await;
        company.senior.complete(&run, "resolve_in_second_line", None, json!({})).await;
        company.reporter.complete(&run, "confirm", Some("works"), json!({})).await;
        assert_eq!(company.owner.state_of(&run).await, ended("resolved"));
    })
    .await;
}

#[tokio::test]
async fn wf_9_a_triage_is_warned_of_then_late_then_somebody_elses_across_restarts() {
    on_each_store(async |server: &mut Server| {
        let company = company(server).await;
        let run = company.report().await;
        server.clock.advance(Duration::minutes(11));
        happens(&company.owner.back(server).await, &run, "TaskDueSoon", 1).await;
        server.restart().await;
        let desk = company.desk.back(server).await;
        desk.task_of(&run, "triage").await;
        server.clock.advance(Duration::minutes(5));
        let manager = company.manager.back(server).await;
        manager.waits_for(&run, "triage").await;
        let desk = company.desk.back(server).await;
        assert_eq!(desk.inbox().await, [] as [Value; 0], "it is the manager's now");
        happens(&company.owner.back(server).await, &run, "TaskSlaBreached", 1).await;
        server.restart().await;
        server.clock.advance(Duration::minutes(15));
        let manager = company.manager.back(server).await;
        let owner = company.owner.back(server).await;
        happens(&owner, &run, "TaskEscalated", 2).await;
        let trail = owner.trail(&run).await;
        let breaches = trail.iter().filter(|event| *event == "TaskSlaBreached").count();
        assert_eq!(breaches, 1, "a breach is recorded once: {trail:?}");
        let severity = json!({ "severity": "normal" });
        manager.complete(&run, "triage", Some("no_fault"), severity).await;
        assert_eq!(owner.state_of(&run).await, ended("no_fault"));
    })
    .await;
}

#[tokio::test]
async fn wf_9_silence_is_consent_after_five_days() {
    on_each_store(async |server: &mut Server| {
        let company = company(server).await;
        let run = company.report().await;
        company.triage(&run, "incident", "normal").await;
        company.support.complete(&run, "resolve", Some("resolved"), json!({})).await;
        server.clock.advance(Duration::days(5) + Duration::minutes(1));
        let reporter = company.reporter.back(server).await;
        let owner = company.owner.back(server).await;
        eventually("the end", async || {
            (owner.state_of(&run).await == ended("resolved")).then_some(())
        })
        .await;
        assert_eq!(reporter.inbox().await, [] as [Value; 0]);
    })
    .await;
}
