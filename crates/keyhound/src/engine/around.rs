//! What the owners of robbed credentials did around each theft: a second reading, of the days around
//! the incidents only.

use std::collections::BTreeMap;

use anyhow::Result;
use cloudtrail::{Event, Time};
use incident::Incident;
use ingest::{Places, Rounds, Source, Trust};
use report::Activity;

use super::order::trusting;
use super::{Request, pool, route};

/// So many incidents are looked at; a report with more has pictures of the surest.
const MOST: usize = 50;

/// Counts the calls of the robbed identities that are not suspicious, by the id of the incident.
pub(crate) fn activity(
    places: &Places,
    request: &Request,
    incidents: &[Incident],
) -> Result<BTreeMap<String, Activity>> {
    let incidents = &incidents[..incidents.len().min(MOST)];
    if incidents.is_empty() {
        return Ok(BTreeMap::new());
    }
    pool(request)?.install(|| trusting(|trust| counted(places, request, incidents, trust)))
}

fn counted(
    places: &Places,
    request: &Request,
    incidents: &[Incident],
    trust: Trust,
) -> Result<BTreeMap<String, Activity>> {
    let mut pictures: Vec<(&Incident, Activity)> = incidents
        .iter()
        .map(|one| (one, Activity::around(one.first_seen, one.last_seen)))
        .collect();
    let from = pictures.iter().map(|(_, picture)| picture.from).min().unwrap_or(Time::MIN);
    let until = pictures.iter().map(|(_, picture)| picture.until()).max().unwrap_or(Time::MAX);
    let wanted = |event: &Event| {
        (from..until).contains(&event.time)
            && incidents.iter().any(|incident| is_of(event, incident))
            && request.wants(event)
    };
    let rounds = Rounds::new(places, places.list()?, route).trust(trust).keep(wanted).since(from);
    for round in rounds {
        for event in round?.events() {
            for (incident, picture) in &mut pictures {
                if is_of(event, incident) && !incident.event_ids.contains(&event.id) {
                    picture.see(event.time, &event.id);
                }
            }
        }
    }
    Ok(pictures.into_iter().map(|(incident, picture)| (incident.id.clone(), picture)).collect())
}

/// Whether an event is of an identity that was robbed.
fn is_of(event: &Event, incident: &Incident) -> bool {
    incident.principals.iter().any(|principal| event.identity.arn == principal.as_str())
}
