//! Who else used a credential, as a lake tells: it may hold more weeks than the logs that were read.

use std::sync::Arc;

use anyhow::Result;
use cloudtrail::AccessKeyId;
use contain::impact::Impact;
use intel::address::AddressBook;
use lake::query::{Engine, Limits, Value, Values, cells};

use crate::cli::ContainPlan;
use crate::clock;
use crate::engine::{Calls, Stolen, Uses};
use crate::verb::lake as lakes;

/// The impact of shutting out what an incident's thief has, or what was named.
pub(super) fn impact(
    place: &str,
    book: AddressBook,
    arguments: &ContainPlan,
    incident: Option<&incident::Incident>,
) -> Result<Impact> {
    let lake = lakes::opened(place, arguments.input.s3_endpoint.as_ref())?;
    let engine = Engine::new(&Arc::new(lake), &Arc::new(book), Limits::default())?;
    let mut stolen = incident.map(Stolen::of).unwrap_or_default();
    if let Some(arn) = &arguments.arn {
        stolen.add(arn);
    }
    stolen.keys.extend(arguments.access_key.as_deref().and_then(AccessKeyId::new));
    let until = incident.map_or_else(clock::now, |incident| incident.first_seen);
    let from = until.plus_hours(-24 * i64::from(Impact::DAYS));
    let (condition, mut values) = condition(&stolen);
    values.insert("from".to_owned(), Value::Time(from));
    values.insert("until".to_owned(), Value::Time(until));
    let sql = format!(
        "SELECT CASE WHEN starts_with(access_key_id, 'AKIA') THEN access_key_id ELSE arn END, \
         coalesce(nullif(network(address), ''), source), client(user_agent), service, count(*), \
         min(event_time), max(event_time) \
         FROM events WHERE event_time >= $from AND event_time < $until AND ({condition}) \
         GROUP BY 1, 2, 3, 4, day"
    );
    let mut uses = Uses::default();
    for batch in engine.rows(&sql, &values).map_err(lakes::advised)? {
        for row in cells(&batch)? {
            let [who, network, client, service, number, first, last] = row.as_slice() else {
                continue;
            };
            uses.add(Calls {
                who: who.clone(),
                network: network.clone(),
                client: client.clone(),
                service: service.clone(),
                number: number.parse().unwrap_or_default(),
                first: first.parse().unwrap_or_default(),
                last: last.parse().unwrap_or_default(),
            });
        }
    }
    Ok(uses.impact(from, until))
}

/// The condition that an event was made with what was stolen; every text is a value, never part of
/// the question.
fn condition(stolen: &Stolen) -> (String, Values) {
    let mut parts = Vec::new();
    let mut values = Values::new();
    let mut add = |part: &dyn Fn(&str) -> String, text: &str| {
        let name = format!("v{}", values.len());
        parts.push(part(&name));
        values.insert(name, Value::Text(text.to_owned()));
    };
    for key in &stolen.keys {
        add(&|name| format!("access_key_id = ${name}"), key.as_str());
    }
    for arn in &stolen.arns {
        add(&|name| format!("arn = ${name}"), arn);
    }
    for role in &stolen.roles {
        add(&|name| format!("starts_with(arn, ${name})"), role);
    }
    let condition = if parts.is_empty() { "false".to_owned() } else { parts.join(" OR ") };
    (condition, values)
}
