//! What no linter can hold: which way dependencies point, how long files are, what stands where.
//!
//! Every failure says what to do about it.
#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// Lines above which nobody keeps a file in mind; past 300 is the time to split it by verb.
const MAX_FILE_LINES: usize = 400;

/// What each crate may use of the workspace's own; dependencies point one way.
const LAYERS: [(&str, &[&str]); 8] = [
    ("domain", &[]),
    ("eventlog", &["docket-domain"]),
    ("projections", &["docket-domain", "docket-eventlog"]),
    (".", &["docket-domain", "docket-eventlog", "docket-projections"]),
    ("xtask/postgres", &[]),
    ("xtask", &["private-postgres"]),
    ("bench", &["private-postgres"]),
    ("tests/support/eventstoredb", &[]),
];

/// Own crates that only the tests of a crate may use.
const TEST_LAYERS: [(&str, &[&str]); 2] = [
    (".", &["docket-bench", "eventstoredb-wire", "private-postgres"]),
    ("eventlog", &["eventstoredb-wire"]),
];

/// Crates that reach out of the process, or that answer differently each time.
const IMPURE: [&str; 16] = [
    "actix-web",
    "async-graphql",
    "eventstore",
    "fd-lock",
    "figment",
    "getrandom",
    "hyper",
    "metrics",
    "postgres-es",
    "rand",
    "reqwest",
    "sea-query",
    "sqlx",
    "tempfile",
    "tokio",
    "tracing",
];

/// The same, of the standard library and of crates that the domain uses for other things.
const IMPURE_PATHS: [&str; 9] = [
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "Instant::now",
    "SystemTime::now",
    "Utc::now",
    "Uuid::new_v4",
];

/// Names that say nothing of what a file holds.
const EMPTY_NAMES: [&str; 6] = ["helper", "helpers", "manager", "misc", "util", "utils"];

#[test]
fn dependencies_point_one_way() {
    let own: BTreeSet<String> = LAYERS.iter().map(|(folder, _)| package_name(folder)).collect();
    let faults = LAYERS.iter().flat_map(|(folder, allowed)| {
        let manifest = manifest(folder);
        let tests = TEST_LAYERS.iter().filter(|(of, _)| of == folder).flat_map(|(_, more)| *more);
        let for_tests: Vec<&str> = allowed.iter().chain(tests).copied().collect();
        let code = strangers(&manifest, &["dependencies", "build-dependencies"], &own, allowed);
        let tests = strangers(&manifest, &["dev-dependencies"], &own, &for_tests);
        code.into_iter().chain(tests).map(move |name| format!("{folder}/Cargo.toml uses {name}"))
    });
    none(
        faults,
        "move the code to the layer that may use it: server → projections → event log → domain",
    );
}

#[test]
fn every_crate_of_the_workspace_has_its_layer() {
    let members = manifest(".")["workspace"]["members"].clone();
    let layers: BTreeSet<&str> = LAYERS.iter().map(|(folder, _)| *folder).collect();
    let faults = members.as_array().expect("a list").iter().filter_map(|member| {
        let folder = member.as_str().expect("a folder");
        (!layers.contains(folder)).then(|| format!("`{folder}` is in no layer"))
    });
    none(faults, "add it to LAYERS in tests/architecture.rs, with what it may use");
}

#[test]
fn the_domain_is_pure() {
    let manifest = manifest("domain");
    let crates = names(&manifest, "dependencies")
        .into_iter()
        .filter(|name| IMPURE.contains(&name.as_str()))
        .map(|name| format!("domain/Cargo.toml uses {name}"));
    let paths = rust_files("domain/src").into_iter().flat_map(|file| {
        let text = code_of(&file);
        let found = IMPURE_PATHS.into_iter().filter(move |path| text.contains(path));
        found.map(move |path| format!("{} uses {path}", shown(&file)))
    });
    none(crates.chain(paths), "take it in as a fact, through a port or with the command");
}

