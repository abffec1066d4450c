//! What rules ask of one record.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{decoded, matching, record, rule, usable};

/// A rule, records by what is different in them, and whether it matches.
type Case = (&'static str, &'static str, Vec<(Value, bool)>);

fn cases() -> Vec<Case> {
    [conditions(), texts(), fields()].concat()
}

fn conditions() -> Vec<Case> {
    vec![
        (
            "two fields, one of several values, in any case",
            "
    selection:
        eventSource: IAM.amazonaws.com
        eventName:
            - createuser
            - CreateAccessKey
    condition: selection",
            vec![
                (json!({}), true),
                (json!({"eventName": "CreateAccessKey"}), true),
                (json!({"eventName": "CreateUserX"}), false),
                (json!({"eventSource": "sts.amazonaws.com"}), false),
            ],
        ),
        (
            "all of several parts of a text",
            "
    selection:
        userAgent|contains|all:
            - aws-cli
            - cloudshell
    condition: selection",
            vec![
                (json!({}), true),
                (json!({"userAgent": "aws-cli/2.15.0"}), false),
                (json!({"userAgent": null}), false),
            ],
        ),
        (
            "one of several selections and no filter",
            "
    selection_user:
        eventName: CreateUser
    selection_key:
        eventName|startswith: CreateAccess
    filter_terraform:
        userAgent|contains: Terraform
    filter_main_error:
        errorCode|contains: Denied
    condition: 1 of selection_* and not 1 of filter_*",
            vec![
                (json!({}), true),
                (json!({"eventName": "CreateAccessKey"}), true),
                (json!({"eventName": "DeleteUser"}), false),
                (json!({"userAgent": "APN/1.0 HashiCorp/1.0 Terraform/1.5.7"}), false),
                (json!({"errorCode": "AccessDenied"}), false),
            ],
        ),
        (
            "null is absent or null",
            "
    selection:
        eventName: CreateUser
        errorCode: null
    condition: selection",
            vec![
                (json!({}), true),
                (json!({"errorCode": null}), true),
                (json!({"errorCode": "AccessDenied"}), false),
            ],
        ),
        (
            "a field that must be there",
            "
    selection:
        sessionCredentialFromConsole|exists: true
    condition: selection",
            vec![(json!({}), false), (json!({"sessionCredentialFromConsole": "true"}), true)],
        ),
    ]
}

fn texts() -> Vec<Case> {
    vec![
        (
            "regular expression",
            "
    selection:
        requestParameters.userName|re: '^(mal|eve).*y$'
    condition: selection",
            vec![
                (json!({}), true),
                (json!({"requestParameters": {"userName": "eve"}}), false),
                (json!({"requestParameters": null}), false),
            ],
        ),
        (
            "addresses",
            "
    selection:
        sourceIPAddress|cidr:
            - 198.51.100.0/24
            - 2001:db8::/32
    condition: selection",
            vec![
                (json!({}), true),
                (json!({"sourceIPAddress": "2001:db8::7"}), true),
                (json!({"sourceIPAddress": "198.51.101.7"}), false),
                (json!({"sourceIPAddress": "cloudformation.amazonaws.com"}), false),
            ],
        ),
        (
            "a dash of any kind",
            "
    selection:
        requestParameters.command|windash|contains: ' -enc '
    condition: selection",
            vec![
                (json!({"requestParameters": {"command": "powershell -enc x"}}), true),
                (json!({"requestParameters": {"command": "powershell /enc x"}}), true),
                (json!({"requestParameters": {"command": "powershell enc x"}}), false),
            ],
        ),
        (
            "a text inside base64, where its end falls on a group of three bytes",
            "
    selection:
        requestParameters.userData|base64offset|contains: 'curl http:'
    condition: selection",
            vec![
                (
                    json!({"requestParameters": {"userData": "IyEvYmluL3NoCgpjdXJsIGh0dHA6Ly9leGFtcGxl"}}),
                    true,
                ),
                (
                    json!({"requestParameters": {"userData": "IyEvYmluL3NoY3VybCBodHRwOi8vZXhhbXBsZQ=="}}),
                    false,
                ),
            ],
        ),
        (
            "a whole text in base64",
            "
    selection:
        requestParameters.payload|base64: '#!/bin/sh'
    condition: selection",
            vec![
                (json!({"requestParameters": {"payload": "IyEvYmluL3No"}}), true),
                (json!({"requestParameters": {"payload": "#!/bin/sh"}}), false),
            ],
        ),
    ]
}

fn fields() -> Vec<Case> {
    vec![
        (
            "any element of a list, wildcards inside",
            "
    selection:
        requestParameters.tags.key: '?b*'
    condition: selection",
            vec![
                (json!({"requestParameters": {"tags": [{"key": "a"}, {"key": "abc"}]}}), true),
                (json!({"requestParameters": {"tags": [{"key": "bbc"}]}}), true),
                (json!({"requestParameters": {"tags": [{"key": "b"}]}}), false),
                (json!({"requestParameters": {"tags": []}}), false),
            ],
        ),
        (
            "another field of the same record",
            "
    selection:
        eventName: CreateAccessKey
    filter:
        userIdentity.userName|fieldref: requestParameters.userName
    condition: selection and not filter",
            vec![
                (json!({"eventName": "CreateAccessKey"}), true),
                (
                    json!({"eventName": "CreateAccessKey", "requestParameters": {"userName": "alice"}}),
                    false,
                ),
            ],
        ),
        (
            "numbers and truth values",
            "
    selection:
        requestParameters.maxCount|gte: 10
        readOnly: false
    condition: selection",
            vec![
                (json!({"requestParameters": {"maxCount": 10}}), true),
                (json!({"requestParameters": {"maxCount": 9}}), false),
                (json!({"requestParameters": {"maxCount": 10}, "readOnly": true}), false),
            ],
        ),
        (
            "text of an object, which has none",
            "
    selection:
        requestParameters|contains: mallory
    condition: selection",
            vec![(json!({}), false)],
        ),
        (
            "words anywhere in the record",
            "
    keywords:
        - mallory
    condition: keywords",
            vec![(json!({}), true), (json!({"requestParameters": {"userName": "bob"}}), false)],
        ),
    ]
}

#[test]
fn every_way_of_asking() {
    for (what, detection, records) in cases() {
        let rules = Arc::new(usable(vec![rule("the-rule", detection)]));
        let texts: Vec<Value> = records.iter().map(|(different, _)| record(0, different)).collect();
        let events = decoded(&rules, &texts);
        for (event, (different, expected)) in events.iter().zip(&records) {
            let matched = matching(&rules, event) == ["the-rule"];
            assert_eq!(matched, *expected, "{what}: {different}");
        }
    }
}

#[test]
fn rules_among_others_match_as_alone() {
    let cases = cases();
    let named = |number: usize| format!("rule-{number:02}");
    let files = cases.iter().enumerate().map(|(number, (_, text, _))| rule(&named(number), text));
    let rules = Arc::new(usable(files.collect()));
    for (number, (what, _, records)) in cases.iter().enumerate() {
        let texts: Vec<Value> = records.iter().map(|(different, _)| record(0, different)).collect();
        for (event, (different, expected)) in decoded(&rules, &texts).iter().zip(records) {
            let matched = matching(&rules, event).contains(&named(number));
            assert_eq!(matched, *expected, "{what}: {different}");
        }
    }
}
