//! The settings as the engine reads them.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;

use cloudtrail::{AccessKeyId, AccountId, Time};
use detect::Kind;
use ipnet::IpNet;

use super::Pattern;
use crate::cannot_run::CannotRun;

/// Everything that can be configured.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The organisation's accounts.
    pub accounts: Vec<Account>,
    /// The organisation's networks.
    pub networks: Vec<KnownNetwork>,
    /// Principals for emergencies; an incident of one says so.
    pub break_glass: Vec<Pattern>,
    /// Principals of scanners and auditors, which read everything.
    pub scanners: Vec<Pattern>,
    /// Tests that were announced.
    pub announced_tests: Vec<AnnouncedTest>,
    /// Keys that nobody should ever use.
    pub canary_keys: Vec<AccessKeyId>,
    /// The user's own lists of addresses.
    pub lists: Lists,
    /// The user's own constants for the judge.
    pub judge: Constants,
    /// Folders and files with Sigma rules.
    pub sigma: Vec<PathBuf>,
    /// From how many bits on an incident is what.
    pub thresholds: Thresholds,
    /// The base rate of thefts: one in so many weeks of one key. 5,000 puts even odds at 12.3 bits.
    pub key_weeks_per_theft: u64,
    /// The file with verdicts, if it is not the usual one.
    pub verdicts: Option<PathBuf>,
    /// What was judged to be fine, until when and why.
    pub exceptions: Vec<Exception>,
}

/// An AWS account of the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its twelve digits.
    pub id: AccountId,
    /// What people call it.
    pub name: String,
    /// Whether production runs there.
    pub production: bool,
}

/// A network of the organisation: an office, a VPN, a data centre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownNetwork {
    /// Its addresses.
    pub cidr: IpNet,
    /// What people call it.
    pub name: String,
}

/// A penetration test or an exercise that was announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncedTest {
    /// First moment.
    pub from: Time,
    /// First moment after it.
    pub until: Time,
    /// Where it comes from.
    pub sources: Vec<IpNet>,
    /// Who does it and why.
    pub reason: String,
}

/// Files with what the user knows about addresses.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lists {
    /// MMDB databases: country, AS, anonymous networks.
    pub mmdb: Vec<PathBuf>,
    /// Hostile addresses, one a line.
    pub threat: Vec<PathBuf>,
    /// Tor exits, one a line.
    pub tor: Vec<PathBuf>,
    /// Consumer VPNs and proxies, one a line.
    pub vpn: Vec<PathBuf>,
    /// AWS's `ip-ranges.json`.
    pub aws_ranges: Vec<PathBuf>,
}

/// Files with constants that the judge reads in place of the shipped ones.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Constants {
    /// Weights, of the form of `data/weights.json`; each file needs to name what it changes only.
    pub weights: Vec<PathBuf>,
    /// What thieves do, of the form of `data/thief.json`; the last file counts.
    pub thief: Vec<PathBuf>,
    /// Whether nothing counts but hard evidence.
    pub hard_only: bool,
}

/// Scores in bits from which an incident is watched, an alert, or worth waking somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Thresholds {
    /// Worth a look when there is time.
    pub watch: f64,
    /// Somebody should act.
    pub alert: f64,
    /// Somebody should act now.
    pub page: f64,
    /// Kinds of principals whose alerts begin elsewhere.
    pub by_kind: BTreeMap<Kind, f64>,
}

/// Something that looked like theft and was judged to be fine. All that is given must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Why it is fine, and who says so.
    pub reason: String,
    /// First moment at which it is no longer fine; `None` for ever.
    pub expires: Option<Time>,
    /// Whose activity.
    pub principal: Option<Pattern>,
    /// From where.
    pub network: Option<IpNet>,
    /// With which client, as in `userAgent`.
    pub client: Option<Pattern>,
    /// Doing what, as `service:Name`.
    pub action: Option<Pattern>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            accounts: Vec::new(),
            networks: Vec::new(),
            break_glass: Vec::new(),
            scanners: Vec::new(),
            announced_tests: Vec::new(),
            canary_keys: Vec::new(),
            lists: Lists::default(),
            judge: Constants::default(),
            sigma: Vec::new(),
            thresholds: Thresholds::default(),
            key_weeks_per_theft: 5_000,
            verdicts: None,
            exceptions: Vec::new(),
        }
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { watch: 10.0, alert: 14.0, page: 18.0, by_kind: BTreeMap::new() }
    }
}

impl Settings {
    /// The account with this id, if the user has named it.
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    /// The test that was announced for this moment and address.
    pub fn announced_test(&self, time: Time, address: IpAddr) -> Option<&AnnouncedTest> {
        self.announced_tests.iter().find(|test| {
            (test.from..test.until).contains(&time)
                && test.sources.iter().any(|source| source.contains(&address))
        })
    }
}

impl Thresholds {
    /// The score from which on an incident with a principal of this kind is an alert.
    pub fn alert_for(&self, kind: Kind) -> f64 {
        self.by_kind.get(&kind).copied().unwrap_or(self.alert)
    }

    /// Refuses thresholds that stand in the wrong order.
    pub(super) fn check(&self) -> Result<(), CannotRun> {
        let Self { watch, alert, page, by_kind } = self;
        if let Some((kind, alert)) = by_kind.iter().find(|(_, alert)| *alert < watch) {
            return Err(CannotRun::new(
                format!(
                    "the thresholds stand in the wrong order: watch {watch}, alert {alert} for {}",
                    kind.as_str()
                ),
                "keep watch ≤ alert for every kind; `keyhound config show` tells where each value comes from",
            ));
        }
        if watch <= alert && alert <= page {
            return Ok(());
        }
        Err(CannotRun::new(
            format!(
                "the thresholds stand in the wrong order: watch {watch}, alert {alert}, page {page}"
            ),
            "keep watch ≤ alert ≤ page; `keyhound config show` tells where each value comes from",
        ))
    }
}

impl Exception {
    /// Whether it speaks of an event: of its caller, its source, its client and its action.
    pub fn covers(
        &self,
        time: Time,
        principal: &str,
        address: Option<IpAddr>,
        client: &str,
        action: &str,
    ) -> bool {
        let said = |pattern: &Option<Pattern>, text| {
            pattern.as_ref().is_none_or(|pattern| pattern.matches(text))
        };
        self.expires.is_none_or(|expires| time < expires)
            && said(&self.principal, principal)
            && said(&self.client, client)
            && said(&self.action, action)
            && self.network.is_none_or(|net| address.is_some_and(|ip| net.contains(&ip)))
    }
}
