//! People: working days, places, console and command line.

use crate::caller::{Caller, Role, SessionContext, access_key};
use crate::catalogue::Catalogue;
use crate::client::Client;
use crate::error::Result;
use crate::habits::schedule::weekday;
use crate::habits::workload::{assumption, client_for, saml_hash};
use crate::habits::{Burst, DAY, Duty, HOUR, Schedule, Who};
use crate::organisation::{Account, Organisation};
use crate::principal::{Login, Place, Principal, Session, at};
use crate::record::{Call, Fields, Focus, Outcome, Record};
use crate::seed::Seed;

/// What a person does on one day.
#[derive(Debug)]
struct Plan {
    /// Seed of the day.
    seed: Seed,
    /// Where the person works, in the morning and after lunch.
    places: [Option<Place>; 2],
    /// When lunch is, in seconds since 1970.
    lunch: i64,
    /// When each duty is done, in order of time.
    bursts: Vec<(i64, usize)>,
}

/// The plan of the day, counted in the person's own time since 1970.
fn plan(principal: &Principal, day: i64) -> Plan {
    let seed = principal.seed.part("day", day as u64);
    let mut dice = seed.dice();
    let midnight = day * DAY - principal.offset * HOUR;
    let begin = midnight + dice.between(7 * HOUR + 1_800, 10 * HOUR);
    let end = begin + dice.between(7 * HOUR, 10 * HOUR);
    let lunch = midnight + dice.between(11 * HOUR + 1_800, 13 * HOUR);
    let works = dice.chance(if weekday(day * DAY) < 5 { 0.94 } else { 0.04 });
    let first = dice.weighted(principal.places(begin), |place| place.weight).cloned();
    let second = if dice.chance(0.1) {
        dice.weighted(principal.places(end), |place| place.weight).cloned()
    } else {
        first.clone()
    };
    let mut bursts = Vec::new();
    for (index, duty) in principal.duties.iter().enumerate() {
        match duty.schedule {
            Schedule::Workday { per_day } if works => {
                for _ in 0..dice.count(per_day) {
                    let time = dice.between(begin, end);
                    if !(lunch..lunch + HOUR).contains(&time) {
                        bursts.push((time, index));
                    }
                }
            }
            Schedule::Once { at } if (midnight..midnight + DAY).contains(&at) => {
                bursts.push((at, index));
            }
            _ => {}
        }
    }
    bursts.sort_unstable();
    bursts.dedup_by_key(|(time, _)| *time);
    Plan { seed, places: [first, second], lunch, bursts }
}

/// Appends what a person does in the hour that begins at `hour`.
pub(super) fn hour(
    principal: &Principal,
    organisation: &Organisation,
    hour: i64,
    records: &mut Vec<Record>,
) -> Result<()> {
    let plan = plan(principal, (hour + principal.offset * HOUR).div_euclid(DAY));
    for (place, &(start, index)) in plan.bursts.iter().enumerate() {
        if !(hour..hour + HOUR).contains(&start) || !principal.is_active(start) {
            continue;
        }
        let duty = &principal.duties[index];
        let Some(account) = organisation.accounts.get(duty.account) else { continue };
        let mut dice = plan.seed.part("burst", place as u64).dice();
        let address = address(&plan, organisation, start)?;
        let client = client_for(principal, duty, start);
        let console = client.agent.starts_with("Mozilla/");
        let desk = Desk { principal, organisation, account, plan: &plan, address: &address };
        let sitting = desk.sitting(duty, console);
        if sitting.first == start {
            desk.sign_in(duty, console, &sitting, records)?;
        }
        let make = |source: &str| desk.caller(duty, &sitting, console.then_some(source));
        let one = make("");
        let regions = principal.regions(start);
        let first = duty.region.min(regions.len().saturating_sub(1));
        let burst = Burst {
            routine: duty.routine,
            start: at(start),
            who: if console { Who::Console(&make) } else { Who::One(&one) },
            address: &address,
            client: &client,
            regions: if duty.routine.all_regions {
                &organisation.regions
            } else {
                &regions[first..]
            },
            estate: &account.estate,
            endpoint: None,
            data_events: organisation.data_events,
        };
        burst.play(&mut dice, records);
    }
    Ok(())
}

