//! One file for each command: its rule, its refusals, its tests.

mod address;
mod dispatch;
mod end_session;
mod fail_login;
mod reuse_refresh_token;
mod start_session;
#[cfg(test)]
mod testing;

pub use end_session::EndSession;
pub use fail_login::FailLogin;
pub use reuse_refresh_token::ReuseRefreshToken;
pub use start_session::StartSession;

pub(super) use dispatch::decide;
