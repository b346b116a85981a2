//! Lists as Relay has them: `Connection`, `Edge`, `PageInfo`.

use std::borrow::Cow;

use async_graphql::{Object, OutputType, SimpleObject, TypeName};
use docket_projections::query::Page;

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

/// A page of a list.
pub struct Connection<T> {
    edges: Vec<Edge<T>>,
    page_info: PageInfo,
    total: Option<u64>,
}

impl<T> Connection<T> {
    /// A page of the read models, each row shown by `show`.
    pub fn new<R>(page: Page<R>, show: impl FnMut(R) -> T) -> Self {
        let page = page.map(show);
        Self {
            page_info: PageInfo {
                has_next_page: page.has_next,
                has_previous_page: page.has_previous,
                start_cursor: page.edges.first().map(|edge| edge.cursor.clone()),
                end_cursor: page.edges.last().map(|edge| edge.cursor.clone()),
            },
            edges: page
                .edges
                .into_iter()
                .map(|edge| Edge { cursor: edge.cursor, node: edge.node })
                .collect(),
            total: page.total,
        }
    }

    /// The same, of rows of which each may fail to be shown.
    ///
    /// # Errors
    /// That of the first row that cannot be shown.
    pub fn try_new<R, E>(
        page: Page<R>,
        mut show: impl FnMut(R) -> Result<T, E>,
    ) -> Result<Self, E> {
        let mut failed = None;
        let shown =
            Connection::new(page, |row| show(row).map_err(|error| failed = Some(error)).ok());
        if let Some(error) = failed {
            return Err(error);
        }
        let Connection { edges, page_info, total } = shown;
        let edge = |edge: Edge<Option<T>>| edge.node.map(|node| Edge { cursor: edge.cursor, node });
        Ok(Self { edges: edges.into_iter().filter_map(edge).collect(), page_info, total })
    }

    /// A page of an empty list.
    pub fn empty() -> Self {
        Self { edges: Vec::new(), page_info: PageInfo::default(), total: Some(0) }
    }

    /// The entries of the page, without their places.
    pub fn into_nodes(self) -> impl Iterator<Item = T> {
        self.edges.into_iter().map(|edge| edge.node)
    }
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
    async fn total_count(&self) -> Option<u64> {
        self.total
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
    use async_graphql::{EmptyMutation, EmptySubscription, Schema};
    use docket_projections::query::Edge as Entry;

    use super::*;

    /// Something to list.
    #[derive(SimpleObject)]
    struct Door {
        number: i32,
    }

    struct Query;

    #[Object]
    impl Query {
        async fn doors(&self) -> Connection<Door> {
            let entry = |number: i32| Entry { cursor: format!("c{number}"), node: number };
            let page = Page {
                edges: vec![entry(4), entry(5)],
                has_next: false,
                has_previous: true,
                total: Some(9),
            };
            Connection::new(page, |number| Door { number })
        }
    }

    #[tokio::test]
    async fn a_page_says_where_it_is() {
        let asked = "{ doors { nodes { number } edges { cursor node { number } } totalCount
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
        let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
        let data = schema.execute(asked).await.into_result().unwrap().data.into_json().unwrap();
        let doors = &data["doors"];
        assert_eq!(doors["nodes"], serde_json::json!([{ "number": 4 }, { "number": 5 }]));
        assert_eq!(doors["pageInfo"]["startCursor"], doors["edges"][0]["cursor"]);
        assert_eq!(doors["pageInfo"]["endCursor"], "c5");
        assert_eq!(doors["pageInfo"]["hasPreviousPage"], true);
        assert_eq!(doors["pageInfo"]["hasNextPage"], false);
        assert_eq!(doors["totalCount"], 9);
    }
}
