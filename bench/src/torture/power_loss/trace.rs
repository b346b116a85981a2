//! Reading what strace wrote.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use super::call::{Act, Call};

/// How a place in the log is told in an answer.
const POSITION: &str = "\"position\":\"";

/// What a connection is called.
const SOCKET: &str = "socket:";

/// What SQLite shares between processes by mapping it into their memory: it is made anew whenever it is not there, and
/// never on disk as far as anybody may rely on it.
const SHARED_MEMORY: &str = "-shm";

/// Of a trace made with `-f -y -xx` and with whole strings, what concerns the files right in `directory`, and the answers,
/// in the order in which they began.
///
/// # Errors
/// When something was done to those files that is not known here, or the trace is not whole.
pub(super) fn calls(trace: &[u8], directory: &Path) -> Result<Vec<Call>> {
    let directory = directory.to_str().context("a directory whose name is text")?;
    let mut unfinished: HashMap<&str, (usize, &str)> = HashMap::new();
    let mut calls = Vec::new();
    for (number, line) in trace.split(|byte| *byte == b'\n').enumerate() {
        let line = std::str::from_utf8(line).context("a trace in hexadecimal")?;
        let Some((process, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        let (began, text) = if let Some(first) = rest.strip_suffix("<unfinished ...>") {
            unfinished.insert(process, (number, first));
            continue;
        } else if let Some((_, end)) = rest.split_once(" resumed>") {
            let first = unfinished.remove(process);
            let (at, first) = first.with_context(|| format!("line {number} resumes nothing"))?;
            (at, format!("{}{}", first.trim_end(), end.trim_start()))
        } else {
            (number, rest.to_owned())
        };
        let act = act(&text, directory).with_context(|| format!("line {number} of the trace"))?;
        calls.extend(act.map(|act| Call { began, ended: number, act }));
    }
    // What never came back may have been carried out.
    for (began, first) in unfinished.into_values() {
        let act = act(&format!("{}) = 0", first.trim_end()), directory)?;
        calls.extend(act.map(|act| Call { began, ended: usize::MAX, act }));
    }
    calls.sort_by_key(|call| call.began);
    Ok(calls)
}

/// What one call did; `None` where it failed, or does not matter.
fn act(text: &str, directory: &str) -> Result<Option<Act>> {
    let Some((name, rest)) = text.split_once('(') else { return Ok(None) };
    let Some((arguments, came_to)) = result(rest) else { return Ok(None) };
    if came_to.starts_with('-') || came_to.starts_with('?') {
        return Ok(None);
    }
    let call = Text { arguments: arguments.split(", ").collect(), directory };
    if call.open_path().is_some_and(|path| path.starts_with(SOCKET)) {
        let positions = positions(&String::from_utf8_lossy(&call.strings()));
        return Ok((!positions.is_empty()).then_some(Act::Answer { positions }));
    }
    let Some(file) = call.file().filter(|name| !name.ends_with(SHARED_MEMORY)) else {
        return Ok(None);
    };
    call.done_to(name, file).with_context(|| format!("`{name}`"))
}

/// The arguments of a call, and what it came to: the words for an error may have brackets as well.
fn result(call: &str) -> Option<(&str, &str)> {
    let mut ends = call.rmatch_indices(')');
    ends.find_map(|(at, _)| {
        let (arguments, rest) = call.split_at_checked(at)?;
        Some((arguments, rest.strip_prefix(')')?.trim_start().strip_prefix("= ")?))
    })
}

/// The text of a call.
struct Text<'a> {
    arguments: Vec<&'a str>,
    directory: &'a str,
}

impl Text<'_> {
    fn done_to(&self, call: &str, name: String) -> Result<Option<Act>> {
        let is_directory = name.is_empty();
        Ok(Some(match call {
            "open" | "openat" => {
                let flags = self.arguments.iter().find(|flags| flags.starts_with("O_"));
                let flags = flags.context("no flags")?;
                let empties = flags.contains("O_TRUNC");
                if !flags.contains("O_CREAT") && !empties {
                    return Ok(None);
                }
                Act::Open { name, empties }
            }
            "write" => Act::Write { name, at: None, bytes: self.bytes()? },
            "pwrite64" => {
                let at = self.argument(3).parse().context("no place")?;
                Act::Write { name, at: Some(at), bytes: self.bytes()? }
            }
            "ftruncate" => {
                Act::Resize { name, length: self.argument(1).parse().context("no length")? }
            }
            "fsync" | "fdatasync" if is_directory => Act::SyncNames,
            "fsync" | "fdatasync" => Act::Sync { name },
            "link" | "linkat" => Act::Link { from: name, to: self.second()? },
            "rename" | "renameat" | "renameat2" => Act::Rename { from: name, to: self.second()? },
            "unlink" | "unlinkat" => Act::Unlink { name },
            _ => bail!("it is done to {name}, and the model of the disk does not know it"),
        }))
    }

    /// The file that is meant, by its name in the directory; empty for the directory itself, `None` for any other.
    fn file(&self) -> Option<String> {
        let path = if self.argument(0).starts_with(|first: char| first.is_ascii_digit()) {
            self.open_path()?
        } else {
            self.paths().into_iter().next()?
        };
        self.named(&path)
    }

    /// What the first argument is the number of; `None` where its name was taken away: it has no place in any directory.
    fn open_path(&self) -> Option<String> {
        let (_, path) = self.argument(0).split_once('<')?;
        Some(decoded(path.strip_suffix('>')?))
    }

    fn second(&self) -> Result<String> {
        let path = self.paths().into_iter().nth(1).context("no second path")?;
        self.named(&path).context("out of the directory")
    }

    fn named(&self, path: &str) -> Option<String> {
        let rest = path.strip_prefix(self.directory)?;
        let name = rest.strip_prefix('/').unwrap_or(rest);
        (rest.is_empty() || rest.starts_with('/')).then(|| name.to_owned())
    }

    fn argument(&self, index: usize) -> &str {
        self.arguments.get(index).copied().unwrap_or_default()
    }

    fn paths(&self) -> Vec<String> {
        let quoted = self.arguments.iter().filter(|argument| argument.starts_with('"'));
        quoted.map(|path| decoded(path.trim_matches('"'))).collect()
    }

    /// What is written, all of it.
    fn bytes(&self) -> Result<Vec<u8>> {
        let (bytes, told) = (self.strings(), self.argument(2));
        ensure!(Ok(bytes.len()) == told.parse(), "{} bytes of {told}", bytes.len());
        Ok(bytes)
    }

    /// The bytes of every string among the arguments.
    fn strings(&self) -> Vec<u8> {
        let strings = self.arguments.iter().filter_map(|argument| argument.split('"').nth(1));
        strings.flat_map(bytes).collect()
    }
}

/// `\x2f` and what is not escaped.
fn bytes(text: &str) -> Vec<u8> {
    let mut parts = text.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        bytes.extend(u8::from_str_radix(digits, 16));
        bytes.extend(rest.as_bytes());
    }
    bytes
}

fn decoded(text: &str) -> String {
    String::from_utf8_lossy(&bytes(text)).into_owned()
}

fn positions(answer: &str) -> Vec<u64> {
    let told = answer.split(POSITION).skip(1);
    told.filter_map(|rest| rest.split('"').next()?.parse().ok()).collect()
}

#[cfg(test)]
#[path = "trace_tests.rs"]
mod tests;
