//! Every bound of a request, in one place; `docs/limits.md` tells clients of them.

use std::time::Duration;

/// How much one request may ask for. All of it but the time is checked before anything is executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// Bytes of a document.
    pub query_bytes: usize,
    /// Tokens of a document.
    pub tokens: usize,
    /// Levels of brackets in a document; parsers recurse on them.
    pub nesting: usize,
    /// Levels of fields in an operation, fragments written out.
    pub depth: usize,
    /// Aliases in a document.
    pub aliases: usize,
    /// Directives in a document.
    pub directives: usize,
    /// Root fields of one operation, fragments written out.
    pub root_fields: usize,
    /// Cost of one operation with its variables; see [`super::cost`].
    pub cost: u64,
    /// How long a query or a mutation may take.
    pub execution: Duration,
}

impl Limits {
    /// What the server is run with. Documents that people and generators write stay far below; a document at
    /// all of these bounds at once takes well under a second.
    pub const DEFAULT: Self = Self {
        body_bytes: 1024 * 1024,
        query_bytes: 64 * 1024,
        tokens: 5_000,
        nesting: 60,
        depth: 15,
        aliases: 50,
        directives: 50,
        root_fields: 20,
        cost: 50_000,
        execution: Duration::from_secs(20),
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// How much deeper than [`Limits::depth`] an introspection may be: the standard query nests types of types.
pub const INTROSPECTION_ALLOWANCE: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_told_of_these_limits() {
        let told = include_str!("../../../docs/limits.md");
        let limits = Limits::DEFAULT;
        let thousands = |n: u64| format!("{},{:03}", n / 1_000, n % 1_000);
        for row in [
            format!("| {} MiB |", limits.body_bytes / (1024 * 1024)),
            format!(
                "| {} KiB, {} tokens |",
                limits.query_bytes / 1024,
                thousands(limits.tokens as u64)
            ),
            format!("| {} levels |", limits.nesting),
            format!("| {} levels; {INTROSPECTION_ALLOWANCE} more", limits.depth),
            format!("| aliases in a document | {} |", limits.aliases),
            format!("| directives in a document | {} |", limits.directives),
            format!("| root fields of an operation | {} |", limits.root_fields),
            format!("| cost of an operation | {} |", thousands(limits.cost)),
            format!("| time of a query | {} s |", limits.execution.as_secs()),
        ] {
            assert!(told.contains(&row), "docs/limits.md does not say {row}");
        }
    }
}
