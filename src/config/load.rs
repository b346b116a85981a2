//! Putting the configuration together.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use figment::providers::{Format, Serialized, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::environment::{Environment, variable};
use super::settings::Defaults;
use super::{ConfigError, Settings};

/// The file that is read from the working directory where no other is named.
const FILE: &str = "docket.toml";

/// What the command line says.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// The configuration file.
    pub file: Option<PathBuf>,
    /// Settings by key.
    pub settings: BTreeMap<String, String>,
}

/// A configuration and where it is from.
#[derive(Debug)]
pub struct Loaded {
    /// The configuration itself.
    pub settings: Settings,
    /// The file that was read; `None` where there is none.
    pub file: Option<PathBuf>,
    /// Variables of the environment that look like settings and are none.
    pub unknown_variables: Vec<String>,
    pub(super) figment: Figment,
}

/// Puts the configuration together from flags, the process's environment and the file.
///
/// # Errors
/// `File` where a file that was named cannot be read, `Values` for what cannot be read as a setting or is
/// none, `Nonsense` for settings that contradict each other.
pub fn load(flags: Flags) -> Result<Loaded, ConfigError> {
    load_from(flags, &Environment::read(), Path::new(FILE))
}

fn load_from(flags: Flags, from: &Environment, usual: &Path) -> Result<Loaded, ConfigError> {
    let named = flags.file.clone().or_else(|| from.file().map(PathBuf::from));
    let file = named.or_else(|| usual.exists().then(|| usual.to_owned()));
    let mut figment = Figment::from(Serialized::defaults(Defaults::default()));
    if let Some(path) = &file {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::File { path: path.clone(), source })?;
        let source = path.display().to_string();
        figment = figment.merge(Named { provider: Toml::string(&text), name: source });
    }
    let environment = from.settings();
    let figment = figment.merge(Texts { values: environment, name: variable }).merge(Texts {
        values: flags.settings,
        name: |key| format!("--{}", key.replace('_', "-")),
    });
    let settings: Settings = figment.extract().map_err(|error| values(&error))?;
    settings.check()?;
    let unknown_variables = from.unknown().into_iter().map(str::to_owned).collect();
    Ok(Loaded { settings, file, unknown_variables, figment })
}

/// Settings as texts, each under a name of its own.
struct Texts {
    values: BTreeMap<String, String>,
    name: fn(&str) -> String,
}

impl Provider for Texts {
    fn metadata(&self) -> Metadata {
        let name = self.name;
        Metadata::named("")
            .interpolater(move |_, keys| keys.last().map(|key| name(key)).unwrap_or_default())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let values =
            self.values.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str())));
        Ok(Profile::Default.collect(values.collect()))
    }
}

/// A provider whose source is told by `name`.
struct Named<P> {
    provider: P,
    name: String,
}

impl<P: Provider> Provider for Named<P> {
    fn metadata(&self) -> Metadata {
        let name = self.name.clone();
        Metadata::named("").interpolater(move |_, keys| format!("{name}: {}", keys.join(".")))
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        self.provider.data()
    }
}

