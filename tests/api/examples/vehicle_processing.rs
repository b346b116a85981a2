//! Vehicles: from the test to the sale, through repairs within a budget.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::{Person, Server, eventually, on_each_store, publish, refusal_of};

struct Dealer {
    owner: Person,
    seller: Person,
    tester: Person,
    sales_manager: Person,
    mechanic: Person,
    detailer: Person,
}

async fn dealer(server: &Server) -> Dealer {
    let owner = Person::owner(&server.anonymous, "Olga Owner").await;
    publish(&owner, "vehicle-processing").await;
    Dealer {
        seller: owner.add("Stan Seller", &["sales"]).await,
        tester: owner.add("Tess Tester", &["tester"]).await,
        sales_manager: owner.add("Mona Manager", &["sales_manager"]).await,
        mechanic: owner.add("Mick Mechanic", &["mechanic"]).await,
        detailer: owner.add("Dirk Detailer", &["detailer"]).await,
        owner,
    }
}

impl Dealer {
    async fn take_in(&self) -> String {
        let vehicle = json!({ "stock_number": "S-1", "model": "Estate", "asking_price": 900_000 });
        let run = self.seller.start("VEHICLE_PROCESSING", vehicle).await;
        self.seller.complete(&run, "request_test", None, json!({ "mileage_km": 80_000 })).await;
        run
    }

    async fn test(&self, run: &str, outcome: &str, estimated_cost: u32, kinds: &[&str]) {
        let defects: Vec<_> =
            kinds.iter().map(|kind| json!({ "part": "x", "kind": kind })).collect();
        let found = json!({ "estimated_cost": estimated_cost, "defects": defects });
        self.tester.complete(run, "test_and_inspect", Some(outcome), found).await;
    }

    async fn list(&self, run: &str) {
        self.seller.complete(run, "photograph", None, json!({})).await;
        self.price(run, 880_000).await;
        self.publish(run).await;
    }

    async fn price(&self, run: &str, price: u32) {
        let price = json!({ "asking_price": price });
        self.sales_manager.complete(run, "price", None, price).await;
    }

    async fn publish(&self, run: &str) {
        self.seller.complete(run, "publish", None, json!({})).await;
    }

    async fn sell(&self, run: &str, outcome: &str) {
        self.seller.complete(run, "sell", Some(outcome), json!({})).await;
    }
}

fn ended(outcome: &str) -> (String, Value) {
    ("COMPLETED".to_owned(), json!(outcome))
}

#[tokio::test]
async fn wf_4_a_roadworthy_vehicle_is_listed_and_sold() {
    on_each_store(async |server: &mut Server| {
        let dealer = dealer(server).await;
        let run = dealer.take_in().await;
        dealer.test(&run, "roadworthy", 0, &[]).await;
        dealer.seller.complete(&run, "photograph", None, json!({})).await;
        let inbox = dealer.seller.inbox().await;
        assert_eq!(inbox, [] as [Value; 0], "it is not published before it has a price");
        dealer.price(&run, 880_000).await;
        dealer.publish(&run).await;
        dealer.sell(&run, "sold").await;
        assert_eq!(dealer.owner.state_of(&run).await, ended("sold"));
    })
    .await;
}

#[tokio::test]
async fn wf_4_a_vehicle_is_repaired_and_detailed_within_the_budget_and_tested_again() {
    on_each_store(async |server: &mut Server| {
        let dealer = dealer(server).await;
        let run = dealer.take_in().await;
        dealer.test(&run, "needs_repair", 100_000, &["mechanical", "cosmetic"]).await;
        dealer.mechanic.complete(&run, "repair", None, json!({ "cost": 60_000 })).await;
        assert_eq!(dealer.tester.inbox().await, [] as [Value; 0], "the details are missing");
        dealer.detailer.complete(&run, "detail", None, json!({ "cost": 20_000 })).await;
        dealer.test(&run, "needs_repair", 10_000, &["cosmetic"]).await;
        dealer.mechanic.complete(&run, "detail", None, json!({ "cost": 5_000 })).await;
        dealer.test(&run, "roadworthy", 0, &[]).await;
        dealer.list(&run).await;
        dealer.sell(&run, "sold").await;
        let query = "query($id: ID!) { run(id: $id) { variables } }";
        let data = dealer.owner.client.ask(query, json!({ "id": run })).await;
        assert_eq!(data["run"]["variables"]["spent"], 85_000);
        assert_eq!(data["run"]["variables"]["asking_price"], 880_000);
    })
    .await;
}

#[tokio::test]
async fn wf_4_a_write_off_is_not_economical() {
    on_each_store(async |server: &mut Server| {
        let dealer = dealer(server).await;
        let run = dealer.take_in().await;
        dealer.test(&run, "write_off", 0, &[]).await;
        assert_eq!(dealer.owner.state_of(&run).await, ended("not_economical"));
    })
    .await;
}

#[tokio::test]
async fn apr_1_repairs_beyond_the_budget_take_an_approval_with_a_reason() {
    on_each_store(async |server: &mut Server| {
        let dealer = dealer(server).await;
        let run = dealer.take_in().await;
        dealer.test(&run, "needs_repair", 400_000, &["mechanical"]).await;
        let approval = dealer.sales_manager.vote_of(&run, "exceed_budget").await;
        let silent = dealer.sales_manager.cast(&approval, "REJECT", None).await;
        assert_eq!(refusal_of(&silent), "REASON_MISSING");
        dealer.sales_manager.decide(&run, "exceed_budget", "REJECT").await;
        assert_eq!(dealer.owner.state_of(&run).await, ended("not_economical"));
        let run = dealer.take_in().await;
        dealer.test(&run, "needs_repair", 400_000, &["mechanical"]).await;
        dealer.sales_manager.decide(&run, "exceed_budget", "APPROVE").await;
        dealer.mechanic.complete(&run, "repair", None, json!({ "cost": 390_000 })).await;
        dealer.test(&run, "write_off", 0, &[]).await;
        assert_eq!(dealer.owner.state_of(&run).await, ended("not_economical"));
    })
    .await;
}

#[tokio::test]
async fn wf_4_a_vehicle_is_offered_three_times_and_then_withdrawn() {
    on_each_store(async |server: &mut Server| {
        let dealer = dealer(server).await;
        let run = dealer.take_in().await;
        dealer.test(&run, "roadworthy", 0, &[]).await;
        dealer.list(&run).await;
        for price in [800_000, 700_000] {
            dealer.sell(&run, "unsold").await;
            dealer.price(&run, price).await;
            dealer.publish(&run).await;
        }
        dealer.sell(&run, "unsold").await;
        assert_eq!(dealer.owner.state_of(&run).await, ended("withdrawn"));
        let run = dealer.take_in().await;
        dealer.test(&run, "roadworthy", 0, &[]).await;
        dealer.list(&run).await;
        dealer.sell(&run, "withdrawn").await;
        assert_eq!(dealer.owner.state_of(&run).await, ended("withdrawn"));
    })
    .await;
}

#[tokio::test]
async fn wf_9_a_vehicle_that_nobody_buys_in_sixty_days_is_priced_anew() {
    on_each_store(async |server: &mut Server| {
        let dealer = dealer(server).await;
        let run = dealer.take_in().await;
        dealer.test(&run, "roadworthy", 0, &[]).await;
        dealer.list(&run).await;
        server.clock.advance(Duration::days(60) + Duration::minutes(1));
        let manager = dealer.sales_manager.back(server).await;
        eventually("a new price is asked for", async || {
            (manager.inbox().await.len() == 1).then_some(())
        })
        .await;
        manager.task_of(&run, "price").await;
    })
    .await;
}
