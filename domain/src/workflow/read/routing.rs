//! Transitions, splits, joins and `forEach`.

use super::node::Node;
use crate::workflow::definition::{Each, ForEach, Join, Split, Transition};
use crate::workflow::limits::{NAME_MAX_CHARS, TRANSITIONS_TOTAL_MAX};

pub(super) const SPLITS: [(&str, Split); 3] =
    [("first", Split::First), ("all", Split::All), ("every", Split::Every)];
const JOINS: [(&str, Join); 3] = [("any", Join::Any), ("all", Join::All), ("first", Join::First)];
const EACH: [(&str, Each); 2] = [("parallel", Each::Parallel), ("sequential", Each::Sequential)];

pub(super) fn transition(node: &Node<'_>) -> Option<Transition> {
    let fields = node.fields()?;
    let to = fields.need("to").and_then(|to| to.key());
    let when = fields.maybe("when").and_then(|when| when.expression());
    let label = fields.text_or_empty("label", NAME_MAX_CHARS);
    fields.finish();
    // An empty key keeps the indexes of the transitions after it.
    Some(Transition { to: to.unwrap_or_default(), when, label })
}

pub(super) fn join(node: &Node<'_>) -> Option<Join> {
    if !node.value.is_object() {
        return node.word(&JOINS);
    }
    let fields = node.fields()?;
    let most = u32::try_from(TRANSITIONS_TOTAL_MAX).unwrap_or(u32::MAX);
    let count = fields.need("count").and_then(|count| count.number(1, most));
    fields.finish();
    count.map(|count| if count == 1 { Join::First } else { Join::Count(count) })
}

pub(super) fn for_each(node: &Node<'_>) -> Option<ForEach> {
    let fields = node.fields()?;
    let items = fields.need("items").and_then(|items| items.expression());
    let binding =
        fields.maybe("as").and_then(|name| name.key()).unwrap_or_else(|| "item".to_owned());
    let each = fields.maybe("mode").and_then(|mode| mode.word(&EACH)).unwrap_or_default();
    let until = fields.maybe("until").and_then(|until| until.expression());
    fields.finish();
    Some(ForEach { items: items?, binding, each, until })
}
