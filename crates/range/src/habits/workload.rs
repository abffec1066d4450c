//! Workloads: applications, jobs, instances, containers, functions, vendors and AWS services.

use crate::caller::{Caller, Role, SessionContext, access_key};
use crate::catalogue::Catalogue;
use crate::client::Client;
use crate::error::Result;
use crate::habits::{Burst, Duty, HOUR, Who};
use crate::organisation::{Account, Organisation};
use crate::principal::{Host, Login, Principal, Runtime, Session, at};
use crate::record::{Call, Fields, Focus, Outcome, Record};
use crate::seed::{BASE64, Dice, Seed};

/// Appends what a workload does in the hour that begins at `hour`.
pub(super) fn hour(
    principal: &Principal,
    organisation: &Organisation,
    hour: i64,
    records: &mut Vec<Record>,
) -> Result<()> {
    if let Login::Runtime { role, runtime, hosts, life } = &principal.login {
        for (index, host) in hosts.iter().enumerate() {
            renew(principal, organisation, (role, *runtime, *life), (index, host), hour, records)?;
        }
    }
    for (index, duty) in principal.duties.iter().enumerate() {
        let own = principal.seed.part("duty", index as u64);
        let mut dice = own.part("hour", hour as u64).dice();
        for start in duty.schedule.starts(hour, principal.offset, own, &mut dice) {
            if principal.is_active(start) {
                let mut dice = own.part("start", start as u64).dice();
                play(principal, organisation, duty, start, &mut dice, records)?;
            }
        }
    }
    Ok(())
}

/// Plays one burst.
fn play(
    principal: &Principal,
    organisation: &Organisation,
    duty: &Duty,
    start: i64,
    dice: &mut Dice,
    records: &mut Vec<Record>,
) -> Result<()> {
    let Some(account) = organisation.accounts.get(duty.account) else { return Ok(()) };
    let client = client_for(principal, duty, start);
    let (session, address, endpoint) = match &principal.login {
        Login::Runtime { role, runtime, hosts, life } => {
            let index = dice.below(hosts.len() as u64) as usize;
            let Some(host) = hosts.get(index) else { return Ok(()) };
            let (session, _) =
                runtime_session(principal, (role, *runtime, *life), (index, host), start, account);
            let address = if host.address.is_empty() {
                organisation.networks.aws(&principal.regions(start)[0])?.address(dice).to_string()
            } else {
                host.address.clone()
            };
            (session, address, host.endpoint.clone())
        }
        Login::Service { .. } => (service_session(principal, account, start), String::new(), None),
        _ => {
            let address = address(principal, organisation, start, dice)?;
            let Some(session) =
                login(principal, organisation, duty, start, (&address, &client), dice, records)?
            else {
                return Ok(());
            };
            (session, address, None)
        }
    };
    let regions = principal.regions(start);
    let first = duty.region.min(regions.len().saturating_sub(1));
    let burst = Burst {
        routine: duty.routine,
        start: at(start),
        who: Who::One(&session.caller),
        address: &address,
        client: &client,
        regions: if duty.routine.all_regions { &organisation.regions } else { &regions[first..] },
        estate: &account.estate,
        endpoint: endpoint.as_deref().map(|endpoint| (endpoint, account.id.as_str())),
        data_events: organisation.data_events,
    };
    burst.play(dice, records);
    Ok(())
}

/// The client that a duty is done with: the first that its routine knows.
pub(super) fn client_for(principal: &Principal, duty: &Duty, time: i64) -> Client {
    let clients = principal.clients(time);
    clients
        .iter()
        .find(|client| duty.routine.clients.contains(&client.family))
        .or_else(|| clients.first())
        .cloned()
        .unwrap_or_else(|| Client::known("aws-internal"))
}

/// The address that a principal calls from at a time.
pub(super) fn address(
    principal: &Principal,
    organisation: &Organisation,
    time: i64,
    dice: &mut Dice,
) -> Result<String> {
    match dice.weighted(principal.places(time), |place| place.weight) {
        Some(place) if !place.address.is_empty() => Ok(place.address.clone()),
        Some(place) => Ok(organisation.networks.named(&place.network)?.address(dice).to_string()),
        None => Ok("AWS Internal".to_owned()),
    }
}

