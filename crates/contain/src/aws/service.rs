//! The services that are asked, and where they are.

/// A service of AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    CloudTrail,
    Ec2,
    Iam,
    Lambda,
    Organizations,
    Sts,
}

/// Where a service is: an address, and the region in whose name requests to it are signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) url: String,
    pub(super) region: String,
}

/// A part of AWS that shares nothing with the others.
struct Partition {
    /// How the names of its regions begin; the first partition takes every other name.
    regions: &'static [&'static str],
    suffix: &'static str,
    iam: (&'static str, &'static str),
    organizations: &'static str,
}

/// Source: "AWS service endpoints" in the AWS General Reference, for IAM and Organizations, which
/// are one service for all regions of a partition.
const PARTITIONS: [Partition; 3] = [
    Partition {
        regions: &["af-", "ap-", "ca-", "eu-", "il-", "me-", "mx-", "sa-", "us-"],
        suffix: "amazonaws.com",
        iam: ("iam", "us-east-1"),
        organizations: "us-east-1",
    },
    Partition {
        regions: &["cn-"],
        suffix: "amazonaws.com.cn",
        iam: ("iam.cn-north-1", "cn-north-1"),
        organizations: "cn-northwest-1",
    },
    Partition {
        regions: &["us-gov-"],
        suffix: "amazonaws.com",
        iam: ("iam.us-gov", "us-gov-west-1"),
        organizations: "us-gov-west-1",
    },
];

/// Regions whose names begin like those of the first partition and are in others, which nobody of
/// us can reach.
const ELSEWHERE: [&str; 4] = ["us-iso", "eu-iso", "eusc-", "us-isob-"];

impl Partition {
    fn of(region: &str) -> Option<&'static Self> {
        if ELSEWHERE.iter().any(|start| region.starts_with(start)) {
            return None;
        }
        let of =
            |partition: &&Self| partition.regions.iter().any(|start| region.starts_with(start));
        // The narrower beginnings stand last.
        PARTITIONS.iter().rev().find(of)
    }
}

impl Service {
    /// The name under which requests are signed; IAM's actions have it as a prefix.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::CloudTrail => "cloudtrail",
            Self::Ec2 => "ec2",
            Self::Iam => "iam",
            Self::Lambda => "lambda",
            Self::Organizations => "organizations",
            Self::Sts => "sts",
        }
    }

    /// The service of that name.
    pub(super) fn named(name: &str) -> Self {
        match name {
            "ec2" => Self::Ec2,
            "lambda" => Self::Lambda,
            "organizations" => Self::Organizations,
            _ => Self::Iam,
        }
    }

    /// Where the service is for whoever is in this region; nothing for regions of other partitions
    /// than AWS's own, China's and the US government's.
    pub(super) fn place(self, region: &str) -> Option<Place> {
        let partition = Partition::of(region)?;
        let suffix = partition.suffix;
        let (host, region) = match self {
            Self::Iam => (partition.iam.0.to_owned(), partition.iam.1),
            Self::Organizations => {
                (format!("organizations.{}", partition.organizations), partition.organizations)
            }
            _ => (format!("{}.{region}", self.name()), region),
        };
        Some(Place { url: format!("https://{host}.{suffix}"), region: region.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::Service;

    #[test]
    fn services_are_where_aws_says() {
        let table = [
            (Service::Iam, "eu-west-1", "https://iam.amazonaws.com us-east-1"),
            (Service::Iam, "cn-north-1", "https://iam.cn-north-1.amazonaws.com.cn cn-north-1"),
            (Service::Iam, "us-gov-east-1", "https://iam.us-gov.amazonaws.com us-gov-west-1"),
            (
                Service::Organizations,
                "ap-south-1",
                "https://organizations.us-east-1.amazonaws.com us-east-1",
            ),
            (
                Service::Organizations,
                "cn-north-1",
                "https://organizations.cn-northwest-1.amazonaws.com.cn cn-northwest-1",
            ),
            (Service::Sts, "eu-west-1", "https://sts.eu-west-1.amazonaws.com eu-west-1"),
            (Service::Ec2, "cn-north-1", "https://ec2.cn-north-1.amazonaws.com.cn cn-north-1"),
            (
                Service::Lambda,
                "us-gov-west-1",
                "https://lambda.us-gov-west-1.amazonaws.com us-gov-west-1",
            ),
        ];
        for (service, region, expected) in table {
            let place = service.place(region).unwrap();
            assert_eq!(format!("{} {}", place.url, place.region), expected);
        }
        for region in ["us-iso-east-1", "eusc-de-east-1", "evil.example/", ""] {
            assert_eq!(Service::Sts.place(region), None, "{region}");
        }
    }
}
