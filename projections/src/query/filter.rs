//! Which rows are asked for.

use chrono::{DateTime, Utc};
use sea_query::{Alias, Cond, Condition, Expr, Func, IntoCondition, LikeExpr, Query, SimpleExpr};

use crate::error::QueryError;
use crate::table::{Column, Kind, Parties, Relation, Table};

/// The most comparisons and values of one filter: what a person or a program puts together for one list,
/// and far below what either database takes in one statement.
const MAX_TERMS: usize = 1_000;

/// The longest text to look for within others, in characters: several times the longest title, and below what
/// SQLite takes as a pattern once it is escaped.
const MAX_SOUGHT_CHARS: usize = 1_000;

/// A condition on rows. Null is a value like any other: a comparison with it is false, and its negation true.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Filter {
    /// Every row.
    #[default]
    All,
    /// Rows whose column compares so.
    Compare(Column, Comparator),
    /// Rows for which one of these keys is in the table of parties.
    Party(Vec<String>),
    /// Rows whose column names a row of another table that satisfies a filter; of a table over all
    /// organizations.
    Names(Column, Table, Box<Filter>),
    /// Rows that satisfy all of these.
    And(Vec<Filter>),
    /// Rows that satisfy one of these.
    Or(Vec<Filter>),
    /// Rows that do not satisfy this.
    Not(Box<Filter>),
}

/// A comparison.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparator {
    /// The same.
    Eq(Value),
    /// One of these.
    In(Vec<Value>),
    /// None of these.
    NotIn(Vec<Value>),
    /// More.
    Gt(Value),
    /// As much or more.
    Gte(Value),
    /// Less.
    Lt(Value),
    /// As much or less.
    Lte(Value),
    /// Contains this text, without regard to case.
    Contains(String),
    /// Is null, or is not.
    IsNull(bool),
}

/// What a column is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A point in time.
    Time(DateTime<Utc>),
}

impl Filter {
    /// Rows whose `column` is this text.
    pub fn text(column: Column, value: impl std::fmt::Display) -> Self {
        Self::Compare(column, Comparator::Eq(Value::Text(value.to_string())))
    }

    /// Rows whose `column` is one of these texts.
    pub fn any_text<T: std::fmt::Display>(
        column: Column,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        let values = values.into_iter().map(|value| Value::Text(value.to_string())).collect();
        Self::Compare(column, Comparator::In(values))
    }

    /// Rows to which one of `parties` stands in `relation`.
    pub fn related(parties: &Parties, relation: Relation) -> Self {
        Self::Party(parties.keys(relation))
    }

    /// Rows that satisfy both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, filter) | (filter, Self::All) => filter,
            (one, other) => Self::And(vec![one, other]),
        }
    }

    /// Rows that do not satisfy this.
    #[must_use]
    pub fn negate(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// Whether the filter is one that `table` can be asked with.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn check(&self, table: &Table) -> Result<(), QueryError> {
        if self.terms() > MAX_TERMS {
            return Err(QueryError::FilterTooLarge { max: MAX_TERMS });
        }
        self.condition(table, "").map(drop)
    }

    fn terms(&self) -> usize {
        match self {
            Self::All => 0,
            Self::Compare(_, Comparator::In(values) | Comparator::NotIn(values)) => {
                values.len().max(1)
            }
            Self::Compare(..) => 1,
            Self::Party(keys) => keys.len(),
            Self::Names(_, _, filter) | Self::Not(filter) => 1 + filter.terms(),
            Self::And(filters) | Self::Or(filters) => {
                1 + filters.iter().map(Self::terms).sum::<usize>()
            }
        }
    }

    /// The condition in SQL on `table`, in the organization `org`.
    pub(crate) fn condition(&self, table: &Table, org: &str) -> Result<Condition, QueryError> {
        Ok(match self {
            Self::All => Cond::all(),
            Self::Compare(column, comparator) => {
                known(table, *column)?;
                comparator.condition(*column)?
            }
            Self::Party(keys) => party(table, org, keys)?.into_condition(),
            Self::Names(column, of, filter) => {
                known(table, *column)?;
                named(*column, of, filter)?.into_condition()
            }
            Self::And(filters) => joined(Cond::all(), filters, table, org)?,
            Self::Or(filters) if filters.is_empty() => Expr::val(1).eq(2).into_condition(),
            Self::Or(filters) => joined(Cond::any(), filters, table, org)?,
            Self::Not(filter) => filter.condition(table, org)?.not(),
        })
    }
}

