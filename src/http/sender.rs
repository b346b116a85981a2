//! From which address a request is, where it came by way of proxies.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::header::HeaderName;
use ipnet::IpNet;

/// Where a proxy says from whom it has a request, after those that it was told of before.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address that a request is from: the connection's, and where that is a trusted proxy's, whomever the proxy
/// says it has it from, and so on. What others say of themselves counts for nothing.
pub(super) fn sender(request: &HttpRequest, proxies: &[IpNet]) -> Option<IpAddr> {
    let said = request.headers().get_all(FORWARDED_FOR).filter_map(|value| value.to_str().ok());
    let said: Vec<&str> = said.flat_map(|value| value.split(',')).map(str::trim).collect();
    request.peer_addr().map(|peer| first_stranger(peer.ip(), &said, proxies))
}

fn first_stranger(peer: IpAddr, said: &[&str], proxies: &[IpNet]) -> IpAddr {
    let is_proxy = |address: &IpAddr| proxies.iter().any(|network| network.contains(address));
    let mut address = peer.to_canonical();
    for told in said.iter().rev() {
        if !is_proxy(&address) {
            break;
        }
        // What is no address was told by a trusted proxy all the same: nobody before it can be known.
        let Ok(told) = told.parse::<IpAddr>() else { break };
        address = told.to_canonical();
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(peer: &str, said: &[&str]) -> String {
        let proxies = ["10.0.0.0/8", "192.0.2.1/32"].map(|network| network.parse().unwrap());
        first_stranger(peer.parse().unwrap(), said, &proxies).to_string()
    }

    #[test]
    fn a_stranger_is_believed_nothing() {
        assert_eq!(found("203.0.113.9", &[]), "203.0.113.9");
        assert_eq!(found("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(found("::ffff:203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
    }

    #[test]
    fn a_proxy_tells_from_whom_it_has_a_request() {
        assert_eq!(found("10.1.2.3", &[]), "10.1.2.3");
        assert_eq!(found("10.1.2.3", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(found("::ffff:10.1.2.3", &["203.0.113.9"]), "203.0.113.9");
        // A proxy behind a proxy; and what the stranger had said before, which counts for nothing.
        assert_eq!(found("10.1.2.3", &["1.1.1.1", "203.0.113.9", "192.0.2.1"]), "203.0.113.9");
    }

    #[test]
    fn where_a_proxy_tells_no_address_it_is_the_proxys() {
        assert_eq!(found("10.1.2.3", &["203.0.113.9", "unknown"]), "10.1.2.3");
    }
}
