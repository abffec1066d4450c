//! What `GetAccountAuthorizationDetails` prints, and the policies in it.

use iam::{Authorization, Context, Decision, Extent, decide, may, reach};

/// Looking at all actions of all identities would leave no time for other inputs.
const IDENTITIES: usize = 2;

pub(crate) fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut authorization = Authorization::default();
    authorization.read(&text);
    assert_eq!(authorization.len(), authorization.identities().count());
    for identity in authorization.identities().take(IDENTITIES) {
        assert!(authorization.identity(&identity.arn).is_some());
        let (policies, _) = authorization.policies(identity);
        let reached = reach(&authorization, identity);
        for service in &reached.services {
            for level in service.levels {
                assert!(level.allowed + level.limited <= level.of, "{service:?}");
            }
        }
        let context = identity.context();
        for action in ["s3:GetObject", "iam:CreateUser", "sts:AssumeRole"] {
            let decision = decide(&policies, action, "arn:aws:s3:::bucket/key", &context);
            let extent = may(&policies, action, &context);
            // What a request is allowed, is in reach; what is in reach in full, is not denied.
            let service = action.starts_with("s3:");
            assert!(!service || decision != Decision::Allowed || extent > Extent::Nothing);
            assert!(extent != Extent::Everything || decision == Decision::Allowed);
            // Whatever is not known may be known later: what is certain stays.
            let known = decide(&policies, action, "*", &Context::complete());
            let open = decide(&policies, action, "*", &Context::open());
            assert!(open == Decision::Maybe || open == known, "{open:?} and then {known:?}");
        }
    }
}
