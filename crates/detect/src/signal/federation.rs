//! Federation tokens: sessions that outlive the key that made them.

use cloudtrail::Outcome;

use compact_str::format_compact;

use super::{About, Needs, Scene, Seen, Signal, Wants, request};
use crate::policy;

pub(super) static FEDERATION_TOKEN: Signal = Signal {
    about: About {
        id: "federation-token",
        text: "a federation token was fetched for the first time: it outlives the key",
        rows: &["PE-13"],
        techniques: &["T1550.001"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "old sign-in portals",
    },
    wants: Wants::Actions(&["sts:GetFederationToken"]),
    see: Some(see),
    notify: None,
};

pub(super) static TOKEN_FOR_EVERYTHING: Signal = Signal {
    about: About {
        id: "federation-token-for-everything",
        text: "a federation token was asked for that hands on all rights of its maker, or somebody tried to",
        rows: &["PE-14"],
        techniques: &["T1550.001"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "sign-in portals for administrators, on their first day",
    },
    wants: Wants::Actions(&["sts:GetFederationToken"]),
    see: Some(for_everything),
    notify: None,
};

fn for_everything(scene: &mut Scene<'_>) -> Option<Seen> {
    let event = scene.call.event;
    let request = request::of(event);
    let inline = event.request_text("policy").is_some_and(|text| policy::allows_everything(&text));
    let arns = request.get("policyArns").map(request::list).unwrap_or_default().iter();
    let managed = arns.filter_map(|arn| arn.get("arn").or(Some(arn))?.as_str());
    let managed = managed.into_iter().find(|arn| arn.ends_with(":policy/AdministratorAccess"));
    let everything = inline || managed.is_some();
    let name = event.request_text("name").unwrap_or_default();
    (everything && !scene.is_habit()).then(|| Seen::new(format_compact!("token {name}")))
}

fn see(scene: &mut Scene<'_>) -> Option<Seen> {
    let event = scene.call.event;
    let habit = scene.basis.profile.actions().get(&scene.call.action.base).is_some();
    let name = event.request_text("name").unwrap_or_default();
    (!habit && event.outcome == Outcome::Success).then(|| Seen::new(name).against("never before"))
}
