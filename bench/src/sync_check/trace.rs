//! Reading what strace wrote.

/// What matters of a system call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    /// The log was synced.
    LogSynced,
    /// An answer to a mutation went out.
    Answered,
}

/// A call with the time at which it was over, or began where that is what counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Event {
    /// Microseconds since 1970-01-01 UTC.
    pub(super) at_us: u64,
    /// What happened.
    pub(super) call: Call,
}

/// How the log's file shows in a trace made with `-y`: SQLite's write-ahead log, PostgreSQL's.
const LOG_FILES: [&str; 2] = ["/log.db-wal>", "/pg_wal/"];

const SYNCS: [&str; 2] = ["fdatasync(", "fsync("];

const WRITES: [&str; 3] = ["sendto(", "write(", "writev("];

/// The beginning of an answer, in a trace of strings.
const ANSWER: &str = "\"HTTP/1.1 200 OK";

/// The calls that matter, of a trace made with `-f -ttt -T -y`. A sync counts from when it came back, an
/// answer from when it was begun.
pub(super) fn events(trace: &str) -> Vec<Event> {
    let mut unfinished: Vec<(&str, &str)> = Vec::new();
    let mut events = Vec::new();
    for line in trace.lines() {
        let Some((process, at_us, call)) = split(line) else { continue };
        if call.ends_with("<unfinished ...>") {
            unfinished.push((process, call));
        }
        let synced = synced(process, call, &mut unfinished)
            .map(|took_us| (at_us + took_us, Call::LogSynced));
        let answered = answered(call).then_some((at_us, Call::Answered));
        events.extend(synced.or(answered).map(|(at_us, call)| Event { at_us, call }));
    }
    events
}

/// The process, the time in microseconds, and the rest of a line.
fn split(line: &str) -> Option<(&str, u64, &str)> {
    let (process, rest) = line.trim_start().split_once(char::is_whitespace)?;
    let (time, call) = rest.trim_start().split_once(' ')?;
    let (seconds, micros) = time.split_once('.')?;
    let at_us = seconds.parse::<u64>().ok()? * 1_000_000 + micros.parse::<u64>().ok()?;
    Some((process, at_us, call))
}

/// How long after the line's time a sync of the log came back well; `None` for any other line.
fn synced(process: &str, call: &str, unfinished: &mut Vec<(&str, &str)>) -> Option<u64> {
    if call.ends_with("<unfinished ...>") {
        return None;
    }
    let resumed = call.starts_with("<... f") && call.contains("sync resumed>");
    if !resumed {
        return (is_log_sync(call) && call.contains(") = 0")).then(|| took_us(call));
    }
    let begun =
        unfinished.iter().rposition(|(by, call)| *by == process && call.contains("sync("))?;
    let (_, begun) = unfinished.remove(begun);
    (is_log_sync(begun) && call.contains(") = 0")).then_some(0)
}

fn is_log_sync(call: &str) -> bool {
    SYNCS.iter().any(|name| call.starts_with(name))
        && LOG_FILES.iter().any(|file| call.contains(file))
}

fn answered(call: &str) -> bool {
    WRITES.iter().any(|name| call.starts_with(name)) && call.contains(ANSWER)
}

/// The time that `-T` appends to a call: `<0.000123>`.
fn took_us(call: &str) -> u64 {
    let took = call.rsplit_once('<').and_then(|(_, took)| took.strip_suffix('>'));
    let micros = took.and_then(|took| took.split_once('.')).and_then(|(seconds, micros)| {
        Some(seconds.parse::<u64>().ok()? * 1_000_000 + micros.parse::<u64>().ok()?)
    });
    micros.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(trace: &str) -> Vec<(u64, Call)> {
        events(trace).into_iter().map(|event| (event.at_us, event.call)).collect()
    }

    #[test]
    fn a_sync_counts_from_when_it_came_back() {
        let trace = "77 1700000000.000010 fdatasync(9</tmp/d/log.db-wal>) = 0 <0.000030>";
        assert_eq!(calls(trace), [(1_700_000_000_000_040, Call::LogSynced)]);
    }

    #[test]
    fn a_sync_that_was_interrupted_in_the_trace_counts_from_its_end() {
        let trace = "77 1.000010 fdatasync(9</d/pg_wal/0001> <unfinished ...>\n\
                     78 1.000020 write(1</dev/null>, \"x\", 1) = 1 <0.000001>\n\
                     77 1.000050 <... fdatasync resumed>) = 0 <0.000040>";
        assert_eq!(calls(trace), [(1_000_050, Call::LogSynced)]);
    }

    #[test]
    fn other_files_are_not_the_log() {
        let trace = "77 1.000010 fdatasync(9</tmp/d/views.db-wal>) = 0 <0.000030>";
        assert_eq!(calls(trace), []);
    }

    #[test]
    fn a_sync_that_fails_is_none() {
        let trace = "77 1.000010 fdatasync(9</tmp/d/log.db-wal>) = -1 EIO (I/O error) <0.000030>";
        assert_eq!(calls(trace), []);
    }

    #[test]
    fn an_answer_counts_from_its_beginning() {
        let trace =
            "77 1.000010 sendto(7<socket:[1]>, \"HTTP/1.1 200 OK\\r\\n\"..., 9, 0) = 9 <0.000002>";
        assert_eq!(calls(trace), [(1_000_010, Call::Answered)]);
    }
}
