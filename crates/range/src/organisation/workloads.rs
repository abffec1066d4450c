//! Workloads: CI, applications on hosters, instances, containers, functions, vendors, services.

use crate::caller::{Role, access_key, unique_id};
use crate::error::Result;
use crate::habits::{Rhythm, Schedule};
use crate::network::NetworkKind;
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
        // What runs on a server of one's own is one program for all; roles are cut small.
        let share = if kind == Kind::Application { 2.0 } else { 0.25 };
        let day = Schedule::Steady { per_hour: rate * share, rhythm: Rhythm::Day };
        let work = Schedule::Steady { per_hour: rate.min(3.0) * 0.3, rhythm: Rhythm::Work };
        let (login, places, routines, policy): (Login, Vec<Place>, Vec<(&str, Schedule)>, &str) =
            match kind {
                Kind::CiOidc => {
                    let login = self.oidc(&name, account, &mut dice);
                    (login, vec![self.anywhere("azure-us")?], vec![("deploy", work)], "deployer")
                }
                Kind::CiKey => {
                    let place = self.fixed(&mut dice)?;
                    (
                        self.key(account, &mut dice),
                        vec![place],
                        vec![("static-deploy", work)],
                        "deployer",
                    )
                }
                Kind::Application => {
                    let (routine, policy) = *dice
                        .weighted(
                            &[
                                ("web-app", "application"),
                                ("upload-app", "storage"),
                                ("queue-worker", "application"),
                                ("poller", "storage"),
                                ("mailer", "mail"),
                                ("model-app", "models"),
                            ],
                            |(routine, _)| {
                                if matches!(*routine, "model-app" | "poller") { 0.3 } else { 1.0 }
                            },
                        )
                        .unwrap_or(&("web-app", "application"));
                    let place = self.fixed(&mut dice)?;
                    let schedule = if routine == "poller" {
                        Schedule::Every { minutes: dice.between(20, 90) }
                    } else {
                        day
                    };
                    (self.key(account, &mut dice), vec![place], vec![(routine, schedule)], policy)
                }
                Kind::Instance => {
                    let login =
                        self.runtime(&name, account, Runtime::Instance, &regions[0], &mut dice)?;
                    let agent = Schedule::Every { minutes: 480 };
                    let routine = *dice
                        .pick(&["web-app", "queue-worker", "upload-app"])
                        .unwrap_or(&"web-app");
                    (
                        login,
                        Vec::new(),
                        vec![(routine, day), ("instance-agent", agent)],
                        "application",
                    )
                }
                Kind::Container => {
                    let runtime = if dice.chance(0.4) { Runtime::Pod } else { Runtime::Task };
                    let login = self.runtime(&name, account, runtime, &regions[0], &mut dice)?;
                    let routines = match (runtime, dice.below(5)) {
                        (Runtime::Pod, 0) => {
                            vec![("cluster-controller", Schedule::Every { minutes: 90 })]
                        }
                        (Runtime::Pod, 1) => {
                            vec![("secret-sync", Schedule::Every { minutes: 180 })]
                        }
                        _ => vec![("container-work", day)],
                    };
                    (login, Vec::new(), routines, "application")
                }
                Kind::Function => {
                    let login =
                        self.runtime(&name, account, Runtime::Function, &regions[0], &mut dice)?;
                    let schedule = match dice.below(3) {
                        0 => {
                            Schedule::Every { minutes: *dice.pick(&[120, 480, 720]).unwrap_or(&60) }
                        }
                        1 => Schedule::Daily { hour: dice.between(0, 23) },
                        _ => day,
                    };
                    let routine =
                        if dice.chance(0.06) { "function-refused" } else { "function-work" };
                    (login, Vec::new(), vec![(routine, schedule)], "function")
                }
                Kind::Scanner => {
                    let login = self.vendor("posture", "cloud-posture-scan", &mut dice);
                    let place = Place {
                        kind: NetworkKind::Aws,
                        network: "aws-us-east-1".into(),
                        address: self.address_of("aws-us-east-1", &mut dice)?,
                        weight: 1.0,
                    };
                    (login, vec![place], Vec::new(), "auditor")
                }
                _ => {
                    let login = self.vendor("backup", "backup-service", &mut dice);
                    let place = self.fixed(&mut dice)?;
                    (login, vec![place], Vec::new(), "backup")
                }
            };
        let mut duties = Vec::new();
        for (routine, schedule) in routines {
            duties.push(self.duty(routine, schedule, account, 0)?);
        }
        if matches!(kind, Kind::Scanner | Kind::Backup) {
            let hour = dice.between(0, 23);
            for account in 0..self.organisation.accounts.len() {
                let routine = if kind == Kind::Backup {
                    "backup"
                } else if index % 2 == 1 {
                    "monitoring"
                } else {
                    "scan"
                };
                let schedule = if routine == "monitoring" {
                    Schedule::Every { minutes: 120 }
                } else {
                    Schedule::Daily { hour }
                };
                duties.push(self.duty(routine, schedule, account, 0)?);
            }
        }
        let mut clients = Vec::new();
        for duty in &duties {
            if let Some(family) = dice.pick(&duty.routine.clients)
                && clients.iter().all(|client: &crate::client::Client| client.family != *family)
            {
                clients.push(self.clients.make(family, &mut dice)?);
            }
        }
        let kind_of_thing = if matches!(login, Login::User { .. }) { "user" } else { "role" };
        let known = match &login {
            Login::Runtime { role, .. } | Login::Oidc { role, .. } => role.name.clone(),
            _ => name.clone(),
        };
        self.organisation.accounts[account].estate.add(kind_of_thing, &known);
        let principal = Principal {
            name,
            kind,
            login,
            account,
            policy: policy.to_owned(),
            offset: self.parameters.office[0].offset,
            places,
            clients,
            regions,
            duties,
            shifts: Vec::new(),
            from: i64::MIN,
            until: i64::MAX,
            seed,
        };
        Ok(self.add(principal))
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
    fn oidc(&self, name: &str, account: usize, dice: &mut Dice) -> Login {
        let id = &self.organisation.accounts[account].id;
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
    fn runtime(
        &self,
        name: &str,
        account: usize,
        runtime: Runtime,
        region: &str,
        dice: &mut Dice,
    ) -> Result<Login> {
        let id = &self.organisation.accounts[account].id;
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

/// How busy a workload is, against a busy one: most are not.
fn busyness(dice: &mut Dice) -> f64 {
    *dice.weighted(&[1.0, 0.4, 0.15, 0.04], |share| 0.1 + (1.0 - share) * 0.4).unwrap_or(&0.15)
}
