//! Short scripts of what somebody did, written down as CloudTrail records.

use cloudtrail::{Event, Time};
use serde_json::{Value, json};

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const STRANGER_ACCOUNT: &str = "999988887777";

/// Real addresses, because the address book knows real networks only.
pub(crate) const HOME: &str = "91.64.1.1";
pub(crate) const HOME_AGAIN: &str = "91.64.1.77";
pub(crate) const AT_A_FRIENDS: &str = "73.162.1.1";
pub(crate) const AWS: &str = "52.95.110.1";
pub(crate) const ELSEWHERE_IN_AWS: &str = "54.240.197.9";
pub(crate) const CLOUD: &str = "20.42.0.1";
pub(crate) const HOSTER: &str = "104.131.0.1";
pub(crate) const OTHER_HOSTER: &str = "88.198.50.1";
pub(crate) const VPN: &str = "23.144.160.67";
pub(crate) const TOR: &str = "185.220.101.1";

pub(crate) const MAC: &str = "aws-cli/2.15.59 md/awscrt#0.19.19 ua/2.0 os/macos#22.6.0 md/arch#arm64 \
                       lang/python#3.11.11 md/pyimpl#CPython md/command#s3.ls";
pub(crate) const BOTO: &str = "Boto3/1.34.69 md/Botocore#1.34.69 ua/2.0 os/linux#5.15.0 md/arch#x86_64 \
                        lang/python#3.12.2 md/pyimpl#CPython Botocore/1.34.69";
pub(crate) const GO: &str =
    "aws-sdk-go-v2/1.30.3 os/linux lang/go#1.22.5 md/GOOS#linux md/GOARCH#amd64";
pub(crate) const KALI: &str = "aws-cli/2.23.6 md/awscrt#0.23.8 ua/2.0 os/linux#6.11.2-amd64 \
                        md/arch#x86_64 lang/python#3.12.8 md/distrib#kali.2024 \
                        md/command#sts.get-caller-identity";
pub(crate) const TERRAFORM: &str = "APN/1.0 HashiCorp/1.0 Terraform/1.5.7 terraform-provider-aws/5.31.0 \
                             aws-sdk-go-v2/1.24.0 os/linux lang/go#1.21";
pub(crate) const BROWSER: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 \
                           (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
pub(crate) const LAMBDA: &str = "Boto3/1.26.165 md/Botocore#1.29.165 ua/2.0 os/linux#5.10 \
                          lang/python#3.9.18 exec-env/AWS_Lambda_python3.9 Botocore/1.29.165";

/// 2026-03-02, a Monday.
const FIRST_DAY: i64 = 1_772_409_600;
const DAY: i64 = 86_400;

/// What somebody did. Each call comes twenty seconds after the one before; the settings in force
/// when it is made are its own, and the words after it change it alone.
#[derive(Clone)]
pub(crate) struct Script {
    identity: Value,
    address: String,
    endpoint: Option<String>,
    agent: String,
    region: String,
    console: bool,
    habits: &'static [&'static str],
    seconds: i64,
    quiet_until: i64,
    records: Vec<(i64, Value)>,
}

impl Script {
    pub(crate) fn of(identity: Value) -> Self {
        Self {
            identity,
            address: HOME.to_owned(),
            endpoint: None,
            agent: MAC.to_owned(),
            region: "eu-central-1".to_owned(),
            console: false,
            habits: &["s3:ListBuckets", "ec2:DescribeInstances", "cloudwatch:GetMetricData"],
            seconds: FIRST_DAY + 10 * 3_600,
            quiet_until: 0,
            records: Vec::new(),
        }
    }

