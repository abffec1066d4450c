//! Automation makes a user for a short task, and deletes it afterwards.

use crate::caller::{access_key, unique_id};
use crate::change::Occasion;
use crate::error::Result;
use crate::habits::{HOUR, Schedule};
use crate::principal::{Key, Kind, Login, Principal};
use crate::record::Fields;
use crate::truth::{LookAlike, Reason};

pub(super) fn happen(occasion: &mut Occasion<'_, '_>) -> Result<Option<LookAlike>> {
    let Some(maker) = occasion.any(Kind::CiKey) else { return Ok(None) };
    let (account, places) = {
        let maker = occasion.principal(maker);
        (maker.account, maker.places.clone())
    };
    let id = occasion.builder.organisation.accounts[account].id.clone();
    let name = format!("migration-task-{}", occasion.dice.between(100, 999));
    let (user_id, key) =
        (unique_id("AIDA", &mut occasion.dice), access_key("AKIA", &id, &mut occasion.dice));
    let fields = Fields::default()
        .with("new-user", &name)
        .with("new-user-id", &user_id)
        .with("minted-key", &key)
        .with("other-key", &key)
        .with("policy-arn", "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess");
    let hours = occasion.dice.between(2, 20);
    let made = occasion.call(maker, "iam:CreateUser", 0, &fields)?;
    if !made {
        return Ok(None);
    }
    occasion.call(maker, "iam:AttachUserPolicy", 2, &fields)?;
    occasion.call(maker, "iam:CreateAccessKey", 4, &fields)?;
    for (seconds, action) in
        [(0, "iam:DeleteAccessKey"), (2, "iam:DetachUserPolicy"), (4, "iam:DeleteUser")]
    {
        occasion.call(maker, action, hours * HOUR + seconds, &fields)?;
    }
    let schedule = |minutes: i64| Schedule::Once { at: occasion.time + minutes * 60 };
    let builder = &mut *occasion.builder;
    let duties =
        [5, 35, 70, 100].map(|minutes| builder.duty("upload-app", schedule(minutes), account, 0));
    let user = Principal {
        name,
        kind: Kind::Application,
        login: Login::User {
            id: user_id,
            keys: vec![Key { id: key, from: occasion.time, until: occasion.time + hours * HOUR }],
        },
        account,
        policy: "storage".to_owned(),
        offset: 0,
        places,
        clients: vec![builder.clients.make("boto3", &mut occasion.dice)?],
        regions: builder.organisation.regions[..1].to_vec(),
        duties: duties.into_iter().collect::<Result<_>>()?,
        shifts: Vec::new(),
        from: occasion.time,
        until: occasion.time + hours * HOUR,
        seed: builder.seed.part("temporary-user", occasion.number.into()),
    };
    let index = builder.add(user);
    occasion.taken.insert(index);
    Ok(Some(occasion.label("temporary-user", Reason::TemporaryUser, &[index, maker], 2)))
}
