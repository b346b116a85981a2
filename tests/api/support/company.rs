//! A company that procures equipment.

use serde_json::{Value, json};

use super::{Node, Person, Server, eventually, publish};

/// Everybody whom `examples/equipment-procurement.json` asks for something, and the owner, who starts it.
#[derive(Clone)]
pub struct Company {
    pub owner: Person,
    pub manager: Person,
    pub head: Person,
    pub officer: Person,
}

impl Company {
    /// Founds it and publishes the workflow.
    pub async fn found(server: &Server) -> Self {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let manager = owner.add("Paul Procurement", &["procurement_manager"]).await;
        let head = owner.add("Dora Head", &["department_head"]).await;
        let officer = owner.add("Otto Officer", &["procurement_officer"]).await;
        publish(&owner, "equipment-procurement").await;
        Self { owner, manager, head, officer }
    }

    /// Starts a procurement, and answers the run's id.
    pub async fn start(&self) -> String {
        let wanted = json!({ "equipment_name": "Solar Simulator", "estimated_cost": 500_000 });
        self.owner.start("EQUIPMENT_PROCUREMENT", wanted).await
    }

    /// Starts one and completes its request: the head is asked next.
    pub async fn start_and_request(&self) -> String {
        let run = self.start().await;
        self.manager.complete(&run, "request", None, json!({})).await;
        run
    }

    /// Does what follows the approval, to the purchase order; answers the last payload.
    pub async fn procure(&self, run: &str) -> Value {
        self.officer.complete(run, "rfq", None, json!({})).await;
        self.manager.complete(run, "evaluation", None, json!({})).await;
        self.officer.complete(run, "po_creation", None, json!({})).await
    }

    /// Waits until the head is asked for one vote.
    pub async fn head_is_asked(&self) {
        let is_asked = async || (self.head.votes().await.len() == 1).then_some(());
        eventually("the head is asked", is_asked).await;
    }

    /// Waits until `run` has ended with `outcome`.
    pub async fn ends(&self, run: &str, outcome: &str) {
        let end = ("COMPLETED".to_owned(), json!(outcome));
        let has_ended = async || (self.owner.state_of(run).await == end).then_some(());
        eventually("the run ends", has_ended).await;
    }

    /// The same people with new sessions.
    pub async fn back(&self, server: &Server) -> Self {
        Self {
            owner: self.owner.back(server).await,
            manager: self.manager.back(server).await,
            head: self.head.back(server).await,
            officer: self.officer.back(server).await,
        }
    }

    /// The same people, with the same sessions, at another node.
    pub fn at(&self, node: &Node) -> Self {
        Self {
            owner: self.owner.at(node),
            manager: self.manager.at(node),
            head: self.head.at(node),
            officer: self.officer.at(node),
        }
    }
}
