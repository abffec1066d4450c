//! Mail: how much may be sent, and how to send more.

use cloudtrail::KeyKind;
use compact_str::format_compact;

use super::{About, Needs, Scene, Seen, Signal, Wants};

pub(super) static MAIL_RECONNAISSANCE: Signal = Signal {
    about: About {
        id: "mail-reconnaissance",
        text: "three or more questions about sending mail within an hour, never asked before",
        rows: &["DI-11"],
        techniques: &["T1580"],
        needs: Needs::Management,
        look_back: "an hour of an episode, against the actions of the last 128 days",
        noise: "mail tooling on its first day",
    },
    wants: Wants::Actions(&[
        "ses:GetAccount",
        "ses:GetSendQuota",
        "ses:GetSendStatistics",
        "ses:ListIdentities",
        "ses:ListEmailIdentities",
        "ses:GetAccountSendingEnabled",
        "ses:GetIdentityVerificationAttributes",
        "ses:ListVerifiedEmailAddresses",
        "email:GetSendQuota",
        "email:ListIdentities",
    ]),
    see: Some(reconnaissance),
    notify: None,
};

pub(super) static MAIL_MADE_READY: Signal = Signal {
    about: About {
        id: "mail-made-ready",
        text: "the account was made ready to send mail in bulk",
        rows: &["IM-20"],
        techniques: &["T1496"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "a new mail project",
    },
    wants: Wants::Actions(&[
        "ses:PutAccountDetails",
        "ses:UpdateAccountSendingEnabled",
        "ses:CreateEmailIdentity",
        "ses:VerifyEmailIdentity",
        "ses:VerifyDomainIdentity",
        "ses:VerifyDomainDkim",
    ]),
    see: Some(made_ready),
    notify: None,
};

pub(super) static MESSAGE_RECONNAISSANCE: Signal = Signal {
    about: About {
        id: "message-reconnaissance",
        text: "a long-term key asks how many text messages it may send, which it never did",
        rows: &["DI-13"],
        techniques: &["T1580"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "message tooling on its first day",
    },
    wants: Wants::Actions(&[
        "sns:GetSMSAttributes",
        "sns:GetSMSSandboxAccountStatus",
        "sns:ListOriginationNumbers",
        "sms-voice:DescribeSpendLimits",
        "sms-voice:DescribeAccountLimits",
    ]),
    see: Some(messages),
    notify: None,
};

fn messages(scene: &mut Scene<'_>) -> Option<Seen> {
    let key = scene.call.event.identity.access_key.as_ref()?;
    let long_term = key.kind() == KeyKind::LongTerm;
    (long_term && scene.is_new_by_hand()).then(|| Seen::new(scene.deed()))
}

/// Three questions by a long-term key; the same one in another region is another one.
fn reconnaissance(scene: &mut Scene<'_>) -> Option<Seen> {
    const MANY: usize = 3;
    let call = scene.call;
    let long_term =
        call.event.identity.access_key.as_ref().is_some_and(|key| key.kind() == KeyKind::LongTerm);
    let habit = scene.basis.profile.actions().get(&call.action.base).is_some();
    if !long_term || habit {
        return None;
    }
    let kind = (&call.action.base, &call.event.region);
    let questions = scene.tallies.mail.see(call.event.time.seconds(), kind);
    (questions >= MANY).then(|| Seen::new(format_compact!("{questions} questions within an hour")))
}

fn made_ready(scene: &mut Scene<'_>) -> Option<Seen> {
    let habit = scene.basis.profile.actions().get(&scene.call.action.base).is_some();
    (!habit).then(|| Seen::new(scene.call.action.name.clone()))
}
