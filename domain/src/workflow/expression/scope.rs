//! What an expression can name, and what is known of it.

use serde_json::Value;

use super::needs::ROOTS;
use super::shape::{Kind, Member, Shape, is_personal, member};
use crate::FaultCode;
use crate::workflow::definition::{Definition, Form, Step, StepKind};

/// The place of an expression in a definition.
#[derive(Clone, Copy)]
pub(in crate::workflow) struct Scope<'a> {
    /// The definition.
    pub(in crate::workflow) definition: &'a Definition,
    /// The step whose `outcome` and `data` it can name; `None` before there are any.
    pub(in crate::workflow) done: Option<&'a Step>,
}

/// A variable that a step sets.
pub(in crate::workflow) struct Target {
    /// Its kind, as far as its schema tells.
    pub(super) kind: Option<Kind>,
    /// Whether it is sealed.
    pub(in crate::workflow) personal: bool,
}

/// What is wrong with a path, in words that follow the path itself.
pub(super) type Problem = (FaultCode, String);

const RUN: &[(&str, Kind)] = &[
    ("id", Kind::Text),
    ("code", Kind::Text),
    ("version", Kind::Int),
    ("startedBy", Kind::Text),
    ("startedAt", Kind::Time),
];
const SUBJECT: &[(&str, Kind)] = &[("entityType", Kind::Text), ("entityId", Kind::Text)];

impl<'a> Scope<'a> {
    /// What is known of a root.
    pub(super) fn root(&self, name: &str) -> Result<Shape<'a>, Problem> {
        match name {
            "vars" => Ok(self.definition.variables.as_ref().map_or(Shape::Fields(&[]), schema)),
            "run" => Ok(Shape::Fields(RUN)),
            "subject" => Ok(Shape::Fields(SUBJECT)),
            "now" => Ok(Shape::Of(Kind::Time)),
            "steps" => Ok(Shape::Steps),
            "outcome" => self.result("outcome").map(|_| Shape::Of(Kind::Text)),
            "data" => self.result("data").map(data),
            _ => Err(unknown(format!(
                "`{name}` is not known: a path begins with one of {}",
                ROOTS.join(", ")
            ))),
        }
    }

    /// What is known of a member of it; `path` is how the author wrote it.
    pub(super) fn member(
        &self,
        of: &Shape<'a>,
        name: &str,
        path: &str,
    ) -> Result<Shape<'a>, Problem> {
        match of {
            Shape::Any => Ok(Shape::Any),
            Shape::Schema { schema, root } => match member(schema, root, name) {
                Member::Declared(schema) => Ok(Shape::Schema { schema, root }),
                Member::Open => Ok(Shape::Any),
                Member::Unknown => Err(undeclared(path)),
            },
            Shape::Fields(fields) => fields
                .iter()
                .find(|(field, _)| *field == name)
                .map(|(_, kind)| Shape::Of(*kind))
                .ok_or_else(|| undeclared(path)),
            Shape::Steps => self
                .definition
                .steps
                .iter()
                .find(|step| step.key == name)
                .map(Shape::Step)
                .ok_or_else(|| unknown(format!("`{path}` names a step that does not exist"))),
            Shape::Step(step) => step_member(step, name, path),
            Shape::Of(kind) => Err(unknown(format!("`{path}` names a member of {}", kind.name()))),
            Shape::List { .. } => Err(unknown(format!("`{path}` names a member of a list"))),
        }
    }

    /// The variable of that name; `None` where none is declared.
    pub(in crate::workflow) fn variable(&self, name: &str) -> Option<Target> {
        let root: &Value = self.definition.variables_schema()?;
        match member(root, root, name) {
            Member::Declared(schema) => {
                let kind = Shape::Schema { schema, root }.kind();
                Some(Target { kind, personal: is_personal(schema, root) })
            }
            Member::Open => Some(Target { kind: None, personal: false }),
            Member::Unknown => None,
        }
    }

    fn result(&self, root: &str) -> Result<&'a Step, Problem> {
        self.done.filter(|step| gives_result(step)).ok_or_else(|| {
            unknown(format!(
                "`{root}` is not there: only a task or an approval that is done has it; \
                 of another step write steps.<key>.{root}"
            ))
        })
    }
}

fn step_member<'a>(step: &'a Step, name: &str, path: &str) -> Result<Shape<'a>, Problem> {
    match name {
        "outcome" => Ok(Shape::Of(Kind::Text)),
        "attempts" => Ok(Shape::Of(Kind::Int)),
        "data" => Ok(data(step)),
        _ => Err(unknown(format!("`{path}` is not known: a step has outcome, data and attempts"))),
    }
}

fn gives_result(step: &Step) -> bool {
    matches!(
        step.kind,
        StepKind::Task(_)
            | StepKind::Approval(_)
            | StepKind::Automation(_)
            | StepKind::Subworkflow(_)
    )
}

fn data(step: &Step) -> Shape<'_> {
    step.form().map_or(Shape::Fields(&[]), schema)
}

fn schema(form: &Form) -> Shape<'_> {
    let schema: &Value = &form.schema;
    Shape::Schema { schema, root: schema }
}

fn undeclared(path: &str) -> Problem {
    unknown(format!(
        "`{path}` is not declared by any schema: declare it in `variables` or in the form"
    ))
}

fn unknown(message: String) -> Problem {
    (FaultCode::UnknownPath, message)
}
