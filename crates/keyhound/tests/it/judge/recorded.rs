//! Recorded thefts and recorded quiet.

use incident::Status;

use super::{scan, testdata};

#[test]
fn the_stolen_instance_credential_is_an_alert_and_the_console_user_is_not() {
    let scanned = scan(&testdata("instance-credentials-stolen"));
    let incident = &scanned.incidents[0];
    assert_eq!(scanned.incidents.len(), 1);
    assert_eq!(incident.status, Status::Alert);
    assert_eq!(incident.root_access_key_id.as_ref().unwrap().as_str(), "ASIA5FLZVX4OPVKKVBMX");
    assert_eq!(incident.principals.len(), 1, "{:?}", incident.principals);
    assert_eq!(incident.first_event_id.to_string(), "7d91ac29-614a-4af9-af5c-c5a80e63a0bb");
    assert_eq!(incident.event_ids.len(), 11);
}

#[test]
fn services_at_work_give_nothing_at_all() {
    let scanned = scan(&testdata("aws-config-burst"));
    assert_eq!(scanned.books.accepted, 792);
    assert_eq!(scanned.incidents, []);
}
