use std::collections::BTreeSet;

use super::*;
use crate::attack::Victim;
use crate::parameters::Parameters;
use crate::world::World;

const RECORDING: &str = r#"{"Records":[
{"awsRegion":"apiso-northsouth-3r","eventID":"1","eventName":"CreateAccessKey","eventSource":"iam.amazonaws.com","eventTime":"2024-07-30T21:31:10Z","recipientAccountId":"457448411975","requestID":"r1","requestParameters":{"userName":"victim"},"responseElements":{"accessKey":{"accessKeyId":"AKIA30BEZSJBVKOFKZW0"}},"sourceIPAddress":"200.249.253.51","userAgent":"stratus-red-team_1","userIdentity":{"accessKeyId":"AKIAWOGXN38MFN92ING5","accountId":"457448411975","arn":"arn:aws:iam::457448411975:user/christophe","type":"IAMUser","userName":"christophe"}},
{"awsRegion":"apiso-northsouth-3r","errorCode":"AccessDenied","errorMessage":"User: arn:aws:iam::457448411975:user/christophe is not authorized","eventID":"2","eventName":"AssumeRole","eventSource":"sts.amazonaws.com","eventTime":"2024-07-30T21:31:15Z","recipientAccountId":"457448411975","requestID":"r2","requestParameters":null,"responseElements":null,"sourceIPAddress":"200.249.253.51","userAgent":"stratus-red-team_1","userIdentity":{"accessKeyId":"AKIAWOGXN38MFN92ING5","accountId":"457448411975","arn":"arn:aws:iam::457448411975:user/christophe","type":"IAMUser","userName":"christophe"}},
{"awsRegion":"apiso-northsouth-3r","eventID":"3","eventName":"GetCallerIdentity","eventSource":"sts.amazonaws.com","eventTime":"2024-07-30T21:32:10Z","recipientAccountId":"457448411975","requestID":"r3","requestParameters":null,"responseElements":null,"sourceIPAddress":"200.249.253.51","userAgent":"stratus-red-team_1","userIdentity":{"accessKeyId":"ASIANQQHHS551LWULIWD","accountId":"457448411975","arn":"arn:aws:sts::457448411975:assumed-role/role/s","type":"AssumedRole"}}]}"#;

fn victim() -> Victim {
    let world = World::generate(&Parameters::shipped("drill").unwrap(), 1).unwrap();
    let key = |victim: &Victim| victim.has_key();
    (0..world.organisation.principals.len())
        .filter_map(|index| Victim::of(&world.organisation, index, world.start + 36_000).unwrap())
        .find(key)
        .unwrap()
}

#[test]
fn a_recording_moves_onto_its_victim_and_keeps_its_order_gaps_errors_and_client() {
    let technique =
        Technique::read("aws.persistence.iam-backdoor-user", RECORDING.as_bytes()).unwrap();
    let victim = victim();
    let (theft, records) = technique.onto(&victim, 1_741_080_000, "88.198.1.2", None, 1).unwrap();
    assert_eq!(records.len(), 3);
    let values: Vec<Value> =
        records.iter().map(|record| serde_json::from_str(&record.json).unwrap()).collect();
    let seconds: Vec<i64> =
        records.iter().map(|record| record.time.as_second() - 1_741_080_000).collect();
    assert_eq!(seconds, [0, 5, 60]);
    assert_eq!(values[0]["userIdentity"]["arn"], victim.caller.arn);
    assert_eq!(values[0]["userIdentity"]["accessKeyId"], victim.caller.access_key);
    assert_eq!(values[0]["awsRegion"], victim.regions[0]);
    assert_eq!(values[1]["errorCode"], "AccessDenied");
    assert!(values[1]["errorMessage"].as_str().unwrap().contains(&victim.caller.arn));
    for value in &values {
        assert_eq!(value["recipientAccountId"], victim.account.id);
        assert_eq!(value["userAgent"], "stratus-red-team_1");
        assert!(!value.to_string().contains("457448411975"));
    }
    assert_eq!(theft.access_key_ids.len(), 3);
    assert_eq!(theft.event_ids, records.iter().map(|record| record.id.clone()).collect::<Vec<_>>());
    assert_eq!(theft.event_ids.iter().collect::<BTreeSet<_>>().len(), 3);
}

#[test]
fn a_file_that_is_no_recording_is_an_error() {
    for bytes in [&b"{}"[..], b"not json", b"{\"Records\":[{}]}", &[0x1f, 0x8b, 0, 0]] {
        assert!(Technique::read("x", bytes).is_err());
    }
}

#[test]
fn all_recordings_of_the_test_data_can_be_moved() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/stratus-red-team");
    let victim = victim();
    let (mut techniques, mut events) = (0, 0);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let Some(name) = name.strip_suffix(".json.gz") else { continue };
        let technique = Technique::read(name, &std::fs::read(&path).unwrap()).unwrap();
        let (theft, records) =
            technique.onto(&victim, 1_741_080_000, "88.198.1.2", Some("Boto3/1.35.36"), 1).unwrap();
        assert_eq!(records.len(), technique.len());
        assert_eq!(theft.event_ids.len(), records.len());
        for record in &records {
            let value: Value = serde_json::from_str(&record.json).unwrap();
            assert_eq!(value["userAgent"], "Boto3/1.35.36");
            assert_eq!(value["userIdentity"]["accountId"], victim.account.id, "{name}");
        }
        techniques += 1;
        events += records.len();
    }
    assert_eq!((techniques, events), (35, 310));
}
