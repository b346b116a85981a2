//! A field that fails and may be null is null, and its neighbours keep their data.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::extensions::{
    Extension, ExtensionContext, ExtensionFactory, NextExecute, NextResolve, ResolveInfo,
};
use async_graphql::{Response, ServerError, ServerResult, Value, async_trait};

/// Ends the propagation of an error at the first nullable field, as the GraphQL specification has it (section
/// 6.4.4). async-graphql 8.0.0-rc.5 does so for an error below such a field, not for its resolver's own.
pub struct Neighbours;

impl ExtensionFactory for Neighbours {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Kept::default())
    }
}

/// The errors of nullable fields in one operation.
#[derive(Default)]
struct Kept(Mutex<Vec<ServerError>>);

#[async_trait::async_trait]
impl Extension for Kept {
    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        let mut response = next.run(ctx, operation_name).await;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        response.errors.append(&mut kept);
        response
    }

    async fn resolve(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        let nullable = !info.return_type.ends_with('!');
        match next.run(ctx, info).await {
            Err(error) if nullable => {
                self.0.lock().unwrap_or_else(PoisonError::into_inner).push(error);
                Ok(None)
            }
            resolved => resolved,
        }
    }
}
