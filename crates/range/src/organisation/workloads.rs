//! Workloads: CI, applications on hosters, instances, containers, functions, vendors, services.

use crate::caller::{Role, access_key, unique_id};
use crate::client::Client;
use crate::error::Result;
use crate::habits::{Rhythm, Schedule};
use crate::organisation::Builder;
use crate::principal::{Host, Key, Kind, Login, Place, Principal, Runtime};
use crate::seed::{BASE36, Dice, HEX};

const NOUNS: [&str; 20] = [
    "billing",
    "orders",
    "catalog",
    "search",
    "reports",
    "ledger",
    "media",
    "checkout",
    "identity",
    "telemetry",
    "inventory",
    "pricing",
    "exports",
    "mailer",
    "partners",
    "analytics",
    "events",
    "sessions",
    "documents",
    "payments",
];
const PARTS: [&str; 10] =
    ["api", "worker", "ingest", "sync", "cron", "gateway", "web", "consumer", "batch", "indexer"];

/// Where a workload is to be, and how busy.
struct Site<'a> {
    kind: Kind,
    index: u32,
    name: &'a str,
    account: usize,
    region: &'a str,
    /// Bursts an hour.
    rate: f64,
}

/// What tells a workload from the others.
struct Sketch {
    login: Login,
    places: Vec<Place>,
    /// Routines with their schedules and accounts.
    duties: Vec<(&'static str, Schedule, usize)>,
    policy: &'static str,
}

impl Builder<'_> {
    /// Adds all workloads.
    pub fn workloads(&mut self) -> Result<()> {
        let workloads = self.parameters.workloads.clone();
        for (kind, count) in [
            (Kind::CiOidc, workloads.ci_oidc),
            (Kind::CiKey, workloads.ci_keys),
            (Kind::Application, workloads.applications),
            (Kind::Instance, workloads.instances),
            (Kind::Container, workloads.containers),
            (Kind::Function, workloads.functions),
            (Kind::Scanner, workloads.scanners),
            (Kind::Backup, workloads.backups),
        ] {
            for index in 0..count {
                self.workload(kind, index)?;
            }
        }
        if workloads.services {
            self.services()?;
        }
        Ok(())
    }

    /// Adds one workload.
    pub fn workload(&mut self, kind: Kind, index: u32) -> Result<usize> {
        let seed = self.seed.part(&format!("{kind:?}"), index.into());
        let mut dice = seed.dice();
        let account = dice.below(self.organisation.accounts.len() as u64) as usize;
        let name = self.workload_name(&mut dice);
        let regions = self.some_regions(&mut dice);
        let rate = self.parameters.workloads.bursts_per_hour * busyness(&mut dice);
        let site = Site { kind, index, name: &name, account, region: &regions[0], rate };
        let sketch = match kind {
            Kind::CiOidc | Kind::CiKey => self.ci(&site, &mut dice)?,
            Kind::Application => self.application(&site, &mut dice)?,
            Kind::Instance | Kind::Container | Kind::Function => self.hosted(&site, &mut dice)?,
            _ => self.outsider(&site, &mut dice)?,
        };
        let mut duties = Vec::new();
        for (routine, schedule, account) in sketch.duties {
            duties.push(self.duty(routine, schedule, account, 0)?);
        }
        let mut clients: Vec<Client> = Vec::new();
        for duty in &duties {
            if let Some(family) = dice.pick(&duty.routine.clients)
                && clients.iter().all(|client| client.family != *family)
            {
                clients.push(self.clients.make(family, &mut dice)?);
            }
        }
        let (thing, known) = match &sketch.login {
            Login::Runtime { role, .. } | Login::Oidc { role, .. } => ("role", &role.name),
            _ => ("user", &name),
        };
        self.organisation.accounts[account].estate.add(thing, known);
        let principal = Principal {
            kind,
            login: sketch.login,
            account,
            policy: sketch.policy.to_owned(),
            offset: self.parameters.office[0].offset,
            places: sketch.places,
            clients,
            regions,
            duties,
            shifts: Vec::new(),
            from: i64::MIN,
            until: i64::MAX,
            seed,
            name,
        };
        Ok(self.add(principal))
    }

