//! How many connections to PostgreSQL a server may have.

use serde_json::{Value, json};

use super::program::{docket, run};
use crate::support::Store;

#[tokio::test]
async fn ops_3_numbers_of_connections_are_configured_and_bounded() {
    let store = Store::sqlite();
    for (value, words) in
        [("1", "from 2 to 500"), ("501", "from 2 to 500"), ("many", "whole number")]
    {
        let refused = run(&store, &["config", "check", "--views-connections", value]).await;
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(refused.err.contains(words), "{refused:?}");
        assert!(refused.err.contains("views"), "it is named: {refused:?}");
    }
    let mut told = docket(&store, &["config", "check", "--json", "--log-connections", "40"]);
    told.env("DOCKET_IDENTITY_CONNECTIONS", "3");
    let told = told.output().await.expect("it starts");
    let told: Value = serde_json::from_slice(&told.stdout).expect("JSON");
    let text = told.to_string();
    let settings =
        [("log_connections", "40"), ("views_connections", "16"), ("identity_connections", "3")];
    for (key, value) in settings {
        let all = told["settings"].as_array().expect("a list");
        let shown = all.iter().find(|one| one["key"] == key).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(shown["value"], json!(value));
    }
}
