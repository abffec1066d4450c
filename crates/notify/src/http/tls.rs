//! Whom to believe: the certificates of the machine, and those of a file.

use std::path::Path;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;

/// TLS with the machine's certificates and, where one is named, those of a PEM file.
pub(super) fn configuration(file: Option<&Path>) -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let extra = file.map(roots).transpose()?.unwrap_or_default();
    let verifier = Verifier::new_with_extra_roots(extra, provider.clone()).map_err(|error| {
        format!(
            "there are no certificates to check receivers by ({error}); install the package \
             ca-certificates, or name connection.ca_file"
        )
    })?;
    let builder = ClientConfig::builder_with_provider(provider);
    let builder =
        builder.with_safe_default_protocol_versions().map_err(|error| error.to_string())?;
    // The verifier is the platform's own; what is dangerous is that one could bring any.
    let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
    Ok(builder.with_no_client_auth())
}

/// The certificates of a PEM file.
pub(crate) fn roots(file: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let unusable = |why: String| {
        format!(
            "the certificates in {} cannot be used ({why}); check connection.ca_file",
            file.display()
        )
    };
    let certificates = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unusable(error.to_string()))?;
    if certificates.is_empty() {
        return Err(unusable("there is none in it".to_owned()));
    }
    Ok(certificates)
}
