//! What is backed up: an organization with a bit of everything.

use serde_json::{Value, json};

use crate::support::{Client, Company, PASSWORD, Person, Server, eventually};

/// Everything that the read models show of it.
const EVERYTHING: &str = "{
    workflows { nodes { id code status } }
    runs { nodes { id status outcome variables activeSteps { key } } }
    tasks { nodes { id title status assignee { user { name } } } }
    approvals { nodes { id title status outcome } }
    members { nodes { id roles user { name email } } }
    auditTrail(first: 100) { nodes { id position type subjectId recordedAt actor { id } } }
    dashboard { runs { running completed } tasks { open completed } approvals { pending } }
    system { head }
}";

/// An organization, and how it is spoken to.
pub struct Office {
    pub owner: Person,
    /// The secret of an API key.
    pub key: String,
}

impl Office {
    /// Founds it, and has it finish one procurement and begin another.
    pub async fn at_work(server: &Server) -> Self {
        let company = Company::found(server).await;
        let run = company.start_and_request().await;
        company.head.decide(&run, "approval", "APPROVE").await;
        company.procure(&run).await;
        company.start_and_request().await;
        let owner = company.owner;
        let input = json!({ "name": "Reports", "scopes": ["members:read", "run:read"] });
        let key = owner.client.run("createApiKey", "secret", input).await["secret"].clone();
        let office = Self { owner, key: key.as_str().expect("a secret").to_owned() };
        office.file("Once", "file-once").await;
        office
    }

    /// Creates a task under an idempotency key; answers its id.
    pub async fn file(&self, title: &str, key: &str) -> Value {
        file(&self.owner.client, title, key).await
    }

    /// What a server shows of it, to the session that the owner had before.
    pub async fn seen_at(&self, anonymous: &Client) -> Value {
        let token = self.owner.client.token.as_deref().expect("a session");
        let client = anonymous.bearing(token);
        eventually("everything is shown", async || {
            let data = client.ask("{ system { projections { lag } } }", json!({})).await;
            let all = data["system"]["projections"].as_array().expect("a list").clone();
            all.iter().all(|one| one["lag"] == 0 || one["lag"] == "0").then_some(())
        })
        .await;
        client.ask(EVERYTHING, json!({})).await
    }

    /// Goes on at a server over a copy of the store: by the session, the API key, a password, a repeated command
    /// and a new one, and by the run that was under way.
    pub async fn goes_on_at(&self, server: &Server) {
        let program = server.anonymous.bearing(&self.key);
        let members = program.ask("{ members { totalCount } }", json!({})).await;
        assert_eq!(members["members"]["totalCount"], 4, "the API key is good");
        let token = self.owner.client.token.as_deref().expect("a session");
        let owner = server.anonymous.bearing(token);
        let before = owner.ask("{ tasks { totalCount } }", json!({})).await;
        file(&owner, "Once", "file-once").await;
        let same = owner.ask("{ tasks { totalCount } }", json!({})).await;
        assert_eq!(before, same, "the idempotency key is known");
        let owner = self.owner.back(server).await;
        let heads = Person { email: "dora.head@example.org".to_owned(), ..owner.clone() };
        let heads = heads.back(server).await;
        let votes = heads.votes().await;
        let run = votes.first().expect("a vote")["run"]["id"].as_str().expect("a run").to_owned();
        heads.decide(&run, "approval", "REJECT").await;
        assert_eq!(owner.state_of(&run).await, ("COMPLETED".into(), json!("rejected")));
        let again = json!({
            "email": owner.email, "password": PASSWORD, "name": "Another",
            "organizationName": "Another's",
        });
        let refused = server.anonymous.try_run("register", "session { accessToken }", again).await;
        assert_eq!(refused["session"], Value::Null, "the address is taken: {refused}");
    }
}

async fn file(client: &Client, title: &str, key: &str) -> Value {
    let input = json!({ "title": title, "idempotencyKey": key });
    client.run("createTask", "task { id }", input).await["task"]["id"].clone()
}
