//! Policies and requests that are made up, for comparing answers.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

/// A request and the policies that decide on it, as JSON.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) identity: Vec<Value>,
    pub(crate) boundary: Option<Value>,
    pub(crate) control: Vec<Vec<Value>>,
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) context: Vec<(String, Vec<String>)>,
}

const ACTIONS: [&str; 8] = [
    "s3:GetObject",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:GetObjectTagging",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "sqs:SendMessage",
    "iam:CreateUser",
];

const RESOURCES: [&str; 6] = [
    "arn:aws:s3:::bucket/home/bob/file",
    "arn:aws:s3:::bucket/home/eve",
    "arn:aws:s3:::other/a+b.c",
    "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
    "arn:aws:sqs:eu-west-1:111122223333:queue",
    "arn:aws:iam::111122223333:user/bob",
];

/// So many cases, the same ones in every run.
pub(crate) fn cases(number: usize, with_conditions: bool) -> Vec<Case> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = case(with_conditions);
    (0..number).map(|_| strategy.new_tree(&mut runner).expect("a case").current()).collect()
}

fn case(with_conditions: bool) -> impl Strategy<Value = Case> {
    let policies = |most| prop::collection::vec(policy(with_conditions), 1..=most);
    (
        policies(3),
        prop::option::weighted(0.3, policy(with_conditions)),
        prop::collection::vec(policies(2), 0..=2),
        prop::sample::select(&ACTIONS[..]),
        prop::sample::select(&RESOURCES[..]),
        context(),
    )
        .prop_map(|(identity, boundary, control, action, resource, context)| Case {
            identity,
            boundary,
            control,
            action: action.to_owned(),
            resource: resource.to_owned(),
            context,
        })
}

fn policy(with_conditions: bool) -> impl Strategy<Value = Value> {
    let version = prop_oneof![4 => Just("2012-10-17"), 1 => Just("2008-10-17")];
    let statements = prop::collection::vec(statement(with_conditions), 1..=3);
    (version, statements).prop_map(|(version, statements)| {
        // Without variables an old version is the same as a new one.
        let has_variables = statements.iter().any(|one| one.to_string().contains("${"));
        let version = if has_variables { "2012-10-17" } else { version };
        json!({ "Version": version, "Statement": statements })
    })
}

fn statement(with_conditions: bool) -> impl Strategy<Value = Value> {
    let effect = prop_oneof![5 => Just("Allow"), 2 => Just("Deny")];
    let action_key = prop_oneof![5 => Just("Action"), 1 => Just("NotAction")];
    let resource_key = prop_oneof![5 => Just("Resource"), 1 => Just("NotResource")];
    let conditions = if with_conditions {
        prop_oneof![1 => Just(json!({})), 2 => conditions()].boxed()
    } else {
        Just(json!({})).boxed()
    };
    (effect, action_key, actions(), resource_key, resources(), conditions).prop_map(
        |(effect, action_key, actions, resource_key, resources, conditions)| {
            let mut statement =
                json!({ "Effect": effect, action_key: actions, resource_key: resources });
            if conditions.as_object().is_some_and(|object| !object.is_empty()) {
                statement["Condition"] = conditions;
            }
            statement
        },
    )
}

fn actions() -> impl Strategy<Value = Value> {
    let one = prop_oneof![
        3 => prop::sample::select(&ACTIONS[..]).prop_map(str::to_owned),
        1 => Just("*".to_owned()),
        2 => prop::sample::select(vec![
            "s3:*", "s3:Get*", "S3:getobject*", "s3:???Object", "dynamodb:*Item", "iam:C*", "sqs:*",
            "ec2:*",
        ])
        .prop_map(str::to_owned),
    ];
    few(one)
}

fn resources() -> impl Strategy<Value = Value> {
    let one = prop_oneof![
        2 => Just("*".to_owned()),
        2 => prop::sample::select(&RESOURCES[..]).prop_map(str::to_owned),
        3 => prop::sample::select(vec![
            "arn:aws:s3:::*",
            "arn:aws:s3:::bucket/*",
            "arn:aws:s3:::bucket/home/${aws:username}/*",
            "arn:aws:s3:::bucket/home/${aws:username}*",
            "arn:aws:s3:::bucket/${aws:PrincipalTag/place, 'home'}/*",
            "arn:aws:s3:::bucket/home/???",
            "arn:aws:s3:::*/e*",
            "arn:aws:*:eu-west-1:*:*",
            "arn:aws:dynamodb:*:111122223333:table/ord?rs",
            "arn:aws:sqs:eu-*:111122223333:*",
            "arn:aws:iam::*:user/${aws:username}",
            "arn:aws:iam::444455556666:*",
        ])
        .prop_map(str::to_owned),
    ];
    few(one)
}

/// One text, or a list of up to three.
fn few(one: impl Strategy<Value = String> + Clone) -> impl Strategy<Value = Value> {
    prop_oneof![
        one.clone().prop_map(Value::String),
        prop::collection::vec(one, 1..=3).prop_map(|texts| json!(texts)),
    ]
}

