//! What a refusal means for whoever contains, and which of them pass.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};
use aws_smithy_types::retry::ErrorKind;

use super::answer::Refusal;
use crate::account::{Fault, FaultKind};

/// Codes that mean that a request came too early, and nothing was done.
///
/// Source: the list of the SDKs ("Retry behavior" in the AWS SDKs and Tools reference guide).
const THROTTLED: [&str; 12] = [
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

/// Codes whose kind their spelling does not tell.
const BY_NAME: [(&str, FaultKind); 33] = [
    ("AWSOrganizationsNotInUseException", FaultKind::Gone),
    ("AuthFailure", FaultKind::Denied),
    ("ConflictException", FaultKind::Conflict),
    ("ConstraintViolationException", FaultKind::Limit),
    ("ExpiredToken", FaultKind::Denied),
    ("ExpiredTokenException", FaultKind::Denied),
    ("IncompleteSignature", FaultKind::Denied),
    ("IncorrectInstanceState", FaultKind::Conflict),
    ("IncorrectState", FaultKind::Conflict),
    ("InvalidClientTokenId", FaultKind::Denied),
    ("InvalidSignatureException", FaultKind::Denied),
    ("MissingAuthenticationToken", FaultKind::Denied),
    ("MissingParameter", FaultKind::Invalid),
    ("NotAuthorized", FaultKind::Denied),
    ("OptInRequired", FaultKind::Denied),
    ("PasswordPolicyViolation", FaultKind::Invalid),
    ("PolicyChangesInProgressException", FaultKind::Conflict),
    ("PolicyInUseException", FaultKind::Conflict),
    ("PolicyLengthExceeded", FaultKind::Limit),
    ("PolicyLengthExceededException", FaultKind::Limit),
    ("PolicyNotAttachable", FaultKind::Invalid),
    ("PolicyNotAttachedException", FaultKind::Gone),
    ("PolicyTypeNotEnabledException", FaultKind::Invalid),
    ("PreconditionFailedException", FaultKind::Conflict),
    ("RequestExpired", FaultKind::Denied),
    ("ResourceConflictException", FaultKind::Conflict),
    ("SerializationException", FaultKind::Invalid),
    ("SignatureDoesNotMatch", FaultKind::Denied),
    ("UnauthorizedOperation", FaultKind::Denied),
    ("UnmodifiableEntity", FaultKind::Invalid),
    ("UnrecognizedClientException", FaultKind::Denied),
    ("UnsupportedOperation", FaultKind::Invalid),
    ("ValidationException", FaultKind::Invalid),
];

impl Refusal {
    /// What sort of no it is.
    pub(super) fn kind(&self) -> FaultKind {
        let code = self.code.as_str();
        if self.is_throttle() {
            return FaultKind::Throttled;
        }
        if self.status >= 500 {
            return FaultKind::Unanswered;
        }
        if let Some((_, kind)) = BY_NAME.iter().find(|(name, _)| *name == code) {
            return *kind;
        }
        let starts = |words: &[&str]| words.iter().any(|word| code.starts_with(word));
        let has = |words: &[&str]| words.iter().any(|word| code.contains(word));
        if starts(&["AccessDenied"]) {
            FaultKind::Denied
        } else if has(&["NoSuchEntity", "NotFound"]) {
            FaultKind::Gone
        } else if has(&["LimitExceeded"]) {
            FaultKind::Limit
        } else if has(&["ConcurrentModification", "AlreadyExists", "AlreadyAssociated"])
            || starts(&["EntityTemporarilyUnmodifiable", "DeleteConflict", "Duplicate"])
        {
            FaultKind::Conflict
        } else if starts(&["Malformed", "Validation", "Invalid"]) {
            FaultKind::Invalid
        } else if code.is_empty() && self.status == 403 {
            FaultKind::Denied
        } else {
            FaultKind::Other
        }
    }

    fn is_throttle(&self) -> bool {
        self.status == 429 || THROTTLED.contains(&self.code.as_str())
    }

    /// What was said, with the code and the id of the request.
    fn said(&self) -> String {
        let words = [self.code.as_str(), self.message.as_str()];
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        let said =
            if words.is_empty() { format!("status {}", self.status) } else { words.join(": ") };
        if self.request.is_empty() { said } else { format!("{said} (request {})", self.request) }
    }
}

impl Fault {
    /// What an error of the SDK means.
    pub(super) fn of(doing: String, error: &SdkError<Refusal, HttpResponse>) -> Self {
        let (kind, why) = match error {
            SdkError::ServiceError(refused) => (refused.err().kind(), refused.err().said()),
            SdkError::ConstructionFailure(_) => (FaultKind::Invalid, chain(error)),
            // What is below says what happened; this says only that something did.
            other => {
                let below: &dyn Error = other.source().unwrap_or(other);
                if is_of_credentials(below) {
                    let why = format!(
                        "{}; check the profile and its files, or sign in again",
                        chain(below)
                    );
                    (FaultKind::Denied, why)
                } else {
                    (FaultKind::Unanswered, chain(below))
                }
            }
        };
        Self { doing, kind, why }
    }
}

/// Whether nothing was sent, since there are no credentials to sign it with.
fn is_of_credentials(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<CredentialsError>() {
            return true;
        }
        next = error.source();
    }
    false
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

/// What a request does to the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing.
    Reads,
    /// It changes something.
    Changes,
}

