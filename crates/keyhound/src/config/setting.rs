//! Everything that can be configured: name, meaning, example, how it is read and shown.

use std::path::{Path, PathBuf};

use cloudtrail::{AccessKeyId, Time};
use detect::Kind;

use super::value::Value;
use super::{Account, AnnouncedTest, Exception, KnownNetwork, Settings};
use crate::cannot_run::CannotRun;

/// One thing that can be configured.
pub(crate) struct Setting {
    /// Its name in the file, with the tables before it.
    pub(crate) name: &'static str,
    /// What it means, in a sentence or two.
    pub(crate) meaning: &'static str,
    /// How it is written in the file.
    pub(crate) example: &'static str,
    pub(super) read: fn(Value<'_>, &mut Settings) -> Result<(), CannotRun>,
    pub(super) show: fn(&Settings) -> Shown,
}

/// A value as TOML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shown {
    /// On one line.
    One(String),
    /// A list with one element a line.
    Many(Vec<String>),
}

impl Setting {
    /// The name of its variable.
    pub(crate) fn variable(&self) -> String {
        format!("{}{}", super::layer::PREFIX, self.name.replace('.', "_").to_uppercase())
    }

    /// Whether its value is a list.
    pub(super) fn is_list(&self) -> bool {
        self.shown(&Settings::default()) == Shown::One("[]".to_owned())
    }

    /// The value that it has.
    pub(crate) fn shown(&self, settings: &Settings) -> Shown {
        (self.show)(settings)
    }
}

