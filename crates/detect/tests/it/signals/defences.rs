//! Who switches the watchers off, or leaves.

use serde_json::{Value, json};

use super::{Case, benign, fires, near};
use crate::callers::{alice, carol, deployer};

fn selectors(management: bool, excluded: &[&str]) -> Value {
    json!({
        "trailName": "all",
        "eventSelectors": [{
            "readWriteType": "All",
            "includeManagementEvents": management,
            "dataResources": [{ "type": "AWS::S3::Object", "values": ["arn:aws:s3"] }],
            "excludeManagementEventSources": excluded,
        }],
    })
}

/// Selectors of the newer form, each a list of fields.
fn advanced(selectors: &[&[Value]]) -> Value {
    let selectors: Vec<Value> =
        selectors.iter().map(|fields| json!({ "fieldSelectors": fields })).collect();
    json!({ "trailName": "all", "advancedEventSelectors": selectors })
}

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn cases() -> Vec<Case> {
    const NARROW: &str = "cloudtrail:PutEventSelectors";
    let detector = |enable: bool| json!({ "detectorId": "d1", "enable": enable });
    let filter = |action: &str| json!({ "detectorId": "d1", "name": "f", "action": action });
    let category = |name: &str| json!({ "field": "eventCategory", "equals": [name] });
    let without = |source: &str| json!({ "field": "eventSource", "notEquals": [source] });
    let mut two = selectors(true, &[]);
    let only_data = selectors(false, &[])["eventSelectors"][0].clone();
    two["eventSelectors"].as_array_mut().unwrap().push(only_data);
    vec![
        fires(
            "logging-switched-off",
            "only data events in the newer form",
            alice().quiet(20).asks(NARROW, advanced(&[&[category("Data")]])),
        )
        .shows(&["logging-switched-off"]),
        fires(
            "logging-switched-off",
            "a source is left out in the newer form",
            alice()
                .quiet(20)
                .asks(NARROW, advanced(&[&[category("Management"), without("iam.amazonaws.com")]])),
        )
        .shows(&["logging-switched-off"]),
        near(
            "logging-switched-off",
            "management and data events in the newer form",
            alice()
                .quiet(20)
                .asks(NARROW, advanced(&[&[category("Management")], &[category("Data")]])),
        ),
        near(
            "logging-switched-off",
            "management events in one selector, data events in the other",
            alice().quiet(20).asks(NARROW, two),
        ),
        fires(
            "logging-switched-off",
            "the trail is stopped",
            alice().quiet(20).asks("cloudtrail:StopLogging", json!({ "name": "all" })),
        )
        .shows(&["logging-switched-off"]),
        fires(
            "logging-switched-off",
            "it was tried and refused",
            alice().quiet(20).refused("cloudtrail:DeleteTrail"),
        )
        .shows(&["logging-switched-off"]),
        fires(
            "logging-switched-off",
            "management events are left out",
            alice().quiet(20).asks(NARROW, selectors(false, &[])),
        )
        .shows(&["logging-switched-off"]),
        fires(
            "logging-switched-off",
            "a source is left out",
            alice().quiet(20).asks(NARROW, selectors(true, &["kms.amazonaws.com"])),
        )
        .shows(&["logging-switched-off"]),
        near(
            "logging-switched-off",
            "data events are added",
            alice().quiet(20).asks(NARROW, selectors(true, &[])),
        ),
        near(
            "logging-switched-off",
            "somebody looks whether it runs",
            alice().quiet(20).calls("cloudtrail:GetTrailStatus"),
        ),
        benign(
            "logging-switched-off",
            "a trail is made and started",
            deployer()
                .quiet(20)
                .asks("cloudtrail:CreateTrail", json!({ "name": "all" }))
                .asks("cloudtrail:StartLogging", json!({ "name": "all" })),
        ),
        fires(
            "detector-blinded",
            "the detector is suspended",
            alice().quiet(20).asks("guardduty:UpdateDetector", detector(false)),
        )
        .shows(&["detector-blinded"]),
        fires(
            "detector-blinded",
            "its findings are put away unread",
            alice().quiet(20).asks("guardduty:CreateFilter", filter("ARCHIVE")),
        )
        .shows(&["detector-blinded"]),
        fires(
            "detector-blinded",
            "an own address is declared harmless",
            alice().quiet(20).asks("guardduty:CreateIPSet", json!({ "detectorId": "d1" })),
        )
        .shows(&["detector-blinded"]),
        near(
            "detector-blinded",
            "the detector is switched on",
            alice().quiet(20).asks("guardduty:UpdateDetector", detector(true)),
        ),
        near(
            "detector-blinded",
            "a filter that only sorts",
            alice().quiet(20).asks("guardduty:CreateFilter", filter("NOOP")),
        ),
        benign(
            "detector-blinded",
            "somebody reads the findings",
            carol().quiet(20).calls_all(["guardduty:ListDetectors", "guardduty:GetFindings"]),
        ),
        fires(
            "leaves-organisation",
            "the account leaves",
            alice().quiet(20).calls("organizations:LeaveOrganization"),
        )
        .shows(&["leaves-organisation"]),
        fires(
            "leaves-organisation",
            "it was tried and refused",
            alice().quiet(20).refused("organizations:LeaveOrganization"),
        )
        .shows(&["leaves-organisation"]),
        near(
            "leaves-organisation",
            "somebody looks at the organisation",
            alice().quiet(20).calls("organizations:DescribeOrganization"),
        ),
        benign(
            "leaves-organisation",
            "automation closes accounts every day",
            deployer()
                .habits(&["organizations:ListAccounts", "organizations:CloseAccount"])
                .quiet(20)
                .calls("organizations:CloseAccount"),
        ),
    ]
}
