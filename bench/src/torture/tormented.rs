//! One fault on one store, from a fresh store to the verdict.

use anyhow::Result;

use super::faults::{
    AnswerLost, DiskFull, Failpoint, Fault, FaultName, LeaderLost, NetworkCut, PostgresKilled,
    ServerKilled, SmallDisk,
};
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
    if kind == Kind::Sqlite {
        let site = Site::start(binary, Store::sqlite()?, 1, straight).await?;
        return match fault {
            FaultName::Failpoint => endure(torture, site, Failpoint::of(kind), report).await,
            _ => endure(torture, site, ServerKilled, report).await,
        };
    }
    let private = Private::start().await?;
    let server = private.server.clone();
    match fault {
        FaultName::ServerKilled | FaultName::DiskFull => {
            let site = Site::start(binary, private.store, 2, straight).await?;
            endure(torture, site, ServerKilled, report).await
        }
        FaultName::Failpoint => {
            let site = Site::start(binary, private.store, 1, straight).await?;
            endure(torture, site, Failpoint::of(kind), report).await
        }
        FaultName::AnswerLost => {
            let (proxy, through) = private.proxied().await?;
            let site = Site::start(binary, private.store, 1, through).await?;
            endure(torture, site, AnswerLost { proxy }, report).await
        }
        FaultName::PostgresKilled => {
            let site = Site::start(binary, private.store, 2, straight).await?;
            endure(torture, site, PostgresKilled { server }, report).await
        }
        FaultName::NetworkCut => {
            let (proxy, through) = private.proxied().await?;
            let site = Site::start(binary, private.store, 2, through).await?;
            endure(torture, site, NetworkCut { proxy }, report).await
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
    let endured = torture.endure(&mut site, &mut fault, report).await?;
    site.remove().await?;
    Ok(endured)
}
