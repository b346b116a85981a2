//! Expense claims: one approval or two by amount, four eyes, revision, payment.

use serde_json::{Value, json};

use crate::support::{Person, Server, on_each_store, publish, refusal_of};

struct Company {
    owner: Person,
    employee: Person,
    manager: Person,
    controller: Person,
    payables: Person,
}

async fn company(server: &Server) -> Company {
    let owner = Person::owner(&server.anonymous, "Olga Owner").await;
    publish(&owner, "expense-claim").await;
    Company {
        employee: owner.add("Emil Employee", &["employee"]).await,
        manager: owner.add("Lena Line", &["line_manager"]).await,
        controller: owner.add("Fred Finance", &["finance_controller"]).await,
        payables: owner.add("Pia Payables", &["accounts_payable"]).await,
        owner,
    }
}

impl Company {
    async fn claim(&self, amount: u32) -> String {
        let claim = json!({ "purpose": "Trade fair", "amount": amount });
        self.employee.start("EXPENSE_CLAIM", claim).await
    }

    async fn pay(&self, run: &str) {
        let paid = json!({ "payment_reference": "SEPA-1" });
        self.payables.complete(run, "pay", None, paid).await;
    }

    async fn revise(&self, run: &str, outcome: &str, data: Value) {
        self.employee.complete(run, "revise", Some(outcome), data).await;
    }
}

fn ended(outcome: &str) -> (String, Value) {
    ("COMPLETED".to_owned(), json!(outcome))
}

#[tokio::test]
async fn apr_1_a_small_claim_takes_one_approval_and_is_paid() {
    on_each_store(async |server: &mut Server| {
        let company = company(server).await;
        let run = company.claim(99_999).await;
        company.manager.decide(&run, "approve_small", "APPROVE").await;
        company.pay(&run).await;
        assert_eq!(company.owner.state_of(&run).await, ended("paid"));
    })
    .await;
}

#[tokio::test]
async fn apr_1_a_large_claim_takes_two_levels_in_their_order() {
    on_each_store(async |server: &mut Server| {
        let company = company(server).await;
        let run = company.claim(100_000).await;
        assert_eq!(company.controller.votes().await, [] as [Value; 0], "the first level is open");
        let approval = company.manager.vote_of(&run, "approve_large").await;
        let early = company.controller.cast(&approval, "APPROVE", Some("fine")).await;
        assert_eq!(refusal_of(&early), "LEVEL_NOT_OPEN");
        company.manager.decide(&run, "approve_large", "APPROVE").await;
        let again = company.manager.cast(&approval, "APPROVE", Some("fine")).await;
        assert_eq!(refusal_of(&again), "NOT_APPROVER");
        let silent = company.controller.cast(&approval, "APPROVE", None).await;
        assert_eq!(refusal_of(&silent), "REASON_MISSING");
        company.controller.decide(&run, "approve_large", "APPROVE").await;
        let late = company.controller.cast(&approval, "REJECT", Some("oh no")).await;
        assert_eq!(refusal_of(&late), "APPROVAL_CLOSED");
        company.pay(&run).await;
        assert_eq!(company.owner.state_of(&run).await, ended("paid"));
    })
    .await;
}

#[tokio::test]
async fn wf_3_a_form_with_faults_pays_nothing() {
    on_each_store(async |server: &mut Server| {
        let company = company(server).await;
        let run = company.claim(5_000).await;
        company.manager.decide(&run, "approve_small", "APPROVE").await;
        let task = company.payables.task_of(&run, "pay").await;
        let input = json!({ "id": task, "data": { "payment_reference": "" } });
        let refused = company.payables.client.try_run("completeTask", "task { id }", input).await;
        assert_eq!(refusal_of(&refused), "FORM_FAULTS");
        assert_eq!(refused["userErrors"][0]["path"], json!(["input", "data", "payment_reference"]));
        assert_eq!(company.owner.state_of(&run).await.0, "RUNNING");
        company.pay(&run).await;
    })
    .await;
}

#[tokio::test]
async fn wf_4_a_rejected_claim_is_revised_until_it_is_approved() {
    on_each_store(async |server: &mut Server| {
        let company = company(server).await;
        let run = company.claim(250_000).await;
        company.manager.decide(&run, "approve_large", "APPROVE").await;
        company.controller.decide(&run, "approve_large", "REJECT").await;
        company.revise(&run, "resubmit", json!({ "amount": 40_000 })).await;
        company.manager.decide(&run, "approve_small", "APPROVE").await;
        company.pay(&run).await;
        assert_eq!(company.owner.state_of(&run).await, ended("paid"));
        let query = "query($id: ID!) { run(id: $id) { variables } }";
        let data = company.owner.client.ask(query, json!({ "id": run })).await;
        assert_eq!(data["run"]["variables"]["amount"], 40_000);
        assert_eq!(data["run"]["variables"]["currency"], "EUR", "the schema's default");
    })
    .await;
}

#[tokio::test]
async fn wf_4_a_claim_that_stays_rejected_ends_so() {
    on_each_store(async |server: &mut Server| {
        let company = company(server).await;
        let run = company.claim(90_000).await;
        for _ in 0..2 {
            company.manager.decide(&run, "approve_small", "REJECT").await;
            company.revise(&run, "resubmit", json!({})).await;
        }
        company.manager.decide(&run, "approve_small", "REJECT").await;
        assert_eq!(company.owner.state_of(&run).await, ended("rejected"));
    })
    .await;
}

#[tokio::test]
async fn wf_4_a_rejected_claim_is_withdrawn() {
    on_each_store(async |server: &mut Server| {
        let company = company(server).await;
        let run = company.claim(90_000).await;
        company.manager.decide(&run, "approve_small", "REJECT").await;
        company.revise(&run, "withdraw", json!({})).await;
        assert_eq!(company.owner.state_of(&run).await, ended("withdrawn"));
    })
    .await;
}

#[tokio::test]
async fn apr_3_nobody_approves_their_own_claim() {
    on_each_store(async |server: &mut Server| {
        let company = company(server).await;
        let own = json!({ "purpose": "Trade fair", "amount": 1_000 });
        let run = company.manager.start("EXPENSE_CLAIM", own).await;
        let query = "query($id: ID!) { run(id: $id) { activeSteps { approval { id } } } }";
        let data = company.owner.client.ask(query, json!({ "id": run })).await;
        let approval = data["run"]["activeSteps"][0]["approval"]["id"].as_str().expect("an id");
        let vote = company.manager.cast(approval, "APPROVE", Some("mine")).await;
        assert_eq!(refusal_of(&vote), "REQUESTER_EXCLUDED");
        assert_eq!(company.manager.votes().await, [] as [Value; 0]);
    })
    .await;
}
