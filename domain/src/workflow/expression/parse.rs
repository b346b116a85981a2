//! Parsing an expression.

use std::fmt;
use std::sync::{Arc, LazyLock};

use cel::common::ast::IdedExpr;
use cel::{Env, Program};

use super::needs::Needs;
use super::{ast, stack};
use crate::workflow::limits::EXPRESSION_MAX_DEPTH;

/// The standard library and macros of CEL, for every expression.
pub(super) static ENV: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// A CEL expression, parsed.
#[derive(Clone)]
pub struct Expression {
    pub(super) source: Arc<str>,
    /// `None` where it does not compile: the reader has named the fault, and nothing executes it.
    pub(super) program: Option<Arc<Program>>,
    /// How deep its syntax tree is.
    pub(super) depth: usize,
    pub(super) needs: Needs,
    /// The text, where the whole expression is `outcome == '<text>'`: the commonest condition by far,
    /// which needs no CEL to be decided.
    pub(super) outcome_is: Option<Arc<str>>,
}

impl Expression {
    /// Parses an expression.
    ///
    /// # Errors
    /// Where it does not compile, with the parser's explanation.
    pub fn parse(source: &str) -> Result<Self, String> {
        stack::for_parsing(|| {
            let program = ENV.compile(source).map_err(|errors| explain(&errors))?;
            let depth = ast::depth(program.expression());
            if depth > EXPRESSION_MAX_DEPTH {
                return Err(format!("nested deeper than {EXPRESSION_MAX_DEPTH}"));
            }
            let needs = Needs::of(program.expression());
            let outcome_is = ast::outcome_test(program.expression()).map(Arc::from);
            let program = Some(Arc::new(program));
            Ok(Self { source: source.into(), program, depth, needs, outcome_is })
        })
    }

    /// What stands for an expression that does not compile.
    pub(in crate::workflow) fn broken(source: &str) -> Self {
        let source = source.into();
        Self { source, program: None, depth: 0, needs: Needs::default(), outcome_is: None }
    }

    /// The text that its author wrote.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The outcome that it asks for, where it is `outcome == '<text>'` and nothing more.
    pub fn outcome_test(&self) -> Option<&str> {
        self.outcome_is.as_deref()
    }

    pub(super) fn root(&self) -> Option<&IdedExpr> {
        self.program.as_ref().map(|program| program.expression())
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expression").field(&self.source).finish()
    }
}

/// The parser's errors in one line: its own report draws the source over several.
fn explain(errors: &cel::ParseErrors) -> String {
    let Some(first) = errors.errors.first() else { return errors.to_string() };
    // So the parser says that it gave up on the nesting.
    let message = if first.msg.contains("OtherError(") { "nested too deep" } else { &first.msg };
    format!("column {}: {message}", first.pos.1)
}
