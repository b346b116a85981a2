//! One fault on one store, from a fresh store to the verdict.

use std::path::PathBuf;

use anyhow::{Error, Result, bail};

use super::faults::{
    CommitLost, DiskFull, Failpoint, Fault, FaultName, LeaderLost, NetworkCut, PostgresKilled,
    ServerKilled, SmallDisk,
};
use super::power_loss;
use super::private::Private;
use super::site::Site;
use super::{Endured, Torture};
use crate::server::{Binary, Surroundings};
use crate::store::{Kind, Store};

/// Nodes where one of them is lost.
const NODES: usize = 3;

/// Lets `fault` strike, and answers what was endured; `report` is told of each strike, with how many commands
/// have taken effect by then.
///
/// # Errors
/// When anything acknowledged is lost, took effect twice, or does not agree.
pub async fn torment(
    fault: FaultName,
    binary: &Binary,
    kind: Kind,
    torture: Torture,
    report: impl Fn(u32, u64),
) -> Result<Endured> {
    let straight = Surroundings::default();
    if fault == FaultName::DiskFull {
        let disk = SmallDisk::mount().await?;
        let site = Site::start(binary, Store::sqlite_in(disk.path())?, 1, straight).await?;
        return endure(torture, site, DiskFull { disk }, report).await;
    }
    if fault == FaultName::PowerLoss {
        return power_loss::endure(torture, binary, report).await;
    }
    if kind == Kind::Sqlite {
        let site = Site::start(binary, Store::sqlite()?, 1, straight).await?;
        return match fault {
            FaultName::Failpoint => endure(torture, site, Failpoint::of(kind), report).await,
            FaultName::ServerKilled => endure(torture, site, ServerKilled, report).await,
            other => bail!("{}: not on the embedded store", other.title()),
        };
    }
    let private = Private::start().await?;
    let server = private.server.clone();
    match fault {
        FaultName::DiskFull | FaultName::PowerLoss => bail!("{}: not here", fault.title()),
        FaultName::ServerKilled => {
            let site = Site::start(binary, private.store, 2, straight).await?;
            endure(torture, site, ServerKilled, report).await
        }
        FaultName::Failpoint => {
            let site = Site::start(binary, private.store, 1, straight).await?;
            endure(torture, site, Failpoint::of(kind), report).await
        }
        FaultName::CommitLost => {
            let (proxy, through) = private.proxied().await?;
            let site = Site::start(binary, private.store, 1, through).await?;
            endure(torture, site, CommitLost::by(proxy), report).await
        }
        FaultName::PostgresKilled => {
            let site = Site::start(binary, private.store, 2, straight).await?;
            endure(torture, site, PostgresKilled { server }, report).await
        }
        FaultName::NetworkCut => {
            let (proxy, through) = private.proxied().await?;
            let site = Site::start(binary, private.store, 2, through).await?;
            endure(torture, site, NetworkCut::by(proxy), report).await
        }
        FaultName::LeaderLost => {
            let site = Site::start(binary, private.store, NODES, straight).await?;
            endure(torture, site, LeaderLost::default(), report).await
        }
    }
}

async fn endure(
    torture: Torture,
    mut site: Site,
    mut fault: impl Fault,
    report: impl Fn(u32, u64),
) -> Result<Endured> {
    match torture.endure(&mut site, &mut fault, report).await {
        Ok(endured) => {
            site.remove().await?;
            Ok(endured)
        }
        Err(error) => Err(told_where(site.keep().await, error)),
    }
}

/// Adds to what went wrong where its remains are.
pub(super) fn told_where(kept: Result<PathBuf>, error: Error) -> Error {
    error.context(match kept {
        Ok(kept) => format!("what is left is in {}", kept.display()),
        Err(error) => format!("what was left could not be kept ({error:#})"),
    })
}
