//! The environment, read here and nowhere else.

use std::collections::BTreeMap;

use super::Settings;

/// What the name of every variable of Docket's begins with.
const PREFIX: &str = "DOCKET_";
/// The variable that names the configuration file.
const FILE: &str = "DOCKET_CONFIG";
/// Variables of Docket's development, which are no configuration of the server.
const OF_TESTS: &[&str] = &["DOCKET_TEST_", "DOCKET_BENCH_"];

/// The variables that begin with `DOCKET_`.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// The process's own. A variable that is not UTF-8 counts as absent.
    pub fn read() -> Self {
        let texts = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        texts.collect()
    }

    /// The configuration file that it names.
    pub fn file(&self) -> Option<&str> {
        self.variables.get(FILE).map(String::as_str)
    }

    /// The settings that it has, by key.
    pub fn settings(&self) -> BTreeMap<String, String> {
        let value =
            |key: &&str| Some(((*key).to_owned(), self.variables.get(&variable(key))?.clone()));
        Settings::KEYS.iter().filter_map(value).collect()
    }

    /// Variables that look like settings and are none: mistyped, most likely.
    pub fn unknown(&self) -> Vec<&str> {
        let known = |name: &str| {
            let key = name.trim_start_matches(PREFIX).to_lowercase();
            name == FILE
                || Settings::KEYS.contains(&key.as_str())
                || OF_TESTS.iter().any(|prefix| name.starts_with(prefix))
        };
        self.variables.keys().map(String::as_str).filter(|name| !known(name)).collect()
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(variables: T) -> Self {
        let ours = |(name, value): &(String, String)| name.starts_with(PREFIX) && !value.is_empty();
        Self { variables: variables.into_iter().filter(ours).collect() }
    }
}

/// The variable that holds the setting `key`.
pub fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.to_uppercase())
}
