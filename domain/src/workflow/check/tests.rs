//! What publishing refuses and warns of, beyond ways, joins and single expressions.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::FaultCode;
use crate::workflow::Compiled;

/// A task with these fields besides, then an end.
fn work(fields: Value) -> Value {
    let mut step = json!({
        "key": "work", "type": "task", "assign": {"role": "clerk"}, "next": [{"to": "done"}]
    });
    merge(&mut step, fields);
    definition(step)
}

fn approval(level: Value) -> Value {
    let mut rule = json!({"approvers": [{"role": "head"}]});
    merge(&mut rule, level);
    definition(
        json!({"key": "work", "type": "approval", "levels": [rule], "next": [{"to": "done"}]}),
    )
}

#[expect(clippy::needless_pass_by_value, reason = "tests write the JSON in the call")]
fn definition(step: Value) -> Value {
    let variables = json!({"type": "object", "properties": {
        "n": {"type": "integer"}, "text": {"type": "string"},
        "who": {"type": "string", "x-personal": true}
    }});
    let done = json!({"key": "done", "type": "end", "outcome": "done"});
    json!({"code": "A", "name": "A", "variables": variables, "start": "work", "steps": [step, done]})
}

fn merge(into: &mut Value, fields: Value) {
    let (Value::Object(into), Value::Object(fields)) = (into, fields) else { panic!("objects") };
    into.extend(fields);
}

fn found(definition: &Value) -> Vec<(String, FaultCode)> {
    let faults = Compiled::new(definition).err().unwrap_or_default();
    faults.into_iter().map(|fault| (fault.path, fault.code)).collect()
}

fn at(path: &str, code: FaultCode) -> Vec<(String, FaultCode)> {
    vec![(path.to_owned(), code)]
}

#[test]
fn what_is_not_carried_out_is_refused_where_it_stands() {
    let unsupported = |path: &str| at(path, FaultCode::Unsupported);
    let calendar = json!({"timeZone": "UTC", "hours": [{"days": ["mon"], "from": "09:00:00", "to": "17:00:00"}]});
    for (definition, path) in [
        (
            work(json!({"assign": {"role": "clerk", "strategy": "round_robin"}})),
            "/steps/0/assign/strategy",
        ),
        (work(json!({"sla": {"due": "P1D", "calendar": calendar}})), "/steps/0/sla/calendar"),
        (work(json!({"sla": {"pauseWhileBlocked": true}})), "/steps/0/sla/pauseWhileBlocked"),
        (approval(json!({"quorum": {"percent": 50}})), "/steps/0/levels/0/quorum/percent"),
        (
            approval(json!({"quorum": {"groups": [{"role": "head", "votes": 1}]}})),
            "/steps/0/levels/0/quorum/groups",
        ),
        (approval(json!({"signatureRequired": true})), "/steps/0/levels/0/signatureRequired"),
        (approval(json!({"exclude": ["voters"]})), "/steps/0/levels/0/exclude"),
        (approval(json!({"sla": {"due": "P1D"}})), "/steps/0/levels/0/sla"),
    ] {
        assert_eq!(found(&definition), unsupported(path));
    }
    let automation = json!({"key": "work", "type": "automation", "next": [{"to": "done"}],
        "action": {"http": {"method": "GET", "url": "https://example.com"}}});
    let sub =
        json!({"key": "work", "type": "subworkflow", "workflow": "B", "next": [{"to": "done"}]});
    for step in [automation, sub] {
        assert_eq!(found(&definition(step)), unsupported("/steps/0/type"));
    }
}

#[test]
fn personal_data_goes_only_where_it_is_sealed() {
    let leak = |name: &str| at(&format!("/steps/0/set/{name}"), FaultCode::PersonalLeak);
    assert_eq!(found(&work(json!({"set": {"text": "vars.who"}}))), leak("text"));
    assert_eq!(found(&work(json!({"set": {"n": "size(vars.who)"}}))), leak("n"));
    assert_eq!(found(&work(json!({"set": {"who": "vars.who + '!'"}}))), []);
    let wait = json!({"key": "work", "type": "wait", "wait": {"expr": "vars.who"}, "next": [{"to": "done"}]});
    assert_eq!(found(&definition(wait)), at("/steps/0/wait/expr", FaultCode::PersonalLeak));
}

#[test]
fn a_variable_that_is_set_is_declared_and_of_its_type() {
    let set = |name: &str, expression: &str| found(&work(json!({"set": {name: expression}})));
    assert_eq!(set("n", "vars.n + 1"), []);
    assert_eq!(set("text", "now"), []);
    assert_eq!(set("m", "1"), at("/steps/0/set/m", FaultCode::UnknownPath));
    assert_eq!(set("n", "'x'"), at("/steps/0/set/n", FaultCode::InvalidExpression));
}

#[test]
fn an_escalation_decides_on_an_outcome_that_the_step_has() {
    let decide =
        |outcome: &str| json!({"sla": {"escalate": [{"after": "P1D", "decide": outcome}]}});
    let refused = at("/steps/0/sla/escalate/0/decide", FaultCode::UnknownOutcome);
    assert_eq!(found(&work(decide("late"))), refused);
    let mut named = work(decide("late"));
    named["steps"][0]["outcomes"] = json!(["late"]);
    assert_eq!(found(&named), []);
    let mut asked = approval(json!({}));
    merge(&mut asked["steps"][0], decide("expired"));
    assert_eq!(found(&asked), []);
    asked["steps"][0]["sla"]["escalate"][0]["decide"] = json!("withdrawn");
    assert_eq!(found(&asked), refused);
}

#[test]
fn keys_times_and_conditions_that_contradict_each_other_are_refused() {
    let mut twice = work(json!({}));
    twice["steps"][1]["key"] = json!("work");
    assert!(found(&twice).contains(&("/steps/1/key".to_owned(), FaultCode::Duplicate)));
    let late = work(json!({"sla": {"due": "P1D", "warn": "P2D"}}));
    assert_eq!(found(&late), at("/steps/0/sla/warn", FaultCode::InvalidValue));
    let ignored = work(json!({"split": "all", "next": [{"to": "done", "when": "true"}]}));
    assert_eq!(found(&ignored), at("/steps/0/next/0/when", FaultCode::InvalidValue));
}

#[test]
fn outcomes_that_are_not_routed_and_ways_in_vain_are_warned_of() {
    let next = json!([
        {"to": "done", "when": "outcome == 'yes'"},
        {"to": "done", "when": "outcome == 'maybe'"}
    ]);
    let shadowed = json!([{"to": "done"}, {"to": "done", "when": "outcome == 'yes'"}]);
    let warned = |next: Value| -> Vec<(String, FaultCode)> {
        let definition = work(json!({"outcomes": ["yes", "no"], "next": next}));
        let compiled = Compiled::new(&definition).unwrap_or_else(|faults| panic!("{faults:#?}"));
        let held = BTreeSet::from(["clerk".parse().unwrap()]);
        compiled.warnings(&held).into_iter().map(|fault| (fault.path, fault.code)).collect()
    };
    assert_eq!(
        warned(next),
        [
            ("/steps/0/next/1/when".to_owned(), FaultCode::UnknownOutcome),
            ("/steps/0/next".to_owned(), FaultCode::UnroutedOutcome),
        ]
    );
    assert_eq!(warned(shadowed), at("/steps/0/next/1", FaultCode::UnreachableTransition));
}