    /// CI: hosted runners with OIDC, or a server with a long-term key.
    fn ci(&self, site: &Site<'_>, dice: &mut Dice) -> Result<Sketch> {
        let work =
            Schedule::Steady { per_hour: site.rate.clamp(1.0, 3.0) * 0.3, rhythm: Rhythm::Work };
        let (login, place, routine) = if site.kind == Kind::CiOidc {
            (self.oidc(site, dice), self.anywhere("azure-us")?, "deploy")
        } else {
            (self.key(site.account, dice), self.fixed(dice)?, "static-deploy")
        };
        let duties = vec![(routine, work, site.account)];
        let policy = too_much(0.35, "deployer", dice);
        Ok(Sketch { login, places: vec![place], duties, policy })
    }

    /// An application on a server of one's own, with a long-term key.
    fn application(&self, site: &Site<'_>, dice: &mut Dice) -> Result<Sketch> {
        let sorts = [
            ("web-app", "application", 1.0),
            ("upload-app", "storage", 1.0),
            ("queue-worker", "application", 1.0),
            ("mailer", "mail", 1.0),
            ("poller", "storage", 0.3),
            ("model-app", "models", 0.3),
        ];
        let sort = dice.weighted(&sorts, |(_, _, weight)| *weight).unwrap_or(&sorts[0]);
        let (routine, policy, _) = *sort;
        // What runs on a server of one's own is one program for all; roles are cut small.
        let schedule = if routine == "poller" {
            Schedule::Every { minutes: dice.between(20, 90) }
        } else {
            Schedule::Steady { per_hour: site.rate * 2.0, rhythm: Rhythm::Day }
        };
        let places = vec![self.fixed(dice)?];
        let duties = vec![(routine, schedule, site.account)];
        let policy = too_much(0.15, policy, dice);
        Ok(Sketch { login: self.key(site.account, dice), places, duties, policy })
    }

    /// A role that runs on AWS: of instances, containers or a function.
    fn hosted(&self, site: &Site<'_>, dice: &mut Dice) -> Result<Sketch> {
        let day = Schedule::Steady { per_hour: site.rate * 0.2, rhythm: Rhythm::Day };
        let every = |minutes| Schedule::Every { minutes };
        let runtime = match site.kind {
            Kind::Instance => Runtime::Instance,
            Kind::Function => Runtime::Function,
            _ if dice.chance(0.4) => Runtime::Pod,
            _ => Runtime::Task,
        };
        let login = self.runtime(site, runtime, dice)?;
        let routines = match (runtime, dice.below(5)) {
            (Runtime::Instance, _) => {
                let sorts = ["web-app", "queue-worker", "upload-app"];
                let routine = dice.pick(&sorts).copied().unwrap_or(sorts[0]);
                vec![(routine, day), ("instance-agent", every(480))]
            }
            (Runtime::Pod, 0) => vec![("cluster-controller", every(90))],
            (Runtime::Pod, 1) => vec![("secret-sync", every(180))],
            (Runtime::Function, _) => {
                let schedule = match dice.below(3) {
                    0 => every(*dice.pick(&[120, 480, 720]).unwrap_or(&480)),
                    1 => Schedule::Daily { hour: dice.between(0, 23) },
                    _ => day,
                };
                let refused = dice.chance(0.06);
                vec![(if refused { "function-refused" } else { "function-work" }, schedule)]
            }
            _ => vec![("container-work", day)],
        };
        let duties = routines.into_iter().map(|(routine, when)| (routine, when, site.account));
        let policy = if runtime == Runtime::Function { "function" } else { "application" };
        Ok(Sketch { login, places: Vec::new(), duties: duties.collect(), policy })
    }

    /// A vendor that works in every account: a scanner, a monitoring service, a backup product.
    fn outsider(&self, site: &Site<'_>, dice: &mut Dice) -> Result<Sketch> {
        let hour = dice.between(0, 23);
        let (role, session, policy, routine, schedule) = match (site.kind, site.index % 2) {
            (Kind::Backup, _) => {
                ("backup", "backup-service", "backup", "backup", Schedule::Daily { hour })
            }
            (_, 0) => {
                ("posture", "cloud-posture-scan", "auditor", "scan", Schedule::Daily { hour })
            }
            _ => {
                let often = Schedule::Every { minutes: 120 };
                ("monitoring", "metrics-integration", "auditor", "monitoring", often)
            }
        };
        let place = if site.kind == Kind::Backup {
            self.fixed(dice)?
        } else {
            let network = self.organisation.networks.aws("us-east-1")?;
            let address = network.address(dice).to_string();
            Place { kind: network.kind, network: network.name.clone(), address, weight: 1.0 }
        };
        let accounts = 0..self.organisation.accounts.len();
        Ok(Sketch {
            login: self.vendor(role, session, dice),
            places: vec![place],
            duties: accounts.map(|account| (routine, schedule, account)).collect(),
            policy,
        })
    }