/// The credential of a duty that logs in for itself, with the record of the login.
fn login(
    principal: &Principal,
    organisation: &Organisation,
    duty: &Duty,
    start: i64,
    (address, client): (&str, &Client),
    dice: &mut Dice,
    records: &mut Vec<Record>,
) -> Result<Option<Session>> {
    let Some(account) = organisation.accounts.get(duty.account) else { return Ok(None) };
    let mint = |action, caller: &Caller, fields: &Fields, dice: &mut Dice| -> Result<Record> {
        let action = Catalogue::shipped()?.action(action)?;
        let call = Call {
            action,
            caller,
            time: at(start - 2),
            region: &account.region,
            address,
            agent: &client.agent(action),
            outcome: Outcome::Done,
            estate: &account.estate,
            fields,
            endpoint: None,
            shared: None,
        };
        Ok(call.record(&mut Focus::default(), dice))
    };
    Ok(Some(match &principal.login {
        Login::User { id, keys } => {
            let active: Vec<_> =
                keys.iter().filter(|key| (key.from..key.until).contains(&start)).collect();
            let Some(key) = dice.pick(&active) else { return Ok(None) };
            let caller = Caller::user(&account.id, &principal.name, id, &key.id);
            Session { caller, begun: key.from }
        }
        Login::Oidc { role, provider, subject } => {
            let key = access_key("ASIA", &account.id, dice);
            let name = format!("GitHubActions-{}", dice.between(10_000_000_000, 12_999_999_999));
            let fields = assumption(role, &name, &key)
                .with("subject", subject)
                .with("provider-arn", provider);
            records.push(mint(
                "sts:AssumeRoleWithWebIdentity",
                &Caller::web_identity(provider, subject),
                &fields,
                dice,
            )?);
            let context = SessionContext { provider: Some(provider), ..Default::default() };
            Session {
                caller: Caller::session(role, &name, &key, at(start - 2), &context),
                begun: start - 2,
            }
        }
        Login::Vendor { roles, account: vendor, principal: id, session } => {
            let Some((_, role)) = roles.iter().find(|(place, _)| *place == duty.account) else {
                return Ok(None);
            };
            let key = access_key("ASIA", &account.id, dice);
            let fields = assumption(role, session, &key);
            records.push(mint("sts:AssumeRole", &Caller::foreign(vendor, id), &fields, dice)?);
            Session {
                caller: Caller::session(
                    role,
                    session,
                    &key,
                    at(start - 2),
                    &SessionContext::default(),
                ),
                begun: start - 2,
            }
        }
        Login::Root => {
            let key = access_key("ASIA", &account.id, dice);
            let fields = Fields::default().with("mfa-used", "Yes");
            records.push(mint(
                "signin:ConsoleLogin",
                &Caller::signing_in(&account.id, None),
                &fields,
                dice,
            )?);
            Session {
                caller: Caller::root(&account.id, &key, Some(at(start - 2))),
                begun: start - 2,
            }
        }
        Login::Person { .. } | Login::Runtime { .. } | Login::Service { .. } => return Ok(None),
    }))
}

/// The values of a call that assumes a role.
pub fn assumption(role: &Role, session: &str, key: &str) -> Fields {
    Fields::default()
        .with("target-role-arn", &role.arn())
        .with("target-role-id", &role.id)
        .with("target-session", session)
        .with("target-session-arn", &role.session_arn(session))
        .with("minted-key", key)
}

/// The credentials that a host holds at a time, and until when.
fn runtime_session(
    principal: &Principal,
    (role, runtime, life): (&Role, Runtime, i64),
    (index, host): (usize, &Host),
    time: i64,
    account: &Account,
) -> (Session, i64) {
    let own = principal.seed.part("host", index as u64);
    let period = life * HOUR;
    let phase = own.dice().between(0, period - 1);
    let begun = time - (time - phase).rem_euclid(period);
    let mut dice = own.part("session", begun as u64).dice();
    let key = access_key("ASIA", &account.id, &mut dice);
    let issued_to =
        format!("arn:aws:lambda:{}:{}:function:{}", principal.regions[0], account.id, host.session);
    let provider = cluster_provider(principal, account);
    let context = match runtime {
        Runtime::Instance => {
            SessionContext { ec2_role_delivery: Some("2.0"), ..Default::default() }
        }
        Runtime::Function => SessionContext {
            in_scope_of: Some(("AWS::Lambda::Function", &issued_to)),
            ..Default::default()
        },
        Runtime::Pod => SessionContext { provider: Some(&provider), ..Default::default() },
        Runtime::Task => SessionContext::default(),
    };
    let caller = Caller::session(role, &host.session, &key, at(begun), &context);
    (Session { caller, begun }, begun + period)
}

/// The ARN of the OIDC provider of the cluster that a pod runs in.
fn cluster_provider(principal: &Principal, account: &Account) -> String {
    let id = principal.seed.part("cluster", 0).dice().text(b"0123456789ABCDEF", 32);
    let region = &principal.regions[0];
    format!("arn:aws:iam::{}:oidc-provider/oidc.eks.{region}.amazonaws.com/id/{id}", account.id)
}

