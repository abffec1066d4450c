//! The root user signs in with MFA from the office, for what only it can do.

use crate::change::Occasion;
use crate::error::Result;
use crate::habits::Schedule;
use crate::organisation::office_place;
use crate::principal::{Kind, Login, Principal};
use crate::truth::{LookAlike, Reason};

pub(super) fn happen(occasion: &mut Occasion<'_, '_>) -> Result<Option<LookAlike>> {
    let builder = &mut *occasion.builder;
    let office = builder.parameters.office[0].clone();
    let at = occasion.time + occasion.dice.between(0, 7_200);
    let root = Principal {
        name: "root".to_owned(),
        kind: Kind::Root,
        login: Login::Root,
        account: 0,
        policy: "administrator".to_owned(),
        offset: office.offset,
        places: vec![office_place(builder.organisation.networks, &office, builder.seed, 1.0)?],
        clients: vec![builder.clients.make("browser", &mut occasion.dice)?],
        regions: vec!["us-east-1".to_owned()],
        duties: vec![builder.duty("break-glass", Schedule::Once { at }, 0, 0)?],
        shifts: Vec::new(),
        from: i64::MIN,
        until: i64::MAX,
        seed: builder.seed.part("break-glass", occasion.number.into()),
    };
    let index = builder.add(root);
    occasion.taken.insert(index);
    Ok(Some(occasion.label("break-glass", Reason::BreakGlass, &[index], 1)))
}
