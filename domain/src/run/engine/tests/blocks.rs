//! Definitions built of blocks inside one another.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::run::testing::{end, task};

/// A part of a definition with one way in and one way out.
#[derive(Debug, Clone)]
pub(super) enum Block {
    Task,
    Pause,
    Sequence(Vec<Self>),
    Choice(Vec<Self>),
    Parallel(Vec<Self>, Value),
    Some(Vec<Self>),
    Loop(Box<Self>),
}

impl Block {
    /// Whether it may take any number of acts.
    pub(super) fn loops(&self) -> bool {
        match self {
            Self::Task | Self::Pause => false,
            Self::Sequence(parts)
            | Self::Choice(parts)
            | Self::Parallel(parts, _)
            | Self::Some(parts) => parts.iter().any(Self::loops),
            Self::Loop(_) => true,
        }
    }
}

/// Blocks of some size.
pub(super) fn blocks() -> impl Strategy<Value = Block> {
    let leaf = prop_oneof![4 => Just(Block::Task), 1 => Just(Block::Pause)];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let parts = || prop::collection::vec(inner.clone(), 2..4);
        let join = prop::sample::select(vec![
            json!("all"),
            json!("all"),
            json!("first"),
            json!({"count": 2}),
        ]);
        prop_oneof![
            parts().prop_map(Block::Sequence),
            parts().prop_map(Block::Choice),
            (parts(), join).prop_map(|(parts, join)| Block::Parallel(parts, join)),
            parts().prop_map(Block::Some),
            inner.prop_map(|body| Block::Loop(Box::new(body))),
        ]
    })
}

/// The definition of a block.
pub(super) fn definition(block: &Block) -> Value {
    let mut build = Build::default();
    let start = build.block(block, "done");
    build.steps.push(end("done"));
    json!({"code": "A", "name": "A", "start": start, "steps": ordered(build.steps, &start)})
}

/// The steps with the first one first, where the tests' words look for it.
fn ordered(mut steps: Vec<Value>, start: &str) -> Vec<Value> {
    let at = steps.iter().position(|step| step["key"] == start).expect("the start");
    let first = steps.remove(at);
    steps.insert(0, first);
    steps
}

#[derive(Default)]
struct Build {
    steps: Vec<Value>,
    keys: usize,
}

impl Build {
    fn key(&mut self) -> String {
        self.keys += 1;
        format!("s{}", self.keys)
    }

    /// Adds the steps of a block that leads to `to`; gives the key of its first step.
    fn block(&mut self, block: &Block, to: &str) -> String {
        match block {
            Block::Task => self.leaf(|key| task(key, to)),
            Block::Pause => self.leaf(|key| {
                json!({"key": key, "type": "wait", "wait": {"for": "PT1H"}, "next": [{"to": to}]})
            }),
            Block::Sequence(parts) => {
                parts.iter().rev().fold(to.to_owned(), |to, part| self.block(part, &to))
            }
            Block::Choice(parts) => {
                let heads: Vec<_> = parts.iter().map(|part| self.block(part, to)).collect();
                self.choice(&heads)
            }
            Block::Parallel(parts, join) => self.parallel(parts, "all", join, to),
            Block::Some(parts) => self.parallel(parts, "every", &json!("all"), to),
            Block::Loop(body) => {
                let key = self.key();
                let next = json!([{"to": "?", "when": "outcome == 'o0'"}, {"to": to}]);
                let at = self.steps.len();
                self.steps.push(work(&key, next));
                let head = self.block(body, &key);
                self.steps[at]["next"][0]["to"] = json!(head);
                head
            }
        }
    }

    fn leaf(&mut self, step: impl FnOnce(&str) -> Value) -> String {
        let key = self.key();
        self.steps.push(step(&key));
        key
    }

    fn choice(&mut self, heads: &[String]) -> String {
        let mut next: Vec<_> = heads
            .iter()
            .enumerate()
            .map(|(at, to)| json!({"to": to, "when": format!("outcome == 'o{at}'")}))
            .collect();
        if let Some(last) = next.last_mut() {
            *last = json!({"to": last["to"]});
        }
        self.leaf(|key| work(key, json!(next)))
    }

    fn parallel(&mut self, parts: &[Block], split: &str, join: &Value, to: &str) -> String {
        let together = self.leaf(
            |key| json!({"key": key, "type": "decision", "join": join, "next": [{"to": to}]}),
        );
        let heads: Vec<_> = parts.iter().map(|part| self.block(part, &together)).collect();
        let way = |(at, to): (usize, &String)| match (split, at) {
            ("every", 1..) => json!({"to": to, "when": format!("outcome == 'o{at}'")}),
            _ => json!({"to": to}),
        };
        let next: Vec<_> = heads.iter().enumerate().map(way).collect();
        self.leaf(|key| {
            let mut step = work(key, json!(next));
            step["split"] = json!(split);
            step
        })
    }
}

#[expect(clippy::needless_pass_by_value, reason = "tests write the JSON in the call")]
fn work(key: &str, next: Value) -> Value {
    json!({
        "key": key, "type": "task", "assign": {"role": "clerk"},
        "outcomes": ["o0", "o1", "o2"], "next": next
    })
}
