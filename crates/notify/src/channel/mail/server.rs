//! The mail server: found by its addresses, spoken to over TLS, unless it is this machine.

use std::net::IpAddr;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tokio::net::lookup_host;
use tokio::time::timeout;

use super::{Encryption, MailSettings};
use crate::address::{Reach, reach};
use crate::fault::Trouble;
use crate::http::{Surroundings, chain, roots};
use crate::text::line;
use crate::{Secret, address};

pub(super) struct Server {
    name: String,
    port: u16,
    encryption: Encryption,
    tls: Option<TlsParameters>,
    login: Option<(String, Secret)>,
    timeout: Duration,
}

/// So many addresses of a server are tried.
const ADDRESSES: usize = 3;

impl Server {
    pub(super) fn open(settings: &MailSettings, around: &Surroundings<'_>) -> Result<Self, String> {
        let password =
            settings.password.as_ref().map(|source| around.secret(source)).transpose()?;
        let login = match (settings.user.clone(), password) {
            (Some(user), Some(password)) => Some((user, password)),
            (None, None) => None,
            _ => return Err("it has one of user and password; name both or none".to_owned()),
        };
        let (port, encrypted) = match settings.encryption {
            Encryption::Starttls => (587, true),
            Encryption::Tls => (465, true),
            Encryption::None => (25, false),
        };
        let tls = encrypted.then(|| parameters(settings)).transpose()?;
        Ok(Self {
            name: settings.server.clone(),
            port: settings.port.unwrap_or(port),
            encryption: settings.encryption,
            tls,
            login,
            timeout: settings.connection.timeout(),
        })
    }

    /// Hands a mail over to the server.
    pub(super) async fn send(&self, mail: &Message) -> Result<(), Trouble> {
        let addresses = self.addresses().await?;
        let mut last = None;
        for address in addresses.into_iter().take(ADDRESSES) {
            match timeout(self.timeout * 2, self.transport(address).send(mail.clone())).await {
                Ok(Ok(_)) => return Ok(()),
                Ok(Err(error)) if is_answer(&error) => return Err(self.refused(&error)),
                Ok(Err(error)) => last = Some(self.refused(&error)),
                Err(_) => last = Some(Trouble::passing("the mail server did not answer in time")),
            }
        }
        Err(last.unwrap_or_else(|| Trouble::passing("the mail server has no address")))
    }

    /// The addresses of the server that may be talked to. Mail servers usually stand in the own
    /// network; without encryption nothing leaves the machine.
    async fn addresses(&self) -> Result<Vec<IpAddr>, Trouble> {
        let found = timeout(self.timeout, lookup_host((self.name.as_str(), self.port))).await;
        let found =
            found.map_err(|_| Trouble::passing("the mail server cannot be found in time"))?;
        let found = found.map_err(|error| {
            Trouble::passing(format!("the mail server cannot be found ({error})"))
        })?;
        let found: Vec<IpAddr> = found.map(|address| address.ip()).collect();
        let allowed = found.iter().copied().filter(|address| match self.encryption {
            Encryption::None => address.is_loopback(),
            Encryption::Starttls | Encryption::Tls => reach(*address) != Reach::Never,
        });
        let allowed: Vec<IpAddr> = allowed.collect();
        if !allowed.is_empty() || found.is_empty() {
            return Ok(allowed);
        }
        Err(Trouble::lasting(match self.encryption {
            Encryption::None => "mail without encryption goes to a server on this machine only; \
                                 set encryption to \"starttls\" or \"tls\""
                .to_owned(),
            _ => address::Refused::Never.to_string(),
        }))
    }

    fn transport(&self, address: IpAddr) -> AsyncSmtpTransport<Tokio1Executor> {
        let tls = match (&self.tls, self.encryption) {
            (Some(tls), Encryption::Starttls) => Tls::Required(tls.clone()),
            (Some(tls), Encryption::Tls) => Tls::Wrapper(tls.clone()),
            _ => Tls::None,
        };
        // The address that was looked at is the one that is connected to; certificates are still
        // checked against the name.
        let transport =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address.to_string())
                .port(self.port)
                .tls(tls)
                .timeout(Some(self.timeout));
        match &self.login {
            Some((user, password)) => transport
                .credentials(Credentials::new(user.clone(), password.reveal().to_owned()))
                .build(),
            None => transport.build(),
        }
    }

    fn refused(&self, error: &Error) -> Trouble {
        let mut said = chain(error);
        if let Some((_, password)) = &self.login {
            said = said.replace(password.reveal(), "…");
        }
        let reason = format!("the mail server: {}", line(&said, 300));
        let code = error.status().map(u16::from);
        match code {
            Some(530 | 534 | 535) => {
                Trouble::lasting(format!("{reason}; check user and password of the channel"))
            }
            _ if error.is_permanent() => Trouble::lasting(reason),
            _ if error.is_tls() => Trouble::passing(format!("{reason}; check connection.ca_file")),
            _ => Trouble::passing(reason),
        }
    }
}

/// The server has answered: another address of it would say the same.
fn is_answer(error: &Error) -> bool {
    error.status().is_some() || error.is_tls() || error.is_client()
}

fn parameters(settings: &MailSettings) -> Result<TlsParameters, String> {
    let mut builder = TlsParameters::builder(settings.server.clone());
    if let Some(file) = &settings.connection.ca_file {
        for root in roots(file)? {
            let root = Certificate::from_der(root.to_vec()).map_err(|error| error.to_string())?;
            builder = builder.add_root_certificate(root);
        }
    }
    builder.build_rustls().map_err(|error| format!("TLS cannot be set up ({})", chain(&error)))
}