fn joined(
    start: Condition,
    filters: &[Filter],
    table: &Table,
    org: &str,
) -> Result<Condition, QueryError> {
    filters.iter().try_fold(start, |all, filter| Ok(all.add(filter.condition(table, org)?)))
}

pub(super) fn known(table: &Table, column: Column) -> Result<(), QueryError> {
    let unknown = QueryError::UnknownColumn { table: table.name, column: column.name };
    if table.has(column) { Ok(()) } else { Err(unknown) }
}

fn party(table: &Table, org: &str, keys: &[String]) -> Result<SimpleExpr, QueryError> {
    if !table.parties {
        return Err(QueryError::UnknownColumn { table: table.name, column: "party" });
    }
    let found = Query::select()
        .column(Alias::new("id"))
        .from(Alias::new(format!("{}_party", table.name)))
        .and_where(Expr::col(Alias::new("org_id")).eq(org))
        .and_where(Expr::col(Alias::new("party")).is_in(keys))
        .to_owned();
    Ok(Expr::col(Alias::new("id")).in_subquery(found))
}

fn named(column: Column, table: &Table, filter: &Filter) -> Result<SimpleExpr, QueryError> {
    let found = Query::select()
        .column(Alias::new("id"))
        .from(Alias::new(table.name))
        .and_where(Expr::col(Alias::new("org_id")).eq(""))
        .cond_where(filter.condition(table, "")?)
        .to_owned();
    Ok(Expr::col(Alias::new(column.name)).in_subquery(found))
}

impl Comparator {
    fn condition(&self, column: Column) -> Result<Condition, QueryError> {
        let field = || Expr::col(Alias::new(column.name));
        let one = |value: &Value| value.to_sql(column);
        let all = |values: &[Value]| values.iter().map(one).collect::<Result<Vec<_>, _>>();
        let expression = match self {
            Self::Eq(value) => field().eq(one(value)?),
            Self::In(values) => field().is_in(all(values)?),
            Self::NotIn(values) => {
                let none = field().is_not_in(all(values)?);
                return Ok(if column.nullable {
                    none.or(field().is_null()).into_condition()
                } else {
                    none.into_condition()
                });
            }
            Self::Gt(value) => field().gt(one(value)?),
            Self::Gte(value) => field().gte(one(value)?),
            Self::Lt(value) => field().lt(one(value)?),
            Self::Lte(value) => field().lte(one(value)?),
            Self::Contains(text) => contains(column, text)?,
            Self::IsNull(true) => return Ok(field().is_null().into_condition()),
            Self::IsNull(false) => return Ok(field().is_not_null().into_condition()),
        };
        // So that the negation of a comparison holds for null.
        let known =
            if column.nullable { expression.and(field().is_not_null()) } else { expression };
        Ok(known.into_condition())
    }
}

fn contains(column: Column, text: &str) -> Result<SimpleExpr, QueryError> {
    if text.chars().count() > MAX_SOUGHT_CHARS {
        return Err(QueryError::TextTooLong { max: MAX_SOUGHT_CHARS });
    }
    let pattern = || {
        let escaped: String = text.to_lowercase().chars().flat_map(escape).collect();
        LikeExpr::new(format!("%{escaped}%")).escape('\\')
    };
    let field = Expr::col(Alias::new(column.name));
    match column.kind {
        Kind::Words => Ok(field.like(pattern())),
        Kind::Text => Ok(Expr::expr(Func::lower(field)).like(pattern())),
        Kind::Int | Kind::Time => Err(QueryError::WrongKind(column.name)),
    }
}

fn escape(c: char) -> impl Iterator<Item = char> {
    let escaped = matches!(c, '%' | '_' | '\\').then_some('\\');
    escaped.into_iter().chain(std::iter::once(c))
}

impl Value {
    pub(super) fn to_sql(&self, column: Column) -> Result<sea_query::Value, QueryError> {
        match (self, column.kind) {
            (Self::Text(text), Kind::Text) => Ok(text.as_str().into()),
            (Self::Text(text), Kind::Words) => Ok(text.to_lowercase().into()),
            (Self::Int(number), Kind::Int) => Ok((*number).into()),
            (Self::Time(time), Kind::Time) => Ok(time.timestamp_micros().into()),
            _ => Err(QueryError::WrongKind(column.name)),
        }
    }
}
