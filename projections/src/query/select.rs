//! Questions as statements in SQL.

use sea_query::{
    Alias, Asterisk, Cond, Condition, Expr, Func, IntoCondition, Order as Direction, Query,
    SelectStatement, SimpleExpr,
};

use super::cursor::Cursor;
use super::filter::known;
use super::{Edge, Filter, Order, Page, PageRequest};
use crate::error::QueryError;
use crate::table::{Cell, ID, Kind, Table};

/// What it takes to make a page of the rows that a list's statement gives.
pub(crate) struct List {
    order: Order,
    rows: usize,
    from_end: bool,
    after: bool,
    before: bool,
}

impl List {
    /// The statement for the rows of `org` that a page wants, and one more; what is selected of them is to be
    /// added.
    pub(crate) fn select(
        table: &Table,
        org: &str,
        filter: &Filter,
        order: Order,
        page: &PageRequest,
    ) -> Result<(SelectStatement, Self), QueryError> {
        known(table, order.column)?;
        let (rows, from_end) = page.size()?;
        let mut statement = Query::select();
        statement
            .from(Alias::new(table.name))
            .and_where(in_org(org))
            .cond_where(filter.condition(table, org)?)
            .limit(u64::from(rows) + 1);
        for (cursor, forward) in [(&page.after, true), (&page.before, false)] {
            if let Some(text) = cursor {
                let cursor = Cursor::read(text, order.column)?;
                let descending = order.descending == forward;
                statement.cond_where(beyond(table, order, &cursor, descending)?);
            }
        }
        sort(&mut statement, order, order.descending != from_end);
        let (after, before) = (page.after.is_some(), page.before.is_some());
        Ok((statement, Self { order, rows: rows as usize, from_end, after, before }))
    }

    /// A list that is asked for from its beginning, or from its end.
    pub(super) const fn whole(order: Order, rows: usize, from_end: bool) -> Self {
        Self { order, rows, from_end, after: false, before: false }
    }

    /// The page of the rows that the statement gave; `key` tells a row's sort cell and id.
    pub(crate) fn page<T>(
        &self,
        mut rows: Vec<T>,
        key: impl Fn(&T) -> (Option<Cell>, String),
    ) -> Page<T> {
        let more = rows.len() > self.rows;
        rows.truncate(self.rows);
        if self.from_end {
            rows.reverse();
        }
        let edge = |node| {
            let (cell, id) = key(&node);
            Edge { cursor: Cursor::new(self.order.column, cell, id).write(), node }
        };
        Page {
            edges: rows.into_iter().map(edge).collect(),
            has_next: if self.from_end { self.before } else { more },
            has_previous: if self.from_end { more } else { self.after },
            total: None,
        }
    }
}

fn sort(statement: &mut SelectStatement, order: Order, descending: bool) {
    let direction = if descending { Direction::Desc } else { Direction::Asc };
    let column = Alias::new(order.column.name);
    if order.column.nullable {
        statement.order_by_expr(Expr::col(column.clone()).is_null(), direction.clone());
    }
    if order.column != ID {
        statement.order_by(column, direction.clone());
    }
    statement.order_by(Alias::new(ID.name), direction);
}

/// The rows beyond a cursor: below it where `descending`, else above.
fn beyond(
    table: &Table,
    order: Order,
    cursor: &Cursor,
    descending: bool,
) -> Result<Condition, QueryError> {
    let past_id = past(ID.name, id_value(table, cursor.id())?, descending);
    if order.column == ID {
        return Ok(past_id.into_condition());
    }
    let column = || Expr::col(Alias::new(order.column.name));
    let Some(value) = cursor.sort() else {
        let nulls = column().is_null().and(past_id);
        // Null is the greatest: everything else lies below it.
        let below = if descending { nulls.or(column().is_not_null()) } else { nulls };
        return Ok(below.into_condition());
    };
    let level = if descending { column().lte(value.clone()) } else { column().gte(value.clone()) };
    let tie = past(order.column.name, value, descending).or(past_id);
    let mut all = Cond::any().add(level.and(tie));
    if order.column.nullable && !descending {
        all = all.add(column().is_null());
    }
    Ok(all)
}

fn past(column: &'static str, value: sea_query::Value, descending: bool) -> SimpleExpr {
    let column = Expr::col(Alias::new(column));
    if descending { column.lt(value) } else { column.gt(value) }
}

fn id_value(table: &Table, id: &str) -> Result<sea_query::Value, QueryError> {
    match table.id {
        Kind::Text | Kind::Words => Ok(id.into()),
        Kind::Int | Kind::Time => {
            id.parse::<i64>().map(Into::into).map_err(|_| QueryError::InvalidCursor)
        }
    }
}

pub(super) fn in_org(org: &str) -> SimpleExpr {
    Expr::col(Alias::new("org_id")).eq(org)
}

/// Counts the rows of `org` that satisfy `filter`.
pub(crate) fn count(
    table: &Table,
    org: &str,
    filter: &Filter,
) -> Result<SelectStatement, QueryError> {
    Ok(Query::select()
        .expr(Func::count(Expr::col(Asterisk)))
        .from(Alias::new(table.name))
        .and_where(in_org(org))
        .cond_where(filter.condition(table, org)?)
        .to_owned())
}

/// The documents of several rows.
pub(crate) fn docs_of(table: &Table, org: &str, ids: Vec<String>) -> SelectStatement {
    docs(table)
        .and_where(in_org(org))
        .and_where(Expr::col(Alias::new(ID.name)).is_in(ids))
        .to_owned()
}

fn docs(table: &Table) -> SelectStatement {
    Query::select().column(Alias::new("doc")).from(Alias::new(table.name)).to_owned()
}

/// The documents of the rows of `org` that satisfy `filter`.
pub(crate) fn docs_where(
    table: &Table,
    org: &str,
    filter: &Filter,
) -> Result<SelectStatement, QueryError> {
    let condition = filter.condition(table, org)?;
    Ok(docs(table).and_where(in_org(org)).cond_where(condition).to_owned())
}

/// The documents of the rows of `org` whose ids are at or after `from`, and before `to`.
pub(crate) fn docs_between(table: &Table, org: &str, from: &str, to: &str) -> SelectStatement {
    let id = || Expr::col(Alias::new(ID.name));
    docs(table).and_where(in_org(org)).and_where(id().gte(from)).and_where(id().lt(to)).to_owned()
}
