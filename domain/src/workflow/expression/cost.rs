//! How much an expression could come to evaluate.

/// The size of an expression and the most steps that evaluating it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cost {
    /// Its nodes, as written.
    pub(super) nodes: u64,
    /// The most nodes evaluated, each as often as it is.
    pub(super) steps: u64,
}

/// How many items of a list are copied in the time of one node: building a list copies what is there.
const COPIES_A_STEP: u64 = 8;

impl Cost {
    /// One node.
    pub(super) const ONE: Self = Self::of(1);

    /// One node that counts for that many.
    pub(super) const fn of(steps: u64) -> Self {
        Self { nodes: 1, steps }
    }

    pub(super) const fn plus(self, other: Self) -> Self {
        Self {
            nodes: self.nodes.saturating_add(other.nodes),
            steps: self.steps.saturating_add(other.steps),
        }
    }

    /// Done for each of `items`, perhaps gathering them in a list.
    pub(super) const fn times(self, items: u64, gathers: bool) -> Self {
        let copies = if gathers { items.saturating_mul(items) / COPIES_A_STEP } else { 0 };
        Self { nodes: self.nodes, steps: self.steps.saturating_mul(items).saturating_add(copies) }
    }
}
