//! What expressions may say, and what they give.

use serde_json::{Value, json};

use super::{Expected, Expression, Facts, RunView, Scope, StepView, StepsView, check};
use crate::FaultCode;
use crate::fixture::at;
use crate::run::StepResult;
use crate::workflow::Compiled;
use crate::workflow::definition::Definition;

/// Steps `work` (a form with a score, a list, a personal note), `plain` (no form) and `route`.
fn compiled() -> Compiled {
    let form = json!({"type": "object", "properties": {
        "score": {"type": "integer"},
        "ratio": {"type": "number"},
        "note": {"type": "string", "x-personal": true},
        "items": {"type": "array", "maxItems": 10, "items": {"$ref": "#/$defs/item"}},
        "open": {"type": "object"}
    }, "$defs": {"item": {"type": "object", "properties": {"cost": {"type": "integer"}}}}});
    let variables = json!({"type": "object", "properties": {
        "n": {"type": "integer"},
        "ratio": {"type": "number"},
        "text": {"type": "string"},
        "flag": {"type": "boolean"},
        "any": {},
        "who": {"type": "string", "x-personal": true},
        "list": {"type": "array", "items": {"type": "integer"}},
        "short": {"type": "array", "maxItems": 100, "items": {"type": "integer"}},
        "either": {"anyOf": [{"properties": {"a": {"type": "integer"}}}, {"properties": {"b": {"type": "integer"}}}]}
    }});
    let definition = json!({"code": "A", "name": "A", "variables": variables, "start": "work", "steps": [
        {"key": "work", "type": "task", "assign": {"role": "clerk"}, "outcomes": ["yes", "no"], "form": form,
         "next": [{"to": "plain"}]},
        {"key": "plain", "type": "task", "assign": {"role": "clerk"}, "next": [{"to": "route"}]},
        {"key": "route", "type": "decision", "next": [{"to": "done"}]},
        {"key": "done", "type": "end", "outcome": "done"}
    ]});
    Compiled::new(&definition).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

fn parse(source: &str) -> Expression {
    Expression::parse(source).unwrap_or_else(|error| panic!("{source}: {error}"))
}

fn problems(source: &str, done: &str, expected: Expected) -> Vec<(FaultCode, String)> {
    let compiled = compiled();
    let definition: &Definition = compiled.definition();
    let scope = Scope { definition, done: compiled.step(done) };
    check(&parse(source), scope, expected).problems
}

fn codes(source: &str) -> Vec<FaultCode> {
    problems(source, "work", Expected::Value).into_iter().map(|(code, _)| code).collect()
}

#[test]
fn everything_that_is_declared_can_be_named() {
    for source in [
        "vars.n > 1 && vars['n'] < 9",
        "run.id + run.code + run.startedBy",
        "run.startedAt < now && run.version > 1",
        "subject.entityType == 'x' && subject.entityId == 'y'",
        "outcome == 'yes' && data.score > 1",
        "steps.work.outcome == 'no' && steps.work.data.score == 1 && steps.route.attempts > 1",
        "steps['plain'].attempts > 1",
        "data.items[0].cost > 1 && data.items.exists(i, i.cost > 1)",
        "has(vars.n) && has(data.note)",
        "data.open.whatever.there == 1 && vars.any.thing == 2",
        "vars.either.a + vars.either.b",
        "size(vars.text) > 1 && vars.text.startsWith('a') && vars.text.matches('^[a-z]+$')",
        "now - run.startedAt > duration('1h')",
        "double(vars.ratio) * 1.5 > 2.0",
        "vars.short.map(x, x * 2).filter(x, x > 2).size() > 1",
        "[1, 2].exists(x, [3, 4].exists(y, x == y))",
        "vars.flag ? 1 : 2",
        "vars.text in ['a', 'b']",
        "vars.any == null",
    ] {
        assert_eq!(codes(source), [], "{source}");
    }
}

#[test]
fn what_is_declared_nowhere_is_named() {
    for source in [
        "vars.m",
        "vars.n.deep",
        "variables.n",
        "data.scores",
        "data.items[0].price",
        "data.items.exists(i, i.price > 1)",
        "steps.gone.outcome",
        "steps.work.result",
        "steps.plain.data.score",
        "steps[vars.text].outcome",
        "run.name",
        "run[vars.text]",
        "subject.name",
        "outcome.length",
        "int",
        "has(vars.m)",
    ] {
        assert_eq!(codes(source), [FaultCode::UnknownPath], "{source}");
    }
}

#[test]
fn a_result_is_there_only_once_the_step_is_done() {
    for (done, source) in
        [("route", "outcome"), ("route", "data"), ("", "outcome"), ("", "data.score")]
    {
        let codes: Vec<_> =
            problems(source, done, Expected::Value).into_iter().map(|(code, _)| code).collect();
        assert_eq!(codes, [FaultCode::UnknownPath], "{done} {source}");
    }
}

#[test]
fn functions_are_those_of_a_list() {
    for source in [
        "fetch('http://x')",
        "vars.text.upperAscii()",
        "optional.of(1).hasValue()",
        "vars.?n",
        "base64.encode(b'x')",
        "Message{a: 1}",
        "type(vars.n)",
        "dyn(vars.n)",
        "bytes('x')",
    ] {
        assert!(
            codes(source).contains(&FaultCode::UnknownFunction),
            "{source}: {:?}",
            codes(source)
        );
    }
}

#[test]
fn foreseeable_type_errors_are_named() {
    for source in [
        "vars.n == 'x'",
        "vars.text > 1",
        "vars.text < now",
        "vars.n && true",
        "!vars.text",
        "vars.n ? 1 : 2",
        "vars.ratio * 2.0",
        "vars.n * 1.5",
        "vars.n + vars.text",
        "vars.text.matches(vars.text)",
        "vars.short.exists(vars, vars > 1)",
    ] {
        assert_eq!(codes(source), [FaultCode::InvalidExpression], "{source}");
    }
}

#[test]
fn each_place_takes_its_kind_of_value() {
    for (source, expected) in [
        ("vars.n", Expected::Condition),
        ("'yes'", Expected::Condition),
        ("vars.n", Expected::Ids),
        ("vars.n", Expected::Time),
        ("vars.text", Expected::List),
    ] {
        let codes: Vec<_> =
            problems(source, "work", expected).into_iter().map(|(code, _)| code).collect();
        assert_eq!(codes, [FaultCode::InvalidExpression], "{source} as {expected:?}");
    }
    for (source, expected) in [
        ("vars.flag", Expected::Condition),
        ("vars.any", Expected::Condition),
        ("[run.startedBy]", Expected::Ids),
        ("vars.text", Expected::Ids),
        ("now", Expected::Time),
        ("vars.text", Expected::Time),
        ("vars.list", Expected::List),
    ] {
        assert_eq!(problems(source, "work", expected), [], "{source} as {expected:?}");
    }
}

#[test]
fn cost_is_bounded() {
    let long_list = format!("[{}]", vec!["1"; 101].join(","));
    let hundred = format!("[{}]", vec!["1"; 100].join(","));
    let wide = vec![hundred; 11].join(" + ");
    for source in [
        "vars.list.exists(x, x > 1)",
        "vars.any.all(x, x > 1)",
        "vars.short.all(a, vars.short.all(b, vars.short.all(c, a == b)))",
        "vars.short.map(a, vars.short.map(b, a + b + a + b + a + b))",
        long_list.as_str(),
        wide.as_str(),
    ] {
        assert!(codes(source).contains(&FaultCode::TooCostly), "{source}: {:?}", codes(source));
    }
}

#[test]
fn what_does_not_parse_is_refused_and_never_a_crash() {
    let deep = format!("{}1{}", "(".repeat(900), ")".repeat(900));
    for source in
        ["", "1 +", "vars.", "'open", "a b", "\u{0}", "has(1)", "[1,2].exists(1, true)", &deep]
    {
        assert!(Expression::parse(source).is_err(), "{source}");
    }
}

#[test]
fn personal_data_is_told_from_the_rest() {
    let compiled = compiled();
    let scope = Scope { definition: compiled.definition(), done: compiled.step("work") };
    let personal = |source: &str| check(&parse(source), scope, Expected::Value).personal;
    for source in
        ["vars.who", "data", "data.note + 'x'", "[vars.who]", "size(data.note)", "steps.work.data"]
    {
        assert!(personal(source), "{source}");
    }
    for source in ["vars.n", "data.score", "vars.who == 'Ada'", "has(data.note)", "outcome"] {
        assert!(!personal(source), "{source}");
    }
}

struct Nothing;

impl StepsView for Nothing {
    fn step(&self, _: &str) -> StepView<'_> {
        StepView::default()
    }
}

