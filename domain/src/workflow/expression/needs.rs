//! What of a run an expression needs, so that nothing else is prepared for it.

use std::collections::BTreeSet;
use std::sync::Arc;

use cel::common::ast::IdedExpr;

use super::ast;

/// The names that an expression can begin a path with.
pub(super) const ROOTS: [&str; 7] = ["vars", "run", "subject", "outcome", "data", "steps", "now"];

/// What of a run an expression needs.
#[derive(Debug, Clone, Default)]
pub(super) struct Needs {
    /// The roots named, `steps` apart.
    pub(super) roots: Arc<[&'static str]>,
    /// The keys of the steps named.
    pub(super) steps: Arc<BTreeSet<String>>,
}

impl Needs {
    pub(super) fn of(expr: &IdedExpr) -> Self {
        let (mut roots, mut steps) = (BTreeSet::new(), BTreeSet::new());
        collect(expr, &mut roots, &mut steps);
        Self { roots: roots.into_iter().collect(), steps: Arc::new(steps) }
    }
}

fn collect(expr: &IdedExpr, roots: &mut BTreeSet<&'static str>, steps: &mut BTreeSet<String>) {
    if let Some((operand, key)) = ast::member(expr)
        && ast::ident(operand) == Some("steps")
    {
        steps.insert(key.to_owned());
        return;
    }
    if let Some(root) =
        ast::ident(expr).and_then(|name| ROOTS.into_iter().find(|root| *root == name))
    {
        roots.insert(root);
    }
    ast::children(expr, &mut |part| collect(part, roots, steps));
}
