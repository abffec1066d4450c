//! Tests of the action tables: known actions, names, and what must hold for all of them.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{
    Access, Action, ResourceClass, Tactic, actions, base_name, lookup, observed_incidents, service,
};

fn of(action: &str) -> Action {
    let (service, name) = action.split_once(':').unwrap();
    lookup(&format!("{service}.amazonaws.com"), name, None)
}

#[test]
fn known_actions() {
    use Access::{List, Permissions, Read, Tagging, Write};
    use ResourceClass::{Compute, Data, Identity, Logging, Mail, Model, Network, Secrets};
    for (action, access, class) in [
        ("iam:CreateUser", Write, Identity),
        ("iam:AttachUserPolicy", Permissions, Identity),
        ("iam:ListUsers", List, Identity),
        ("iam:TagRole", Tagging, Identity),
        ("sts:GetCallerIdentity", Read, Identity),
        ("signin:ConsoleLogin", Write, Identity),
        ("s3:ListBuckets", List, Data),
        ("s3:ListObjects", List, Data),
        ("s3:GetObject", Read, Data),
        ("s3:HeadObject", Read, Data),
        ("s3:PutBucketPolicy", Permissions, Data),
        ("s3:PutBucketLifecycle", Write, Data),
        ("s3:DeleteObjects", Write, Data),
        ("ec2:RunInstances", Write, Compute),
        ("ec2:DescribeInstances", List, Compute),
        ("ec2:AuthorizeSecurityGroupIngress", Write, Network),
        ("ec2:CreateSnapshot", Write, Data),
        ("ec2:GetPasswordData", Read, Secrets),
        ("ec2:DeleteFlowLogs", Write, Logging),
        ("secretsmanager:GetSecretValue", Read, Secrets),
        ("ssm:GetParameter", Read, Secrets),
        ("ssm:SendCommand", Write, Compute),
        ("kms:Decrypt", Write, Secrets),
        ("lambda:Invoke", Write, Compute),
        ("lambda:UpdateFunctionCode20150331v2", Write, Compute),
        ("bedrock:InvokeModel", Read, Model),
        ("cloudtrail:StopLogging", Write, Logging),
        ("guardduty:DeleteDetector", Write, Logging),
        ("monitoring:DescribeAlarms", Read, Logging),
        ("email:GetSendQuota", Read, Mail),
        ("ses:GetSendQuota", Read, Mail),
        ("route53:ChangeResourceRecordSets", Write, Network),
    ] {
        let found = of(action);
        assert_eq!((found.access, found.resource_class), (access, Some(class)), "{action}");
        assert!(found.listed, "{action}");
    }
}

#[test]
fn what_attackers_call() {
    let user = of("iam:CreateUser");
    assert!(user.incidents >= 20, "{}", user.incidents);
    assert!(user.tactics.contains(Tactic::Persistence));
    assert_eq!(user.techniques().next(), Some("T1136"));
    assert!(of("ses:GetSendQuota").incidents >= 8);
    assert_eq!(of("iam:UploadServerCertificate").incidents, 0);
    for ((service, name), ..) in observed_incidents() {
        let action = lookup(service, name, None);
        assert!(action.listed && !action.tactics.is_empty(), "{service}:{name}");
    }
}

#[test]
fn hot_reads() {
    let hot: Vec<String> = actions()
        .filter(|(.., action)| action.hot)
        .map(|(service, name, _)| format!("{service}:{name}"))
        .collect();
    let rows = include_str!("../../../../data/hot-actions.tsv").lines();
    let given = rows.filter(|line| !line.starts_with('#')).count();
    assert_eq!(hot.len(), given, "a hot action is unknown: {hot:?}");
    for action in [
        "secretsmanager:GetSecretValue",
        "ec2:GetPasswordData",
        "ses:GetSendQuota",
        "sts:GetFederationToken",
    ] {
        assert!(of(action).hot, "{action}");
    }
    for action in
        ["s3:GetObject", "sts:GetCallerIdentity", "iam:CreateUser", "ec2:DescribeInstances"]
    {
        assert!(!of(action).hot, "{action}");
    }
}