fn with_facts<T>(vars: &Value, outcome: Option<&str>, then: impl FnOnce(&Facts<'_>) -> T) -> T {
    let Value::Object(vars) = vars else { panic!("an object") };
    let result = StepResult { outcome: outcome.map(str::to_owned), data: json!({}) };
    let run = RunView {
        id: crate::RunId::default(),
        code: "A",
        version: 1,
        started_by: None,
        started_at: at(0),
    };
    then(&Facts { vars, run, subject: None, result: Some(&result), steps: &Nothing, now: at(1) })
}

/// The short cut for `outcome == '…'` decides as CEL does.
#[test]
fn the_short_cut_for_outcomes_agrees_with_cel() {
    for literal in ["yes", "no", "", "Yes", "ä", "it's"] {
        let quoted = format!("\"{literal}\"");
        for source in [format!("outcome == {quoted}"), format!("{quoted} == outcome")] {
            let short = parse(&source);
            assert_eq!(short.outcome_test(), Some(literal), "{source}");
            // The same condition in a form that the short cut does not know.
            let long = parse(&format!("({source}) && true"));
            assert_eq!(long.outcome_test(), None);
            for outcome in
                [None, Some("yes"), Some("no"), Some(""), Some("Yes"), Some("ä"), Some("it's")]
            {
                with_facts(&json!({}), outcome, |facts| {
                    assert_eq!(short.holds(facts), long.holds(facts), "{source} of {outcome:?}");
                });
            }
        }
    }
}

#[test]
fn numbers_of_json_are_those_of_cel() {
    let vars =
        json!({"whole": 5, "fraction": 2.5, "negative": -3, "large": 9_007_199_254_740_992_u64});
    for (source, value) in [
        ("vars.whole + vars.negative", json!(2)),
        ("vars.whole / 2", json!(2)),
        ("double(vars.whole) * vars.fraction", json!(12.5)),
        ("vars.fraction > 2 && vars.whole >= 5.0", json!(true)),
        ("vars.large", json!(9_007_199_254_740_992_u64)),
        ("{'a': [vars.whole], 'b': null}", json!({"a": [5], "b": null})),
    ] {
        with_facts(&vars, None, |facts| {
            assert_eq!(parse(source).json(facts), Ok(value), "{source}");
        });
    }
    with_facts(&vars, None, |facts| {
        let error = parse("vars.large + 1").json(facts).unwrap_err();
        assert_eq!(error.to_string(), "`vars.large + 1` gives a whole number beyond 2^53");
    });
}

#[test]
fn what_is_not_there_reads_as_nothing_or_can_be_asked_for() {
    with_facts(&json!({}), None, |facts| {
        for source in [
            "outcome == null",
            "!has(vars.n)",
            "!has(data.score)",
            "!has(subject.entityId)",
            "steps.work.attempts == 0 && steps.work.outcome == null",
            "run.startedBy == null",
        ] {
            assert_eq!(parse(source).holds(facts), Ok(true), "{source}");
        }
    });
}

#[test]
fn times_are_read_as_rfc_3339_or_as_dates() {
    with_facts(&json!({}), None, |facts| {
        assert_eq!(parse("now").time(facts), Ok(at(1)));
        assert_eq!(parse("'1970-01-01T03:00:00+02:00'").time(facts), Ok(at(1)));
        assert_eq!(parse("'1970-01-02'").time(facts), Ok(at(24)));
        assert!(parse("'tomorrow'").time(facts).is_err());
        assert!(parse("1").time(facts).is_err());
    });
}

#[test]
fn one_id_is_a_list_of_one() {
    with_facts(&json!({}), None, |facts| {
        assert_eq!(parse("'a'").texts(facts), Ok(vec!["a".to_owned()]));
        assert_eq!(parse("['a', 'b']").texts(facts), Ok(vec!["a".to_owned(), "b".to_owned()]));
        assert!(parse("[1]").texts(facts).is_err());
        assert!(parse("null").texts(facts).is_err());
    });
}

#[test]
fn nothing_but_what_is_named_is_prepared() {
    let needs = parse("vars.n > 1 && steps.work.data.score > 1 && has(steps.plain.outcome)").needs;
    assert_eq!(*needs.roots, ["vars"]);
    assert_eq!(needs.steps.iter().collect::<Vec<_>>(), ["plain", "work"]);
}

#[test]
fn the_deepest_expression_that_is_accepted_can_be_evaluated() {
    let deep = format!("{}1{} == 41", "(1 + ".repeat(40), ")".repeat(40));
    with_facts(&json!({}), None, |facts| assert_eq!(parse(&deep).holds(facts), Ok(true)));
    let error = Expression::parse(&"(".repeat(200)).unwrap_err();
    assert_eq!(error, "column 97: nested too deep");
}