/// Every setting, in the order in which they are shown.
pub(crate) const SETTINGS: &[Setting] = &[
    Setting {
        name: "accounts",
        meaning: "The organisation's accounts, by the names that people use. `production` raises nothing by itself; it is shown.",
        example: "[[accounts]]\nid = \"111122223333\"\nname = \"payments\"\nproduction = true",
        read: |value, settings| {
            settings.accounts = value.list(account)?;
            Ok(())
        },
        show: |settings| {
            many(&settings.accounts, |account| {
                let (id, name) = (quoted(&account.id.to_string()), quoted(&account.name));
                format!("{{ id = {id}, name = {name}, production = {} }}", account.production)
            })
        },
    },
    Setting {
        name: "networks",
        meaning: "The organisation's own networks: offices, VPN exits, data centres. A call from them is no new network.",
        example: "[[networks]]\ncidr = \"203.0.113.0/24\"\nname = \"office Berlin\"",
        read: |value, settings| {
            settings.networks = value.list(|value| {
                let record = value.record(&["cidr", "name"])?;
                let cidr = record.need("cidr")?.network()?;
                Ok(KnownNetwork { cidr, name: record.need("name")?.text()?.to_owned() })
            })?;
            Ok(())
        },
        show: |settings| {
            many(&settings.networks, |network| {
                let (cidr, name) = (quoted(&network.cidr.to_string()), quoted(&network.name));
                format!("{{ cidr = {cidr}, name = {name} }}")
            })
        },
    },
    Setting {
        name: "break_glass",
        meaning: "Principals for emergencies, as ARNs with `*` and `?`. An incident of one of them says so.",
        example: "break_glass = [\"arn:aws:iam::*:user/emergency-*\"]",
        read: |value, settings| {
            settings.break_glass = value.list(Value::pattern)?;
            Ok(())
        },
        show: |settings| many(&settings.break_glass, |pattern| quoted(pattern.as_str())),
    },
    Setting {
        name: "scanners",
        meaning: "Principals of scanners and auditors, which read everything everywhere, as ARNs with `*` and `?`. It is an innocent explanation of an incident.",
        example: "scanners = [\"arn:aws:sts::*:assumed-role/security-audit/*\"]",
        read: |value, settings| {
            settings.scanners = value.list(Value::pattern)?;
            Ok(())
        },
        show: |settings| many(&settings.scanners, |pattern| quoted(pattern.as_str())),
    },
    Setting {
        name: "announced_tests",
        meaning: "Penetration tests and exercises: from when until when, from which addresses, and why. A day counts as a whole day.",
        example: "[[announced_tests]]\nfrom = 2026-11-16\nuntil = 2026-11-20\nsources = [\"198.51.100.0/24\"]\nreason = \"yearly test by Example GmbH\"",
        read: |value, settings| {
            settings.announced_tests = value.list(announced_test)?;
            Ok(())
        },
        show: |settings| {
            many(&settings.announced_tests, |test| {
                let sources: Vec<String> =
                    test.sources.iter().map(|source| quoted(&source.to_string())).collect();
                format!(
                    "{{ from = {}, until = {}, sources = [{}], reason = {} }}",
                    test.from,
                    test.until,
                    sources.join(", "),
                    quoted(&test.reason)
                )
            })
        },
    },
    Setting {
        name: "canary_keys",
        meaning: "Access keys that were laid out as bait: whoever uses one has found it.",
        example: "canary_keys = [\"AKIAIOSFODNN7EXAMPLE\"]",
        read: |value, settings| {
            settings.canary_keys = value.list(access_key)?;
            Ok(())
        },
        show: |settings| many(&settings.canary_keys, |key| quoted(key.as_str())),
    },
    Setting {
        name: "lists.mmdb",
        meaning: "MMDB databases (City, Country, ASN, Anonymous-IP or with the same field names); the first that knows an address answers.",
        example: "[lists]\nmmdb = [\"GeoLite2-City.mmdb\", \"GeoLite2-ASN.mmdb\"]",
        read: |value, settings| {
            settings.lists.mmdb = value.list(path)?;
            Ok(())
        },
        show: |settings| paths(&settings.lists.mmdb),
    },
    Setting {
        name: "lists.threat",
        meaning: "Lists of hostile addresses or networks, one a line.",
        example: "[lists]\nthreat = [\"threats.txt\"]",
        read: |value, settings| {
            settings.lists.threat = value.list(path)?;
            Ok(())
        },
        show: |settings| paths(&settings.lists.threat),
    },
    Setting {
        name: "lists.tor",
        meaning: "Lists of Tor exits, one a line or as the Tor project publishes them.",
        example: "[lists]\ntor = [\"tor-exits.txt\"]",
        read: |value, settings| {
            settings.lists.tor = value.list(path)?;
            Ok(())
        },
        show: |settings| paths(&settings.lists.tor),
    },
    Setting {
        name: "lists.vpn",
        meaning: "Lists of consumer VPNs and proxies, one address or network a line.",
        example: "[lists]\nvpn = [\"vpn.txt\"]",
        read: |value, settings| {
            settings.lists.vpn = value.list(path)?;
            Ok(())
        },
        show: |settings| paths(&settings.lists.vpn),
    },
    Setting {
        name: "lists.aws_ranges",
        meaning: "Copies of AWS's `ip-ranges.json`, newer than the built-in table and with regions.",
        example: "[lists]\naws_ranges = [\"ip-ranges.json\"]",
        read: |value, settings| {
            settings.lists.aws_ranges = value.list(path)?;
            Ok(())
        },
        show: |settings| paths(&settings.lists.aws_ranges),
    },
    Setting {
        name: "sigma",
        meaning: "Folders and files with Sigma rules for CloudTrail (`.yml`, `.yaml`, folders inside as well). A match is one line of the ledger, weighted by the rule's level; rules alone raise no alert. `--sigma` replaces the list.",
        example: "sigma = [\"rules/cloud/aws/cloudtrail\"]",
        read: |value, settings| {
            settings.sigma = value.list(path)?;
            Ok(())
        },
        show: |settings| paths(&settings.sigma),
    },
    Setting {
        name: "judge.weights",
        meaning: "Files with other weights for the judge, in JSON and of the form of `data/weights.json`; what a file does not name stays as it is. For measuring a change before it is made (`docs/evaluation.md`).",
        example: "[judge]\nweights = [\"weights.json\"]",
        read: |value, settings| {
            settings.judge.weights = value.list(path)?;
            Ok(())
        },
        show: |settings| paths(&settings.judge.weights),
    },
    Setting {
        name: "judge.thief",
        meaning: "A file with other probabilities of what thieves do, whole and of the form of `data/thief.json`; of several, the last counts.",
        example: "[judge]\nthief = [\"thief.json\"]",
        read: |value, settings| {
            settings.judge.thief = value.list(path)?;
            Ok(())
        },
        show: |settings| paths(&settings.judge.thief),
    },
    Setting {
        name: "judge.hard_only",
        meaning: "Nothing counts but hard evidence: signals that stand on their own. For measuring what the rest costs (`docs/performance.md`); most thefts are missed.",
        example: "[judge]\nhard_only = true",
        read: |value, settings| {
            settings.judge.hard_only = value.boolean()?;
            Ok(())
        },
        show: |settings| Shown::One(settings.judge.hard_only.to_string()),
    },
    Setting {
        name: "thresholds.watch",
        meaning: "From this score on, in bits, an incident is watched.",
        example: "[thresholds]\nwatch = 10",
        read: |value, settings| {
            settings.thresholds.watch = value.bits()?;
            Ok(())
        },
        show: |settings| Shown::One(settings.thresholds.watch.to_string()),
    },
    Setting {
        name: "thresholds.alert",
        meaning: "From this score on, in bits, an incident is an alert.",
        example: "[thresholds]\nalert = 14",
        read: |value, settings| {
            settings.thresholds.alert = value.bits()?;
            Ok(())
        },
        show: |settings| Shown::One(settings.thresholds.alert.to_string()),
    },
    Setting {
        name: "thresholds.page",
        meaning: "From this score on, in bits, an alert is worth waking somebody.",
        example: "[thresholds]\npage = 18",
        read: |value, settings| {
            settings.thresholds.page = value.bits()?;
            Ok(())
        },
        show: |settings| Shown::One(settings.thresholds.page.to_string()),
    },
    Setting {
        name: "thresholds.by_kind",
        meaning: "Kinds of principals whose alerts begin at another score than `thresholds.alert`, so that a noisy kind does not make the others' alerts rare. Kinds: `root`, `user-human`, `user-workload`, `sso-person`, `role-person`, `ci`, `instance`, `container`, `function`, `role`, `vendor`. `keyhound drill --calibrate` measures and writes them.",
        example: "[thresholds.by_kind]\nci = 16.5\nuser-human = 13",
        read: |value, settings| {
            let kinds = Kind::ALL.map(Kind::as_str);
            let record = value.record(&kinds)?;
            settings.thresholds.by_kind.clear();
            for kind in Kind::ALL {
                if let Some(bits) = record.may(kind.as_str(), Value::bits)? {
                    settings.thresholds.by_kind.insert(kind, bits);
                }
            }
            Ok(())
        },
        show: |settings| {
            let own = settings.thresholds.by_kind.iter();
            let own: Vec<String> =
                own.map(|(kind, bits)| format!("{} = {bits}", kind.as_str())).collect();
            Shown::One(if own.is_empty() {
                "{}".into()
            } else {
                format!("{{ {} }}", own.join(", "))
            })
        },
    },
    Setting {
        name: "key_weeks_per_theft",
        meaning: "How rare thefts are: one in so many weeks of one key. The probability beside a score is told at this rate.",
        example: "key_weeks_per_theft = 5000",
        read: |value, settings| {
            settings.key_weeks_per_theft = value.positive()?;
            Ok(())
        },
        show: |settings| Shown::One(settings.key_weeks_per_theft.to_string()),
    },
    Setting {
        name: "verdicts",
        meaning: "The file with your verdicts, to which `keyhound verdict` adds a line and which every scan reads, if it is there. Where nothing is said it lies beside the configuration file, or in the working directory.",
        example: "verdicts = \"keyhound.verdicts.ndjson\"",
        read: |value, settings| {
            // The usual name means the usual place, whoever says it.
            let named = value.text()? != super::VERDICTS;
            settings.verdicts = named.then(|| path(value)).transpose()?;
            Ok(())
        },
        show: |settings| {
            let own = settings.verdicts.as_deref();
            let path = own.unwrap_or_else(|| Path::new(super::VERDICTS));
            Shown::One(quoted(&path.display().to_string()))
        },
    },
    Setting {
        name: "exceptions",
        meaning: "What looked like theft and was judged to be fine: why, until when (`expires`), and whose activity (`principal`), from where (`network`), with what (`client`), doing what (`action`). All that is given must match; at least one must be given.",
        example: "[[exceptions]]\nreason = \"backup moved to Example Cloud, ticket 4711\"\nexpires = 2027-01-31\nprincipal = \"arn:aws:iam::111122223333:user/backup\"\nnetwork = \"198.51.100.7\"",
        read: |value, settings| {
            settings.exceptions = value.list(exception)?;
            Ok(())
        },
        show: |settings| many(&settings.exceptions, shown_exception),
    },
];