/// Every value that is wrong, with where it is from.
fn values(error: &figment::Error) -> ConfigError {
    let told = |error: figment::Error| {
        let profile = error.profile.clone().unwrap_or_default();
        let from = error.metadata.as_ref().map(|found| found.interpolate(&profile, &error.path));
        match from.filter(|from| !from.is_empty()) {
            Some(from) => format!("{from}: {}", error.kind),
            None => error.kind.to_string(),
        }
    };
    ConfigError::Values(error.clone().into_iter().map(told).collect())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use tempfile::NamedTempFile;

    use super::*;
    use crate::config::{LogFormat, Shown};
    use crate::http::Mode;

    fn loaded(
        flags: &[(&str, &str)],
        variables: &[(&str, &str)],
        file: &str,
    ) -> Result<Loaded, ConfigError> {
        let mut written = NamedTempFile::new().unwrap();
        written.write_all(file.as_bytes()).unwrap();
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        let settings = flags.iter().map(owned).collect();
        let environment = variables.iter().map(owned).collect();
        load_from(Flags { file: None, settings }, &environment, written.path())
    }

    fn refused(variables: &[(&str, &str)], file: &str) -> String {
        loaded(&[], variables, file).unwrap_err().to_string()
    }

    #[test]
    fn where_nobody_says_anything_it_is_the_embedded_store_on_this_machine() {
        let settings = loaded(&[], &[], "").unwrap().settings;
        assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(settings.data_dir, PathBuf::from("./docket-data"));
        assert_eq!((settings.database_url, settings.mode), (None, Mode::Development));
        assert!(settings.snapshots);
    }

    #[test]
    fn flags_are_over_the_environment_and_that_over_the_file() {
        let file = "listen = \"127.0.0.1:1\"\nlog = \"file\"\nmode = \"production\"";
        let variables = [("DOCKET_LISTEN", "127.0.0.1:2"), ("DOCKET_LOG", "variable")];
        let loaded = loaded(&[("listen", "127.0.0.1:3")], &variables, file).unwrap();
        assert_eq!(loaded.settings.listen.port(), 3);
        assert_eq!(loaded.settings.log, "variable");
        assert_eq!(loaded.settings.mode, Mode::Production);
        let source = |key: &str| {
            let shown: Vec<Shown> = loaded.shown();
            shown.into_iter().find(|shown| shown.key == key).unwrap().source
        };
        assert_eq!(source("listen"), "--listen");
        assert_eq!(source("log"), "DOCKET_LOG");
        assert!(source("mode").ends_with(": mode"), "{}", source("mode"));
        assert_eq!(source("data_dir"), "default");
    }

    #[test]
    fn the_environment_is_text_whatever_it_looks_like() {
        let variables = [
            ("DOCKET_MASTER_KEY", "1234"),
            ("DOCKET_ORIGINS", "https://a.example, https://b.example"),
            ("DOCKET_LOG_FORMAT", "json"),
            ("DOCKET_TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
            ("DOCKET_SNAPSHOTS", "false"),
            ("DOCKET_DATABASE_URL", "postgres://u:p@h/d"),
        ];
        let settings = loaded(&[], &variables, "").unwrap().settings;
        assert_eq!(settings.master_key.as_ref().map(super::super::Secret::expose), Some("1234"));
        assert_eq!(settings.origins, ["https://a.example", "https://b.example"]);
        assert_eq!(settings.log_format, LogFormat::Json);
        let proxies: Vec<_> = settings.trusted_proxies.iter().map(ToString::to_string).collect();
        assert_eq!(proxies, ["10.0.0.0/8", "::1/128"]);
        assert!(!settings.snapshots);
        assert!(!format!("{settings:?}").contains("1234"));
    }

    #[test]
    fn a_key_that_is_none_is_refused_in_the_file_and_told_of_in_the_environment() {
        let refused = refused(&[], "listn = \"127.0.0.1:1\"");
        assert!(refused.contains("listn") && refused.contains("`listen`"), "{refused}");
        let variables = [("DOCKET_LISTN", "x"), ("DOCKET_TEST_POSTGRES_URL", "x")];
        assert_eq!(loaded(&[], &variables, "").unwrap().unknown_variables, ["DOCKET_LISTN"]);
    }

    #[test]
    fn a_value_that_cannot_be_read_is_refused_with_where_it_is_from() {
        let refusal = refused(&[("DOCKET_LISTEN", "nowhere")], "");
        assert!(refusal.starts_with("DOCKET_LISTEN: "), "{refusal}");
        let refusal = refused(&[("DOCKET_TRUSTED_PROXIES", "the balancer")], "");
        assert!(refusal.contains("neither an address nor a network"), "{refusal}");
        let refusal = refused(&[("DOCKET_SNAPSHOTS", "off")], "");
        assert!(refusal.contains("neither `true` nor `false`"), "{refusal}");
        let refusal = refused(&[], "mode = \"test\"");
        assert!(refusal.contains(": mode: "), "{refusal}");
        assert!(refusal.contains("development"), "{refusal}");
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let key = "DOCKET_MASTER_KEY";
        for (variables, said) in [
            (vec![("DOCKET_DATABASE_URL", "mysql://h/d")], "database_url: begins with"),
            (vec![("DOCKET_MIGRATE_URL", "postgres://h/d")], "migrate_url: there is no"),
            (vec![(key, "x"), ("DOCKET_MASTER_KEY_FILE", "y")], "master_key: give the key or"),
            (vec![("DOCKET_ORIGINS", "example.org")], "origins: `example.org` is no origin"),
        ] {
            let refusal = refused(&variables, "");
            assert!(refusal.starts_with(said), "{refusal}");
        }
    }

    #[test]
    fn a_file_that_was_named_must_be_there() {
        let flags = Flags { file: Some(PathBuf::from("/nowhere.toml")), ..Flags::default() };
        let missing = load_from(flags, &Environment::default(), Path::new("/none")).unwrap_err();
        assert!(missing.to_string().starts_with("/nowhere.toml: "), "{missing}");
    }
}
