//! Steps by their places, and the ways between them.

use std::collections::HashMap;

use crate::workflow::definition::{Definition, Join, Split};

/// Steps by their place in the definition, and the transitions between them.
#[derive(Debug)]
pub(in crate::workflow) struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) start: usize,
}

#[derive(Debug)]
pub(super) struct Node {
    /// The target of each transition; a target that does not exist is left out.
    pub(super) next: Vec<usize>,
    previous: Vec<usize>,
    pub(super) split: Split,
    join: Join,
    is_end: bool,
}

impl Graph {
    /// The graph of a definition; `None` where its start does not exist.
    pub(in crate::workflow) fn of(definition: &Definition) -> Option<Self> {
        let index: HashMap<&str, usize> =
            definition.steps.iter().enumerate().map(|(at, step)| (step.key.as_str(), at)).collect();
        let start = *index.get(definition.start.as_str())?;
        let mut nodes: Vec<Node> = definition
            .steps
            .iter()
            .map(|step| Node {
                next: step
                    .next
                    .iter()
                    .filter_map(|way| index.get(way.to.as_str()).copied())
                    .collect(),
                previous: Vec::new(),
                split: step.split,
                join: step.join,
                is_end: step.step_type() == crate::run::StepType::End,
            })
            .collect();
        let edges: Vec<(usize, usize)> = nodes
            .iter()
            .enumerate()
            .flat_map(|(from, node)| node.next.iter().map(move |to| (from, *to)))
            .collect();
        for (from, to) in edges {
            if let Some(node) = nodes.get_mut(to) {
                node.previous.push(from);
            }
        }
        Some(Self { nodes, start })
    }

    /// Whether each step can be reached from the start.
    pub(in crate::workflow) fn reachable(&self) -> Vec<bool> {
        self.spread([self.start], |_| false, Self::next)
    }

    /// Whether each step can reach an end.
    pub(in crate::workflow) fn ending(&self) -> Vec<bool> {
        let ends = self.nodes.iter().enumerate().filter(|(_, node)| node.is_end).map(|(at, _)| at);
        self.spread(ends, |_| false, Self::previous)
    }

    /// Everything that can be reached from `from` over `way`, itself included, without entering what is
    /// closed.
    pub(super) fn spread<'g>(
        &'g self,
        from: impl IntoIterator<Item = usize>,
        closed: impl Fn(usize) -> bool,
        way: impl Fn(&'g Self, usize) -> &'g [usize],
    ) -> Vec<bool> {
        let mut reached = vec![false; self.nodes.len()];
        let mut pending: Vec<usize> = from.into_iter().collect();
        while let Some(at) = pending.pop() {
            let Some(seen) = reached.get_mut(at).filter(|seen| !**seen) else { continue };
            if closed(at) {
                continue;
            }
            *seen = true;
            pending.extend(way(self, at));
        }
        reached
    }

    pub(super) fn next(&self, at: usize) -> &[usize] {
        self.nodes.get(at).map_or(&[], |node| &node.next)
    }

    pub(super) fn previous(&self, at: usize) -> &[usize] {
        self.nodes.get(at).map_or(&[], |node| &node.previous)
    }

    pub(super) fn join(&self, at: usize) -> Join {
        self.nodes.get(at).map_or(Join::Any, |node| node.join)
    }

    pub(super) fn waits(&self, at: usize) -> bool {
        self.join(at) != Join::Any
    }

    /// The splits that can make several tokens of one.
    pub(super) fn parallel_splits(&self) -> impl Iterator<Item = usize> {
        let parallel = |(at, node): (usize, &Node)| {
            (node.split.is_parallel() && node.next.len() > 1).then_some(at)
        };
        self.nodes.iter().enumerate().filter_map(parallel)
    }
}

/// Whether the flag at `at` is set; not, beyond the end.
pub(super) fn set(flags: &[bool], at: usize) -> bool {
    flags.get(at).copied().unwrap_or_default()
}