    /// AWS services that call by themselves in every account.
    fn services(&mut self) -> Result<()> {
        for account in 0..self.organisation.accounts.len() {
            let id = self.organisation.accounts[account].id.clone();
            for (index, (service, linked, routine, schedule)) in [
                (
                    "config.amazonaws.com",
                    Some(("AWSServiceRoleForConfig", "AWSConfig-Describe")),
                    "config-s3",
                    Schedule::Daily { hour: 3 },
                ),
                (
                    "config.amazonaws.com",
                    Some(("AWSServiceRoleForConfig", "AWSConfig-Describe")),
                    "config-describe",
                    Schedule::Every { minutes: 180 },
                ),
                (
                    "autoscaling.amazonaws.com",
                    Some(("AWSServiceRoleForAutoScaling", "AutoScaling")),
                    "autoscaling-health",
                    Schedule::Every { minutes: 60 },
                ),
                (
                    "cloudtrail.amazonaws.com",
                    None,
                    "trail-delivery",
                    Schedule::Every { minutes: 45 },
                ),
                (
                    "delivery.logs.amazonaws.com",
                    None,
                    "log-delivery-refused",
                    Schedule::Every { minutes: 240 },
                ),
                (
                    "appsync.amazonaws.com",
                    Some(("AWSServiceRoleForAppSync", "xray-daemon")),
                    "xray",
                    Schedule::Every { minutes: 90 },
                ),
            ]
            .into_iter()
            .enumerate()
            {
                let seed = self.seed.part("service", (account * 16 + index) as u64);
                let mut dice = seed.dice();
                let role = linked.map(|(name, session)| {
                    let path = format!("/aws-service-role/{service}/");
                    (Role::at(&path, &id, name, &mut dice), session.to_owned())
                });
                let principal = Principal {
                    name: format!("{service} {routine}"),
                    kind: Kind::Service,
                    login: Login::Service { service: service.to_owned(), role },
                    account,
                    policy: "service".to_owned(),
                    offset: 0,
                    places: Vec::new(),
                    clients: Vec::new(),
                    regions: self.organisation.regions[..1].to_vec(),
                    duties: vec![self.duty(routine, schedule, account, 0)?],
                    shifts: Vec::new(),
                    from: i64::MIN,
                    until: i64::MAX,
                    seed,
                };
                self.add(principal);
            }
        }
        Ok(())
    }

    /// A name for a workload that none has yet.
    pub fn workload_name(&mut self, dice: &mut Dice) -> String {
        loop {
            let noun = dice.pick(&NOUNS).copied().unwrap_or_default();
            let part = dice.pick(&PARTS).copied().unwrap_or_default();
            let mut name = format!("{noun}-{part}");
            if self.names.contains(&name) {
                name = format!("{name}-{}", dice.between(2, 999));
            }
            if self.names.insert(name.clone()) {
                return name;
            }
        }
    }

    /// A long-term key.
    pub fn key(&self, account: usize, dice: &mut Dice) -> Login {
        let account = &self.organisation.accounts[account].id;
        Login::User {
            id: unique_id("AIDA", dice),
            keys: vec![Key {
                id: access_key("AKIA", account, dice),
                from: i64::MIN,
                until: i64::MAX,
            }],
        }
    }

    /// A repository that deploys with OIDC.
    fn oidc(&self, site: &Site<'_>, dice: &mut Dice) -> Login {
        let (id, name) = (&self.organisation.accounts[site.account].id, site.name);
        Login::Oidc {
            role: Role::new(id, &format!("github-{name}-deploy"), dice),
            provider: format!(
                "arn:aws:iam::{id}:oidc-provider/token.actions.githubusercontent.com"
            ),
            subject: format!("repo:{}/{name}:ref:refs/heads/main", self.organisation.name),
        }
    }

