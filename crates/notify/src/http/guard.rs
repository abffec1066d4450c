//! Decides on the addresses that a receiver has, not on its name: a name may lead anywhere, and
//! elsewhere the next time.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;
use tokio::time::timeout;
use url::{Host, Url};

use super::Proxies;
use crate::address::{Refused, refusal};

/// A name that the proxy resolves is looked for here no longer.
const LOOKUP: Duration = Duration::from_secs(5);

/// Lets connections through to addresses that are allowed.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    allow_private: bool,
    /// The hosts of the proxies: whoever set the environment chose them.
    proxies: Arc<BTreeSet<String>>,
}

impl Guard {
    pub(super) fn new(allow_private: bool, proxies: &Proxies) -> Self {
        Self { allow_private, proxies: Arc::new(proxies.hosts()) }
    }

    /// Whether a request may go to this address at all: what the resolver is not asked about.
    ///
    /// Where a proxy stands between, it resolves the name. What is known of the name here is
    /// looked at first; of what is not, the proxy is the judge.
    pub(super) async fn admits(&self, url: &Url) -> Result<(), Refused> {
        match url.host() {
            Some(Host::Ipv4(address)) => self.allows(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => self.allows(IpAddr::V6(address)),
            Some(Host::Domain(name)) if !self.proxies.is_empty() => {
                match timeout(LOOKUP, lookup_host((name, 0))).await {
                    Ok(Ok(addresses)) => self.allowed(addresses).map(drop),
                    _ => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    fn allows(&self, address: IpAddr) -> Result<(), Refused> {
        refusal(address, self.allow_private).map_or(Ok(()), Err)
    }

    /// Those addresses that may be talked to; why not, if there is none.
    fn allowed(
        &self,
        addresses: impl Iterator<Item = SocketAddr>,
    ) -> Result<Vec<SocketAddr>, Refused> {
        let mut refused = None;
        let allowed: Vec<SocketAddr> = addresses
            .filter(|address| match self.allows(address.ip()) {
                Ok(()) => true,
                Err(why) => {
                    refused = Some(why);
                    false
                }
            })
            .collect();
        match refused {
            Some(why) if allowed.is_empty() => Err(why),
            _ => Ok(allowed),
        }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let addresses = lookup_host((name.as_str(), 0)).await?;
            let addresses: Addrs = if guard.proxies.contains(name.as_str()) {
                Box::new(addresses.collect::<Vec<_>>().into_iter())
            } else {
                Box::new(guard.allowed(addresses)?.into_iter())
            };
            Ok(addresses)
        })
    }
}
