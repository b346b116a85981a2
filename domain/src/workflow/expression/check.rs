//! Checking an expression before anything runs: names, functions, foreseeable type errors, cost.

use cel::common::ast::{ComprehensionExpr, Expr, IdedExpr, LiteralValue, operators};

use super::cost::Cost;
use super::needs::ROOTS;
use super::scope::{Problem, Scope, Target};
use super::shape::{Kind, Shape, is_personal};
use super::{Expression, ast, calls};
use crate::FaultCode;
use crate::workflow::limits::{
    COMPREHENSION_MAX_DEPTH, EXPRESSION_MAX_COST, EXPRESSION_MAX_NODES, LITERAL_MAX_ITEMS,
};

/// What the place of an expression takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::workflow) enum Expected {
    /// True or false.
    Condition,
    /// An id or a list of ids.
    Ids,
    /// A point in time.
    Time,
    /// A list.
    List,
    /// Anything.
    Value,
}

/// What checking an expression finds.
#[derive(Debug, Default)]
pub(in crate::workflow) struct Findings {
    /// What is wrong with it.
    pub(in crate::workflow) problems: Vec<Problem>,
    /// Whether its value may give personal data away.
    pub(in crate::workflow) personal: bool,
    /// The kind of its value, as far as that is known.
    kind: Option<Kind>,
}

impl Findings {
    /// Why its value cannot be that of `target`; `None` where it may well be.
    pub(in crate::workflow) fn mismatch(&self, target: &Target) -> Option<String> {
        let (from, to) = (self.kind?, target.kind?);
        let text = if from == Kind::Time { Kind::Text } else { from };
        let fits = text == to || (text.is_numeric() && to.is_numeric());
        (!fits).then(|| format!("gives {}, and the variable is {}", from.name(), to.name()))
    }
}

/// Checks `expression` at its place.
pub(in crate::workflow) fn check(
    expression: &Expression,
    scope: Scope<'_>,
    expected: Expected,
) -> Findings {
    let Some(root) = expression.root() else { return Findings::default() };
    let mut checker = Checker { scope, bound: Vec::new(), findings: Findings::default() };
    let (shape, cost) = checker.used(root);
    checker.bounded(cost);
    checker.expected(&shape, expected);
    // Whether something holds is told by the way that a run takes anyhow.
    checker.findings.kind = shape.kind();
    checker.findings.personal &= shape.kind() != Some(Kind::Bool);
    checker.findings.problems.dedup();
    checker.findings
}

pub(super) struct Checker<'a> {
    scope: Scope<'a>,
    /// The names that the comprehensions around bind, innermost last.
    bound: Vec<(String, Shape<'a>)>,
    findings: Findings,
}

impl<'a> Checker<'a> {
    /// A value that is used as it is, not only looked into.
    fn used(&mut self, expr: &IdedExpr) -> (Shape<'a>, Cost) {
        let (shape, cost) = self.infer(expr);
        if let Shape::Schema { schema, root } = shape {
            self.findings.personal |= is_personal(schema, root);
        }
        (shape, cost)
    }

    fn infer(&mut self, expr: &IdedExpr) -> (Shape<'a>, Cost) {
        if let Some((operand, name)) = ast::member(expr) {
            return self.member(expr, operand, name);
        }
        match &expr.expr {
            Expr::Ident(name) => (self.name(name), Cost::ONE),
            Expr::Literal(literal) => (Shape::Of(literal_kind(literal)), Cost::ONE),
            Expr::Call(call) => {
                let parts = call.target.iter().map(|target| &**target).chain(&call.args);
                self.call(&call.func_name, &parts.collect::<Vec<_>>())
            }
            Expr::List(list) => self.list(&list.elements),
            Expr::Map(map) => {
                self.limit_items(map.entries.len());
                (Shape::Of(Kind::Map), self.parts(expr))
            }
            Expr::Comprehension(comprehension) => self.comprehension(comprehension),
            Expr::Select(_) | Expr::Struct(_) | Expr::Unspecified => {
                self.report(
                    FaultCode::UnknownFunction,
                    "makes a message type, which does not exist here",
                );
                (Shape::Any, self.parts(expr))
            }
        }
    }