    /// A vendor's role in every account.
    pub fn vendor(&self, role: &str, session: &str, dice: &mut Dice) -> Login {
        let account = dice.between(200_000_000_000, 899_999_999_999).to_string();
        let name = format!("{}-{role}-access", self.organisation.name);
        let roles = self.organisation.accounts.iter().enumerate();
        Login::Vendor {
            roles: roles.map(|(place, own)| (place, Role::new(&own.id, &name, dice))).collect(),
            principal: format!("{}:{session}", unique_id("AROA", dice)),
            session: session.to_owned(),
            account,
        }
    }

    /// A role that a runtime hands out.
    fn runtime(&self, site: &Site<'_>, runtime: Runtime, dice: &mut Dice) -> Result<Login> {
        let (name, region) = (site.name, site.region);
        let id = &self.organisation.accounts[site.account].id;
        let hosts = match runtime {
            Runtime::Function => 1,
            _ => 1 + dice.below(3),
        };
        // Hosts of a subnet share its NAT gateway's address; others have their own, or an endpoint.
        let shared = self.address_of(&format!("aws-{region}"), dice)?;
        let nat = dice.chance(0.6);
        let endpoint = (runtime != Runtime::Function && dice.chance(0.15))
            .then(|| format!("vpce-0{}", dice.text(HEX, 16)));
        let mut list = Vec::new();
        for _ in 0..hosts {
            let session = match runtime {
                Runtime::Instance => format!("i-0{}", dice.text(HEX, 16)),
                Runtime::Task => dice.text(HEX, 32),
                Runtime::Pod => format!("eks-{name}-{}", dice.text(BASE36, 10)),
                Runtime::Function => name.to_owned(),
            };
            let address = match (&endpoint, runtime) {
                (Some(_), _) => format!(
                    "10.{}.{}.{}",
                    dice.between(0, 40),
                    dice.between(0, 255),
                    dice.between(4, 250)
                ),
                (None, Runtime::Function) => String::new(),
                (None, _) if nat => shared.clone(),
                (None, _) => self.address_of(&format!("aws-{region}"), dice)?,
            };
            list.push(Host { session, address, endpoint: endpoint.clone() });
        }
        let suffix = match runtime {
            Runtime::Instance => "instance-role",
            Runtime::Task => "task-role",
            Runtime::Pod => "pod-role",
            Runtime::Function => "function-role",
        };
        let life = match runtime {
            Runtime::Pod => 12,
            Runtime::Function => dice.between(4, 9),
            _ => 6,
        };
        Ok(Login::Runtime {
            role: Role::new(id, &format!("{name}-{suffix}"), dice),
            runtime,
            hosts: list,
            life,
        })
    }

    /// A server's fixed address at one of the hosters.
    pub fn fixed(&self, dice: &mut Dice) -> Result<Place> {
        let hoster = dice.pick(&self.parameters.workloads.hosters).cloned().unwrap_or_default();
        let network = self.organisation.networks.named(&hoster)?;
        let address = network.address(dice).to_string();
        Ok(Place { kind: network.kind, network: hoster, address, weight: 1.0 })
    }

    /// Any address of a network, another one each time.
    pub fn anywhere(&self, network: &str) -> Result<Place> {
        let network = self.organisation.networks.named(network)?;
        Ok(Place {
            kind: network.kind,
            network: network.name.clone(),
            address: String::new(),
            weight: 1.0,
        })
    }

    /// An address of a network; of us-east-1 for an AWS region that the table lacks.
    fn address_of(&self, network: &str, dice: &mut Dice) -> Result<String> {
        let networks = self.organisation.networks;
        let network = match network.strip_prefix("aws-") {
            Some(region) => networks.aws(region)?,
            None => networks.named(network)?,
        };
        Ok(network.address(dice).to_string())
    }
}

/// The policy that a workload needs, or all rights, as is given now and then for peace.
fn too_much(chance: f64, needed: &'static str, dice: &mut Dice) -> &'static str {
    if dice.chance(chance) { "administrator" } else { needed }
}

/// How busy a workload is, against a busy one: most are not.
fn busyness(dice: &mut Dice) -> f64 {
    *dice.weighted(&[1.0, 0.4, 0.15, 0.04], |share| 0.1 + (1.0 - share) * 0.4).unwrap_or(&0.15)
}