fn account(value: Value<'_>) -> Result<Account, CannotRun> {
    let record = value.record(&["id", "name", "production"])?;
    Ok(Account {
        id: record.need("id")?.parsed("twelve digits in quotes", "\"111122223333\"")?,
        name: record.need("name")?.text()?.to_owned(),
        production: record.may("production", Value::boolean)?.unwrap_or(false),
    })
}

fn announced_test(value: Value<'_>) -> Result<AnnouncedTest, CannotRun> {
    let record = value.record(&["from", "until", "sources", "reason"])?;
    let sources = record.need("sources")?;
    let test = AnnouncedTest {
        from: record.need("from")?.beginning()?,
        until: record.need("until")?.end()?,
        sources: sources.list(Value::network)?,
        reason: record.need("reason")?.text()?.to_owned(),
    };
    if test.sources.is_empty() {
        return Err(
            sources.fault("the test comes from nowhere", "name at least one address or network")
        );
    }
    if test.from >= test.until {
        return Err(
            record.fault("the test ends before it begins", "let `until` be later than `from`")
        );
    }
    Ok(test)
}

fn access_key(value: Value<'_>) -> Result<AccessKeyId, CannotRun> {
    let text = value.text()?;
    let plausible =
        (16..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    AccessKeyId::new(text).filter(|_| plausible).ok_or_else(|| {
        let what = format!("`{text}` is no access key id");
        value.fault(&what, "write the id, such as \"AKIAIOSFODNN7EXAMPLE\", never the secret")
    })
}

fn exception(value: Value<'_>) -> Result<Exception, CannotRun> {
    let record =
        value.record(&["reason", "expires", "principal", "network", "client", "action"])?;
    let exception = Exception {
        reason: record.need("reason")?.text()?.to_owned(),
        expires: record.may("expires", Value::end)?,
        principal: record.may("principal", Value::pattern)?,
        network: record.may("network", Value::network)?,
        client: record.may("client", Value::pattern)?,
        action: record.may("action", Value::pattern)?,
    };
    let Exception { principal, network, client, action, .. } = &exception;
    if principal.is_none() && network.is_none() && client.is_none() && action.is_none() {
        return Err(record.fault(
            "the exception would cover everything",
            "say at least one of `principal`, `network`, `client`, `action`",
        ));
    }
    Ok(exception)
}

fn shown_exception(exception: &Exception) -> String {
    let pattern =
        |pattern: &Option<super::Pattern>| pattern.as_ref().map(|pattern| quoted(pattern.as_str()));
    let fields = [
        ("reason", Some(quoted(&exception.reason))),
        ("expires", exception.expires.map(|time: Time| time.to_string())),
        ("principal", pattern(&exception.principal)),
        ("network", exception.network.map(|network| quoted(&network.to_string()))),
        ("client", pattern(&exception.client)),
        ("action", pattern(&exception.action)),
    ];
    let given: Vec<String> = fields
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| format!("{name} = {value}")))
        .collect();
    format!("{{ {} }}", given.join(", "))
}

fn path(value: Value<'_>) -> Result<PathBuf, CannotRun> {
    Ok(value.place.path(value.text()?))
}

fn paths(paths: &[PathBuf]) -> Shown {
    many(paths, |path: &PathBuf| quoted(&Path::display(path).to_string()))
}

fn many<T>(values: &[T], show: impl Fn(&T) -> String) -> Shown {
    if values.is_empty() {
        Shown::One("[]".to_owned())
    } else {
        Shown::Many(values.iter().map(show).collect())
    }
}

/// Text as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