/// Decides what is tried again.
///
/// What came too early always is. What was lost on the way, or broke at AWS, only if it reads: a
/// change may have been made, and making it again could make a second key.
impl ClassifyRetry for Effect {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let Some(Err(error)) = context.output_or_error() else {
            return RetryAction::NoActionIndicated;
        };
        let refusal = error.as_operation_error().and_then(|error| error.downcast_ref::<Refusal>());
        match refusal {
            Some(refusal) if refusal.is_throttle() => RetryAction::throttling_error(),
            Some(refusal) if refusal.status < 500 => RetryAction::NoActionIndicated,
            Some(_) if *self == Self::Reads => RetryAction::retryable_error(ErrorKind::ServerError),
            None if *self == Self::Reads
                && (error.is_connector_error()
                    || error.is_timeout_error()
                    || error.is_response_error()) =>
            {
                RetryAction::transient_error()
            }
            _ => RetryAction::RetryForbidden,
        }
    }

    fn name(&self) -> &'static str {
        "what passes"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_kind() {
        use FaultKind::{Conflict, Denied, Gone, Invalid, Limit, Other, Throttled, Unanswered};
        let table = [
            (403, "AccessDenied", Denied),
            (400, "AccessDeniedException", Denied),
            (403, "UnauthorizedOperation", Denied),
            (403, "InvalidClientTokenId", Denied),
            (403, "", Denied),
            (400, "Throttling", Throttled),
            (503, "RequestLimitExceeded", Throttled),
            (429, "", Throttled),
            (400, "TooManyRequestsException", Throttled),
            (404, "NoSuchEntity", Gone),
            (400, "InvalidSnapshot.NotFound", Gone),
            (404, "ResourceNotFoundException", Gone),
            (400, "PolicyNotFoundException", Gone),
            (400, "TargetNotFoundException", Gone),
            (409, "LimitExceeded", Limit),
            (400, "ConstraintViolationException", Limit),
            (400, "PolicyLengthExceeded", Limit),
            (409, "ConcurrentModification", Conflict),
            (400, "ConcurrentModificationException", Conflict),
            (409, "EntityTemporarilyUnmodifiable", Conflict),
            (409, "EntityAlreadyExists", Conflict),
            (409, "DeleteConflict", Conflict),
            (400, "DuplicatePolicyException", Conflict),
            (400, "DuplicatePolicyAttachmentException", Conflict),
            (400, "MalformedPolicyDocument", Invalid),
            (400, "ValidationError", Invalid),
            (400, "InvalidInput", Invalid),
            (400, "InvalidParameterValue", Invalid),
            (500, "ServiceFailure", Unanswered),
            (502, "", Unanswered),
            (418, "Teapot", Other),
        ];
        for (status, code, kind) in table {
            let refusal = Refusal {
                status,
                code: code.into(),
                message: String::new(),
                request: String::new(),
            };
            assert_eq!(refusal.kind(), kind, "{status} {code}");
        }
    }
}
