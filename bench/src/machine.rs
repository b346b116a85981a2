//! What the numbers were measured on.

use serde::Serialize;

/// The machine.
#[derive(Debug, Clone, Serialize)]
pub struct Machine {
    /// The operating system.
    pub os: &'static str,
    /// The processor's architecture.
    pub architecture: &'static str,
    /// The processor's name; `None` where the system does not tell.
    pub processor: Option<String>,
    /// Processors that this process may use.
    pub processors: usize,
    /// Memory in bytes; `None` where the system does not tell.
    pub memory_bytes: Option<u64>,
}

impl Machine {
    /// This one.
    pub fn here() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            os: std::env::consts::OS,
            architecture: std::env::consts::ARCH,
            processor: field("/proc/cpuinfo", "model name"),
            processors,
            memory_bytes: field("/proc/meminfo", "MemTotal").and_then(|text| bytes(&text)),
        }
    }
}

/// The value of the first line `name: value` of a file.
fn field(file: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// Bytes of a text such as `16384 kB`.
fn bytes(text: &str) -> Option<u64> {
    let kilobytes: u64 = text.strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn memory_is_told_in_bytes() {
        assert_eq!(bytes("16384 kB"), Some(16_777_216));
    }
}
