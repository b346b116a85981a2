//! Whatever is put into whatever place: an answer, never a fault of the server's own.

use serde_json::{Map, Value, json};

use crate::schema::{Samples, Schema, Slot, put};
use crate::support::{Person, Reply, Server, eventually, on_each_store};

/// The mutation after which the others would be asked by nobody.
const ENDS_THE_SESSION: &str = "logout";
/// What only the server itself can be to blame for.
const OWN_FAULTS: [&str; 4] = ["INTERNAL", "UNAVAILABLE", "OUTCOME_UNKNOWN", "TIMED_OUT"];

#[tokio::test]
async fn api_1_no_value_in_any_place_is_more_than_the_server_can_answer() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let schema = Schema::of(&owner.client).await;
        let samples = Samples::default();
        for parent in ["Query", "Mutation"] {
            let fields = schema.roots(parent).iter();
            for field in fields.filter(|field| field.name != ENDS_THE_SESSION) {
                for (path, slot) in schema.places(field) {
                    for value in hostile(slot) {
                        let mut given = samples.arguments(&schema, field);
                        put(&mut given, &path, value.clone());
                        let asked = format!("{parent}.{}({})", field.name, path.join("."));
                        let reply = send(&owner, &schema, parent, &field.name, given).await;
                        sane(&reply, &format!("{asked}: {value:.60}"));
                    }
                }
            }
        }
        reads_on(&owner).await;
    })
    .await;
}

async fn send(
    by: &Person,
    schema: &Schema,
    parent: &str,
    field: &str,
    given: Map<String, Value>,
) -> Reply {
    let document = schema.document(parent, field, &given);
    by.client.send(&document, Value::Object(given)).await
}

fn sane(reply: &Reply, asked: &str) {
    assert!(!reply.status.is_server_error(), "{asked}: {:#}", reply.body);
    let errors = reply.body["errors"].as_array().map_or(&[][..], Vec::as_slice);
    for error in errors {
        let code = error["extensions"]["code"].as_str().expect("a code");
        assert!(!OWN_FAULTS.contains(&code), "{asked}: {error:#}");
    }
}

/// Values that are right for some programs and wrong for others.
fn hostile(slot: &Slot) -> Vec<Value> {
    let values = match slot.of.name.as_str() {
        "String" | "ID" => vec![
            json!(""),
            json!("\0"),
            json!("%_\\'\";-- \u{202e}\u{1f4a3}\u{7f}\u{1}"),
            json!("x".repeat(100_000)),
        ],
        "Int" => vec![json!(-1), json!(0), json!(i32::MAX), json!(9_007_199_254_740_993_u64)],
        "DateTime" => vec![
            json!("0000-01-01T00:00:00Z"),
            json!("9999-12-31T23:59:59.999999999Z"),
            json!("2026-02-30T00:00:00Z"),
        ],
        "Position" => {
            vec![json!("-1"), json!("99999999999999999999"), json!("18446744073709551615")]
        }
        "JSON" => vec![
            json!(null),
            json!([[[[]]]]),
            json!({ "code": 1, "": {}, "\u{1}": [0.1, -0.0, u64::MAX] }),
            json!({ "x": "y".repeat(300_000) }),
        ],
        _ => vec![json!(null), json!("SOMETHING"), json!([{}])],
    };
    let listed = |value: &Value| json!([value.clone(), value.clone()]);
    if slot.of.list { values.iter().map(listed).collect() } else { values }
}

/// That the read models have survived whatever was recorded.
async fn reads_on(owner: &Person) {
    let query = "{ system { projections { name lag state error } } }";
    let caught_up = async || {
        let told = owner.client.ask(query, json!({})).await;
        let projections = told["system"]["projections"].as_array().expect("a list").clone();
        assert!(projections.iter().all(|found| found["error"].is_null()), "{projections:#?}");
        projections.iter().all(|found| found["lag"] == 0).then_some(())
    };
    eventually("the read models show all of it", caught_up).await;
}
