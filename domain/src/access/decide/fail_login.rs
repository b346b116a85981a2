//! Recording a log-in with a wrong password.

use super::address::sealed;
use crate::UserId;
use crate::access::AccessEvent;

/// Records a log-in with a wrong password. How many there can be is bounded by the rate limit before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailLogin {
    /// The person whose address was given.
    pub user: UserId,
    /// The network address that it came from; `None` where it is unknown.
    pub address: Option<String>,
}

pub(super) fn decide(fail: FailLogin) -> AccessEvent {
    AccessEvent::LoginFailed { user: fail.user, address: sealed(fail.user, fail.address) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::AccessCommand;
    use crate::access::decide::testing::{ada, given, issued};

    #[test]
    fn each_failure_is_recorded() {
        let failed = AccessEvent::LoginFailed { user: ada(), address: None };
        let failing = AccessCommand::FailLogin(FailLogin { user: ada(), address: None });
        given([failed.clone()]).when(issued(failing)).then_expect_events(vec![failed]);
    }
}
