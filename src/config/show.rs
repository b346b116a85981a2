//! The effective configuration, for people and machines, without its secrets.

use serde::Serialize;

use super::{Loaded, Settings};

/// What stands where a secret is.
const MASK: &str = "***";

/// The source of what nobody says anything of.
const DEFAULT: &str = "default";

/// A setting with its value, and where that is from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// The key, as `docket.toml` has it.
    pub key: &'static str,
    /// The value, secrets masked; `None` where there is none.
    pub value: Option<String>,
    /// The flag, the variable, or the file and its key; `default` where nobody said anything.
    pub source: String,
}

impl Loaded {
    /// Every setting.
    pub fn shown(&self) -> Vec<Shown> {
        Settings::KEYS.iter().map(|key| self.one(key)).collect()
    }

    /// Whether nobody says anything of the setting `key`.
    pub fn is_default(&self, key: &'static str) -> bool {
        self.one(key).source == DEFAULT
    }

    fn one(&self, key: &'static str) -> Shown {
        let found = self.figment.find_value(key).ok();
        let source = found.as_ref().and_then(|value| {
            let metadata = self.figment.get_metadata(value.tag())?;
            let shipped = metadata.name.contains("Defaults");
            (!shipped).then(|| metadata.interpolate(&figment::Profile::Default, &[key]))
        });
        Shown {
            key,
            value: self.settings.told(key),
            source: source.unwrap_or_else(|| DEFAULT.to_owned()),
        }
    }
}

impl Settings {
    fn told(&self, key: &str) -> Option<String> {
        let url =
            |url: &Option<super::Secret>| url.as_ref().map(|url| without_password(url.expose()));
        match key {
            "listen" => Some(self.listen.to_string()),
            "data_dir" => Some(self.data_dir.display().to_string()),
            "database_url" => url(&self.database_url),
            "events_url" => url(&self.events_url),
            "migrate_url" => url(&self.migrate_url),
            "mode" => Some(format!("{:?}", self.mode).to_lowercase()),
            "master_key" => self.master_key.as_ref().map(|_| MASK.to_owned()),
            "master_key_file" => {
                self.master_key_file.as_ref().map(|path| path.display().to_string())
            }
            "origins" => Some(self.origins.join(", ")).filter(|text| !text.is_empty()),
            "trusted_proxies" => {
                let proxies: Vec<_> =
                    self.trusted_proxies.iter().map(ToString::to_string).collect();
                Some(proxies.join(", ")).filter(|text| !text.is_empty())
            }
            "log_connections" => Some(self.log_connections.to_string()),
            "views_connections" => Some(self.views_connections.to_string()),
            "identity_connections" => Some(self.identity_connections.to_string()),
            "snapshots" => Some(self.snapshots.to_string()),
            "log" => Some(self.log.clone()),
            "log_format" => Some(format!("{:?}", self.log_format).to_lowercase()),
            _ => None,
        }
    }
}

/// A URL with its password masked; wholly masked where it cannot be told apart.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return MASK.to_owned() };
    let rest = match rest.rsplit_once('@') {
        Some((user, host)) => match user.split_once(':') {
            Some((user, _)) => format!("{user}:{MASK}@{host}"),
            None => format!("{user}@{host}"),
        },
        None => rest.to_owned(),
    };
    // A password may also stand among the parameters.
    let rest = match rest.split_once("password=") {
        Some((before, after)) => {
            let end = after.find('&').map_or("", |end| after.get(end..).unwrap_or_default());
            format!("{before}password={MASK}{end}")
        }
        None => rest,
    };
    format!("{scheme}://{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_masked_wherever_they_stand() {
        for (url, shown) in [
            ("postgres://docket:s3cr@t@db/docket", "postgres://docket:***@db/docket"),
            ("postgres://docket@db/docket", "postgres://docket@db/docket"),
            ("postgres://db/docket", "postgres://db/docket"),
            (
                "postgres://db/d?password=x&sslmode=require",
                "postgres://db/d?password=***&sslmode=require",
            ),
            ("secret", "***"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
