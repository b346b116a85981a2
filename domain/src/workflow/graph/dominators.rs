//! Dominators: what every way from a root to a step passes.
//!
//! Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm (2001).

use super::steps::{Graph, set};

/// The dominator tree of what can be reached from a root.
#[derive(Debug)]
pub(super) struct Dominators {
    root: usize,
    /// The immediate dominator of each step; the root's is itself, `None` where it cannot be reached.
    immediate: Vec<Option<usize>>,
    /// The place of each step in post-order.
    order: Vec<usize>,
}

impl Dominators {
    pub(super) fn of(graph: &Graph, root: usize) -> Self {
        let post = post_order(graph, root);
        let mut order = vec![0; graph.nodes.len()];
        for (place, at) in post.iter().enumerate() {
            if let Some(slot) = order.get_mut(*at) {
                *slot = place;
            }
        }
        let mut tree = Self { root, immediate: vec![None; graph.nodes.len()], order };
        tree.assign(root, root);
        let mut changed = true;
        while changed {
            changed = false;
            for at in post.iter().rev().copied().filter(|at| *at != root) {
                let known = graph
                    .previous(at)
                    .iter()
                    .copied()
                    .filter(|from| tree.immediate(*from).is_some());
                let nearest = known.reduce(|a, b| tree.common(a, b));
                if let Some(nearest) =
                    nearest.filter(|nearest| tree.immediate(at) != Some(*nearest))
                {
                    tree.assign(at, nearest);
                    changed = true;
                }
            }
        }
        tree
    }

    /// The dominators strictly between the root and `at`, nearest to `at` first.
    pub(super) fn between(&self, at: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.immediate(at), |at| self.immediate(*at))
            .take_while(|at| *at != self.root)
    }

    /// Whether every way from the root to `at` passes `by`.
    pub(super) fn dominates(&self, by: usize, at: usize) -> bool {
        by == self.root || by == at || self.between(at).any(|dominator| dominator == by)
    }

    /// The nearest step that dominates both; both must be reachable.
    pub(super) fn common(&self, mut a: usize, mut b: usize) -> usize {
        while a != b {
            let (a_place, b_place) = (self.place(a), self.place(b));
            let lower = if a_place < b_place { &mut a } else { &mut b };
            match self.immediate(*lower).filter(|up| up != lower) {
                Some(up) => *lower = up,
                None => return self.root,
            }
        }
        a
    }

    fn immediate(&self, at: usize) -> Option<usize> {
        self.immediate.get(at).copied().flatten()
    }

    fn place(&self, at: usize) -> usize {
        self.order.get(at).copied().unwrap_or_default()
    }

    fn assign(&mut self, at: usize, dominator: usize) {
        if let Some(slot) = self.immediate.get_mut(at) {
            *slot = Some(dominator);
        }
    }
}

fn post_order(graph: &Graph, root: usize) -> Vec<usize> {
    let mut seen = vec![false; graph.nodes.len()];
    let mut order = Vec::new();
    // The second member is how many of the step's successors have been gone into.
    let mut stack = vec![(root, 0)];
    while let Some((at, gone)) = stack.pop() {
        if let Some(seen) = seen.get_mut(at) {
            *seen = true;
        }
        let fresh = graph.next(at).iter().enumerate().skip(gone).find(|(_, to)| !set(&seen, **to));
        match fresh {
            Some((place, to)) => {
                stack.push((at, place.saturating_add(1)));
                stack.push((*to, 0));
            }
            None => order.push(at),
        }
    }
    order
}
