//! Onboarding: three branches side by side, waits, a loop through the compliance check.

use chrono::Duration;
use docket_domain::Clock;
use serde_json::{Value, json};

use crate::support::{Person, Server, on_each_store, publish};

struct Company {
    owner: Person,
    officer: Person,
    support: Person,
    trainer: Person,
    compliance: Person,
    hr_manager: Person,
    boss: Person,
}

async fn company(server: &Server) -> Company {
    let owner = Person::owner(&server.anonymous, "Olga Owner").await;
    publish(&owner, "hr-onboarding").await;
    Company {
        officer: owner.add("Hanna Human", &["hr_officer"]).await,
        support: owner.add("Ivo Support", &["it_support"]).await,
        trainer: owner.add("Tea Trainer", &["training_coordinator"]).await,
        compliance: owner.add("Carl Compliance", &["compliance_officer"]).await,
        hr_manager: owner.add("Max Manager", &["hr_manager"]).await,
        boss: owner.add("Bea Boss", &["engineering_lead"]).await,
        owner,
    }
}

impl Company {
    /// Starts an onboarding whose first day is in ten days.
    async fn start(&self, server: &Server, remote: bool) -> String {
        let first_day = server.clock.now() + Duration::days(10);
        let variables = json!({
            "employee_name": "Nora New", "job_title": "Engineer", "manager": self.boss.member,
            "start_date": first_day.format("%Y-%m-%d").to_string(), "works_remotely": remote,
        });
        self.officer.start("HR_ONBOARDING", variables).await
    }

    async fn prepare(&self, run: &str) {
        self.support.complete(run, "set_up_desk", None, json!({})).await;
        let sessions = json!({ "sessions": ["2030-01-07"] });
        self.trainer.complete(run, "schedule_training", None, sessions).await;
    }

    async fn collect(&self, run: &str) {
        let found = json!({ "documents": ["contract", "identity"], "identity_number": "X-1" });
        self.officer.complete(run, "collect_documents", Some("complete"), found).await;
    }

    async fn check(&self, run: &str, outcome: &str) {
        self.compliance.complete(run, "compliance_check", Some(outcome), json!({})).await;
    }
}

#[tokio::test]
async fn wf_10_missing_documents_are_asked_for_again_and_the_first_day_is_waited_for() {
    on_each_store(async |server: &mut Server| {
        let company = company(server).await;
        let run = company.start(server, false).await;
        let nothing = json!({ "documents": [] });
        company.officer.complete(&run, "collect_documents", Some("missing"), nothing).await;
        company.prepare(&run).await;
        assert_eq!(company.owner.active_steps(&run).await, ["remind"], "the join waits");
        server.restart().await;
        server.clock.advance(Duration::days(2));
        let officer = company.officer.back(server).await;
        officer.waits_for(&run, "collect_documents").await;
        let compliance = company.compliance.back(server).await;
        let owner = company.owner.back(server).await;
        let company = Company { owner, officer, compliance, ..company };
        company.collect(&run).await;
        company.check(&run, "cleared").await;
        assert_eq!(company.owner.active_steps(&run).await, ["first_day"]);
        server.clock.advance(Duration::days(9));
        let boss = company.boss.back(server).await;
        boss.waits_for(&run, "welcome").await;
        boss.complete(&run, "welcome", None, json!({})).await;
        let owner = company.owner.back(server).await;
        assert_eq!(owner.state_of(&run).await, ("COMPLETED".into(), json!("onboarded")));
    })
    .await;
}

#[tokio::test]
async fn wf_4_whoever_works_remotely_gets_a_parcel_and_may_still_be_refused() {
    on_each_store(async |server: &mut Server| {
        let company = company(server).await;
        let run = company.start(server, true).await;
        let inbox = company.support.inbox().await;
        assert_eq!(inbox.len(), 1, "one way of two: {inbox:#?}");
        let parcel = json!({ "tracking_number": "P-1", "address": "Hill 7" });
        company.support.complete(&run, "ship_equipment", None, parcel).await;
        let sessions = json!({ "sessions": ["2030-01-07"] });
        company.trainer.complete(&run, "schedule_training", None, sessions).await;
        assert_eq!(company.compliance.inbox().await, [] as [Value; 0], "a branch is missing");
        company.collect(&run).await;
        company.check(&run, "refused").await;
        assert_eq!(company.owner.state_of(&run).await, ("COMPLETED".into(), json!("not_cleared")));
    })
    .await;
}

#[tokio::test]
async fn wf_4_three_incomplete_checks_end_it() {
    on_each_store(async |server: &mut Server| {
        let company = company(server).await;
        let run = company.start(server, false).await;
        company.prepare(&run).await;
        for _ in 0..2 {
            company.collect(&run).await;
            company.check(&run, "incomplete").await;
        }
        company.collect(&run).await;
        company.check(&run, "incomplete").await;
        assert_eq!(company.owner.state_of(&run).await, ("COMPLETED".into(), json!("not_cleared")));
    })
    .await;
}

#[tokio::test]
async fn wf_9_documents_that_nobody_collects_go_to_the_manager() {
    on_each_store(async |server: &mut Server| {
        let company = company(server).await;
        let run = company.start(server, false).await;
        server.clock.advance(Duration::days(7) + Duration::minutes(1));
        let manager = company.hr_manager.back(server).await;
        manager.waits_for(&run, "collect_documents").await;
        let officer = company.officer.back(server).await;
        assert_eq!(officer.inbox().await, [] as [Value; 0], "it is the manager's now");
        let trail = company.owner.back(server).await.trail(&run).await;
        for happened in ["TaskDueSoon", "TaskSlaBreached", "TaskEscalated"] {
            assert!(trail.iter().any(|event| event == happened), "{happened}: {trail:?}");
        }
    })
    .await;
}
