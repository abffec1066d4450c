//! Which steps stop which kind of credential: the containment matrix.
//!
//! Source: AWS CIRT's playbook `IRP-CredCompromise`, the IAM user guide on temporary credentials, and
//! what was found about federation sessions that live on (`CrowdStrike`, "How adversaries can persist
//! with AWS user federation") and about IAM's consistency (some seconds, in which a denied thief
//! makes a new key). No step inside an account stops everything; hence several, in this order.

use crate::plan::Action;
use crate::target::{Target, TargetKind};

/// The kinds of steps against a target, in the order of their strength.
pub fn actions(target: &Target) -> &'static [Action] {
    match (&target.kind, target.by_thief) {
        (TargetKind::User, true) => {
            &[Action::DenyUser, Action::DeactivateKey, Action::DeleteLoginProfile, Action::Boundary]
        }
        (TargetKind::User, false) => &[
            Action::DenyUser,
            Action::DeactivateKey,
            Action::DeleteLoginProfile,
            Action::Boundary,
            Action::Rotate,
            Action::RestoreAccess,
        ],
        (TargetKind::Root, _) => &[Action::RootUser],
        (TargetKind::Role, true) => &[Action::RevokeSessions, Action::RestrictTrust],
        (TargetKind::Role, false) => &[
            Action::RevokeSessions,
            Action::RestrictTrust,
            Action::Boundary,
            Action::RestoreAccess,
        ],
        (TargetKind::Instance { .. }, _) => {
            &[
                Action::RevokeSessions,
                // A session is called like a machine by whoever assumes the role.
                Action::RestrictTrust,
                Action::InstanceProfile,
                Action::Boundary,
            ]
        }
        (TargetKind::Function { .. }, _) => &[
            Action::RevokeSessions,
            Action::RestrictTrust,
            Action::FunctionConcurrency,
            Action::Boundary,
        ],
        (TargetKind::Container, _) => {
            &[Action::RevokeSessions, Action::RestrictTrust, Action::Boundary]
        }
        (TargetKind::IdentityCenter { .. }, _) => &[Action::IdentityCenter, Action::RestoreAccess],
    }
}

/// Whether the playbook takes this kind of step when the key only reads what is public.
///
/// What everybody may read anyway is not worth an outage: the key is renewed, then switched off.
pub(crate) fn when_public(action: Action) -> bool {
    !matches!(action, Action::DenyUser | Action::QuarantineScp)
}
