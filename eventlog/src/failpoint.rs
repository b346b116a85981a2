//! Places at which test builds can die.

/// Ends the process at once, without any chance to tidy up, where a test build was told so by the environment variable
/// `FAILPOINTS`, as the crate `fail` has it: `append-before=20*off->return`. Nothing in other builds.
#[cfg(feature = "failpoints")]
pub fn failpoint(name: &'static str) {
    static READ: std::sync::Once = std::sync::Once::new();
    // What is told once holds until the process ends.
    READ.call_once(|| std::mem::forget(fail::FailScenario::setup()));
    if fail::eval(name, |_| ()).is_some() {
        std::process::abort();
    }
}

/// A place at which a test build can die; nothing in this one.
#[cfg(not(feature = "failpoints"))]
#[inline]
pub const fn failpoint(_: &'static str) {}