#[test]
fn popularity_is_a_distribution() {
    let mut sum = 0.0;
    for (service, name, action) in actions() {
        assert!(action.popularity > 0.0, "{service}:{name}");
        sum += action.popularity;
    }
    let unknown = of("nowhere:DoNothing").popularity;
    assert!(unknown > 0.0 && unknown < 1e-4);
    assert!(sum < 1.0 && sum > 0.95, "{sum}");
    // What is left is what 4000 unknown actions share.
    assert!((sum + 4000.0 * unknown - 1.0).abs() < 1e-9, "{sum}");
}

#[test]
fn popular_actions_are_popular() {
    let order = [
        "ec2:DescribeInstances",
        "iam:ListUsers",
        "iam:CreateUser",
        "organizations:LeaveOrganization",
    ];
    for pair in order.windows(2) {
        assert!(of(pair[0]).popularity > of(pair[1]).popularity, "{pair:?}");
    }
}

#[test]
fn every_row_of_the_popularity_table_names_a_known_action() {
    for line in include_str!("../../../../data/popularity.tsv").lines() {
        let mut fields = line.split('\t');
        if fields.next() == Some("actions") {
            for action in fields.nth(1).unwrap().split(' ') {
                assert!(of(action).listed, "{action}");
            }
        }
    }
}

#[test]
fn unknown_actions_are_guessed_from_the_verb() {
    for (name, read_only, access) in [
        ("ListThings", None, Access::List),
        ("DescribeThings", None, Access::List),
        ("GetThing", None, Access::Read),
        ("BatchGetThing", None, Access::Read),
        ("CreateThing", None, Access::Write),
        ("PutThingPolicy", None, Access::Permissions),
        ("TagResource", None, Access::Tagging),
        ("GetThing", Some(false), Access::Write),
        ("FrobThing", Some(true), Access::Read),
        ("ListThings", Some(true), Access::List),
        ("PutThingPolicy", Some(false), Access::Permissions),
        ("", None, Access::Unknown),
        ("", Some(true), Access::Read),
    ] {
        let found = lookup("novelty.amazonaws.com", name, read_only);
        assert_eq!((found.access, found.listed), (access, false), "{name} {read_only:?}");
    }
    // Where a table knows better, the flag does not matter.
    assert_eq!(lookup("iam.amazonaws.com", "CreateUser", Some(true)).access, Access::Write);
}

#[test]
fn versions_are_cut_off() {
    for (name, base) in [
        ("UpdateFunctionCode20150331v2", "UpdateFunctionCode"),
        ("ListFunctions20150331", "ListFunctions"),
        ("CreateDistribution2020_05_31", "CreateDistribution"),
        ("PublishLayerVersion20181031", "PublishLayerVersion"),
        ("ListObjectsV2", "ListObjectsV2"),
        ("AuthorizeDBSecurityGroupIngress", "AuthorizeDBSecurityGroupIngress"),
        ("Encode123", "Encode123"),
        ("20150331", "20150331"),
        ("v2", "v2"),
        ("", ""),
        ("Ünicode2", "Ünicode2"),
    ] {
        assert_eq!(base_name(name), base);
    }
}

#[test]
fn services_have_iam_names() {
    for (source, prefix) in [
        ("iam.amazonaws.com", "iam"),
        ("monitoring.amazonaws.com", "cloudwatch"),
        ("email.amazonaws.com", "ses"),
        ("tagging.amazonaws.com", "tag"),
        ("cloudwatch", "cloudwatch"),
        ("signin.amazonaws.com", "signin"),
        ("unheard-of.amazonaws.com", "unheard-of"),
        ("s3.amazonaws.com.cn", "s3"),
    ] {
        assert_eq!(service(source), prefix);
    }
}

#[test]
fn classified_services_exist() {
    let known: BTreeSet<&str> = actions().map(|(service, ..)| service).collect();
    for line in
        include_str!("../../../../data/services.tsv").lines().filter(|l| !l.starts_with('#'))
    {
        let (class, services) = line.split_once('\t').unwrap();
        assert!(ResourceClass::from_name(class).is_some(), "{class}");
        for service in services.split(' ') {
            assert!(known.contains(service), "{service}");
        }
    }
}

proptest! {
    #[test]
    fn any_names_have_an_answer(source in any::<String>(), name in r"[A-Za-z]{0,12}[0-9_v]{0,14}|\PC{0,20}") {
        let action = lookup(&source, &name, None);
        prop_assert!(action.popularity > 0.0);
        prop_assert!(name.starts_with(base_name(&name)));
    }
}
