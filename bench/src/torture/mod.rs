//! Breaking what Docket stands on, again and again, under many writers, and looking whether anything that was
//! acknowledged is lost, or took effect twice.
//!
//! Every fault is checked by the same oracle. Writers take runs to their ends, each command under a key of its
//! own, and send again what was not acknowledged. In the end each command took effect exactly once, run, task
//! and approval tell the same story, the log holds exactly their events, and `verify-store` finds nothing.

mod crowd;
mod endure;
mod faults;
mod power_loss;
mod private;
mod proxy;
mod site;
mod table;
mod tormented;

pub use endure::{Endured, Torture};
pub use faults::FaultName;
pub use table::{head, row};
pub use tormented::torment;
