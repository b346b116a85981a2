//! What every expression names, does and costs, and where its value goes.

use super::super::Expression;
use super::super::definition::{Definition, Step};
use super::super::expression::{self, Expected, Scope, Target};
use super::super::read::Faults;
use super::places::{Placed, expressions, steps};
use crate::fault::child;
use crate::{Fault, FaultCode};

pub(super) fn check(definition: &Definition, faults: &Faults) {
    for (path, step) in steps(definition) {
        for placed in expressions(step, &path) {
            in_place(definition, step, &placed, faults);
        }
        for (name, expression) in &step.set {
            assignment(
                definition,
                step,
                name,
                expression,
                &child(&format!("{path}/set"), name),
                faults,
            );
        }
    }
}

fn in_place(definition: &Definition, step: &Step, placed: &Placed<'_>, faults: &Faults) {
    let scope = Scope { definition, done: placed.done.then_some(step) };
    let findings = expression::check(placed.expression, scope, placed.expected);
    // A date can give a person away, and the end of a pause stands in the log as it is.
    if placed.expected == Expected::Time && findings.personal {
        faults.push(Fault::of(
            FaultCode::PersonalLeak,
            placed.path.as_str(),
            "works a time out from personal data, which would stand unsealed in the event log",
        ));
    }
    report(findings.problems, &placed.path, faults);
}

fn assignment(
    definition: &Definition,
    step: &Step,
    name: &str,
    expression: &Expression,
    path: &str,
    faults: &Faults,
) {
    let scope = Scope { definition, done: Some(step) };
    let findings = expression::check(expression, scope, Expected::Value);
    match scope.variable(name) {
        None => faults.push(Fault::of(
            FaultCode::UnknownPath,
            path,
            format!("sets a variable that is not declared: declare `{name}` in `variables`"),
        )),
        Some(target) => into_variable(&target, &findings, path, faults),
    }
    report(findings.problems, path, faults);
}

fn into_variable(target: &Target, findings: &expression::Findings, path: &str, faults: &Faults) {
    if findings.personal && !target.personal {
        faults.push(Fault::of(
            FaultCode::PersonalLeak,
            path,
            "puts personal data into a variable that is not: mark the variable as x-personal",
        ));
    }
    if let Some(mismatch) = findings.mismatch(target) {
        faults.push(Fault::of(FaultCode::InvalidExpression, path, mismatch));
    }
}

fn report(problems: Vec<(FaultCode, String)>, path: &str, faults: &Faults) {
    for (code, message) in problems {
        faults.push(Fault::of(code, path, message));
    }
}