    fn name(&mut self, name: &str) -> Shape<'a> {
        let bound = self.bound.iter().rev().find(|(bound, _)| bound == name);
        if let Some((_, shape)) = bound {
            return shape.clone();
        }
        let root = self.scope.root(name);
        self.reported(root)
    }

    fn member(&mut self, expr: &IdedExpr, operand: &IdedExpr, name: &str) -> (Shape<'a>, Cost) {
        let (of, cost) = self.infer(operand);
        let member = self.scope.member(&of, name, &path(expr));
        let shape = self.reported(member);
        let is_test = matches!(&expr.expr, Expr::Select(select) if select.test);
        (if is_test { Shape::Of(Kind::Bool) } else { shape }, cost.plus(Cost::ONE))
    }

    fn call(&mut self, function: &str, parts: &[&IdedExpr]) -> (Shape<'a>, Cost) {
        let mut cost = Cost::ONE;
        let mut shapes = Vec::with_capacity(parts.len());
        for part in parts {
            let (shape, part_cost) =
                if function == operators::INDEX { self.infer(part) } else { self.used(part) };
            cost = cost.plus(part_cost);
            shapes.push(shape);
        }
        let kinds: Vec<_> = shapes.iter().map(Shape::kind).collect();
        if let Some(mistake) = calls::mistake(function, &kinds) {
            self.report(FaultCode::InvalidExpression, mistake);
        }
        match (function, shapes.first()) {
            (operators::INDEX, Some(list)) => (self.index(&list.clone()), cost),
            ("matches", _) => {
                if parts.last().is_none_or(|pattern| ast::text(pattern).is_none()) {
                    self.report(
                        FaultCode::InvalidExpression,
                        "matches a pattern that is not written out",
                    );
                }
                (Shape::Of(Kind::Bool), cost.plus(Cost::of(calls::MATCH_COST)))
            }
            _ => (self.known(function, &kinds), cost),
        }
    }

    fn known(&mut self, function: &str, kinds: &[Option<Kind>]) -> Shape<'a> {
        if let Ok(kind) = calls::result(function, kinds) {
            return kind.map_or(Shape::Any, Shape::Of);
        }
        self.report(
            FaultCode::UnknownFunction,
            format!("calls `{function}`, which does not exist here"),
        );
        Shape::Any
    }

    /// `list[i]`, where `i` is worked out at run time.
    fn index(&mut self, of: &Shape<'a>) -> Shape<'a> {
        if let Shape::Steps | Shape::Step(_) | Shape::Fields(_) = of {
            self.report(
                FaultCode::UnknownPath,
                "looks a name up that is worked out: write the name itself",
            );
        }
        if let Shape::Schema { schema, root } = of {
            self.findings.personal |= is_personal(schema, root);
        }
        if of.kind() == Some(Kind::List) { of.items().0 } else { Shape::Any }
    }

    fn list(&mut self, elements: &[IdedExpr]) -> (Shape<'a>, Cost) {
        self.limit_items(elements.len());
        let (mut cost, mut items) = (Cost::ONE, Vec::with_capacity(elements.len()));
        for element in elements {
            let (shape, part_cost) = self.used(element);
            cost = cost.plus(part_cost);
            items.push(shape);
        }
        let kind = items.first().and_then(Shape::kind);
        let kind = kind.filter(|kind| items.iter().all(|item| item.kind() == Some(*kind)));
        let item = Box::new(kind.map_or(Shape::Any, Shape::Of));
        (Shape::List { item, max: u64::try_from(elements.len()).ok() }, cost)
    }

    fn comprehension(&mut self, comprehension: &ComprehensionExpr) -> (Shape<'a>, Cost) {
        let depth = self.bound.iter().filter(|(name, _)| name == &comprehension.accu_var).count();
        if depth >= COMPREHENSION_MAX_DEPTH {
            let message =
                format!("nests all, exists, map or filter deeper than {COMPREHENSION_MAX_DEPTH}");
            self.report(FaultCode::TooCostly, message);
            return (Shape::Any, Cost::ONE);
        }
        let (range, range_cost) = self.used(&comprehension.iter_range);
        let (item, max) = range.items();
        let max = max.unwrap_or_else(|| {
            let message = "goes through a list of any length: give its schema `maxItems`";
            self.report(FaultCode::TooCostly, message);
            0
        });
        let (init, init_cost) = self.used(&comprehension.accu_init);
        let builds = init.kind() == Some(Kind::List);
        let gathered =
            if builds { Shape::List { item: Box::new(Shape::Any), max: Some(max) } } else { init };
        let outer = self.bound.len();
        self.bind(&comprehension.iter_var, item);
        comprehension.iter_var2.iter().for_each(|name| self.bind(name, Shape::Any));
        self.bound.push((comprehension.accu_var.clone(), gathered));
        let (_, cond) = self.used(&comprehension.loop_cond);
        let (_, step) = self.used(&comprehension.loop_step);
        let (shape, result) = self.used(&comprehension.result);
        self.bound.truncate(outer);
        let rounds = cond.plus(step).times(max, builds);
        (shape, range_cost.plus(init_cost).plus(rounds).plus(result))
    }

    fn bind(&mut self, name: &str, shape: Shape<'a>) {
        if ROOTS.contains(&name) {
            let message =
                format!("binds `{name}`, which has a meaning already: choose another name");
            self.report(FaultCode::InvalidExpression, message);
        }
        self.bound.push((name.to_owned(), shape));
    }

    fn parts(&mut self, expr: &IdedExpr) -> Cost {
        let mut parts = Vec::new();
        ast::children(expr, &mut |part| parts.push(part));
        parts.into_iter().fold(Cost::ONE, |cost, part| cost.plus(self.used(part).1))
    }

    fn limit_items(&mut self, items: usize) {
        if items > LITERAL_MAX_ITEMS {
            let message = format!("writes out more than {LITERAL_MAX_ITEMS} items");
            self.report(FaultCode::TooCostly, message);
        }
    }

    fn bounded(&mut self, cost: Cost) {
        if cost.nodes > EXPRESSION_MAX_NODES {
            let message = format!("is longer than {EXPRESSION_MAX_NODES} nodes");
            self.report(FaultCode::TooCostly, message);
        }
        if cost.steps > EXPRESSION_MAX_COST {
            let message = format!(
                "could take {} steps, more than {EXPRESSION_MAX_COST}: lower `maxItems` of its lists",
                cost.steps
            );
            self.report(FaultCode::TooCostly, message);
        }
    }

    fn expected(&mut self, shape: &Shape<'_>, expected: Expected) {
        let takes: (&[Kind], &str) = match expected {
            Expected::Condition => (&[Kind::Bool], "true or false"),
            Expected::Ids => (&[Kind::Text, Kind::List], "an id or a list of ids"),
            Expected::Time => (&[Kind::Time, Kind::Text], "a point in time"),
            Expected::List => (&[Kind::List], "a list"),
            Expected::Value => return,
        };
        if let Some(kind) = shape.kind().filter(|kind| !takes.0.contains(kind)) {
            let message = format!("gives {}, where it must give {}", kind.name(), takes.1);
            self.report(FaultCode::InvalidExpression, message);
        }
    }

    fn reported(&mut self, shape: Result<Shape<'a>, Problem>) -> Shape<'a> {
        shape.unwrap_or_else(|problem| {
            self.findings.problems.push(problem);
            Shape::Any
        })
    }

    fn report(&mut self, code: FaultCode, message: impl Into<String>) {
        self.findings.problems.push((code, message.into()));
    }
}

fn literal_kind(literal: &LiteralValue) -> Kind {
    match literal {
        LiteralValue::Boolean(_) => Kind::Bool,
        LiteralValue::Double(_) => Kind::Double,
        LiteralValue::Int(_) | LiteralValue::UInt(_) => Kind::Int,
        LiteralValue::Null => Kind::Null,
        LiteralValue::String(_) | LiteralValue::Bytes(_) => Kind::Text,
    }
}

/// A path as its author wrote it, for messages.
fn path(expr: &IdedExpr) -> String {
    match (ast::member(expr), ast::ident(expr)) {
        (Some((operand, name)), _) => format!("{}.{name}", path(operand)),
        (None, Some(name)) => name.to_owned(),
        (None, None) => "…".to_owned(),
    }
}
