//! What was endured, as a table.

use super::{Endured, FaultName};
use crate::store::Kind;

/// The head of the table.
pub fn head() -> String {
    format!(
        "{:<42} {:<9} {:>7} {:>9} {:>10} {:>15} {:>8}  note\n",
        "fault", "store", "strikes", "commands", "sent again", "longest silence", "took"
    )
}

/// The line of one fault on one store.
pub fn row(fault: FaultName, kind: Kind, endured: &Endured) -> String {
    let Endured { strikes, commands, sent_again, longest_silence, took, note } = endured;
    let (silence, took) = (longest_silence.as_secs_f64(), took.as_secs());
    format!(
        "{:<42} {:<9} {strikes:>7} {commands:>9} {sent_again:>10} {silence:>13.1} s {took:>6} s  {note}\n",
        fault.title(),
        kind.name(),
    )
}
