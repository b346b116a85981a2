//! Places at which test builds can be made to die, or to lose a connection.
//!
//! They are told by the environment variable `FAILPOINTS`, as the crate `fail` has it:
//! `append-before=20*off->return`. Other builds have none of this.

/// Ends the process at once, without any chance to tidy up, where a test build was told so.
#[cfg(feature = "failpoints")]
pub fn failpoint(name: &'static str) {
    if is_told(name) {
        std::process::abort();
    }
}

/// A place at which a test build can die; nothing in this one.
#[cfg(not(feature = "failpoints"))]
#[inline]
pub const fn failpoint(_: &'static str) {}

/// What a lost connection comes to, where a test build was told to lose it here.
pub(crate) fn connection(name: &'static str) -> Result<(), sqlx::Error> {
    if is_told(name) {
        return Err(sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into()));
    }
    Ok(())
}

#[cfg(feature = "failpoints")]
fn is_told(name: &'static str) -> bool {
    static READ: std::sync::Once = std::sync::Once::new();
    // What is told once holds until the process ends.
    READ.call_once(|| std::mem::forget(fail::FailScenario::setup()));
    fail::eval(name, |_| ()).is_some()
}

#[cfg(not(feature = "failpoints"))]
const fn is_told(_: &'static str) -> bool {
    false
}
