//! Lists as Relay has them: `Connection`, `Edge`, `PageInfo`.

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::{Object, OutputType, SimpleObject, TypeName};
use futures::future::BoxFuture;

use super::{ApiError, Cursor};

/// Where a page is in its list.
#[derive(SimpleObject, Debug, Clone, Default, PartialEq, Eq)]
pub struct PageInfo {
    /// Whether there is more after `endCursor`.
    pub has_next_page: bool,
    /// Whether there is more before `startCursor`.
    pub has_previous_page: bool,
    /// The first entry's place; null for an empty page.
    pub start_cursor: Option<String>,
    /// The last entry's place; null for an empty page.
    pub end_cursor: Option<String>,
}

/// One entry of a list with its place in it.
pub struct Edge<T> {
    /// The place.
    pub cursor: String,
    /// The entry.
    pub node: T,
}

/// Counts a whole list; called only where a query selects `totalCount`.
pub type Count = Arc<dyn Fn() -> BoxFuture<'static, Result<u64, ApiError>> + Send + Sync>;

/// A page of a list.
pub struct Connection<T> {
    edges: Vec<Edge<T>>,
    page_info: PageInfo,
    count: Count,
}

impl<T> Connection<T> {
    /// A page of `rows`, each with its place, in the list's order whatever way the page was counted.
    pub fn new(rows: Vec<(Cursor, T)>, more: More, count: Count) -> Self {
        let edges: Vec<_> =
            rows.into_iter().map(|(at, node)| Edge { cursor: at.encode(), node }).collect();
        let page_info = PageInfo {
            has_next_page: more.after,
            has_previous_page: more.before,
            start_cursor: edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: edges.last().map(|edge| edge.cursor.clone()),
        };
        Self { edges, page_info, count }
    }
}

/// What a page leaves out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct More {
    /// Whether the list has entries before the page.
    pub before: bool,
    /// Whether the list has entries after the page.
    pub after: bool,
}

impl<T: OutputType> TypeName for Connection<T> {
    fn type_name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Connection", T::type_name()))
    }
}

impl<T: OutputType> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Edge", T::type_name()))
    }
}

/// A page of a list.
#[Object(name_type)]
impl<T: OutputType> Connection<T> {
    /// The entries of the page.
    async fn nodes(&self) -> Vec<&T> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// The entries of the page, each with its cursor.
    async fn edges(&self) -> &[Edge<T>] {
        &self.edges
    }

    /// Where the page is in the list.
    async fn page_info(&self) -> &PageInfo {
        &self.page_info
    }

    /// How many entries the whole list has under its filter; counted only where it is asked for.
    async fn total_count(&self) -> Result<u64, ApiError> {
        (self.count)().await
    }
}

/// An entry of a list with its place in it.
#[Object(name_type)]
impl<T: OutputType> Edge<T> {
    /// The entry's place, to go on `after` or `before`.
    async fn cursor(&self) -> &str {
        &self.cursor
    }

    /// The entry.
    async fn node(&self) -> &T {
        &self.node
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use async_graphql::{EmptyMutation, EmptySubscription, Schema};

    use super::*;

    /// Something to list.
    #[derive(SimpleObject)]
    struct Door {
        number: i32,
    }

    #[derive(Default)]
    struct Query {
        counted: Arc<AtomicU32>,
    }

    #[Object]
    impl Query {
        async fn doors(&self) -> Connection<Door> {
            let at = |number: i32| Cursor { order: "n:asc".to_owned(), keys: vec![number.into()] };
            let rows = [4, 5].map(|number| (at(number), Door { number })).into();
            let counted = self.counted.clone();
            let count: Count = Arc::new(move || {
                counted.fetch_add(1, Ordering::SeqCst);
                Box::pin(async { Ok(9) })
            });
            Connection::new(rows, More { before: true, after: false }, count)
        }
    }

    async fn ask(query: &str) -> (serde_json::Value, u32) {
        let root = Query::default();
        let counted = root.counted.clone();
        let schema = Schema::new(root, EmptyMutation, EmptySubscription);
        let data = schema.execute(query).await.into_result().unwrap().data.into_json().unwrap();
        (data["doors"].clone(), counted.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn a_page_says_where_it_is() {
        let (doors, _) = ask("{ doors { nodes { number } edges { cursor node { number } }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }")
        .await;
        assert_eq!(doors["nodes"], serde_json::json!([{ "number": 4 }, { "number": 5 }]));
        assert_eq!(doors["pageInfo"]["startCursor"], doors["edges"][0]["cursor"]);
        assert_eq!(doors["pageInfo"]["endCursor"], doors["edges"][1]["cursor"]);
        assert_eq!(doors["pageInfo"]["hasPreviousPage"], true);
        assert_eq!(doors["pageInfo"]["hasNextPage"], false);
    }

    #[tokio::test]
    async fn the_whole_list_is_counted_only_where_it_is_asked_for() {
        assert_eq!(ask("{ doors { nodes { number } } }").await.1, 0);
        let (doors, counted) = ask("{ doors { totalCount } }").await;
        assert_eq!((doors["totalCount"].as_u64(), counted), (Some(9), 1));
    }
}
