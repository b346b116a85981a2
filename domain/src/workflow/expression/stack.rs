//! Stack for deep expressions. The parser and the interpreter recurse with frames of some ten kilobytes in
//! unoptimized builds; what overflows a stack ends the process, whoever else it serves.

/// Enough for the deepest nesting before the parser itself gives up, at 96 levels of some 190 KiB.
const PARSING_BYTES: usize = 32 * 1024 * 1024;
/// Enough for the deepest tree that is accepted, at some 40 KiB a level.
const EVALUATING_BYTES: usize = 4 * 1024 * 1024;
/// The deepest tree that any thread has the stack for.
const SHALLOW: usize = 12;

/// Parses on a stack that is deep enough.
pub(super) fn for_parsing<T>(parse: impl FnOnce() -> T) -> T {
    stacker::grow(PARSING_BYTES, parse)
}

/// Evaluates a tree of that depth on a stack that is deep enough.
pub(super) fn for_depth<T>(depth: usize, evaluate: impl FnOnce() -> T) -> T {
    if depth <= SHALLOW {
        return evaluate();
    }
    stacker::maybe_grow(EVALUATING_BYTES / 2, EVALUATING_BYTES, evaluate)
}
