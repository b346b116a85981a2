//! Reading the syntax tree.

use cel::common::ast::{EntryExpr, Expr, IdedExpr, LiteralValue, operators};

/// Calls `visit` with each direct part of `expr`.
pub(super) fn children<'e>(expr: &'e IdedExpr, visit: &mut dyn FnMut(&'e IdedExpr)) {
    match &expr.expr {
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => {}
        Expr::Call(call) => {
            call.target.iter().for_each(|target| visit(target));
            call.args.iter().for_each(visit);
        }
        Expr::Comprehension(loop_) => {
            for part in [
                &loop_.iter_range,
                &loop_.accu_init,
                &loop_.loop_cond,
                &loop_.loop_step,
                &loop_.result,
            ] {
                visit(part);
            }
        }
        Expr::List(list) => list.elements.iter().for_each(visit),
        Expr::Map(map) => map.entries.iter().for_each(|entry| entry_parts(&entry.expr, visit)),
        Expr::Struct(value) => {
            value.entries.iter().for_each(|entry| entry_parts(&entry.expr, visit));
        }
        Expr::Select(select) => visit(&select.operand),
    }
}

fn entry_parts<'e>(entry: &'e EntryExpr, visit: &mut dyn FnMut(&'e IdedExpr)) {
    match entry {
        EntryExpr::StructField(field) => visit(&field.value),
        EntryExpr::MapEntry(entry) => {
            visit(&entry.key);
            visit(&entry.value);
        }
    }
}

/// How deep the tree is.
pub(super) fn depth(expr: &IdedExpr) -> usize {
    let mut deepest = 0;
    children(expr, &mut |part| deepest = deepest.max(depth(part)));
    deepest.saturating_add(1)
}

/// The text of a string literal.
pub(super) fn text(expr: &IdedExpr) -> Option<&str> {
    match &expr.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner()),
        _ => None,
    }
}

/// The name, where the whole of `expr` is a name.
pub(super) fn ident(expr: &IdedExpr) -> Option<&str> {
    if let Expr::Ident(name) = &expr.expr { Some(name) } else { None }
}

/// The operand and the member, where `expr` is `operand.member` or `operand['member']`.
pub(super) fn member(expr: &IdedExpr) -> Option<(&IdedExpr, &str)> {
    match &expr.expr {
        Expr::Select(select) => Some((&select.operand, &select.field)),
        Expr::Call(call) if call.func_name == operators::INDEX => match call.args.as_slice() {
            [operand, index] => text(index).map(|index| (operand, index)),
            _ => None,
        },
        _ => None,
    }
}

/// The text, where the whole of `expr` is `outcome == '<text>'`, either way round.
pub(super) fn outcome_test(expr: &IdedExpr) -> Option<&str> {
    let Expr::Call(call) = &expr.expr else { return None };
    if call.func_name != operators::EQUALS {
        return None;
    }
    match call.args.as_slice() {
        [name, value] if ident(name) == Some("outcome") => text(value),
        [value, name] if ident(name) == Some("outcome") => text(value),
        _ => None,
    }
}
