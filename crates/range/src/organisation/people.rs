//! People: with Identity Center, with IAM users, administrators and auditors.

use crate::caller::{Role, access_key, unique_id};
use crate::error::Result;
use crate::habits::{Duty, Schedule};
use crate::network::{NetworkKind, Networks};
use crate::organisation::Builder;
use crate::parameters::Office;
use crate::principal::{Key, Kind, Login, Place, Principal};
use crate::seed::{Dice, HEX, Seed};

const FIRST: [&str; 40] = [
    "maria", "jonas", "aisha", "peter", "lena", "tom", "priya", "carlos", "emma", "felix", "nora",
    "sam", "ines", "david", "yuki", "anna", "omar", "julia", "mark", "sofia", "lukas", "grace",
    "ivan", "chloe", "ravi", "helen", "marco", "olga", "paul", "zoe", "adam", "leila", "oscar",
    "mei", "victor", "ruth", "hugo", "elif", "ben", "clara",
];
const LAST: [&str; 40] = [
    "keller",
    "novak",
    "smith",
    "okafor",
    "garcia",
    "lindqvist",
    "patel",
    "dubois",
    "rossi",
    "tanaka",
    "meyer",
    "brown",
    "kowalski",
    "silva",
    "jansen",
    "fischer",
    "wong",
    "martin",
    "haddad",
    "petrov",
    "larsen",
    "jones",
    "moreau",
    "vega",
    "schmidt",
    "khan",
    "taylor",
    "bianchi",
    "yilmaz",
    "costa",
    "weber",
    "nguyen",
    "murphy",
    "berg",
    "santos",
    "walker",
    "roth",
    "ito",
    "cohen",
    "olsen",
];

/// What people of a team do, each with its bursts a day as a share of the person's.
const TEAMS: [&[(&str, f64)]; 5] = [
    &[
        ("cli-look", 0.35),
        ("cli-debug", 0.25),
        ("console-home", 0.05),
        ("console-logs", 0.15),
        ("console-ec2", 0.1),
        ("console-lambda", 0.1),
    ],
    &[
        ("console-home", 0.15),
        ("console-logs", 0.3),
        ("console-lambda", 0.25),
        ("console-s3", 0.2),
        ("cli-look", 0.1),
    ],
    &[("data-work", 0.6), ("console-s3", 0.2), ("console-home", 0.05), ("cli-look", 0.15)],
    &[
        ("terraform-plan", 0.2),
        ("cli-debug", 0.3),
        ("cli-look", 0.25),
        ("console-ec2", 0.15),
        ("console-rds", 0.1),
    ],
    &[("console-home", 0.2), ("console-costs", 0.3), ("console-ec2", 0.25), ("console-rds", 0.25)],
];

/// What administrators do.
const ADMINISTRATION: [(&str, f64); 8] = [
    ("admin-work", 0.3),
    ("terraform-plan", 0.12),
    ("terraform-apply", 0.05),
    ("console-iam", 0.1),
    ("console-security", 0.08),
    ("console-ec2", 0.1),
    ("cli-look", 0.15),
    ("cli-debug", 0.1),
];

