//! What the schema says of its fields, as far as cost depends on it.

use std::collections::HashMap;

use async_graphql::parser::types::{
    BaseType, FieldDefinition, Type, TypeKind, TypeSystemDefinition,
};

/// What the name of every connection type ends with.
const CONNECTION_SUFFIX: &str = "Connection";

/// The fields of every object and interface.
#[derive(Debug, Default)]
pub struct Shape {
    types: HashMap<String, HashMap<String, FieldShape>>,
}

/// What a field answers with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldShape {
    /// The name of the type, lists and nulls taken off.
    pub of: String,
    /// Whether it is a list of it.
    pub list: bool,
    /// Whether it is a page of a list.
    pub connection: bool,
}

impl Shape {
    /// The shape of the schema that `sdl` tells.
    ///
    /// # Errors
    /// Where the text is not a schema.
    pub fn read(sdl: &str) -> Result<Self, async_graphql::parser::Error> {
        let document = async_graphql::parser::parse_schema(sdl)?;
        let types = document.definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(found) => {
                let name = found.node.name.node.to_string();
                fields(found.node.kind).map(|fields| (name, fields))
            }
            TypeSystemDefinition::Schema(_) | TypeSystemDefinition::Directive(_) => None,
        });
        Ok(Self { types: types.collect() })
    }

    /// The field `name` of the type `parent`; `None` where there is none.
    pub fn field(&self, parent: &str, name: &str) -> Option<&FieldShape> {
        self.types.get(parent)?.get(name)
    }
}

fn fields(kind: TypeKind) -> Option<HashMap<String, FieldShape>> {
    let fields = match kind {
        TypeKind::Object(object) => object.fields,
        TypeKind::Interface(interface) => interface.fields,
        TypeKind::Scalar | TypeKind::Union(_) | TypeKind::Enum(_) | TypeKind::InputObject(_) => {
            return None;
        }
    };
    Some(fields.into_iter().map(|field| field_shape(&field.node)).collect())
}

fn field_shape(field: &FieldDefinition) -> (String, FieldShape) {
    let list = matches!(field.ty.node.base, BaseType::List(_));
    let of = named(&field.ty.node).to_owned();
    let connection = of.ends_with(CONNECTION_SUFFIX);
    (field.name.node.to_string(), FieldShape { of, list, connection })
}

fn named(of: &Type) -> &str {
    match &of.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => named(inner),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::graphql::limits) fn shape() -> Shape {
        let sdl = "
            type Query { runs(first: Int, last: Int): RunConnection! run(id: ID!): Run }
            type Mutation { startRun(id: ID!): Run }
            type RunConnection { nodes: [Run!]! edges: [RunEdge!]! totalCount: Int! }
            type RunEdge { cursor: String! node: Run! }
            interface Node { id: ID! }
            type Run implements Node {
                id: ID! steps: [Step!]! parent: Run children(first: Int, last: Int): RunConnection!
            }
            type Step { key: String! }";
        Shape::read(sdl).unwrap()
    }

    #[test]
    fn a_field_says_whether_it_is_a_list_or_a_page_of_one() {
        let shape = shape();
        let of = |parent: &str, name: &str| shape.field(parent, name).cloned().unwrap();
        let page = FieldShape { of: "RunConnection".to_owned(), list: false, connection: true };
        let list = FieldShape { of: "Run".to_owned(), list: true, connection: false };
        assert_eq!(of("Query", "runs"), page);
        assert_eq!(of("RunConnection", "nodes"), list);
        assert_eq!(of("Node", "id").of, "ID");
        assert_eq!(shape.field("Run", "nothing"), None);
    }
}
