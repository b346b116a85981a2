//! What every list of rows has to do.

use std::sync::Arc;

use docket_projections::query::{Comparator, Filter, Order, PageRequest, Value};
use docket_projections::run::RunRow;
use docket_projections::table::Row;
use docket_projections::task::{TaskRow, columns};
use docket_projections::{QueryError, ReadModels, ViewsError};

use super::world::Org;

/// Every row of a list, page by page, from the front or from the back.
pub async fn walk<R: Row>(
    models: &ReadModels,
    org: &Org,
    (filter, order): (&Filter, Order),
    forward: bool,
) -> Vec<Arc<R>> {
    let (mut rows, mut cursor) = (Vec::new(), None);
    loop {
        let page = if forward {
            PageRequest { first: Some(3), after: cursor, ..PageRequest::default() }
        } else {
            PageRequest { last: Some(3), before: cursor, ..PageRequest::default() }
        };
        let page = models.list::<R>(org.id, filter, order, &page).await.unwrap();
        if forward {
            cursor = page.edges.last().map(|edge| edge.cursor.clone());
            rows.extend(page.nodes().cloned());
        } else {
            cursor = page.edges.first().map(|edge| edge.cursor.clone());
            rows.splice(0..0, page.nodes().cloned());
        }
        let more = if forward { page.has_next } else { page.has_previous };
        if !more {
            return rows;
        }
    }
}

pub async fn pages_hold_every_row_once(models: &ReadModels, org: &Org) {
    let all = PageRequest::first(100);
    for column in [columns::DUE_AT, columns::ASSIGNEE, columns::TITLE, columns::PRIORITY] {
        for order in [Order::ascending(column), Order::descending(column), Order::oldest_first()] {
            let whole = models.list::<TaskRow>(org.id, &Filter::All, order, &all).await.unwrap();
            let whole: Vec<_> = whole.nodes().cloned().collect();
            assert!(whole.len() > 9, "there is something to turn pages over");
            let forward = walk::<TaskRow>(models, org, (&Filter::All, order), true).await;
            assert_eq!(forward, whole, "{order:?}");
            let backward = walk::<TaskRow>(models, org, (&Filter::All, order), false).await;
            assert_eq!(backward, whole, "{order:?}");
        }
        let up = walk::<TaskRow>(models, org, (&Filter::All, Order::ascending(column)), true).await;
        let down = Order::descending(column);
        let mut down = walk::<TaskRow>(models, org, (&Filter::All, down), true).await;
        down.reverse();
        assert_eq!(up, down);
    }
}

pub async fn null_is_a_value_like_any_other(models: &ReadModels, org: &Org) {
    let filter = |comparator| Filter::Compare(columns::ASSIGNEE, comparator);
    let count = async |filter: Filter| {
        let page = PageRequest { total: true, ..PageRequest::first(1) };
        let page = models.list::<TaskRow>(org.id, &filter, Order::default(), &page).await;
        page.unwrap().total.unwrap()
    };
    let all = count(Filter::All).await;
    let nobody = count(filter(Comparator::IsNull(true))).await;
    assert!(nobody > 0 && nobody < all);
    assert_eq!(count(filter(Comparator::IsNull(false))).await, all - nobody);
    let user = Value::Text(org.members[0].1.to_string());
    let hers = count(filter(Comparator::Eq(user.clone()))).await;
    assert_eq!(count(filter(Comparator::Eq(user.clone())).negate()).await, all - hers);
    assert_eq!(count(filter(Comparator::NotIn(vec![user.clone()]))).await, all - hers);
    assert_eq!(count(filter(Comparator::In(vec![user]))).await, hers);
    assert_eq!(count(filter(Comparator::In(vec![]))).await, 0);
    assert_eq!(count(Filter::Or(vec![])).await, 0);
    assert_eq!(count(Filter::And(vec![])).await, all);
}

pub async fn words_are_found_without_regard_to_case(models: &ReadModels, org: &Org) {
    let found = async |text: &str| {
        let contains = Comparator::Contains(text.to_owned());
        let filter = Filter::Compare(columns::TITLE, contains);
        let page = PageRequest::first(100);
        let page = models.list::<TaskRow>(org.id, &filter, Order::default(), &page).await;
        page.unwrap().edges.len()
    };
    let all = found("").await;
    assert!(all > 0);
    // The title is `Prüfe die Ölheizung 100%`.
    assert_eq!(found("öLHEIZ").await, all);
    assert_eq!(found("PRÜFE").await, all);
    assert_eq!(found("100%").await, all);
    assert_eq!(found("%100").await, 0);
    assert_eq!(found("_").await, 0);
    assert_eq!(found("\\").await, 0);
}

pub async fn what_cannot_be_asked_is_refused(models: &ReadModels, org: &Org) {
    let ask = async |filter: Filter, order: Order, page: PageRequest| match models
        .list::<RunRow>(org.id, &filter, order, &page)
        .await
    {
        Err(ViewsError::Query(error)) => error,
        other => panic!("{other:?}"),
    };
    let first = PageRequest::first(5);
    let title = Filter::text(columns::TITLE, "x");
    let unknown = QueryError::UnknownColumn { table: "run", column: "title" };
    assert_eq!(ask(title.clone(), Order::default(), first.clone()).await, unknown);
    assert_eq!(ask(Filter::All, Order::ascending(columns::TITLE), first.clone()).await, unknown);
    let number = Comparator::Eq(Value::Int(1));
    let wrong = Filter::Compare(docket_projections::run::columns::STATUS, number);
    let error = ask(wrong, Order::default(), first.clone()).await;
    assert_eq!(error, QueryError::WrongKind("status"));
    let large = Filter::any_text(docket_projections::run::columns::STATUS, 0..2_000);
    let error = ask(large, Order::default(), first.clone()).await;
    assert_eq!(error, QueryError::FilterTooLarge { max: 1_000 });
    let cursor = PageRequest { after: Some("bm9uc2Vuc2U".to_owned()), ..first.clone() };
    assert_eq!(ask(Filter::All, Order::default(), cursor).await, QueryError::InvalidCursor);
    for size in [0, 101] {
        let error = ask(Filter::All, Order::default(), PageRequest::first(size)).await;
        assert_eq!(error, QueryError::PageSize { max: 100 });
    }
    let both = PageRequest { last: Some(1), ..first };
    assert_eq!(ask(Filter::All, Order::default(), both).await, QueryError::FirstAndLast);
}
