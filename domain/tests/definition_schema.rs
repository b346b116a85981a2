//! The published JSON Schema of definitions says what the parser says.
#![cfg(test)]

use std::collections::BTreeSet;
use std::path::Path;

use docket_domain::workflow::Compiled;
use docket_domain::{Fault, FaultCode};
use jsonschema::Validator;
use serde_json::{Value, json};

/// What no JSON Schema can say, or what only publishing checks.
const BEYOND_THE_SCHEMA: [FaultCode; 12] = [
    FaultCode::Duplicate,
    FaultCode::Unsupported,
    FaultCode::UnknownStep,
    FaultCode::UnreachableStep,
    FaultCode::NoWayToEnd,
    FaultCode::JoinDeadlock,
    FaultCode::InvalidExpression,
    FaultCode::UnknownPath,
    FaultCode::UnknownFunction,
    FaultCode::TooCostly,
    FaultCode::PersonalLeak,
    FaultCode::UnknownOutcome,
];

fn read(file: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn published() -> Validator {
    jsonschema::draft202012::new(&read("../docs/workflow.schema.json")).expect("a JSON Schema")
}

fn documents() -> Vec<(String, Value)> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let mut files: Vec<_> = std::fs::read_dir(examples)
        .expect("the examples")
        .map(|entry| entry.expect("a file").file_name().into_string().expect("UTF-8"))
        .filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "json"))
        .map(|name| format!("../examples/{name}"))
        .collect();
    files.push("tests/definitions/every_feature.json".to_owned());
    files.into_iter().map(|file| (file.clone(), read(&file))).collect()
}

/// The faults for which the schema too must refuse a definition.
fn structural(definition: &Value) -> Vec<Fault> {
    let faults = Compiled::new(definition).err().unwrap_or_default();
    faults.into_iter().filter(|fault| !BEYOND_THE_SCHEMA.contains(&fault.code)).collect()
}

/// The paths of every value in a document.
fn places(value: &Value, path: &str, into: &mut Vec<String>) {
    into.push(path.to_owned());
    match value {
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(at, item)| places(item, &format!("{path}/{at}"), into));
        }
        Value::Object(fields) => {
            fields.iter().for_each(|(name, field)| places(field, &format!("{path}/{name}"), into));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether a path lies inside a schema or another value that is its author's own.
fn is_own(path: &str) -> bool {
    ["/variables/", "/form/", "/output/", "/body"].iter().any(|own| path.contains(own))
        || path == "/$schema"
}

/// The document with each of its values taken out or replaced by something odd, and with a field too many.
fn mutants(document: &Value) -> Vec<(String, Value)> {
    let mut paths = Vec::new();
    places(document, "", &mut paths);
    let odd = [
        json!(null),
        json!(0),
        json!(-1),
        json!(""),
        json!(" "),
        json!([]),
        json!({}),
        json!(true),
        json!("in"),
    ];
    let mut mutants = Vec::new();
    for path in paths.iter().filter(|path| !is_own(path)) {
        for value in &odd {
            let mut mutant = document.clone();
            *mutant.pointer_mut(path).expect("a place") = value.clone();
            mutants.push((format!("{path} = {value}"), mutant));
        }
        let (parent, name) = path.rsplit_once('/').unwrap_or_default();
        let mut mutant = document.clone();
        if let Some(Value::Object(fields)) = mutant.pointer_mut(parent)
            && fields.remove(name).is_some()
        {
            mutants.push((format!("{path} taken out"), mutant));
        }
        let mut mutant = document.clone();
        if let Some(Value::Object(fields)) = mutant.pointer_mut(path) {
            fields.insert("surplus".to_owned(), json!(1));
            mutants.push((format!("{path} with a field too many"), mutant));
        }
    }
    mutants
}

#[test]
fn every_example_satisfies_it() {
    let schema = published();
    for (name, document) in documents() {
        let faults: Vec<_> = schema.iter_errors(&document).map(|error| error.to_string()).collect();
        assert_eq!(faults, Vec::<String>::new(), "{name}");
        assert_eq!(structural(&document), [], "{name}");
    }
}

#[test]
fn what_the_parser_cannot_read_it_refuses_and_nothing_else() {
    let schema = published();
    let mut disagreements = BTreeSet::new();
    let mut refused = 0;
    // This one has every field that there is.
    for (name, document) in documents().into_iter().filter(|(name, _)| name.contains("every")) {
        for (mutation, mutant) in mutants(&document) {
            let faults = structural(&mutant);
            refused += usize::from(!faults.is_empty());
            if schema.is_valid(&mutant) != faults.is_empty() {
                let told = faults
                    .first()
                    .map_or("the schema alone refuses it".to_owned(), Fault::to_string);
                disagreements.insert(format!("{name} {mutation}: {told}"));
            }
        }
    }
    assert!(refused > 1_000, "only {refused} mutants are refused");
    assert!(disagreements.is_empty(), "{disagreements:#?}");
}