fn address(plan: &Plan, organisation: &Organisation, time: i64) -> Result<String> {
    let half = usize::from(time > plan.lunch);
    match &plan.places[half] {
        Some(place) if !place.address.is_empty() => Ok(place.address.clone()),
        // An address that changes is another one each day, and the same all day.
        Some(place) => {
            let mut dice = plan.seed.part("address", half as u64).dice();
            Ok(organisation.networks.named(&place.network)?.address(&mut dice).to_string())
        }
        None => Ok("AWS Internal".to_owned()),
    }
}

/// A stretch of work in one account, through the console or not.
struct Sitting {
    first: i64,
    seed: Seed,
}

/// A person at work on some day.
struct Desk<'a> {
    principal: &'a Principal,
    organisation: &'a Organisation,
    account: &'a Account,
    plan: &'a Plan,
    address: &'a str,
}

impl Desk<'_> {
    /// The sitting that a duty belongs to: all of the day in this account, by this means.
    fn sitting(&self, duty: &Duty, console: bool) -> Sitting {
        let same = |&&(time, index): &&(i64, usize)| {
            let other = &self.principal.duties[index];
            other.account == duty.account
                && self.principal.is_active(time)
                && client_for(self.principal, other, time).agent.starts_with("Mozilla/") == console
        };
        let first = self.plan.bursts.iter().find(same).map_or(0, |(time, _)| *time);
        let seed = self.plan.seed.part("sitting", duty.account as u64 * 2 + u64::from(console));
        Sitting { first, seed }
    }

    /// The role of the person in this account.
    fn role(&self, duty: &Duty) -> Option<&Role> {
        match &self.principal.login {
            Login::Person { roles, .. } => roles
                .iter()
                .find(|(place, _)| *place == duty.account)
                .or(roles.first())
                .map(|(_, role)| role),
            _ => None,
        }
    }

    /// The caller, with the console's key for a service if one is given.
    fn caller(&self, duty: &Duty, sitting: &Sitting, source: Option<&str>) -> Caller {
        let begun = at(sitting.first - 30);
        let mut dice = sitting.seed.part(source.unwrap_or("cli"), 0).dice();
        let key = access_key("ASIA", &self.account.id, &mut dice);
        let console = source.is_some();
        match (&self.principal.login, self.role(duty)) {
            (Login::Person { email, .. }, Some(role)) => {
                let context = SessionContext { console, ..Default::default() };
                Caller::session(role, email, &key, begun, &context)
            }
            (Login::User { id, keys }, _) => {
                if console {
                    let context = SessionContext { console, mfa: true, ..Default::default() };
                    return Caller::user_session(
                        &self.account.id,
                        &self.principal.name,
                        id,
                        &key,
                        begun,
                        &context,
                    );
                }
                let time = sitting.first;
                let active = keys.iter().rfind(|key| (key.from..key.until).contains(&time));
                let key = active.or(keys.last()).map_or("", |key| &key.id);
                Caller::user(&self.account.id, &self.principal.name, id, key)
            }
            _ => Caller::root(&self.account.id, &key, Some(begun)),
        }
    }

    /// Records how the person came in.
    fn sign_in(
        &self,
        duty: &Duty,
        console: bool,
        sitting: &Sitting,
        records: &mut Vec<Record>,
    ) -> Result<()> {
        let catalogue = Catalogue::shipped()?;
        let mut dice = sitting.seed.part("sign-in", 0).dice();
        let browser = self
            .principal
            .clients(sitting.first)
            .iter()
            .find(|client| client.agent.starts_with("Mozilla/"));
        let agent = browser.map_or("Mozilla/5.0", |client| &client.agent);
        let mut push =
            |action: &str, caller: &Caller, seconds: i64, account: &Account, fields: &Fields| {
                let call = Call {
                    action: catalogue.action(action)?,
                    caller,
                    time: at(sitting.first - seconds),
                    region: &self.account.region,
                    address: self.address,
                    agent,
                    outcome: Outcome::Done,
                    estate: &account.estate,
                    fields,
                    endpoint: None,
                    shared: None,
                };
                records.push(call.record(&mut Focus::default(), &mut dice));
                Result::Ok(())
            };
        match (&self.principal.login, self.role(duty)) {
            (Login::Person { email, .. }, Some(role)) => {
                let session = self.caller(duty, sitting, None);
                let management = &self.organisation.accounts[0];
                let user = self.principal.seed.part("identity-center", 0).dice().uuid();
                let store = format!(
                    "arn:aws:identitystore::{}:identitystore/d-99{}",
                    management.id, self.organisation.store
                );
                let portal = Caller::identity_center(
                    &management.id,
                    &user,
                    &store,
                    &sitting.seed.dice().uuid(),
                );
                let set = role
                    .name
                    .trim_start_matches("AWSReservedSSO_")
                    .rsplit_once('_')
                    .map_or("", |(set, _)| set);
                let set = Fields::default().with("permission-set", set);
                push(
                    if console { "sso:Federate" } else { "sso:GetRoleCredentials" },
                    &portal,
                    34,
                    management,
                    &set,
                )?;
                let fields = assumption(role, email, &session.access_key);
                push(
                    "sts:AssumeRoleWithSAML",
                    &Caller::saml(email, &saml_hash(self.principal.seed)),
                    33,
                    self.account,
                    &fields,
                )?;
                if console {
                    let session = self.caller(duty, sitting, Some("signin"));
                    push(
                        "signin:ConsoleLogin",
                        &session,
                        30,
                        self.account,
                        &Fields::default().with("mfa-used", "No"),
                    )?;
                }
            }
            (Login::User { id, .. }, _) if console => {
                let caller = Caller::signing_in(&self.account.id, Some((&self.principal.name, id)));
                push("signin:ConsoleLogin", &caller, 30, self.account, &Fields::default())?;
            }
            _ => {}
        }
        Ok(())
    }
}