    /// What a quiet day consists of.
    pub(crate) fn habits(mut self, habits: &'static [&'static str]) -> Self {
        self.habits = habits;
        self
    }

    /// Quiet days at ten, eleven and twelve o'clock; ends on the next day at ten.
    pub(crate) fn quiet(mut self, days: i64) -> Self {
        for _ in 0..days {
            let morning = self.seconds;
            for hour in 0..3 {
                self.seconds = morning + hour * 3_600;
                for habit in self.habits {
                    self = self.calls(habit);
                }
            }
            self.seconds = morning + DAY;
        }
        self.quiet_until = self.seconds;
        self
    }

    /// When the quiet days are over.
    pub(crate) fn begins(&self) -> Time {
        Time::from_seconds(self.quiet_until)
    }

    /// The next call comes in the same second as the last one.
    pub(crate) fn at_once(mut self) -> Self {
        self.seconds -= 20;
        self
    }

    pub(crate) fn wait_minutes(mut self, minutes: i64) -> Self {
        self.seconds += minutes * 60;
        self
    }

    pub(crate) fn wait_days(self, days: i64) -> Self {
        self.wait_minutes(days * 24 * 60)
    }

    pub(crate) fn from(mut self, address: &str) -> Self {
        address.clone_into(&mut self.address);
        self.endpoint = None;
        self
    }

    pub(crate) fn through(mut self, endpoint: &str, address: &str) -> Self {
        address.clone_into(&mut self.address);
        self.endpoint = Some(endpoint.to_owned());
        self
    }

    pub(crate) fn with(mut self, agent: &str) -> Self {
        agent.clone_into(&mut self.agent);
        self
    }

    pub(crate) fn in_console(mut self) -> Self {
        self.console = true;
        self.with(BROWSER)
    }

    pub(crate) fn in_region(mut self, region: &str) -> Self {
        region.clone_into(&mut self.region);
        self
    }

    /// Somebody else goes on in the same place.
    pub(crate) fn becomes(mut self, identity: Value) -> Self {
        self.identity = identity;
        self
    }

    /// Uses another key.
    pub(crate) fn key(mut self, key: &str) -> Self {
        self.identity["accessKeyId"] = json!(key);
        self
    }

    /// One successful call, `service:Name`.
    pub(crate) fn calls(mut self, action: &str) -> Self {
        let (service, name) = action.split_once(':').unwrap();
        let reads = ["Get", "List", "Describe", "Lookup", "Head", "Search"];
        let mut record = json!({
            "eventVersion": "1.10",
            "userIdentity": self.identity,
            "eventSource": format!("{service}.amazonaws.com"),
            "eventName": name,
            "awsRegion": self.region,
            "sourceIPAddress": self.address,
            "userAgent": self.agent,
            "readOnly": reads.iter().any(|verb| name.starts_with(verb)),
            "eventType": "AwsApiCall",
            "managementEvent": true,
            "recipientAccountId": ACCOUNT,
            "eventCategory": "Management",
        });
        if let Some(endpoint) = &self.endpoint {
            record["vpcEndpointId"] = json!(endpoint);
        }
        if self.console {
            record["sessionCredentialFromConsole"] = json!("true");
        }
        self.records.push((self.seconds, record));
        self.seconds += 20;
        self
    }

    /// Several successful calls.
    pub(crate) fn calls_all<'a>(self, actions: impl IntoIterator<Item = &'a str>) -> Self {
        actions.into_iter().fold(self, Self::calls)
    }

    /// One successful call with request parameters.
    pub(crate) fn asks(self, action: &str, request: Value) -> Self {
        self.calls(action).edit("requestParameters", request)
    }

    /// One call that was refused.
    pub(crate) fn refused(self, action: &str) -> Self {
        self.fails(action, "AccessDenied")
    }

    /// One call that failed with this code.
    pub(crate) fn fails(self, action: &str, code: &str) -> Self {
        self.calls(action).error(code)
    }

    /// The last call failed.
    pub(crate) fn error(self, code: &str) -> Self {
        self.edit("errorCode", json!(code))
    }

    /// The last call was answered.
    pub(crate) fn answered(self, response: Value) -> Self {
        self.edit("responseElements", response)
    }

    /// Sets a field of the last call.
    pub(crate) fn edit(mut self, field: &str, value: Value) -> Self {
        self.records.last_mut().unwrap().1[field] = value;
        self
    }

    /// What somebody else did meanwhile.
    pub(crate) fn and(mut self, other: &Self) -> Self {
        self.records.extend(other.records.iter().cloned());
        self
    }

    /// The records as decoded events in the order of (time, id).
    pub(crate) fn events(&self) -> Vec<Event> {
        let mut records = self.records.clone();
        records.sort_by_key(|(seconds, _)| *seconds);
        for (number, (seconds, record)) in records.iter_mut().enumerate() {
            record["eventTime"] = json!(Time::from_seconds(*seconds).to_string());
            record["eventID"] = json!(format!("00000000-0000-4000-8000-{number:012x}"));
        }
        let records: Vec<Value> = records.into_iter().map(|(_, record)| record).collect();
        decode(&records)
    }
}

/// Records as a delivered file would hold them.
pub(crate) fn decode(records: &[Value]) -> Vec<Event> {
    let file = serde_json::to_vec(&json!({ "Records": records })).unwrap();
    let mut events = Vec::new();
    let report = cloudtrail::decode::decode(&file, &mut |event| events.push(event));
    assert_eq!(report.problems.len(), 0, "{:?}", report.problems);
    assert_eq!(events.len(), records.len());
    events
}
