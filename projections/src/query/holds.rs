//! Whether a filter holds, without a database: for what has just happened.

use super::filter::{Comparator, Filter, Value};
use crate::table::{Cell, Column, Kind};

impl Filter {
    /// Whether it compares `column` with anything.
    pub fn looks_at(&self, column: Column) -> bool {
        match self {
            Self::Compare(of, _) | Self::Names(of, ..) => *of == column,
            Self::And(filters) | Self::Or(filters) => {
                filters.iter().any(|filter| filter.looks_at(column))
            }
            Self::Not(filter) => filter.looks_at(column),
            Self::All | Self::Party(_) => false,
        }
    }

    /// Whether it holds for something that has these values in a column: one, or several where it stands for
    /// others too, of which any may satisfy a comparison.
    ///
    /// What takes a database to find out, parties and names in other tables, holds for nothing.
    pub fn holds(&self, cells: &impl Fn(Column) -> Vec<Cell>) -> bool {
        match self {
            Self::All => true,
            Self::Compare(column, comparator) => comparator.holds(column.kind, &cells(*column)),
            Self::Party(_) | Self::Names(..) => false,
            Self::And(filters) => filters.iter().all(|filter| filter.holds(cells)),
            Self::Or(filters) => filters.iter().any(|filter| filter.holds(cells)),
            Self::Not(filter) => !filter.holds(cells),
        }
    }
}

impl Comparator {
    fn holds(&self, kind: Kind, cells: &[Cell]) -> bool {
        let known = || cells.iter().filter(|cell| !cell.is_null());
        let any = |value: &Value| known().any(|cell| *cell == value.cell(kind));
        let ordered = |value: &Value, wanted: fn(std::cmp::Ordering) -> bool| {
            known().any(|cell| cell.order(&value.cell(kind)).is_some_and(wanted))
        };
        match self {
            Self::Eq(value) => any(value),
            Self::In(values) => values.iter().any(any),
            Self::NotIn(values) => !values.iter().any(any),
            Self::Gt(value) => ordered(value, std::cmp::Ordering::is_gt),
            Self::Gte(value) => ordered(value, std::cmp::Ordering::is_ge),
            Self::Lt(value) => ordered(value, std::cmp::Ordering::is_lt),
            Self::Lte(value) => ordered(value, std::cmp::Ordering::is_le),
            Self::Contains(text) => known().any(|cell| cell.contains(&text.to_lowercase())),
            Self::IsNull(wanted) => cells.iter().all(Cell::is_null) == *wanted,
        }
    }
}

impl Value {
    fn cell(&self, kind: Kind) -> Cell {
        match self {
            Self::Text(text) if kind == Kind::Words => Cell::words(text),
            Self::Text(text) => Cell::text(text),
            Self::Int(number) => Cell::int(*number),
            Self::Time(time) => Cell::time(*time),
        }
    }
}

impl Cell {
    const fn is_null(&self) -> bool {
        matches!(self, Self::Text(None) | Self::Int(None))
    }

    /// `None` between a text and a number.
    fn order(&self, other: &Self) -> Option<std::cmp::Ordering> {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => Some(one.cmp(other)),
            (Self::Int(one), Self::Int(other)) => Some(one.cmp(other)),
            _ => None,
        }
    }

    fn contains(&self, lower_case: &str) -> bool {
        matches!(self, Self::Text(Some(text)) if text.to_lowercase().contains(lower_case))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: Column = Column::text("kind");
    const SIZE: Column = Column::int("size");

    fn cells(column: Column) -> Vec<Cell> {
        match column.name {
            "kind" => vec![Cell::text("Task"), Cell::text("Run")],
            "size" => vec![Cell::int(7)],
            _ => vec![Cell::Text(None)],
        }
    }

    fn kind(comparator: Comparator) -> bool {
        Filter::Compare(KIND, comparator).holds(&cells)
    }

    fn size(comparator: Comparator) -> bool {
        Filter::Compare(SIZE, comparator).holds(&cells)
    }

    fn text(value: &str) -> Value {
        Value::Text(value.to_owned())
    }

    #[test]
    fn any_of_several_values_will_do() {
        assert!(kind(Comparator::Eq(text("Run"))));
        assert!(kind(Comparator::In(vec![text("Approval"), text("Task")])));
        assert!(!kind(Comparator::NotIn(vec![text("Run")])));
        assert!(kind(Comparator::Contains("TAS".to_owned())));
        assert!(!kind(Comparator::Eq(text("run"))));
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        assert!(size(Comparator::Gt(Value::Int(6))));
        assert!(!size(Comparator::Gt(Value::Int(7))));
        assert!(size(Comparator::Gte(Value::Int(7))));
        assert!(size(Comparator::Lt(Value::Int(10))));
        assert!(!size(Comparator::Lte(Value::Int(6))));
        assert!(!size(Comparator::Lte(text("8"))));
    }

    #[test]
    fn null_satisfies_no_comparison_and_every_negation() {
        let none = Column::text("none").or_null();
        let same = Filter::Compare(none, Comparator::Eq(text("x")));
        assert!(!same.holds(&cells));
        assert!(same.negate().holds(&cells));
        assert!(Filter::Compare(none, Comparator::IsNull(true)).holds(&cells));
        assert!(!Filter::Compare(KIND, Comparator::IsNull(true)).holds(&cells));
    }

    #[test]
    fn filters_are_joined() {
        let (yes, no) = (Filter::All, Filter::Or(Vec::new()));
        assert!(!no.holds(&cells));
        assert!(!Filter::And(vec![yes.clone(), no.clone()]).holds(&cells));
        assert!(Filter::Or(vec![no, yes]).holds(&cells));
    }
}
