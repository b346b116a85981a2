//! What a client asks before anything else: who is there, and what they can do.

use std::net::SocketAddr;
use std::sync::Arc;

use tonic::{Request, Response, Status, async_trait};
use uuid::Uuid;

use crate::faults::Faults;
use crate::protocol::gossip::gossip_server::Gossip;
use crate::protocol::gossip::member_info::VNodeState;
use crate::protocol::gossip::{ClusterInfo, EndPoint, MemberInfo};
use crate::protocol::server_features::server_features_server::ServerFeatures;
use crate::protocol::server_features::{SupportedMethod, SupportedMethods};
use crate::wire;

/// The version whose behaviour this server has.
const VERSION: &str = "24.10.0";

/// What it can do, as the real one lists it: in small letters.
const METHODS: [(&str, &str); 7] = [
    ("event_store.client.streams.streams", "read"),
    ("event_store.client.streams.streams", "append"),
    ("event_store.client.streams.streams", "batchappend"),
    ("event_store.client.streams.streams", "delete"),
    ("event_store.client.streams.streams", "tombstone"),
    ("event_store.client.gossip.gossip", "read"),
    ("event_store.client.server_features.serverfeatures", "getsupportedmethods"),
];

/// The one node of its cluster.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    id: Uuid,
    address: SocketAddr,
    faults: Arc<Faults>,
}

impl Node {
    pub(crate) fn new(address: SocketAddr, faults: Arc<Faults>) -> Self {
        Self { id: Uuid::new_v4(), address, faults }
    }
}

#[async_trait]
impl Gossip for Node {
    async fn read(&self, _request: Request<()>) -> Result<Response<ClusterInfo>, Status> {
        self.faults.pass().await?;
        let end_point = EndPoint {
            address: self.address.ip().to_string(),
            port: u32::from(self.address.port()),
        };
        let member = MemberInfo {
            instance_id: Some(wire::structured(self.id)),
            time_stamp: 0,
            state: VNodeState::Leader.into(),
            is_alive: true,
            http_end_point: Some(end_point),
        };
        Ok(Response::new(ClusterInfo { members: vec![member] }))
    }
}

#[async_trait]
impl ServerFeatures for Node {
    async fn get_supported_methods(
        &self,
        _request: Request<()>,
    ) -> Result<Response<SupportedMethods>, Status> {
        self.faults.pass().await?;
        let methods = METHODS.map(|(service, method)| SupportedMethod {
            method_name: method.to_owned(),
            service_name: service.to_owned(),
            features: Vec::new(),
        });
        let event_store_server_version = VERSION.to_owned();
        Ok(Response::new(SupportedMethods { methods: methods.into(), event_store_server_version }))
    }
}
