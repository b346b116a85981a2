//! Makes code of the protocol's definitions, which the client's own package brings along.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use cargo_metadata::{CargoOpt, MetadataCommand};

/// The package that brings the definitions.
const CLIENT: &str = "eventstore";

/// Where they are in it.
const FOLDER: &str = "protos";

/// The ones with the services that this server has; they import the others.
const SERVICES: [&str; 3] = ["streams.proto", "gossip.proto", "serverfeatures.proto"];

fn main() -> Result<()> {
    let folder = definitions()?;
    announce(&folder);
    let files = protox::compile(SERVICES, [&folder])
        .with_context(|| format!("reading {SERVICES:?} in {}", folder.display()))?;
    tonic_build::configure()
        .build_client(false)
        .bytes(["."])
        // As the client has it: a message without fields is nothing.
        .extern_path(".event_store.client.Empty", "()")
        .include_file("protocol.rs")
        .compile_fds(files)
        .context("making code of the protocol")
}

/// Cargo runs this again when the definitions are others, or the client of another version.
fn announce(folder: &Path) {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../../../Cargo.lock");
    println!("cargo::rerun-if-changed={}", folder.display());
}

/// The folder of the definitions.
fn definitions() -> Result<PathBuf> {
    let (version, package) = client()?;
    let folder = package.join(FOLDER);
    let missing: Vec<&str> =
        SERVICES.into_iter().filter(|file| !folder.join(file).is_file()).collect();
    if !missing.is_empty() {
        bail!(
            "{CLIENT} {version} has no {missing:?} in {}: look where its package keeps the \
             definitions of the protocol, and name them in tests/support/eventstoredb/build.rs",
            folder.display()
        );
    }
    Ok(folder)
}

/// The client's version and the folder of its package.
fn client() -> Result<(String, PathBuf)> {
    // What is built has been downloaded already; only where more of the workspace is asked for than
    // is built, cargo may have to fetch it.
    let metadata = metadata(true).or_else(|_| metadata(false))?;
    let packages = metadata.packages.iter().filter(|package| package.name == CLIENT);
    let folders = packages.filter_map(|package| {
        Some((package.version.to_string(), package.manifest_path.parent()?.to_owned()))
    });
    match folders.collect::<Vec<_>>().as_slice() {
        [(version, folder)] => Ok((version.clone(), folder.into())),
        [] => {
            bail!("no {CLIENT} is among the workspace's dependencies, whose protocol this speaks")
        }
        several => bail!("one {CLIENT} is to be spoken to, but Cargo.lock has {several:?}"),
    }
}

/// What cargo knows of the workspace, for the target that is built, by the lock file as it is.
fn metadata(offline: bool) -> Result<cargo_metadata::Metadata> {
    let target = std::env::var_os("TARGET").context("cargo says what it builds for in TARGET")?;
    let target = target.into_string().ok().context("TARGET is not UTF-8")?;
    let mut options = vec!["--locked".to_owned(), "--filter-platform".to_owned(), target];
    options.extend(offline.then(|| "--offline".to_owned()));
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let mut command = MetadataCommand::new();
    command.manifest_path(manifest).features(CargoOpt::AllFeatures).other_options(options);
    command.exec().context("asking cargo where the packages are")
}