impl Builder<'_> {
    /// Adds all people.
    pub fn people(&mut self) -> Result<()> {
        let people = self.parameters.people.clone();
        for index in 0..people.sso {
            self.person(Kind::SsoPerson, index)?;
        }
        for index in 0..people.administrators {
            self.person(Kind::Administrator, index)?;
        }
        for index in 0..people.auditors {
            self.person(Kind::Auditor, index)?;
        }
        for index in 0..people.users {
            self.user(index)?;
        }
        Ok(())
    }

    /// Adds a person with Identity Center.
    pub fn person(&mut self, kind: Kind, index: u32) -> Result<usize> {
        let seed = self.seed.part(label(kind), index.into());
        let mut dice = seed.dice();
        let name = self.name(&mut dice);
        let accounts = self.organisation.accounts.len();
        let (set, policy, reach): (_, _, Vec<usize>) = match kind {
            Kind::Administrator => {
                ("AdministratorAccess", "administrator", (0..accounts).collect())
            }
            Kind::Auditor => ("SecurityAudit", "auditor", (0..accounts).collect()),
            _ => {
                let home = 1 + dice.below(accounts.saturating_sub(1).max(1) as u64) as usize;
                let other = dice.below(accounts as u64) as usize;
                let set = if dice.chance(0.7) {
                    ("DeveloperAccess", "developer")
                } else {
                    ("ViewOnlyAccess", "reader")
                };
                (set.0, set.1, vec![home.min(accounts - 1), other])
            }
        };
        let region = self.organisation.regions[0].clone();
        let mut roles: Vec<(usize, Role)> = Vec::new();
        for account in reach {
            if !roles.iter().any(|(place, _)| *place == account) {
                roles.push((account, self.permission_set(set, account, &region)));
            }
        }
        let routines: Vec<(&str, f64)> = match kind {
            Kind::Administrator => ADMINISTRATION.to_vec(),
            Kind::Auditor => vec![
                ("audit", 0.2),
                ("console-security", 0.3),
                ("console-costs", 0.1),
                ("console-iam", 0.2),
            ],
            _ => dice.pick(&TEAMS).map_or(Vec::new(), |team| team.to_vec()),
        };
        let bursts = self.parameters.people.bursts_per_day * (0.5 + dice.fraction());
        let mut duties = Vec::new();
        for (routine, share) in routines {
            // Most work is done in the first account, some in the others.
            for (place, (account, _)) in roles.iter().enumerate() {
                let share =
                    share * if place == 0 { 0.75 } else { 0.25 / (roles.len() - 1).max(1) as f64 };
                duties.push(self.duty(
                    routine,
                    Schedule::Workday { per_day: bursts * share },
                    *account,
                    usize::from(dice.chance(0.1)),
                )?);
            }
        }
        let email = format!("{name}@{}.example", self.organisation.name);
        let office = self.office(&mut dice);
        let places = self.places(&office, &mut dice)?;
        let account = roles.first().map_or(0, |(account, _)| *account);
        let principal = Principal {
            name,
            kind,
            login: Login::Person { roles, email },
            account,
            policy: policy.to_owned(),
            offset: office.offset,
            places,
            clients: self.desktop(&mut dice)?,
            regions: self.some_regions(&mut dice),
            duties,
            shifts: Vec::new(),
            from: i64::MIN,
            until: i64::MAX,
            seed,
        };
        Ok(self.add(principal))
    }

    /// Adds a person with an IAM user and a long-term key.
    pub fn user(&mut self, index: u32) -> Result<usize> {
        let seed = self.seed.part("user", index.into());
        let mut dice = seed.dice();
        let name = self.name(&mut dice);
        let account = dice.below(self.organisation.accounts.len() as u64) as usize;
        let id = self.organisation.accounts[account].id.clone();
        let team = dice.pick(&TEAMS).copied().unwrap_or_default();
        let bursts = self.parameters.people.bursts_per_day * (0.4 + dice.fraction());
        let mut duties: Vec<Duty> = Vec::new();
        for (routine, share) in team {
            duties.push(self.duty(
                routine,
                Schedule::Workday { per_day: bursts * share },
                account,
                0,
            )?);
        }
        let office = self.office(&mut dice);
        let policy = if index.is_multiple_of(3) { "administrator" } else { "developer" };
        let principal = Principal {
            name: name.clone(),
            kind: Kind::UserPerson,
            login: Login::User {
                id: unique_id("AIDA", &mut dice),
                keys: vec![Key {
                    id: access_key("AKIA", &id, &mut dice),
                    from: i64::MIN,
                    until: i64::MAX,
                }],
            },
            account,
            policy: policy.to_owned(),
            offset: office.offset,
            places: self.places(&office, &mut dice)?,
            clients: self.desktop(&mut dice)?,
            regions: self.some_regions(&mut dice),
            duties,
            shifts: Vec::new(),
            from: i64::MIN,
            until: i64::MAX,
            seed,
        };
        self.organisation.accounts[account].estate.add("user", &name);
        Ok(self.add(principal))
    }

    /// A name that nobody has yet.
    pub fn name(&mut self, dice: &mut Dice) -> String {
        loop {
            let first = dice.pick(&FIRST).copied().unwrap_or_default();
            let last = dice.pick(&LAST).copied().unwrap_or_default();
            let mut name = format!("{first}.{last}");
            // Large organisations have namesakes.
            if self.organisation.principals.len() > 600 {
                name.push_str(&dice.between(1, 9_999).to_string());
            }
            if self.names.insert(name.clone()) {
                return name;
            }
        }
    }

    /// One of the offices, by weight.
    pub fn office(&self, dice: &mut Dice) -> Office {
        dice.weighted(&self.parameters.office, |office| office.weight)
            .unwrap_or(&self.parameters.office[0])
            .clone()
    }

    /// The office, a home and a mobile network around it.
    pub fn places(&self, office: &Office, dice: &mut Dice) -> Result<Vec<Place>> {
        let networks = self.organisation.networks;
        let at_home = (self.parameters.people.at_home * (0.4 + 1.2 * dice.fraction())).min(0.95);
        let mut places = vec![office_place(networks, office, self.seed, 1.0 - at_home)?];
        if let Some(home) = dice.pick(&office.homes) {
            let address = networks.named(home)?.address(dice).to_string();
            places.push(Place {
                kind: NetworkKind::Home,
                network: home.clone(),
                address,
                weight: at_home,
            });
        }
        if let Some(mobile) = dice.pick(&office.mobiles) {
            let kind = NetworkKind::Mobile;
            places.push(Place {
                kind,
                network: mobile.clone(),
                address: String::new(),
                weight: 0.03,
            });
        }
        places.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        Ok(places)
    }

    /// A person's programs: one of each family.
    fn desktop(&self, dice: &mut Dice) -> Result<Vec<crate::client::Client>> {
        ["browser", "aws-cli", "terraform", "boto3"]
            .iter()
            .map(|family| self.clients.make(family, dice))
            .collect()
    }

    /// The role that Identity Center makes for a permission set in an account.
    fn permission_set(&self, set: &str, account: usize, region: &str) -> Role {
        let mut dice = self.seed.part(set, account as u64).dice();
        let id = &self.organisation.accounts[account].id;
        let name = format!("AWSReservedSSO_{set}_{}", dice.text(HEX, 16));
        Role::at(&format!("/aws-reserved/sso.amazonaws.com/{region}/"), id, &name, &mut dice)
    }
}

/// An office's own line, the same for all who work there; its company VPN if it has one.
pub fn office_place(
    networks: &Networks,
    office: &Office,
    seed: Seed,
    weight: f64,
) -> Result<Place> {
    let mut dice = seed.part(&office.network, 0).part(&office.country, 1).dice();
    let network = networks.named(&office.network)?;
    let address = network.address(&mut dice).to_string();
    Ok(Place { kind: network.kind, network: network.name.clone(), address, weight })
}

fn label(kind: Kind) -> &'static str {
    match kind {
        Kind::Administrator => "administrator",
        Kind::Auditor => "auditor",
        _ => "person",
    }
}
