//! How large a definition, its expressions and the data of a run may be, each with its reason.

/// The longest definition, in bytes of JSON: it stands in an event, and in memory once for each version.
pub const DEFINITION_MAX_BYTES: usize = 256 * 1024;
/// The most steps of a definition; the checks of its graph are quadratic.
pub const STEPS_MAX: usize = 500;
/// The most transitions out of one step.
pub const TRANSITIONS_MAX: usize = 50;
/// The most transitions of a definition; the checks of its graph walk them for each step.
pub const TRANSITIONS_TOTAL_MAX: usize = 2_000;
/// The longest code, step key, outcome or other key, in characters.
pub const KEY_MAX_CHARS: usize = 64;
/// The longest name, title or label, in characters: it is shown in lists.
pub const NAME_MAX_CHARS: usize = 200;
/// The longest description, in characters.
pub const DESCRIPTION_MAX_CHARS: usize = 4_000;
/// The most labels of a definition.
pub const LABELS_MAX: usize = 20;
/// The most outcomes of a task.
pub const OUTCOMES_MAX: usize = 50;
/// The most levels of an approval.
pub const LEVELS_MAX: usize = 10;
/// The most candidates or approvers in one list.
pub const CANDIDATES_MAX: usize = 50;
/// The most escalations of a step: each is a timer.
pub const ESCALATIONS_MAX: usize = 10;
/// The most variables that a step sets.
pub const ASSIGNMENTS_MAX: usize = 50;
/// The longest period, in years: further off, a timer is a mistake.
pub const PERIOD_MAX_YEARS: u32 = 100;
/// The longest expression, in bytes.
pub const EXPRESSION_MAX_BYTES: usize = 2_000;
/// The most nodes of an expression, once its macros are written out.
pub const EXPRESSION_MAX_NODES: u64 = 1_000;
/// The deepest syntax tree of an expression: evaluating recurses.
pub const EXPRESSION_MAX_DEPTH: usize = 48;
/// The most elements of a list or map that an expression writes out.
pub const LITERAL_MAX_ITEMS: usize = 100;
/// The deepest nesting of `all`, `exists`, `map` and `filter`.
pub const COMPREHENSION_MAX_DEPTH: usize = 2;
/// The most nodes that an expression may come to evaluate: some ten milliseconds.
pub const EXPRESSION_MAX_COST: u64 = 50_000;
/// The most faults that one answer lists.
pub const FAULTS_MAX: usize = 200;
/// The most variables of a run, or data of a step, in bytes of JSON: they are in every event that sets
/// them and in the state of the run.
pub const DATA_MAX_BYTES: usize = 64 * 1024;
/// The most activations of a run: beyond it, a loop does not end.
pub const ACTIVATIONS_MAX: u32 = 10_000;
/// The most activations by one command: beyond it, a loop runs without waiting for anybody.
pub const ACTIVATIONS_MAX_AT_ONCE: u32 = 1_000;
