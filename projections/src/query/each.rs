//! Pages of several lists as one statement: those of rows that belong to other rows.

use sea_query::{
    Alias, Expr, Func, FunctionCall, IntoCondition, Order as Direction, Query, SelectStatement,
    WindowStatement,
};

use super::select::{List, in_org};
use super::{Order, PageRequest};
use crate::error::QueryError;
use crate::table::{Column, ID, Table};

/// The column that names whom a row belongs to.
const PARENT: &str = "parent";
/// The row's place in its list.
const PLACE: &str = "place";

impl List {
    /// The statement for a page of the rows that belong to each of `parents`, in the order in which they were
    /// made, and one row more of each; `doc` is how a row's document is selected. The page has no cursor: the
    /// place of a row in one list is none in another.
    pub(crate) fn of_each(
        table: &Table,
        org: &str,
        (parent, parents): (Column, &[String]),
        page: &PageRequest,
        doc: String,
    ) -> Result<(SelectStatement, Self), QueryError> {
        let (rows, from_end) = page.size()?;
        let ranked = ranked(table, org, (parent, parents), from_end, doc);
        let statement = Query::select()
            .columns([Alias::new(PARENT), Alias::new("doc")])
            .from_subquery(ranked, Alias::new("ranked"))
            .and_where(Expr::col(Alias::new(PLACE)).lte(u64::from(rows) + 1))
            .order_by(Alias::new(PLACE), Direction::Asc)
            .to_owned();
        Ok((statement, Self::whole(Order::oldest_first(), rows as usize, from_end)))
    }
}

fn ranked(
    table: &Table,
    org: &str,
    (parent, parents): (Column, &[String]),
    from_end: bool,
    doc: String,
) -> SelectStatement {
    let direction = if from_end { Direction::Desc } else { Direction::Asc };
    let mut window = WindowStatement::partition_by(Alias::new(parent.name));
    window.order_by(Alias::new(ID.name), direction);
    let place: FunctionCall = Func::cust(Alias::new("ROW_NUMBER"));
    Query::select()
        .expr_as(Expr::col(Alias::new(parent.name)), Alias::new(PARENT))
        .expr_as(Expr::cust(doc), Alias::new("doc"))
        .expr_window_as(place, window, Alias::new(PLACE))
        .from(Alias::new(table.name))
        .and_where(in_org(org))
        .cond_where(Expr::col(Alias::new(parent.name)).is_in(parents).into_condition())
        .to_owned()
}

/// Counts the rows that belong to each of `parents`.
pub(crate) fn count_each(
    table: &Table,
    org: &str,
    (parent, parents): (Column, &[String]),
) -> SelectStatement {
    Query::select()
        .column(Alias::new(parent.name))
        .expr(Func::count(Expr::col(Alias::new(ID.name))))
        .from(Alias::new(table.name))
        .and_where(in_org(org))
        .and_where(Expr::col(Alias::new(parent.name)).is_in(parents))
        .add_group_by([Expr::col(Alias::new(parent.name)).into()])
        .to_owned()
}
