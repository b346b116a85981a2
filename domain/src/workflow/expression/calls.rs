//! The functions and operators that an expression may use, and the type errors that can be foreseen.

use cel::common::ast::operators as op;

use super::shape::Kind;

/// What one evaluation of a regular expression counts for: it is compiled each time.
pub(super) const MATCH_COST: u64 = 1_000;

/// A function that does not exist here.
pub(super) struct UnknownFunction;

/// What a call gives, as far as that is known.
pub(super) fn result(
    function: &str,
    arguments: &[Option<Kind>],
) -> Result<Option<Kind>, UnknownFunction> {
    let kind = match function {
        op::EQUALS
        | op::NOT_EQUALS
        | op::GREATER
        | op::GREATER_EQUALS
        | op::LESS
        | op::LESS_EQUALS
        | op::LOGICAL_AND
        | op::LOGICAL_OR
        | op::LOGICAL_NOT
        | op::IN
        | op::NOT_STRICTLY_FALSE
        | "contains"
        | "startsWith"
        | "endsWith"
        | "matches"
        | "bool" => Kind::Bool,
        op::ADD | op::SUBSTRACT => return Ok(sum(arguments)),
        op::MULTIPLY | op::DIVIDE | op::MODULO | op::NEGATE => return Ok(first_known(arguments)),
        op::CONDITIONAL => return Ok(branches(arguments)),
        op::INDEX => return Ok(None),
        "size" | "int" | "getFullYear" | "getMonth" | "getDate" | "getDayOfMonth"
        | "getDayOfWeek" | "getDayOfYear" | "getHours" | "getMinutes" | "getSeconds"
        | "getMilliseconds" => Kind::Int,
        "double" => Kind::Double,
        "string" => Kind::Text,
        "timestamp" => Kind::Time,
        "duration" => Kind::Duration,
        _ => return Err(UnknownFunction),
    };
    Ok(Some(kind))
}

/// Why a call is sure to fail at run time; `None` where it may well succeed.
pub(super) fn mistake(function: &str, arguments: &[Option<Kind>]) -> Option<String> {
    let known: Vec<Kind> = arguments.iter().copied().flatten().collect();
    match function {
        op::LOGICAL_AND | op::LOGICAL_OR | op::LOGICAL_NOT => known
            .iter()
            .find(|kind| **kind != Kind::Bool)
            .map(|kind| format!("combines {} where it must be true or false", kind.name())),
        op::CONDITIONAL => arguments
            .first()
            .copied()
            .flatten()
            .filter(|kind| *kind != Kind::Bool)
            .map(|kind| format!("chooses by {} where it must be true or false", kind.name())),
        op::EQUALS | op::NOT_EQUALS => {
            differing(&known).filter(|(a, b)| !either(Kind::Null, *a, *b)).map(compared)
        }
        op::LESS | op::LESS_EQUALS | op::GREATER | op::GREATER_EQUALS => {
            differing(&known).map(compared)
        }
        op::ADD | op::SUBSTRACT | op::MULTIPLY | op::DIVIDE | op::MODULO | op::NEGATE => {
            arithmetic(&known)
        }
        _ => None,
    }
}

/// Two kinds that never compare: numbers of whatever kind do.
fn differing(known: &[Kind]) -> Option<(Kind, Kind)> {
    let [a, b] = *known else { return None };
    (a != b && !(a.is_numeric() && b.is_numeric())).then_some((a, b))
}

fn compared((a, b): (Kind, Kind)) -> String {
    let hint = if either(Kind::Time, a, b) { ": write timestamp(…) around the text" } else { "" };
    format!("compares {} with {}{hint}", a.name(), b.name())
}

fn arithmetic(known: &[Kind]) -> Option<String> {
    if known.contains(&Kind::Number) {
        return Some(
            "calculates with a number that may be whole or not: write double(…) around it"
                .to_owned(),
        );
    }
    match *known {
        [a, b] if a != b && a.is_numeric() && b.is_numeric() => Some(
            "calculates with a whole number and a fraction: write double(…) around the whole number".to_owned(),
        ),
        [a, b] if a != b && !either(Kind::Time, a, b) && !either(Kind::Duration, a, b) => {
            Some(format!("calculates with {} and {}", a.name(), b.name()))
        }
        _ => None,
    }
}

fn either(kind: Kind, a: Kind, b: Kind) -> bool {
    a == kind || b == kind
}

/// Of times and durations: the difference of two times is a duration, with a duration it is a time.
fn sum(arguments: &[Option<Kind>]) -> Option<Kind> {
    match arguments {
        [Some(Kind::Time), Some(Kind::Time)] => Some(Kind::Duration),
        [Some(Kind::Time), _] | [_, Some(Kind::Time)] => Some(Kind::Time),
        [_, _] => first_known(arguments),
        _ => None,
    }
}

fn first_known(arguments: &[Option<Kind>]) -> Option<Kind> {
    arguments.iter().copied().flatten().next()
}

fn branches(arguments: &[Option<Kind>]) -> Option<Kind> {
    match arguments {
        [_, yes, no] if yes == no => *yes,
        _ => None,
    }
}