#[test]
fn versions_of_dependencies_stand_once() {
    let faults = LAYERS.iter().flat_map(|(folder, _)| {
        let manifest = manifest(folder);
        ["dependencies", "dev-dependencies", "build-dependencies"].into_iter().flat_map(
            move |kind| {
                let table =
                    manifest.get(kind).and_then(Value::as_table).cloned().unwrap_or_default();
                table.into_iter().filter_map(move |(name, value)| {
                    let inherited = value.get("workspace").and_then(Value::as_bool) == Some(true);
                    (!inherited)
                        .then(|| format!("{folder}/Cargo.toml has its own version of {name}"))
                })
            },
        )
    });
    none(
        faults,
        "move the version to [workspace.dependencies], with a few words on what it is for",
    );
}

#[test]
fn every_dependency_says_what_it_is_for() {
    let text = fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml");
    let (_, section) = text.split_once("[workspace.dependencies]").expect("the section");
    let (section, _) = section.split_once("\n[").expect("a section after it");
    let faults = section
        .lines()
        .filter(|line| line.contains('=') && !line.contains("path =") && !line.contains('#'));
    none(faults.map(str::to_owned), "add a comment of a few words after it");
}

#[test]
fn files_fit_in_a_mind() {
    let faults = rust_files(".").into_iter().filter_map(|file| {
        let lines = read(&file).lines().count();
        (lines > MAX_FILE_LINES).then(|| format!("{} has {lines} lines", shown(&file)))
    });
    none(faults, &format!("split it by verb: at most {MAX_FILE_LINES} lines, better 60 to 200"));
}

#[test]
fn files_are_named_for_what_they_hold() {
    let faults = rust_files(".").into_iter().filter(|file| {
        file.strip_prefix(root()).expect("inside").iter().any(|part| {
            let name = part.to_str().expect("UTF-8").trim_end_matches(".rs");
            EMPTY_NAMES.contains(&name)
        })
    });
    none(faults.map(|file| shown(&file)), "name it in the field's words, for what it holds");
}

#[test]
fn module_roots_only_declare() {
    let faults = rust_files(".").into_iter().filter(|file| {
        let name = file.file_name().expect("a name");
        (name == "mod.rs" || name == "lib.rs") && !file.starts_with(root().join("tests"))
    });
    let faults = faults.flat_map(|file| {
        let items = items(&code_of(&file));
        items.into_iter().map(move |item| format!("{}: {item}", shown(&file)))
    });
    none(
        faults,
        "mod.rs and lib.rs hold `mod`, `use` and documentation: move the item to a file of its own",
    );
}

#[test]
fn every_decision_has_its_tests_beside_it() {
    let faults = rust_files("domain/src").into_iter().filter(|file| {
        let text = read(file);
        let decides = file.parent().is_some_and(|parent| parent.ends_with("decide"))
            && !file.ends_with("dispatch.rs")
            && text.contains("fn decide(");
        decides && !text.contains("#[test]") && !text.contains("mod tests;")
    });
    none(faults.map(|file| shown(&file)), "add a `mod tests`: one success and every refusal");
}

#[test]
fn every_event_has_a_golden_file_for_each_of_its_versions() {
    let declared = declared_events();
    let kept = golden_versions();
    let missing = declared.difference(&kept.keys().cloned().collect()).cloned().collect::<Vec<_>>();
    let missing = missing
        .into_iter()
        .map(|(slice, event)| format!("domain/golden/{slice}/{event}.v1.json is missing"));
    let unknown = kept.keys().filter(|key| !declared.contains(*key)).map(|(slice, event)| {
        format!("domain/golden/{slice}/{event}.v*.json is of no event that domain/src/{slice}/events.rs declares")
    });
    let gaps = kept.iter().filter(|(_, versions)| !(1..).zip(*versions).all(|(n, v)| n == *v));
    let gaps = gaps.map(|((slice, event), versions)| {
        format!("domain/golden/{slice}/{event} has the versions {versions:?}, not 1, 2, 3 …")
    });
    none(
        missing.chain(unknown).chain(gaps),
        "event shapes are an archive: keep one JSON file for every version that was ever released",
    );
}

#[test]
fn no_test_is_switched_off() {
    let faults =
        rust_files(".").into_iter().filter(|file| code_of(file).contains(concat!("#[", "ignore")));
    none(faults.map(|file| shown(&file)), "make it pass, or take it out");
}

