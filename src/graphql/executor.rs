//! What Docket has the executor do otherwise: a field that fails and may be null is null, and its neighbours keep
//! their data; a document is validated once.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::extensions::{
    Extension, ExtensionContext, ExtensionFactory, NextExecute, NextResolve, NextValidation,
    ResolveInfo,
};
use async_graphql::{Response, ServerError, ServerResult, ValidationResult, Value, async_trait};

use super::limits::Document;

/// The document of a request whose variables fit what they are declared as, so that its validity depends on
/// nothing else: attached to the request.
pub struct Fitting(pub Arc<Document>);

/// Ends the propagation of an error at the first nullable field, as the GraphQL specification has it (section
/// 6.4.4): async-graphql 8.0.0-rc.5 does so for an error below such a field, not for its resolver's own. And spares
/// a [`Fitting`] document that was found valid a second validation, of which the library keeps nothing.
pub struct Executor;

impl ExtensionFactory for Executor {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Operation::default())
    }
}

/// One operation, with the errors of its nullable fields.
#[derive(Default)]
struct Operation(Mutex<Vec<ServerError>>);

#[async_trait::async_trait]
impl Extension for Operation {
    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        let Some(Fitting(document)) = ctx.data_opt::<Fitting>() else { return next.run(ctx).await };
        if let Some(valid) = document.valid() {
            return Ok(valid);
        }
        let valid = next.run(ctx).await?;
        document.found_valid(valid);
        Ok(valid)
    }

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