/// Keys with values of one sort each, and the operators for them.
fn conditions() -> impl Strategy<Value = Value> {
    let sorts = prop_oneof![
        sort(
            &[
                "StringEquals",
                "StringNotEquals",
                "StringEqualsIgnoreCase",
                "StringNotEqualsIgnoreCase",
                "StringLike",
                "StringNotLike"
            ],
            &["aws:PrincipalTag/team", "aws:username", "aws:PrincipalTag/place"],
            &[
                "red",
                "Red",
                "bob",
                "b*",
                "?ob",
                "${aws:username}",
                "${aws:PrincipalTag/team}",
                "${aws:PrincipalTag/none, 'red'}"
            ],
        ),
        sort(
            &[
                "ForAnyValue:StringEquals",
                "ForAllValues:StringEquals",
                "ForAnyValue:StringLike",
                "ForAllValues:StringNotEquals",
                "ForAnyValue:StringNotEquals",
                "ForAllValues:StringNotLike"
            ],
            &["aws:TagKeys", "aws:PrincipalOrgPaths"],
            &["red", "blue", "gr*n", "green"],
        ),
        sort(
            &[
                "NumericEquals",
                "NumericNotEquals",
                "NumericLessThan",
                "NumericLessThanEquals",
                "NumericGreaterThan",
                "NumericGreaterThanEquals"
            ],
            &["aws:MultiFactorAuthAge"],
            &["10", "100", "99.5"],
        ),
        sort(
            &[
                "DateEquals",
                "DateNotEquals",
                "DateLessThan",
                "DateLessThanEquals",
                "DateGreaterThan",
                "DateGreaterThanEquals"
            ],
            &["aws:CurrentTime", "aws:TokenIssueTime"],
            &["2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", "2025-01-01T12:00:00Z"],
        ),
        sort(&["Bool"], &["aws:SecureTransport", "aws:MultiFactorAuthPresent"], &["true", "false"]),
        sort(
            &["IpAddress", "NotIpAddress"],
            &["aws:SourceIp"],
            &["10.0.0.0/8", "192.0.2.7", "10.1.2.3/32"],
        ),
        // The reference takes an address of the other version for one that nothing can be said of.
        sort(
            &["IpAddress", "NotIpAddress"],
            &["aws:VpcSourceIp"],
            &["2001:db8::/32", "2001:db8:1::/48"],
        ),
        sort(
            &["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"],
            &["aws:PrincipalArn", "aws:SourceArn"],
            &[
                "arn:aws:iam::111122223333:user/bob",
                "arn:aws:iam::*:user/*",
                "arn:aws:sns:eu-west-1:111122223333:t*"
            ],
        ),
        sort(
            &["Null"],
            &["aws:TokenIssueTime", "aws:username", "aws:PrincipalTag/none"],
            &["true", "false"],
        ),
    ];
    prop::collection::vec(sorts, 1..=2).prop_map(|all| {
        let mut object = serde_json::Map::new();
        for (operator, key, values) in all {
            let keys = object.entry(operator).or_insert_with(|| json!({}));
            keys[key] = values;
        }
        Value::Object(object)
    })
}

type Sort = (String, String, Value);

fn sort(
    operators: &'static [&'static str],
    keys: &'static [&'static str],
    values: &'static [&'static str],
) -> BoxedStrategy<Sort> {
    let operator = prop::sample::select(operators);
    let if_exists = prop::bool::weighted(0.25);
    let value = prop::sample::select(values).prop_map(str::to_owned);
    (operator, if_exists, prop::sample::select(keys), few(value))
        .prop_map(|(operator, if_exists, key, values)| {
            // The reference does not know `IfExists` of set operators; AWS documents it for all but
            // `Null`.
            let without = operator == "Null" || operator.contains(':');
            let suffix = if if_exists && !without { "IfExists" } else { "" };
            (format!("{operator}{suffix}"), key.to_owned(), values)
        })
        .boxed()
}

/// A request's context: every key is there or not, with a value of its sort.
fn context() -> impl Strategy<Value = Vec<(String, Vec<String>)>> {
    let key = |name: &'static str, values: &'static [&'static str]| {
        prop::option::weighted(0.7, prop::sample::select(values).prop_map(str::to_owned))
            .prop_map(move |value| value.map(|value| (name.to_owned(), vec![value])))
            .boxed()
    };
    let several = |name: &'static str| {
        let values = prop::sample::select(&["red", "blue", "green"][..]).prop_map(str::to_owned);
        prop::option::weighted(0.7, prop::collection::vec(values, 1..=3))
            .prop_map(move |values| values.map(|values| (name.to_owned(), values)))
            .boxed()
    };
    let keys = vec![
        key("aws:username", &["bob", "eve"]),
        key("aws:PrincipalTag/team", &["red", "Red", "blue"]),
        key("aws:PrincipalTag/place", &["home", "away"]),
        key("aws:MultiFactorAuthAge", &["10", "99.5", "1000"]),
        key("aws:CurrentTime", &["2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z"]),
        key("aws:TokenIssueTime", &["2026-01-01T00:00:00Z", "2024-03-01T00:00:00Z"]),
        key("aws:SecureTransport", &["true", "false"]),
        key("aws:MultiFactorAuthPresent", &["true", "false"]),
        key("aws:SourceIp", &["10.1.2.3", "192.0.2.7"]),
        key("aws:VpcSourceIp", &["2001:db8::1", "2001:db9::1"]),
        key("aws:PrincipalArn", &["arn:aws:iam::111122223333:user/bob"]),
        key("aws:SourceArn", &["arn:aws:sns:eu-west-1:111122223333:topic"]),
        several("aws:TagKeys"),
        several("aws:PrincipalOrgPaths"),
    ];
    keys.prop_map(|keys| keys.into_iter().flatten().collect())
}