fn none(faults: impl IntoIterator<Item = String>, advice: &str) {
    let faults: Vec<String> = faults.into_iter().collect();
    assert!(faults.is_empty(), "\n{}\n\nWhat to do: {advice}.\n", faults.join("\n"));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn shown(file: &Path) -> String {
    file.strip_prefix(root()).unwrap_or(file).display().to_string()
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", shown(file)))
}

fn manifest(folder: &str) -> Table {
    read(&root().join(folder).join("Cargo.toml")).parse().expect("a manifest")
}

fn package_name(folder: &str) -> String {
    manifest(folder)["package"]["name"].as_str().expect("a name").to_owned()
}

fn names(manifest: &Table, kind: &str) -> Vec<String> {
    let table = manifest.get(kind).and_then(Value::as_table);
    table.map(|table| table.keys().cloned().collect()).unwrap_or_default()
}

/// Crates of the workspace that `manifest` uses without being allowed to.
fn strangers(
    manifest: &Table,
    kinds: &[&str],
    own: &BTreeSet<String>,
    allowed: &[&str],
) -> Vec<String> {
    let used = kinds.iter().flat_map(|kind| names(manifest, kind));
    used.filter(|name| own.contains(name) && !allowed.contains(&name.as_str())).collect()
}

/// Every Rust file below `folder`, generated ones and hidden folders apart.
fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry"))
        {
            let (path, name) = (entry.path(), entry.file_name());
            if path.is_dir() {
                let skipped = name == "target" || name.to_string_lossy().starts_with('.');
                folders.extend((!skipped).then_some(path));
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// A file without its comments.
fn code_of(file: &Path) -> String {
    let text = read(file);
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.collect::<Vec<_>>().join("\n")
}

/// The first lines of the items at the top of a file that define something: not modules, nor
/// re-exports.
fn items(code: &str) -> Vec<String> {
    const DEFINING: [&str; 10] = [
        "async ",
        "const ",
        "enum ",
        "fn ",
        "impl",
        "macro_rules!",
        "static ",
        "struct ",
        "trait ",
        "type ",
    ];
    let defines = |line: &str| {
        let item = match line.strip_prefix("pub") {
            Some(rest) if rest.starts_with('(') => {
                rest.split_once(')').map_or("", |(_, item)| item)
            }
            Some(rest) => rest,
            None => return DEFINING.iter().any(|word| line.starts_with(word)),
        };
        DEFINING.iter().any(|word| item.trim_start().starts_with(word))
    };
    code.lines().filter(|line| defines(line)).map(str::to_owned).collect()
}

/// Every (slice, event type) that the domain declares: the texts that `event_type` answers with.
fn declared_events() -> BTreeSet<(String, String)> {
    let files = rust_files("domain/src").into_iter().filter(|file| file.ends_with("events.rs"));
    let events = files.flat_map(|file| {
        let slice = file.parent().and_then(Path::file_name).expect("a slice");
        let slice = slice.to_str().expect("UTF-8").to_owned();
        let text = code_of(&file);
        let (_, body) = text.split_once("fn event_type(").expect("an event_type");
        let (body, _) = body.split_once("fn event_version(").expect("an event_version after it");
        let texts: Vec<String> = body.split('"').skip(1).step_by(2).map(str::to_owned).collect();
        texts.into_iter().map(move |event| (slice.clone(), event))
    });
    let events: BTreeSet<_> = events.collect();
    assert!(
        !events.is_empty(),
        "no events were found: this test reads domain/src/<slice>/events.rs"
    );
    events
}

/// The versions that golden files keep, by (slice, event type).
fn golden_versions() -> BTreeMap<(String, String), BTreeSet<u32>> {
    let mut kept: BTreeMap<(String, String), BTreeSet<u32>> = BTreeMap::new();
    let Ok(slices) = fs::read_dir(root().join("domain/golden")) else { return kept };
    for slice in slices.map(|entry| entry.expect("an entry")).filter(|it| it.path().is_dir()) {
        for file in
            fs::read_dir(slice.path()).expect("a folder").map(|entry| entry.expect("an entry"))
        {
            let name = file.file_name().into_string().expect("UTF-8");
            let (event, version) = name.split_once(".v").expect("<Event>.v<version>.json");
            let version = version.strip_suffix(".json").and_then(|version| version.parse().ok());
            let key = (slice.file_name().into_string().expect("UTF-8"), event.to_owned());
            kept.entry(key).or_default().insert(version.expect("<Event>.v<version>.json"));
        }
    }
    kept
}
