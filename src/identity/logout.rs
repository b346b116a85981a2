//! Signing out.

use docket_domain::access::{Access, AccessCommand, EndSession};
use docket_domain::{MemberId, SessionId, UserId};
use serde_json::json;

use super::{Caller, IdentityError, IdentityService};
use crate::bus::{Done, Request, Work};

impl IdentityService {
    /// Ends the caller's session: its tokens are good for nothing from now on. It ends in the store first,
    /// so that a crash in between leaves an end without its record and never a record without the end.
    ///
    /// # Errors
    /// `NoSession` for a caller with an API key, which is revoked instead.
    pub async fn logout(&self, request: Request, caller: &Caller) -> Result<Done, IdentityError> {
        let (Some(user), Some(member), Some(session)) =
            (caller.user, caller.member, caller.session)
        else {
            return Err(IdentityError::NoSession);
        };
        self.end_session(session, request.at).await?;
        Ok(self.bus.execute(&request, end(user, member, session)).await?)
    }
}

fn end(user: UserId, member: MemberId, session: SessionId) -> Work {
    let end = AccessCommand::EndSession(EndSession { user, session });
    Work::new().upsert::<Access>(member, end).answering(json!({ "sessionId": session.to_string() }))
}
