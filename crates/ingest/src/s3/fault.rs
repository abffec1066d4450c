//! What can go wrong with a request, in the words of whoever has to mend it.

use std::error::Error;
use std::io;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

/// Why a request has failed for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// The service answered that it will not.
    Refused { status: u16, code: String, message: String, region: Option<String> },
    /// No answer came.
    Unreachable(String),
    /// The body ended after so many bytes of so many.
    Cut { got: u64, of: u64, why: String },
    /// What was asked is none of the service's faults.
    Other(String),
}

/// Where AWS says where a bucket is.
const REGION: &str = "x-amz-bucket-region";

impl Fault {
    /// What an error of the SDK means.
    pub(super) fn of<E>(error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        match error {
            SdkError::ServiceError(service) => {
                let headers = service.raw().headers();
                Self::Refused {
                    status: service.raw().status().as_u16(),
                    code: error.code().unwrap_or_default().to_owned(),
                    message: error.message().unwrap_or_default().to_owned(),
                    region: headers.get(REGION).map(ToOwned::to_owned),
                }
            }
            SdkError::DispatchFailure(_) | SdkError::TimeoutError(_) => {
                // What is below says what happened; this says only that something did.
                Self::Unreachable(error.source().map_or_else(|| chain(error), chain))
            }
            _ => Self::Other(chain(error)),
        }
    }

    /// The region of the bucket, if the service named it.
    pub(super) fn region(&self) -> Option<&str> {
        match self {
            Self::Refused { region, .. } => region.as_deref(),
            _ => None,
        }
    }

    /// Whether the same request may succeed a little later, on the same way.
    pub(super) fn passes(&self) -> bool {
        match self {
            Self::Refused { status, .. } => *status >= 500 || *status == 429,
            Self::Cut { .. } => true,
            Self::Unreachable(_) | Self::Other(_) => false,
        }
    }

    /// Why a bucket cannot be listed, and what to do about it.
    pub(super) fn of_bucket(&self, endpoint: Option<&str>) -> String {
        match self {
            Self::Refused { code, status, region, .. } => {
                let said = self.said();
                match (code.as_str(), status) {
                    ("NoSuchBucket", _) => {
                        "there is no such bucket; check the spelling and whose credentials are used"
                            .to_owned()
                    }
                    ("AccessDenied" | "AllAccessDisabled", _) | ("", 403) => format!(
                        "listing it is denied ({said}); give the identity s3:ListBucket on the \
                         bucket, or name a prefix that it may list"
                    ),
                    ("PermanentRedirect" | "AuthorizationHeaderMalformed", _) | (_, 301) => {
                        format!(
                            "it is in another region ({said}); set AWS_REGION to {}",
                            region.as_deref().unwrap_or("the region of the bucket")
                        )
                    }
                    (
                        "ExpiredToken"
                        | "InvalidAccessKeyId"
                        | "InvalidToken"
                        | "SignatureDoesNotMatch"
                        | "TokenRefreshRequired",
                        _,
                    ) => format!(
                        "the credentials are refused ({said}); sign in again, or check AWS_PROFILE \
                         and the variables AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and \
                         AWS_SESSION_TOKEN"
                    ),
                    _ => format!("listing it has failed ({said}); try again later"),
                }
            }
            Self::Unreachable(why) => match endpoint {
                Some(endpoint) => format!(
                    "{endpoint} cannot be reached ({why}); check --s3-endpoint or AWS_ENDPOINT_URL, \
                     and whether the service runs"
                ),
                None => {
                    format!("S3 cannot be reached ({why}); check the network and AWS_REGION")
                }
            },
            Self::Cut { .. } | Self::Other(_) => {
                format!("listing it has failed ({}); try again later", self.said())
            }
        }
    }

    /// Why an object cannot be read.
    fn of_object(&self) -> String {
        let Self::Refused { code, status, .. } = self else { return self.said() };
        let said = self.said();
        match (code.as_str(), status) {
            ("NoSuchKey", _) | ("", 404) => "it was deleted after it was listed".to_owned(),
            (_, 412) => "it was replaced after it was listed".to_owned(),
            ("InvalidObjectState", _) => {
                format!("it is archived and must be restored first ({said})")
            }
            ("AccessDenied", _) | ("", 403) => format!(
                "access is denied; the identity needs s3:GetObject, and kms:Decrypt if the trail \
                 is encrypted with a key of KMS ({said})"
            ),
            _ => said,
        }
    }

    /// What was heard.
    fn said(&self) -> String {
        match self {
            Self::Refused { status, code, message, .. } => {
                let words = [code.as_str(), message.as_str()];
                let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
                if words.is_empty() { format!("status {status}") } else { words.join(": ") }
            }
            Self::Cut { got, of, why } => format!("{got} of {of} bytes came, then {why}"),
            Self::Unreachable(why) | Self::Other(why) => why.clone(),
        }
    }
}

impl From<&Fault> for io::Error {
    fn from(fault: &Fault) -> Self {
        Self::other(fault.of_object())
    }
}

/// An error with its causes, each once.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !text.ends_with(&words) {
            text = format!("{text}: {words}");
        }
        source = cause.source();
    }
    text
}