/// Records that the runtime took new credentials, if it did so in this hour.
fn renew(
    principal: &Principal,
    organisation: &Organisation,
    (role, runtime, life): (&Role, Runtime, i64),
    (index, host): (usize, &Host),
    hour: i64,
    records: &mut Vec<Record>,
) -> Result<()> {
    let Some(account) = organisation.accounts.get(principal.account) else { return Ok(()) };
    let (session, _) =
        runtime_session(principal, (role, runtime, life), (index, host), hour + HOUR - 1, account);
    if session.begun < hour || !principal.is_active(session.begun) {
        return Ok(());
    }
    let mut dice =
        principal.seed.part("renew", session.begun as u64).part("host", index as u64).dice();
    let fields = assumption(role, &host.session, &session.caller.access_key);
    let (action, caller, fields) = if let Some(service) = runtime.service() {
        ("sts:AssumeRole", Caller::service(service), fields)
    } else {
        let provider = cluster_provider(principal, account);
        let subject = format!("system:serviceaccount:apps:{}", principal.name);
        let fields = fields.with("subject", &subject).with("provider-arn", &provider);
        ("sts:AssumeRoleWithWebIdentity", Caller::web_identity(&provider, &subject), fields)
    };
    let shared = dice.uuid();
    let action = Catalogue::shipped()?.action(action)?;
    let call = Call {
        action,
        caller: &caller,
        time: at(session.begun),
        region: &principal.regions(session.begun)[0],
        address: &host.address,
        agent: principal.clients.first().map_or("", |client| &client.agent),
        outcome: Outcome::Done,
        estate: &account.estate,
        fields: &fields,
        endpoint: None,
        shared: Some(&shared),
    };
    records.push(call.record(&mut Focus::default(), &mut dice));
    Ok(())
}

/// An AWS service's identity; sessions of service-linked roles last six hours here.
fn service_session(principal: &Principal, account: &Account, time: i64) -> Session {
    let Login::Service { service, role } = &principal.login else {
        return Session { caller: Caller::service("AWS Internal"), begun: time };
    };
    let Some((role, session)) = role else {
        return Session { caller: Caller::service(service), begun: time };
    };
    let begun = time - time.rem_euclid(6 * HOUR);
    let mut dice = principal
        .seed
        .part("session", begun as u64)
        .part("account", account.id.parse().unwrap_or(0))
        .dice();
    let key = access_key("ASIA", &account.id, &mut dice);
    let role = Role { account: account.id.clone(), ..role.clone() };
    let context = SessionContext { invoked_by: Some(service), ..Default::default() };
    Session { caller: Caller::session(&role, session, &key, at(begun), &context), begun }
}

/// The hash that SAML identities carry.
pub(super) fn saml_hash(seed: Seed) -> String {
    seed.part("saml", 0).dice().text(BASE64, 27)
}

/// The credential that a workload holds at a time, with the address and client that it uses it
/// from; none if it holds none.
pub(super) fn credential(
    principal: &Principal,
    organisation: &Organisation,
    time: i64,
) -> Result<Option<(Session, String, Client)>> {
    let Some(account) = organisation.accounts.get(principal.account) else { return Ok(None) };
    let Some(duty) = principal.duties.first() else { return Ok(None) };
    let client = client_for(principal, duty, time);
    let mut dice = principal.seed.part("credential", time as u64).dice();
    match &principal.login {
        Login::Runtime { role, runtime, hosts, life } => {
            let Some(host) = hosts.first() else { return Ok(None) };
            let role = (role, *runtime, *life);
            let (session, _) = runtime_session(principal, role, (0, host), time, account);
            let address = if host.address.is_empty() {
                let network = organisation.networks.aws(&principal.regions(time)[0])?;
                network.address(&mut dice).to_string()
            } else {
                host.address.clone()
            };
            Ok(Some((session, address, client)))
        }
        Login::User { .. } => {
            let address = address(principal, organisation, time, &mut dice)?;
            let as_now = (address.as_str(), &client);
            let mut unused = Vec::new();
            let session =
                login(principal, organisation, duty, time, as_now, &mut dice, &mut unused)?;
            Ok(session.map(|session| (session, address, client)))
        }
        // A job's credential is that of its last run, for as long as it lasts.
        Login::Oidc { .. } | Login::Vendor { .. } => {
            let own = principal.seed.part("duty", 0);
            let this_hour = time.div_euclid(HOUR) * HOUR;
            for hour in (0..2).map(|back| this_hour - back * HOUR) {
                let mut dice = own.part("hour", hour as u64).dice();
                let starts = duty.schedule.starts(hour, principal.offset, own, &mut dice);
                let last =
                    starts.into_iter().filter(|start| *start <= time && time < start + HOUR).max();
                if let Some(start) = last.filter(|start| principal.is_active(*start)) {
                    let mut dice = own.part("start", start as u64).dice();
                    let address = address(principal, organisation, start, &mut dice)?;
                    let as_now = (address.as_str(), &client);
                    let mut unused = Vec::new();
                    let session = login(
                        principal,
                        organisation,
                        duty,
                        start,
                        as_now,
                        &mut dice,
                        &mut unused,
                    )?;
                    return Ok(session.map(|session| (session, address, client)));
                }
            }
            Ok(None)
        }
        _ => Ok(None),
    }
}
