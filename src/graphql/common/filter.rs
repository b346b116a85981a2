//! Filters: comparators on the fields of a list, joined by `and`, `or` and `not`.

use async_graphql::{ID, InputObject};
use chrono::{DateTime, Utc};
use docket_projections::query::{Comparator, Filter, Value};
use docket_projections::table::Column;

/// What a comparator input asks of one column.
pub trait Compares {
    /// Every comparison that it makes; all of them must hold.
    fn comparators(self) -> Vec<Comparator>;

    /// The comparisons as a filter on `column`.
    fn on(self, column: Column) -> Filter
    where
        Self: Sized,
    {
        let compare = |comparator| Filter::Compare(column, comparator);
        Filter::And(self.comparators().into_iter().map(compare).collect())
    }
}

macro_rules! comparators {
    ($($(#[$doc:meta])* $name:ident($value:ty) $to:expr, { $($op:ident),* } $(, contains $contains:ident)?;)*) => {$(
        $(#[$doc])*
        #[derive(InputObject, Debug, Clone, Default)]
        pub struct $name {
            /// Equal to this.
            pub eq: Option<$value>,
            /// One of these.
            pub r#in: Option<Vec<$value>>,
            /// None of these.
            pub nin: Option<Vec<$value>>,
            $(
                #[doc = comparators!(doc $op)]
                pub $op: Option<$value>,
            )*
            $(
                /// Holds this text, upper and lower case alike.
                pub $contains: Option<String>,
            )?
            /// Whether there is no value.
            pub is_null: Option<bool>,
        }

        impl Compares for $name {
            fn comparators(self) -> Vec<Comparator> {
                let to = $to;
                let list = |values: Vec<$value>| values.into_iter().map(to).collect();
                let mut all = Vec::new();
                all.extend(self.eq.map(to).map(Comparator::Eq));
                all.extend(self.r#in.map(list).map(Comparator::In));
                all.extend(self.nin.map(list).map(Comparator::NotIn));
                $(all.extend(self.$op.map(to).map(comparators!(op $op)));)*
                $(all.extend(self.$contains.map(Comparator::Contains));)?
                all.extend(self.is_null.map(Comparator::IsNull));
                all
            }
        }
    )*};
    (doc gt) => { "Greater than this." };
    (doc gte) => { "Greater than this, or equal to it." };
    (doc lt) => { "Less than this." };
    (doc lte) => { "Less than this, or equal to it." };
    (op gt) => { Comparator::Gt };
    (op gte) => { Comparator::Gte };
    (op lt) => { Comparator::Lt };
    (op lte) => { Comparator::Lte };
}

comparators! {
    /// What a text must be like.
    StringFilter(String) Value::Text, {}, contains contains;
    /// What an id must be.
    IdFilter(ID) |id: ID| Value::Text(id.0), {};
    /// What a whole number must be.
    IntFilter(i64) Value::Int, { gt, gte, lt, lte };
    /// When something must have been.
    DateTimeFilter(DateTime<Utc>) Value::Time, { gt, gte, lt, lte };
}

/// A comparator input over the values of an enum, which a column holds as text.
macro_rules! enum_filter {
    ($(#[$doc:meta])* $name:ident($value:ty) $to:expr) => {
        $(#[$doc])*
        #[derive(async_graphql::InputObject, Debug, Clone, Default)]
        pub struct $name {
            /// This value.
            pub eq: Option<$value>,
            /// One of these.
            pub r#in: Option<Vec<$value>>,
            /// None of these.
            pub nin: Option<Vec<$value>>,
        }

        impl $crate::graphql::common::filter::Compares for $name {
            fn comparators(self) -> Vec<docket_projections::query::Comparator> {
                use docket_projections::query::Comparator;
                let to = $to;
                let list = |values: Vec<$value>| values.into_iter().map(to).collect();
                let mut all = Vec::new();
                all.extend(self.eq.map(to).map(Comparator::Eq));
                all.extend(self.r#in.map(list).map(Comparator::In));
                all.extend(self.nin.map(list).map(Comparator::NotIn));
                all
            }
        }
    };
}

/// The filter input of a list: a comparator for each field, and how several filters are joined.
macro_rules! list_filter {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $comparator:ty => $column:expr,)* }) => {
        $(#[$doc])*
        #[derive(async_graphql::InputObject, Debug, Clone, Default)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: Option<$comparator>,)*
            /// All of these must hold.
            pub and: Option<Vec<$name>>,
            /// One of these must hold.
            pub or: Option<Vec<$name>>,
            /// This must not hold.
            pub not: Option<Box<$name>>,
        }

        impl From<$name> for docket_projections::query::Filter {
            fn from(filter: $name) -> Self {
                use $crate::graphql::common::filter::Compares;
                let mut all = Vec::new();
                $(all.extend(filter.$field.map(|comparator| comparator.on($column)));)*
                let list = |filters: Vec<$name>| filters.into_iter().map(Self::from).collect();
                all.extend(filter.and.map(list).map(Self::And));
                all.extend(filter.or.map(list).map(Self::Or));
                all.extend(filter.not.map(|filter| Self::from(*filter).negate()));
                Self::And(all)
            }
        }
    };
}

/// The order input of a list: its fields, and the direction.
macro_rules! list_order {
    ($(#[$doc:meta])* $name:ident, $(#[$fields_doc:meta])* $fields:ident { $($(#[$field_doc:meta])* $field:ident => $column:expr,)* }) => {
        $(#[$fields_doc])*
        #[derive(async_graphql::Enum, Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $fields {
            $($(#[$field_doc])* $field,)*
        }

        $(#[$doc])*
        #[derive(async_graphql::InputObject, Debug, Clone, Copy)]
        pub struct $name {
            /// By what.
            pub field: $fields,
            /// Which way; ascending where nobody says.
            #[graphql(default)]
            pub direction: $crate::graphql::common::filter::OrderDirection,
        }

        impl From<$name> for docket_projections::query::Order {
            fn from(order: $name) -> Self {
                use $crate::graphql::common::filter::OrderDirection;
                let column = match order.field { $($fields::$field => $column,)* };
                Self { column, descending: order.direction == OrderDirection::Desc }
            }
        }
    };
}
pub(crate) use {enum_filter, list_filter, list_order};

/// Which way a list is ordered.
#[derive(async_graphql::Enum, Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OrderDirection {
    /// The least first; null last.
    #[default]
    Asc,
    /// The greatest first; null first.
    Desc,
}
