//! What was endured, as a table.

use std::fmt::Write as _;

use super::{Endured, FaultName};
use crate::store::Kind;

/// One line for each fault and store.
pub fn table(endured: &[(FaultName, Kind, Endured)]) -> String {
    let mut text = format!(
        "{:<42} {:<9} {:>7} {:>9} {:>10} {:>15}\n",
        "fault", "store", "strikes", "commands", "sent again", "longest silence"
    );
    for (fault, kind, endured) in endured {
        let Endured { strikes, commands, sent_again, longest_silence } = endured;
        // Writing to a text never fails.
        let _ = writeln!(
            text,
            "{:<42} {:<9} {strikes:>7} {commands:>9} {sent_again:>10} {:>13.1} s",
            fault.title(),
            kind.name(),
            longest_silence.as_secs_f64(),
        );
    }
    text
}
