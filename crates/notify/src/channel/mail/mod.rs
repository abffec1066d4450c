//! Mail over SMTP. All news of an incident stand in one thread: they refer to the first mail,
//! whose id follows from the incident.

mod html;
mod server;

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lettre::Message as Mime;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use serde::{Deserialize, Serialize};

use self::server::Server;
use crate::delivery::key;
use crate::fault::Trouble;
use crate::http::Surroundings;
use crate::settings::Connection;
use crate::text::cut;
use crate::{Message, News, Receipt, SecretSource};

/// Mail over SMTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// The server that takes the mail.
    pub server: String,
    /// Its port; what is usual for the encryption if absent: 587, 465, 25.
    pub port: Option<u16>,
    /// How the way there is encrypted.
    #[serde(default)]
    pub encryption: Encryption,
    /// Who signs in, if anybody has to.
    pub user: Option<String>,
    /// Their password.
    pub password: Option<SecretSource>,
    /// Whom the mail is from: `Keyhound <keyhound@example.com>`.
    pub from: String,
    /// Whom it is for.
    pub to: Vec<String>,
    /// How the server is talked to; one in a private network needs no leave.
    #[serde(default)]
    pub connection: Connection,
}

/// How the way to a mail server is encrypted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encryption {
    /// After a greeting in the open; never without.
    #[default]
    Starttls,
    /// From the first byte on.
    Tls,
    /// Not at all: to a server on this machine only.
    None,
}

pub(super) struct Mail {
    server: Server,
    from: Mailbox,
    to: Vec<Mailbox>,
}

/// Longer subjects are not shown anyway.
const SUBJECT: usize = 180;

impl Mail {
    pub(super) fn open(settings: &MailSettings, around: &Surroundings<'_>) -> Result<Self, String> {
        let mailbox = |text: &String| {
            text.parse::<Mailbox>()
                .map_err(|_| format!("{text:?} is no mail address; write Name <name@example.com>"))
        };
        if settings.to.is_empty() {
            return Err("it has nobody to write to; write to = [\"name@example.com\"]".to_owned());
        }
        Ok(Self {
            server: Server::open(settings, around)?,
            from: mailbox(&settings.from)?,
            to: settings.to.iter().map(mailbox).collect::<Result<_, _>>()?,
        })
    }

    pub(super) async fn tell(
        &self,
        message: &Message<'_>,
        now: Timestamp,
    ) -> Result<Receipt, Trouble> {
        let mime = self.mime(message, now)?;
        self.server.send(&mime).await?;
        Ok(Receipt::default())
    }

    fn mime(&self, message: &Message<'_>, now: Timestamp) -> Result<Mime, Trouble> {
        let story = message.story();
        let domain = self.from.email.domain();
        let id = |text: &str| format!("<{text}@{domain}>");
        let first = id(&key(&["mail", message.channel(), message.group()]));
        let is_first = matches!(message.news(), Some(News::Opened | News::Test) | None);
        let own = if is_first { first.clone() } else { id(message.key()) };
        let mut mime = Mime::builder()
            .from(self.from.clone())
            .subject(cut(&story.headline, SUBJECT))
            .date(date(now))
            .message_id(Some(own))
            // Nobody's absence is to answer (RFC 3834).
            .header(AutoSubmitted);
        for to in &self.to {
            mime = mime.to(to.clone());
        }
        if !is_first {
            mime = mime.in_reply_to(first.clone()).references(first);
        }
        let text = story.text();
        let body = MultiPart::alternative()
            // A repeat is the same mail, and no text can hold a digest of itself.
            .boundary(format!("keyhound-{}", key(&[message.key(), &text])))
            .singlepart(SinglePart::plain(text))
            .singlepart(SinglePart::html(html::page(&story)));
        mime.multipart(body)
            .map_err(|error| Trouble::lasting(format!("no mail can be made ({error})")))
    }
}

fn date(now: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(now.as_second()).unwrap_or_default())
}

#[derive(Debug, Clone, Copy)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
