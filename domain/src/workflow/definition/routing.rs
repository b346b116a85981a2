//! How tokens leave a step and come into one.

use crate::workflow::Expression;

/// A way from a step to another one.
#[derive(Debug)]
pub struct Transition {
    /// The key of the step that it leads to.
    pub to: String,
    /// When it is taken; `None` for always.
    pub when: Option<Expression>,
    /// What people call it; empty where its author does not say.
    pub label: String,
}

/// Which transitions are taken when a step is done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Split {
    /// The first whose `when` holds.
    #[default]
    First,
    /// All of them, in parallel.
    All,
    /// Each whose `when` holds, in parallel.
    Every,
}

impl Split {
    /// Whether it can make several tokens of one.
    pub fn is_parallel(self) -> bool {
        self != Self::First
    }
}

/// What arriving tokens do to a step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Join {
    /// Each starts it.
    #[default]
    Any,
    /// They wait until no other branch of the split can still arrive; together they start it.
    All,
    /// The first starts it, the rest of them are absorbed.
    First,
    /// That many together start it, the rest of them are absorbed.
    Count(u32),
}

impl Join {
    /// How many tokens start the step where further ones are absorbed; `None` where none are.
    pub fn threshold(self) -> Option<usize> {
        match self {
            Self::Any | Self::All => None,
            Self::First => Some(1),
            Self::Count(count) => usize::try_from(count).ok(),
        }
    }
}

/// Makes a step run once for each item of a list.
#[derive(Debug)]
pub struct ForEach {
    /// The list.
    pub items: Expression,
    /// The name by which expressions know the item.
    pub binding: String,
    /// Whether all at once or one after the other.
    pub each: Each,
    /// Ends the rest once it holds.
    pub until: Option<Expression>,
}

/// In what order the items of a `forEach` are done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Each {
    /// All at once.
    #[default]
    Parallel,
    /// One after the other.
    Sequential,
}
