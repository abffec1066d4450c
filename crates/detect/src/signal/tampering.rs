//! The watchers are switched off.

use serde_json::Value;

use super::{About, Needs, Scene, Seen, Signal, Wants};

pub(super) static LOGGING_OFF: Signal = Signal {
    about: About {
        id: "logging-switched-off",
        text: "the trail was stopped, deleted or narrowed, or somebody tried to",
        rows: &["DE-01", "DE-03"],
        techniques: &["T1562.008"],
        needs: Needs::Management,
        look_back: "the call itself",
        noise: "the teardown of an account",
    },
    wants: Wants::Actions(&[
        "cloudtrail:StopLogging",
        "cloudtrail:DeleteTrail",
        "cloudtrail:DeleteEventDataStore",
        "cloudtrail:StopEventDataStoreIngestion",
        "cloudtrail:PutEventSelectors",
    ]),
    see: Some(logging_off),
    notify: None,
};

pub(super) static DETECTOR_BLINDED: Signal = Signal {
    about: About {
        id: "detector-blinded",
        text: "GuardDuty was switched off, suspended or told to look away",
        rows: &["DE-07"],
        techniques: &["T1562.001"],
        needs: Needs::Management,
        look_back: "the call itself",
        noise: "a change of the security tooling",
    },
    wants: Wants::Actions(&[
        "guardduty:DeleteDetector",
        "guardduty:UpdateDetector",
        "guardduty:DeleteMembers",
        "guardduty:DisassociateMembers",
        "guardduty:DisassociateFromAdministratorAccount",
        "guardduty:StopMonitoringMembers",
        "guardduty:DeletePublishingDestination",
        "guardduty:CreateIPSet",
        "guardduty:UpdateIPSet",
        "guardduty:CreateFilter",
        "guardduty:UpdateFilter",
        "guardduty:UpdateThreatIntelSet",
        "guardduty:DeleteThreatIntelSet",
        "guardduty:CreateTrustedEntitySet",
        "guardduty:UpdateTrustedEntitySet",
        "guardduty:DisableOrganizationAdminAccount",
    ]),
    see: Some(detector_blinded),
    notify: None,
};

fn logging_off(scene: &mut Scene<'_>) -> Option<Seen> {
    let event = scene.call.event;
    if event.name == "PutEventSelectors" && !narrows(event.request.as_deref()?) {
        return None;
    }
    Some(Seen::new(scene.deed()))
}

/// Management events left out by all selectors, or whole sources of them by one. Either list of
/// selectors may be given; it replaces what was there.
fn narrows(request: &str) -> bool {
    let Ok(request) = serde_json::from_str::<Value>(request) else { return false };
    let (plain, advanced) =
        (list(&request["eventSelectors"]), list(&request["advancedEventSelectors"]));
    let with_management: Vec<bool> = plain
        .iter()
        .map(|selector| selector["includeManagementEvents"] != false)
        .chain(advanced.iter().map(|selector| {
            list(&selector["fieldSelectors"]).iter().any(|field| {
                field["field"] == "eventCategory"
                    && list(&field["equals"]).iter().any(|category| category == "Management")
            })
        }))
        .collect();
    let left_out = !with_management.is_empty() && !with_management.contains(&true);
    let excluded =
        plain.iter().any(|selector| !list(&selector["excludeManagementEventSources"]).is_empty())
            || advanced.iter().flat_map(|selector| list(&selector["fieldSelectors"])).any(
                |field| field["field"] == "eventSource" && !list(&field["notEquals"]).is_empty(),
            );
    left_out || excluded
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn detector_blinded(scene: &mut Scene<'_>) -> Option<Seen> {
    let event = scene.call.event;
    let archives = event.request_text("action").as_deref() == Some("ARCHIVE");
    let disables = event.request_text("enable").as_deref() == Some("false");
    let counts = match event.name.as_str() {
        "UpdateDetector" => disables,
        "CreateFilter" | "UpdateFilter" => archives,
        _ => true,
    };
    counts.then(|| Seen::new(scene.deed()))
}
