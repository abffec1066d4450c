//! A penetration test that was announced: from the testers' own line, in their window.

use crate::caller::{access_key, unique_id};
use crate::change::Occasion;
use crate::error::Result;
use crate::habits::{DAY, HOUR, Schedule};
use crate::principal::{Key, Kind, Login, Place, Principal};
use crate::truth::{LookAlike, Reason};

pub(super) fn happen(occasion: &mut Occasion<'_, '_>) -> Result<Option<LookAlike>> {
    let builder = &mut *occasion.builder;
    let line = builder.organisation.networks.named("leaseweb")?;
    let address = line.address(&mut occasion.dice).to_string();
    let account = occasion.dice.below(builder.organisation.accounts.len() as u64) as usize;
    let id = builder.organisation.accounts[account].id.clone();
    let mut duties = Vec::new();
    for hours in [0, 2, 5, 25, 29] {
        let at = occasion.time + hours * HOUR + occasion.dice.between(0, HOUR);
        duties.push(builder.duty("pen-test", Schedule::Once { at }, account, 0)?);
    }
    let tester = Principal {
        name: "pentest-external".to_owned(),
        kind: Kind::CiKey,
        login: Login::User {
            id: unique_id("AIDA", &mut occasion.dice),
            keys: vec![Key {
                id: access_key("AKIA", &id, &mut occasion.dice),
                from: occasion.time,
                until: i64::MAX,
            }],
        },
        account,
        policy: "auditor".to_owned(),
        offset: 0,
        places: vec![Place {
            kind: line.kind,
            network: line.name.clone(),
            address: address.clone(),
            weight: 1.0,
        }],
        clients: vec![builder.clients.make("aws-cli-kali", &mut occasion.dice)?],
        regions: builder.organisation.regions.clone(),
        duties,
        shifts: Vec::new(),
        from: occasion.time,
        until: occasion.time + 3 * DAY,
        seed: builder.seed.part("pen-test", occasion.number.into()),
    };
    let index = builder.add(tester);
    occasion.taken.insert(index);
    let mut label = occasion.label("pen-test", Reason::AnnouncedTest, &[index], 3);
    label.announced.push(address);
    Ok(Some(label))
}
