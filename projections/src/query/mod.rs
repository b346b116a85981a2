//! Questions to read models: filters, order, pages.

mod cursor;
mod each;
mod filter;
mod holds;
mod order;
mod page;
mod select;

pub(crate) use each::count_each;
pub use filter::{Comparator, Filter, Value};
pub use order::Order;
pub use page::{Edge, Page, PageRequest};
pub(crate) use select::{List, count, docs_between, docs_of, docs_where};