/// The credential that a person holds at a time, with the address and client that it is used
/// from; none on a day off.
pub(super) fn credential(
    principal: &Principal,
    organisation: &Organisation,
    time: i64,
) -> Result<Option<(Session, String, Client)>> {
    let plan = plan(principal, (time + principal.offset * HOUR).div_euclid(DAY));
    let address = address(&plan, organisation, time)?;
    let held =
        plan.bursts.iter().rev().filter(|(start, _)| *start <= time).find_map(|(start, index)| {
            let duty = &principal.duties[*index];
            let client = client_for(principal, duty, *start);
            let command_line = !client.agent.starts_with("Mozilla/");
            command_line.then_some((duty, client))
        });
    let first = principal
        .duties
        .iter()
        .find(|duty| !client_for(principal, duty, time).agent.starts_with("Mozilla/"));
    let (duty, client) = match (&principal.login, held, first) {
        (_, Some(held), _) => held,
        // A long-term key lies on the disk on days off, too.
        (Login::User { .. }, None, Some(duty)) => (duty, client_for(principal, duty, time)),
        _ => return Ok(None),
    };
    let Some(account) = organisation.accounts.get(duty.account) else { return Ok(None) };
    let desk = Desk { principal, organisation, account, plan: &plan, address: &address };
    let mut sitting = desk.sitting(duty, false);
    if matches!(principal.login, Login::User { .. }) {
        sitting.first = time;
    }
    let session = Session { caller: desk.caller(duty, &sitting, None), begun: sitting.first };
    Ok(Some((session, address, client)))
}
